"""Name which of the field's challenges a community has, with the evidence and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import betainc, ndtr

from helpers.community.errors import CommunityError, TableMissing
from helpers.community.sentences import mark as _
from helpers.models.diagnosis_rules import CHALLENGES, RULES
from helpers.models.diagnosis_signs import FEW, RATIOS, SCORES, SIGNS, TooLittle, stretch

if TYPE_CHECKING:
    from helpers.community import Community

SURE = 0.9  # from here on a challenge is named; below 1 - SURE it is ruled out
_NUMBERS = ("n", "count", "estimate", "low", "high")


def beyond(
    estimate: float,
    low: float,
    high: float,
    threshold: float,
    side: str,
    *,
    count: float = np.nan,
    n: float = np.nan,
    ratio: bool = False,
) -> float:
    """Give the probability that a measure lies beyond its threshold, from its interval.

    Parameters
    ----------
    estimate, low, high : float
        The measure and its 95 % interval.
    threshold : float
        Where the trouble begins.
    side : {"below", "above"}
        On which side it lies.
    count, n : float, optional
        Of a share: how many of how many.
    ratio : bool, default False
        Whether the interval is even on the scale of logarithms.

    Returns
    -------
    float
        Between 0 and 1.

    Notes
    -----
    A share: the beta distribution with Jeffreys' prior, count + 1/2 and n - count + 1/2. Everything else: a
    normal distribution with the interval's width. Both say how sure the sample is, not how right the
    threshold is, nor whether the next quarter will be like this one.

    Examples
    --------
    >>> round(beyond(0.05, 0.02, 0.11, 0.10, "below", count=5, n=100), 2)
    0.96
    >>> beyond(1.0, 0.8, 1.25, 1.0, "above", ratio=True)
    0.5

    Taught in: 08 Outlook
    """
    if np.isfinite(count) and n > 0:
        under = float(betainc(count + 0.5, n - count + 0.5, np.clip(threshold, 0, 1)))
    else:
        values = np.array([estimate, low, high, threshold], dtype=float)
        if ratio:
            values = np.log(values)
        centre, bottom, top, limit = values
        under = float(ndtr((limit - centre) / max((top - bottom) / 3.92, 1e-12)))
    return under if side == "below" else 1 - under


def diagnose(community: Community, *, thresholds: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Judge every measure of the rules, over the last 90 days or half of the data.

    Parameters
    ----------
    community : Community
        The opened community.
    thresholds : mapping of str to float, optional
        Other thresholds by name of the measure; `diagnosis_rules.RULES` holds those that apply without.

    Returns
    -------
    pandas.DataFrame
        One row a rule: ``challenge``, ``measure``, ``n``, ``count``, ``estimate``, ``low``, ``high``,
        ``threshold``, ``side`` (on which the trouble lies), ``origin`` of the threshold (rule of thumb, by
        definition, your setting), ``probability`` (that the measure lies beyond it), ``state`` (trouble,
        fine, unclear, cannot tell), ``missing`` (table or column that would tell; "too little data"),
        ``unit`` (share, ratio, score) and ``chapter``.

    Raises
    ------
    CommunityError
        When `thresholds` names a measure that no rule has.

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame({"member_id": ["a"], "event_type": ["like"], "occurred_at": ["2026-05-01"]})
    >>> set(diagnose(Community.open({"events": events}))["state"])
    {'cannot tell'}

    Taught in: 08 Outlook
    """
    chosen = dict(thresholds or {})
    unknown = sorted(set(chosen) - {rule.measure for rule in RULES})
    if unknown:
        raise CommunityError(_("thresholds: no rule measures {names}."), names=", ".join(unknown))
    days, rows = stretch(community), []
    for rule in RULES:
        found: dict[str, float] = dict.fromkeys(_NUMBERS, np.nan)
        missing = ""
        try:
            if not days:
                raise TooLittle
            found = SIGNS[rule.measure](community, days)
            if found["n"] < FEW:
                raise TooLittle
        except TableMissing as gap:
            columns = [f"{gap.table}.{column}" for column in gap.columns]
            missing = ", ".join(columns) if community.has(gap.table) else gap.table
        except TooLittle:
            missing = "too little data"
        limit = float(chosen.get(rule.measure, rule.threshold))
        chance = np.nan
        if not missing:
            ratio = rule.measure in RATIOS
            count = np.nan if ratio else found["count"]
            ends = (found["estimate"], found["low"], found["high"])
            chance = beyond(*ends, limit, rule.side, count=count, n=found["n"], ratio=ratio)
        rows.append(
            {"challenge": rule.challenge, "measure": rule.measure}
            | {name: found[name] for name in _NUMBERS}
            | {
                "threshold": limit,
                "side": rule.side,
                "origin": "your setting" if rule.measure in chosen else rule.origin,
                "probability": chance,
                "state": _state(chance),
                "missing": missing,
                "unit": "ratio" if rule.measure in RATIOS else "score" if rule.measure in SCORES else "share",
                "chapter": rule.chapter,
            }
        )
    return community.describe(
        pd.DataFrame(rows), "diagnosis", population="the last days of the data", days=days, n=len(rows)
    )


def _state(probability: float) -> str:
    if np.isnan(probability):
        return "cannot tell"
    if probability >= SURE:
        return "trouble"
    return "fine" if probability <= 1 - SURE else "unclear"


def summary(found: pd.DataFrame) -> pd.DataFrame:
    """Draw the measures of each challenge together: one that is surely in trouble is enough to name it.

    Parameters
    ----------
    found : DataFrame
        From :func:`diagnose`.

    Returns
    -------
    pandas.DataFrame
        One row a challenge, the surest first: ``challenge``, ``verdict`` (trouble, fine, unclear, cannot
        tell), ``probability`` (that of its worst measure), ``measure`` (that one), ``n``, ``estimate``,
        ``low``, ``high``, ``threshold``, ``side``, ``unit``, ``judged`` (measures that could be judged),
        ``measures``, ``missing`` (what would tell more) and ``chapter``.

    Notes
    -----
    The worst of several measures is more often beyond its threshold by chance than any single one. The
    number of false alarms on communities without the trouble is counted in the tests of this module.

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame({"member_id": ["a"], "event_type": ["like"], "occurred_at": ["2026-05-01"]})
    >>> summary(diagnose(Community.open({"events": events})))["verdict"].unique().tolist()
    ['cannot tell']

    Taught in: 08 Outlook
    """
    worst = found.sort_values("probability", ascending=False, kind="stable", na_position="last")
    rows = worst.drop_duplicates("challenge").rename(columns={"state": "verdict"})
    counted = found.assign(judged=found["missing"] == "").groupby("challenge")["judged"].agg(["sum", "size"])
    gaps = (
        found[found["missing"] != ""]
        .groupby("challenge")["missing"]
        .agg(lambda kinds: ", ".join(dict.fromkeys(kinds)))
    )
    rows = rows.assign(
        judged=rows["challenge"].map(counted["sum"]).astype(int),
        measures=rows["challenge"].map(counted["size"]).astype(int),
        missing=[gaps.get(name, "") for name in rows["challenge"]],
        place=rows["challenge"].map(CHALLENGES.index),
    )
    rows = rows.sort_values(["probability", "place"], ascending=[False, True], na_position="last")
    columns = [
        "challenge", "verdict", "probability", "measure", "n", "estimate", "low", "high", "threshold",
        "side", "unit", "judged", "measures", "missing", "chapter",
    ]  # fmt: skip
    result = rows[columns].reset_index(drop=True)
    result.attrs["about"] = found.attrs.get("about", {}) | {"metric": "challenges"}
    return result
