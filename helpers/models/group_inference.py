"""Judge a test in which groups were drawn: cluster-robust intervals and the draw itself, done again."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from helpers.community import Community, CommunityError
from helpers.community.sentences import mark as _
from helpers.metrics.arms import mean_of_members, ratio_of_groups, spread, two_sided
from helpers.metrics.gains import OUTCOMES, arms, daily

MOST_EXACT = 14  # pairs up to which every draw is gone through: 16,384 of them
METHODS = ("members", "cr1", "cr2", "groups", "draw")


def rounds(community: Community) -> list[str]:
    """List the campaigns in which chance drew groups, by their start.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    list of str
        Ids; none where every test drew members.

    Taught in: 05 Conversion
    """
    counted = arms(community, every=True)
    return list(dict.fromkeys(counted.loc[counted["unit"] == "group", "campaign_id"]))


def groups_of(community: Community, campaign_id: str, *, outcome: str = "orders") -> pd.DataFrame:
    """Sum up by drawn group what members bought in the days of a campaign that was drawn by group.

    Parameters
    ----------
    community : Community
        The opened community.
    campaign_id : str
        The campaign.
    outcome : {"orders", "revenue", "margin"}, default "orders"
        What is summed.

    Returns
    -------
    pandas.DataFrame
        One row a group: ``group_id``, ``treated`` (bool), ``members``, ``total``, ``total_squares`` (sum
        over members of the square), ``estimate`` (mean per member).

    Raises
    ------
    CommunityError
        When the campaign was not drawn by group, or has no control.

    Taught in: 05 Conversion
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"outcome={outcome!r}: choose one of {', '.join(OUTCOMES)}.")
    counted, days = arms(community, every=True), daily(community, after=0, every=True)
    mine = counted[(counted["campaign_id"] == campaign_id) & (counted["unit"] == "group")]
    if mine.empty:
        raise CommunityError(
            _("No groups were drawn for campaign {campaign_id!r}, or none as a control."),
            campaign_id=campaign_id,
        )
    sums = (
        days[days["campaign_id"] == campaign_id]
        .groupby("drawn_group")[[outcome, f"{outcome}_squares"]]
        .sum()
        .set_axis(["total", "total_squares"], axis=1)
    )
    result = mine.rename(columns={"drawn_group": "group_id"}).assign(treated=~mine["control"])
    result = result[["group_id", "treated", "members"]].join(sums, on="group_id").fillna(0.0)
    result["estimate"] = result["total"] / result["members"]
    return community.describe(
        result.reset_index(drop=True),
        "groups of a campaign",
        campaign=str(mine["name"].iloc[0]),
        outcome=outcome,
        randomised=True,
        unit="count" if outcome == "orders" else "money",
        n=int(result["members"].sum()),
    )


def cluster_error(groups: pd.DataFrame, *, kind: str = "cr2") -> float:
    """Give the cluster-robust standard error of the difference of two arms of whole groups.

    Parameters
    ----------
    groups : DataFrame
        One row a group: ``treated``, ``members``, ``total``.
    kind : {"cr1", "cr2"}, default "cr2"
        Correction for few groups.

    Returns
    -------
    float

    Notes
    -----
    That of a regression of the members' values on treatment and a constant. CR1 multiplies the sandwich by
    G / (G - 1) · (n - 1) / (n - 2), as statsmodels and Stata do; CR2 (Bell and McCaffrey 2002) blows up
    each group's residuals by what the group itself has pulled its arm's mean towards it, here
    1 / sqrt(1 - its share of the arm's members).

    Examples
    --------
    >>> table = pd.DataFrame({"treated": [True, True, False, False], "members": [10, 10, 10, 10],
    ...                       "total": [4.0, 6.0, 2.0, 4.0]})
    >>> round(cluster_error(table), 4), round(cluster_error(table, kind="cr1"), 4)
    (0.1414, 0.117)

    Taught in: 05 Conversion
    """
    members, total = groups["members"].to_numpy(float), groups["total"].to_numpy(float)
    treated = groups["treated"].to_numpy(bool)
    variance = 0.0
    for side in (treated, ~treated):
        n = members[side].sum()
        residual = total[side] - total[side].sum() / n * members[side]
        if kind == "cr2":
            residual = residual / np.sqrt(1 - members[side] / n)
        variance += (residual**2).sum() / n**2
    if kind == "cr1":
        count, n = len(groups), members.sum()
        variance *= count / (count - 1) * (n - 1) / (n - 2)
    return float(np.sqrt(variance))


def pairs_by_size(groups: pd.DataFrame) -> np.ndarray | None:
    """Find the pairs of similar groups in which one was drawn for each arm.

    Parameters
    ----------
    groups : DataFrame
        ``group_id``, ``treated``, and ``size`` or else ``members``.

    Returns
    -------
    array of int or None
        The pair of each row, by falling size; None where pairs by size do not hold one of each arm, so
        that groups were drawn some other way.

    Taught in: 05 Conversion
    """
    size = groups["size"] if "size" in groups else groups["members"]
    order = np.lexsort((groups["group_id"].astype(str), -size.to_numpy(float)))
    if len(order) % 2:
        return None
    pair = np.empty(len(order), int)
    pair[order] = np.arange(len(order)) // 2
    ones = np.bincount(pair, groups["treated"].to_numpy(bool))
    return pair if (ones == 1).all() else None


def draws(
    treated: np.ndarray, pair: np.ndarray | None, *, repeats: int = 10_000, seed: int = 0
) -> np.ndarray:
    """Draw the arms again as they were drawn: within pairs, or as many groups of all.

    Parameters
    ----------
    treated : array of bool
        The draw that was used.
    pair : array of int or None
        The pair of each group; None where there were none.
    repeats : int, default 10,000
        Draws where they are too many to go through.
    seed : int, default 0
        Start of the random numbers.

    Returns
    -------
    array of bool of shape (draws, groups)
        All possible draws for up to 14 pairs, else the one used and random ones.

    Raises
    ------
    ValueError
        When a pair does not hold one group of each arm.

    Examples
    --------
    >>> draws(np.array([True, False, False, True]), np.array([0, 0, 1, 1])).shape
    (4, 4)

    Taught in: 05 Conversion
    """
    treated = np.asarray(treated, bool)
    rng = np.random.default_rng(seed)
    if pair is None:
        order = rng.random((repeats - 1, len(treated))).argsort(axis=1)
        return np.vstack([treated, treated[order]])
    if (np.bincount(pair, treated) != 1).any() or (np.bincount(pair) != 2).any():
        raise ValueError("Every pair holds one treated group and one that was not; these do not.")
    count = int(pair.max()) + 1
    if count <= MOST_EXACT:
        flips = np.array(list(product([False, True], repeat=count)))
    else:
        flips = np.vstack([np.zeros((1, count), bool), rng.random((repeats - 1, count)) < 0.5])
    return treated ^ flips[:, pair]


def _statistics(groups: pd.DataFrame, drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    # The difference of the arms under each draw, and how much of it a gain per member really treated makes.
    members, total = groups["members"].to_numpy(float), groups["total"].to_numpy(float)
    gained = members * groups["treated"].to_numpy(bool)
    n, m = drawn @ members, ~drawn @ members
    return (
        (drawn @ total) / n - (~drawn @ total) / m,
        (drawn @ gained) / n - (~drawn @ gained) / m,
    )


def by_the_draw(
    groups: pd.DataFrame, *, pair: np.ndarray | None = None, level: float = 0.95, seed: int = 0
) -> dict[str, float]:
    """Judge the difference by all draws that could have come instead: randomisation inference.

    Parameters
    ----------
    groups : DataFrame
        One row a group: ``treated``, ``members``, ``total``.
    pair : array of int, optional
        Pairs within which the arms were drawn, as from :func:`pairs_by_size`.
    level : float, default 0.95
        Confidence level.
    seed : int, default 0
        Start of the random numbers.

    Returns
    -------
    dict
        ``estimate``, ``low``, ``high`` (all gains per member that the test does not reject), ``p_value``
        (share of draws with a difference as large, either sign), ``draws`` (how many were looked at).

    Notes
    -----
    Fisher's test of no effect on anybody; the interval takes the effect to be the same for every member
    (Rosenbaum 2002, *Observational Studies*, ch. 2). It assumes nothing about how values are spread.

    Examples
    --------
    >>> table = pd.DataFrame({"treated": [True, False] * 6, "members": [10] * 12,
    ...                       "total": [6.0, 4, 7, 4, 5, 4, 8, 3, 6, 5, 7, 3]})
    >>> found = by_the_draw(table, pair=np.repeat(np.arange(6), 2))
    >>> found["draws"], round(found["p_value"], 3)
    (64.0, 0.031)

    Taught in: 05 Conversion
    """
    drawn = draws(groups["treated"].to_numpy(bool), pair, seed=seed)
    differences, shares = _statistics(groups, drawn)
    used = _statistics(groups, groups["treated"].to_numpy(bool)[None, :])
    observed, slack = float(used[0][0]), 1e-12

    def p_value(gain: np.ndarray) -> np.ndarray:
        # After taking a gain away from the treated, the difference of draw k is d_k - gain * s_k.
        left = np.abs(differences[None, :] - gain[:, None] * shares[None, :])
        return (left >= np.abs(observed - gain)[:, None] - slack).mean(axis=1)

    reach = 12 * float(np.std(differences)) + 1e-9
    low, high = (_edge(p_value, observed, observed + side * reach, 1 - level) for side in (-1, 1))
    return {
        "estimate": observed,
        "low": low,
        "high": high,
        "p_value": float(p_value(np.zeros(1))[0]),
        "draws": float(len(drawn)),
    }


def _edge(p_value, inside: float, outside: float, alpha: float) -> float:  # type: ignore[no-untyped-def]
    """Return the gain farthest from the estimate that is not rejected; missing where none is rejected."""
    if p_value(np.array([outside]))[0] > alpha:
        return float("nan")
    for _step in range(40):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if p_value(np.array([middle]))[0] > alpha else (inside, middle)
    return float(inside)


def compare(groups: pd.DataFrame, *, pair: np.ndarray | None = None, level: float = 0.95) -> pd.DataFrame:
    """Set the intervals side by side that members, clusters, groups and the draw itself give.

    Parameters
    ----------
    groups : DataFrame
        From :func:`groups_of`.
    pair : array of int, optional
        Pairs within which the arms were drawn.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        One row a ``method``: ``members`` (each member counted as if drawn alone: wrong), ``cr1``, ``cr2``
        (cluster-robust, t with groups - 1 degrees of freedom), ``groups`` (Welch between groups), ``draw``
        (randomisation inference); ``estimate``, ``low``, ``high`` (difference per member), ``p_value``,
        ``units``, ``width`` (of the interval, as a multiple of that of ``members``), ``wrong`` (bool).

    Taught in: 05 Conversion
    """
    treated, control = groups[groups["treated"]], groups[~groups["treated"]]
    sides = (treated, control)
    gap = (
        treated["total"].sum() / treated["members"].sum() - control["total"].sum() / control["members"].sum()
    )
    count, n = len(groups), int(groups["members"].sum())
    rows = []
    naive = spread(
        [mean_of_members(side, "total")[1] for side in sides],
        [side["members"].sum() for side in sides],
        level,
    )
    between = spread(
        [ratio_of_groups(side, "total")[1] for side in sides], [len(side) for side in sides], level
    )
    for method, units, (error, half, degrees) in (
        ("members", n, naive),
        *(
            (kind, count, _student(cluster_error(groups, kind=kind), count - 1, level))
            for kind in ("cr1", "cr2")
        ),
        ("groups", count, between),
    ):
        rows.append((method, gap, gap - half, gap + half, float(two_sided(gap, error, degrees)), units))
    drawn = by_the_draw(groups, pair=pair, level=level)
    rows.append(("draw", gap, drawn["low"], drawn["high"], drawn["p_value"], count))
    result = pd.DataFrame(rows, columns=["method", "estimate", "low", "high", "p_value", "units"])
    width = result["high"] - result["low"]
    result = result.assign(width=width / width.iloc[0], wrong=result["method"] == "members")
    result.attrs = dict(groups.attrs)
    if "about" in result.attrs:
        paired = {"pairs": pair is not None, "draws": int(drawn["draws"]), "groups": count}
        result.attrs["about"] = {**result.attrs["about"], "metric": "group inference", **paired}
    return result


def _student(error: float, degrees: int, level: float) -> tuple[float, float, int]:
    return error, float(stdtrit(degrees, (1 + level) / 2)) * error, degrees
