"""Several tests at once: which of many small p-values may be believed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control


def discoveries(p_values: np.ndarray) -> np.ndarray:
    """Adjust p-values for their number: of those then below 5 %, about 5 % are false finds.

    Parameters
    ----------
    p_values : array
        One a test.

    Returns
    -------
    array
        Adjusted p-values (Benjamini and Hochberg 1995, *Journal of the Royal Statistical Society B* 57,
        289-300); missing ones stay missing and do not count, empty stays empty.

    Examples
    --------
    >>> discoveries(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.04, 0.04]

    Taught in: 04 Interaction
    """
    p_values = np.asarray(p_values, dtype=float)
    adjusted, known = np.full(p_values.shape, np.nan), np.isfinite(p_values)
    if known.any():
        adjusted[known] = false_discovery_control(p_values[known])
    return adjusted


def corrected(table: pd.DataFrame, *, level: float = 0.05) -> pd.DataFrame:
    """Add to a table of tests what is left when it is taken into account that there are several.

    Parameters
    ----------
    table : DataFrame
        With ``p_value``.
    level : float, default 0.05
        Level of a single test, and share of false finds accepted among several.

    Returns
    -------
    DataFrame
        With ``adjusted`` (Benjamini-Hochberg), ``bonferroni`` (p-value times their number, at most 1),
        ``alone`` (below the level by itself), ``clear`` (still so by Benjamini-Hochberg), ``certain``
        (still so by Bonferroni: the chance of even one false find is below the level).

    Examples
    --------
    >>> corrected(pd.DataFrame({"p_value": [0.04, 0.01, 0.6]}))[["alone", "clear", "certain"]].sum().tolist()
    [2, 1, 1]

    Taught in: 05 Conversion
    """
    p_values = table["p_value"].to_numpy(float)
    adjusted = discoveries(p_values)
    bonferroni = np.minimum(p_values * np.isfinite(p_values).sum(), 1.0)
    result = table.assign(
        adjusted=adjusted,
        bonferroni=bonferroni,
        alone=p_values <= level,
        clear=adjusted <= level,
        certain=bonferroni <= level,
    )
    result.attrs = dict(table.attrs)
    return result
