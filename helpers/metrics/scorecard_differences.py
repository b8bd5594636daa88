"""How two scorecards differ, and whether the difference is what somebody expected beforehand."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri
from scipy.stats import false_discovery_control

_Z = float(ndtri(0.975))


def compare(on: pd.DataFrame, off: pd.DataFrame) -> pd.DataFrame:
    """Subtract one scorecard from another, metric by metric, with the interval of each difference.

    Parameters
    ----------
    on, off : pandas.DataFrame
        From `scorecard.measure`, of two communities without members in common.

    Returns
    -------
    pandas.DataFrame
        One row a metric that both have: ``metric``, ``unit``, ``n_on``, ``n_off``, ``on``, ``off``,
        ``estimate`` = on - off, ``low``, ``high``, ``relative`` (the difference as a share of `off`; of the
        net promoter score, in hundreds of points), ``relative_low``, ``relative_high``, ``p_value``,
        ``small``.

    Notes
    -----
    The interval of a difference is recovered from the intervals of the two estimates: each side adds up
    the distances to the two limits like the sides of a right angle (Zou & Donner 2008; for proportions this
    is Newcombe's interval). The p-value belongs to the normal distribution of the same width.

    Examples
    --------
    >>> on = pd.DataFrame({"metric": ["nps"], "unit": ["points"], "n": [50], "estimate": [40.0],
    ...                    "low": [37.0], "high": [43.0], "small": [False]})
    >>> compare(on, on.assign(estimate=30.0, low=26.0, high=34.0))[["estimate", "low", "high"]].round(1)
       estimate  low  high
    0      10.0  5.0  15.0

    Taught in: 07 Case studies
    """
    both = on.merge(off, on=["metric", "unit"], suffixes=("_on", "_off"))
    gap = both["estimate_on"] - both["estimate_off"]
    low = gap - np.hypot(both["estimate_on"] - both["low_on"], both["high_off"] - both["estimate_off"])
    high = gap + np.hypot(both["high_on"] - both["estimate_on"], both["estimate_off"] - both["low_off"])
    error = (high - low) / (2 * _Z)
    base = both["estimate_off"].abs().where(both["metric"] != "nps", 100.0)
    base = base.where(base > 0)
    table = both[["metric", "unit", "n_on", "n_off"]].assign(
        on=both["estimate_on"],
        off=both["estimate_off"],
        estimate=gap,
        low=low,
        high=high,
        relative=gap / base,
        relative_low=low / base,
        relative_high=high / base,
        p_value=2 * ndtr(-(gap.abs() / error.where(error > 0)).astype(float)),
        small=both["small_on"] | both["small_off"],
    )
    table.attrs = {
        "about": {**on.attrs.get("about", {}), "metric": "scorecard difference", "randomised": True}
    }
    return table


def judge(table: pd.DataFrame, expected: pd.Series, *, level: float = 0.05) -> pd.DataFrame:
    """Hold differences against what was expected of them, with the number of comparisons in mind.

    Parameters
    ----------
    table : pandas.DataFrame
        From :func:`compare`; of several cases one below the other.
    expected : pandas.Series
        For each row ``"up"``, ``"down"``, ``"same"``, or missing where nothing was said beforehand.
    level : float, default 0.05
        Share of false finds accepted among the rows called clear.

    Returns
    -------
    pandas.DataFrame
        `table` with ``expected``, ``adjusted`` (p-value for the number of rows, Benjamini & Hochberg 1995),
        ``clear`` (adjusted below the level), ``verdict``: ``"as expected"`` (clear and in the direction
        named, or not clear where nothing was to move), ``"not shown"`` (should have moved, is not clear),
        ``"against"`` (clear the wrong way, or clear where nothing was to move), ``"not foretold"``.

    Examples
    --------
    >>> table = pd.DataFrame({"estimate": [1.0, 0.1], "p_value": [0.001, 0.4]})
    >>> judge(table, pd.Series(["up", "same"]))["verdict"].tolist()
    ['as expected', 'as expected']

    Taught in: 07 Case studies
    """
    p_values = table["p_value"].astype(float)
    known = p_values.notna()
    adjusted = p_values.copy()
    if known.any():
        adjusted[known] = false_discovery_control(p_values[known])
    clear = (adjusted <= level).to_numpy()
    asked = expected.reset_index(drop=True)
    rising = (table["estimate"] > 0).to_numpy()
    right = ((asked == "up") & clear & rising) | ((asked == "down") & clear & ~rising)
    right |= (asked == "same") & ~clear
    verdict = np.select(
        [asked.isna(), right, ~clear & (asked != "same")],
        ["not foretold", "as expected", "not shown"],
        default="against",
    )
    return table.assign(expected=asked.to_numpy(), adjusted=adjusted.to_numpy(), clear=clear, verdict=verdict)
