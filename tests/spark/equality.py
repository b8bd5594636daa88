"""Compare what the same call gives on two engines, to the last digit, however deep it lies."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from helpers.community import Community, CommunityError
from tests import every_reduction


def outcome(call: every_reduction.Call, community: Community) -> Any:
    """Return what a call gives, or what it says of missing tables: that must be the same too."""
    try:
        return call(community)
    except CommunityError as error:
        return f"{type(error).__name__}: {error}"


def differences(one: Any, other: Any, at: str = "") -> list[str]:
    """Name the places where two results differ."""
    if type(one) is not type(other):
        return [f"{at}: {type(one).__name__} and {type(other).__name__}"]
    if isinstance(one, Community):
        return []
    if isinstance(one, pd.DataFrame | pd.Series):
        return _of_frames(one, other, at)
    if isinstance(one, np.ndarray):
        same = one.shape == other.shape and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
        return [] if same else [f"{at}: {one!s:.200} and {other!s:.200}"]
    if dataclasses.is_dataclass(one) and not isinstance(one, type):
        return differences(vars(one), vars(other), at)
    if isinstance(one, Mapping):
        if list(one) != list(other):
            return [f"{at}: {list(one)} and {list(other)}"]
        return [line for key in one for line in differences(one[key], other[key], f"{at}.{key}")]
    if isinstance(one, list | tuple):
        if len(one) != len(other):
            return [f"{at}: {len(one)} and {len(other)} entries"]
        pairs = enumerate(zip(one, other, strict=True))
        return [line for place, pair in pairs for line in differences(*pair, f"{at}[{place}]")]
    if isinstance(one, str | int | float | None | np.generic) or hasattr(one, "isoformat"):
        empty = isinstance(one, float) and one != one and other != other
        return [] if empty or one == other else [f"{at}: {one!r:.300} and {other!r:.300}"]
    return differences(vars(one), vars(other), at) if hasattr(one, "__dict__") else []


def _of_frames(one: Any, other: Any, at: str) -> list[str]:
    check = pd.testing.assert_frame_equal if isinstance(one, pd.DataFrame) else pd.testing.assert_series_equal
    try:
        check(one, other, check_exact=True)
    except AssertionError as error:
        return [f"{at}: {' '.join(str(error).split())[:600]}"]
    return differences(one.attrs, other.attrs, f"{at}.attrs")
