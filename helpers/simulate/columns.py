"""Turn arrays of codes, seconds and cents into columns: labels, timestamps, money, ids."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def coded(codes: np.ndarray, labels: Sequence[str] | np.ndarray) -> pa.DictionaryArray:
    """Return labels by code as a dictionary-encoded column; negative codes are missing."""
    codes = np.asarray(codes)
    indices = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array([str(label) for label in labels], pa.string()))


def moments(start: date, seconds: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Return seconds since the first day's midnight as local timestamps."""
    return pa.array(
        np.datetime64(start, "us") + np.asarray(seconds, np.int64) * np.timedelta64(1_000_000, "us"),
        mask=missing,
    )


def money(cents: np.ndarray | Sequence[int]) -> np.ndarray:
    """Return cents as amounts of the currency."""
    return np.asarray(cents, np.int64) / 100


def numbered(prefix: str, count: int, least: int) -> np.ndarray:
    """Return `count` ids with a running number, all of the same width."""
    width = max(least, len(str(count)))
    return np.char.add(prefix, np.char.zfill((np.arange(count) + 1).astype(str), width))


def event_ids(count: int) -> pa.Array:
    """Return the ids of the events, in order of time."""
    width = max(7, len(str(count)))
    numbers = pa.array(np.arange(1, count + 1)).cast(pa.string())
    return pc.binary_join_element_wise("e", pc.utf8_lpad(numbers, width, "0"), "")


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """Return a table as a frame with plain texts instead of dictionaries."""
    plain = [
        pa.field(field.name, pa.string()) if pa.types.is_dictionary(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(plain)).to_pandas()
