"""Turn arrays of codes, seconds and cents into columns: labels, timestamps, money, ids."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def coded(codes: np.ndarray, labels: Sequence[str] | np.ndarray) -> pa.DictionaryArray:
    """Return labels by code.

    Parameters
    ----------
    codes : numpy.ndarray of int
        Positions in `labels`; negative ones are missing.
    labels : sequence of str
        What the codes stand for.

    Returns
    -------
    pyarrow.DictionaryArray
        Dictionary-encoded, so that ten million ids take forty megabytes.

    Examples
    --------
    >>> coded(np.array([1, -1, 0]), ["tea", "ware"]).to_pylist()
    ['ware', None, 'tea']

    Taught in: all
    """
    codes = np.asarray(codes)
    indices = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array([str(label) for label in labels], pa.string()))


def moments(start: date, seconds: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Return seconds since the first day's midnight as local timestamps.

    Parameters
    ----------
    start : datetime.date
        First simulated day.
    seconds : numpy.ndarray of int
        Seconds since its midnight; negative before it.
    missing : numpy.ndarray of bool, optional
        Which entries are missing.

    Returns
    -------
    pyarrow.Array
        Timestamps in microseconds without a zone.

    Examples
    --------
    >>> moments(date(2025, 6, 1), np.array([3600]))[0].as_py()
    datetime.datetime(2025, 6, 1, 1, 0)

    Taught in: all
    """
    steps = np.asarray(seconds, np.int64) * np.timedelta64(1_000_000, "us")
    return pa.array(np.datetime64(start, "us") + steps, mask=missing)


def money(cents: np.ndarray | Sequence[int]) -> np.ndarray:
    """Return cents as amounts of the currency.

    Parameters
    ----------
    cents : numpy.ndarray or sequence of int
        Whole cents.

    Returns
    -------
    numpy.ndarray of float
        Amounts with two decimals.

    Examples
    --------
    >>> money([1999]).tolist()
    [19.99]

    Taught in: all
    """
    return np.asarray(cents, np.int64) / 100


def ids(prefix: str, numbers: np.ndarray, count: int, least: int) -> pa.Array:
    """Return ids made of a letter and a number counted from one.

    Parameters
    ----------
    prefix : str
        Letter in front.
    numbers : numpy.ndarray of int
        Numbers counted from zero; negative ones are missing.
    count : int
        How many things of the kind there are: sets the width.
    least : int
        Least width of the number.

    Returns
    -------
    pyarrow.Array
        All ids of the same width, so that they sort like the numbers.

    Examples
    --------
    >>> ids("e", np.array([0, -1, 41]), 42, 3).to_pylist()
    ['e001', None, 'e042']

    Taught in: all
    """
    given = pa.array(np.asarray(numbers, np.int64) + 1, mask=np.asarray(numbers) < 0).cast(pa.string())
    return pc.binary_join_element_wise(prefix, pc.utf8_lpad(given, max(least, len(str(count))), "0"), "")


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """Return a table as a frame with plain texts instead of dictionaries.

    Parameters
    ----------
    table : pyarrow.Table
        Any table.

    Returns
    -------
    pandas.DataFrame
        The same columns.

    Examples
    --------
    >>> to_pandas(pa.table({"x": coded(np.array([0]), ["tea"])}))["x"].tolist()
    ['tea']

    Taught in: all
    """
    plain = [
        pa.field(field.name, pa.string()) if pa.types.is_dictionary(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(plain)).to_pandas()
