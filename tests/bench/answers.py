"""Keep the answers of different interpreters, and say whether two of them are the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from works import Answer, Work


def keep(answer: Answer, folder: Path, work: Work) -> None:
    """Write what is compared of an answer."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, (keys, columns) in work.compared.items():
        if part in answer:
            table = answer[part][keys + columns].copy()
            table.attrs = {}
            table.to_parquet(folder / f"{part}.parquet", index=False)


def load(folder: Path, work: Work) -> Answer:
    """Read an answer again."""
    return {part: pd.read_parquet(folder / f"{part}.parquet") for part in work.compared}


def _comparable(values: pd.Series) -> np.ndarray:
    if pd.api.types.is_bool_dtype(values.dtype) or pd.api.types.is_numeric_dtype(values.dtype):
        return values.to_numpy(dtype=float, na_value=np.nan)
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.to_numpy("datetime64[D]").astype(str)
    try:
        return pd.to_numeric(values).to_numpy(dtype=float, na_value=np.nan)
    except (ValueError, TypeError):
        return values.astype(str).to_numpy(str)


def differences(ours: Answer, theirs: Answer, work: Work) -> list[str]:
    """List what differs between two answers to the same work; empty when they are the same."""
    found: list[str] = []
    for part, (keys, columns) in work.compared.items():
        if part not in theirs:
            found.append(f"{part}: not answered")
            continue
        one, other = (
            answer[part].sort_values(keys, ignore_index=True) if keys else answer[part].reset_index(drop=True)
            for answer in (ours, theirs)
        )
        if len(one) != len(other):
            found.append(f"{part}: {len(one)} rows, not {len(other)}")
            continue
        for column in keys + columns:
            found += _column(
                part, column, _comparable(one[column]), _comparable(other[column]), work.tolerance
            )
    return found


def _column(part: str, column: str, one: Any, other: Any, tolerance: float) -> list[str]:
    if one.dtype.kind == "f" and other.dtype.kind == "f":
        same = np.isclose(one, other, rtol=tolerance, atol=1e-9, equal_nan=True)
    else:
        same = one.astype(str) == other.astype(str)
    if same.all():
        return []
    at = int(np.flatnonzero(~same)[0])
    return [f"{part}.{column}: {int((~same).sum())} of {len(same)} rows, first {one[at]} and {other[at]}"]
