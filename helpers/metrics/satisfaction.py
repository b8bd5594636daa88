"""Ask how content members are: the net promoter score on any scale, mean scores, and who answers at all."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtri

from helpers.community import Community, DataError
from helpers.community.sentences import mark as _
from helpers.metrics.intervals import adjusted_wald_nps, mean_from_sums, wilson
from helpers.metrics.population import labels_sql, start_sql

# (lowest, highest score of the scale): lowest score of a promoter, lowest score of a passive.
CUTS: dict[tuple[float, float], tuple[float, float]] = {
    (0, 10): (9, 7),
    (1, 10): (9, 7),
    (1, 5): (5, 4),
    (0, 5): (5, 4),
    (1, 7): (7, 6),
}
SMALL = 30
CLASSES = ["promoters", "passives", "detractors"]


def cuts(low: float, high: float) -> tuple[float, float]:
    """Return from which score on an answer is a promoter's, and from which a passive's.

    Parameters
    ----------
    low, high : float
        Ends of the scale.

    Returns
    -------
    tuple of float
        Lowest promoter score, lowest passive score.

    Notes
    -----
    0-10: 9 and 7 (Reichheld 2003). 1-10 keeps the same scores, though it offers six instead of seven ways
    to be a detractor: its results are not comparable with 0-10. 1-5: 5 and 4. 1-7: 7 and 6. Any other
    scale: the top 15 % of its length and the 20 % below.

    Examples
    --------
    >>> cuts(0, 10), cuts(1, 5), cuts(0, 100)
    ((9, 7), (5, 4), (85.0, 65.0))

    Taught in: 06 Evaluation
    """
    if (low, high) in CUTS:
        return CUTS[(low, high)]
    if not high > low:
        raise DataError(
            _("A scale from {low} to {high} has no length: mend scale_min and scale_max in surveys."),
            low=low,
            high=high,
        )
    return low + 0.85 * (high - low), low + 0.65 * (high - low)


def classify(score: pd.Series, *, scale: tuple[float, float] = (0, 10)) -> pd.Series:
    """Name each answer promoter, passive or detractor.

    Parameters
    ----------
    score : pandas.Series
        Scores.
    scale : tuple of float, default (0, 10)
        Lowest and highest possible score.

    Returns
    -------
    pandas.Series
        ``"promoters"``, ``"passives"``, ``"detractors"``; missing where the score is missing or off
        the scale.

    Examples
    --------
    >>> classify(pd.Series([10, 8, 6, 11])).tolist()
    ['promoters', 'passives', 'detractors', nan]

    Taught in: 06 Evaluation
    """
    promoter, passive = cuts(*scale)
    names = pd.Series("detractors", index=score.index, dtype=object)
    names = names.mask(score >= passive, "passives").mask(score >= promoter, "promoters")
    return names.where(score.between(*scale))


def score(counts: pd.DataFrame) -> pd.DataFrame:
    """Add the net promoter score and its interval to counts of the three classes.

    Parameters
    ----------
    counts : pandas.DataFrame
        ``promoters``, ``passives``, ``detractors``.

    Returns
    -------
    pandas.DataFrame
        The same with ``n``, ``estimate``, ``low``, ``high`` in points (-100 to 100) and ``small`` (n < 30).

    Notes
    -----
    Promoters minus detractors, as a share of all answers; adjusted Wald interval (Rocks 2016).

    Examples
    --------
    >>> counts = pd.DataFrame({"promoters": [162], "passives": [108], "detractors": [54]})
    >>> score(counts)[["n", "estimate", "low", "high"]].round(2)
         n  estimate    low   high
    0  324     33.33  24.95  41.11

    Taught in: 06 Evaluation
    """
    n = counts[CLASSES].sum(axis=1)
    low, high = adjusted_wald_nps(counts["promoters"], counts["passives"], counts["detractors"])
    estimate = 100 * (counts["promoters"] - counts["detractors"]) / n.where(n > 0)
    return counts.assign(
        n=n, estimate=estimate.astype(float), low=100 * low, high=100 * high, small=n < SMALL
    )


def minimum_answers(*, margin: float = 10, promoters: float = 0.5, detractors: float = 0.5) -> int:
    """Say how many answers a net promoter score needs to be known to within a margin.

    Parameters
    ----------
    margin : float, points, default 10
        Half the width of the 95 % interval.
    promoters, detractors : float, share, default 0.5
        Expected shares; the default is the worst case (everybody at one of the ends).

    Returns
    -------
    int
        Answers.

    Examples
    --------
    >>> minimum_answers(), minimum_answers(promoters=0.5, detractors=0.17), minimum_answers(margin=5)
    (385, 216, 1537)

    Taught in: 06 Evaluation
    """
    if not margin > 0:
        raise ValueError("margin is a number of points above 0, such as 10.")
    spread = promoters + detractors - (promoters - detractors) ** 2
    return math.ceil((ndtri(0.975) * 100 / margin) ** 2 * spread)


def sql(
    community: Community,
    *,
    by: str | None = None,
    segments: pd.DataFrame | None = None,
    every: Literal["week", "month"] | None = None,
    answer: Literal["latest", "first"] = "latest",
) -> str:
    """Return the query behind :func:`nps`: how many members gave which score.

    Parameters
    ----------
    community : Community
        The opened community.
    by, segments, every, answer
        As for :func:`nps`.

    Returns
    -------
    str
        Portable SQL with the parameter ``$kind``.

    Taught in: 06 Evaluation
    """
    if answer not in ("latest", "first"):
        raise ValueError('answer: choose "latest" or "first".')
    period = "cast(null as date)" if every is None else start_sql(every)
    segment = "'all'" if by is None else "coalesce(labels.label, 'unknown')"
    labels = f"labels as ({labels_sql(community, by, segments)}\n)," if by else ""
    join = "\n    left join labels on labels.member_id = surveys.member_id" if by else ""
    order = "desc" if answer == "latest" else "asc"
    return f"""
with {labels}
answers as (
    select
        surveys.member_id, {segment} as segment, {period} as period,
        surveys.answered_at, surveys.score, surveys.scale_min, surveys.scale_max
    from surveys{join}
    where lower(coalesce(surveys.kind, $kind)) = $kind and surveys.score is not null
),
ranked as (
    -- one answer a member and period; answers without a member are all different people
    select
        *,
        row_number() over (
            partition by member_id, period order by answered_at {order}, score, scale_min, scale_max
        ) as place
    from answers
)
select segment, period, score, scale_min, scale_max, count(*) as n
from ranked
where place = 1 or member_id is null
group by segment, period, score, scale_min, scale_max
order by segment, period, score, scale_min, scale_max
"""


def _scales(counts: pd.DataFrame) -> pd.DataFrame:
    # Scores without a stated scale: the shortest usual scale that holds all of them.
    stated = counts["scale_min"].notna() & counts["scale_max"].notna()
    found = counts.loc[~stated, "score"]
    top = 5.0 if len(found) and found.max() <= 5 else 10.0
    bottom = 1.0 if top == 5 and found.min() >= 1 else 0.0
    return counts.assign(
        scale_min=counts["scale_min"].where(stated, bottom),
        scale_max=counts["scale_max"].where(stated, top),
        scale_assumed=~stated,
    )


def _counted(community: Community, kind: str, query: str) -> pd.DataFrame:
    community.require("surveys")
    if not community.has("surveys", "kind"):
        query = query.replace(
            "where lower(coalesce(surveys.kind, $kind)) = $kind and", "where $kind is not null and"
        )
    return _scales(community.query(query, kind=kind.lower()))


def nps(
    community: Community,
    *,
    by: str | None = None,
    segments: pd.DataFrame | None = None,
    every: Literal["week", "month"] | None = None,
    answer: Literal["latest", "first"] = "latest",
    kind: str = "nps",
) -> pd.DataFrame:
    """Measure the net promoter score: how many would recommend the community, less those who would not.

    Parameters
    ----------
    community : Community
        The opened community.
    by : str, optional
        Member attribute.
    segments : pandas.DataFrame, optional
        ``member_id`` and ``segment`` from a model; `by` then names the column of the result.
    every : {"week", "month"}, optional
        Split by the time of the answer.
    answer : {"latest", "first"}, default "latest"
        Which answer of a member counts; one a member, and one a member and period with `every`. Answers
        without a member id all count.
    kind : str, default "nps"
        Kind of survey; answers that state no kind count.

    Returns
    -------
    pandas.DataFrame
        ``by``, ``period``, ``promoters``, ``passives``, ``detractors``, ``n``, ``estimate``, ``low``,
        ``high`` (points), ``scale`` (such as ``"0-10"``), ``scale_assumed`` (it was not stated),
        ``off_scale`` (answers left out), ``open_period``, ``small``.

    Raises
    ------
    TableMissing
        When there are no surveys.

    Notes
    -----
    Members who answer differ from those who do not: see :func:`response`. A score is compared with the
    community's own past; benchmarks that circulate mix scales, channels and moments of asking.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-03"])
    >>> surveys = pd.DataFrame(
    ...     {"member_id": list("aab"), "answered_at": days, "kind": "nps", "score": [3, 9, 10]}
    ... )
    >>> events = pd.DataFrame({"member_id": list("ab"), "occurred_at": days[:2], "event_type": "view"})
    >>> community = Community.open({"events": events, "surveys": surveys}, as_of="2026-01-31")
    >>> nps(community)[["n", "estimate", "scale"]]
       n  estimate scale
    0  2     100.0  0-10

    Taught in: 06 Evaluation
    """
    counts = _counted(community, kind, sql(community, by=by, segments=segments, every=every, answer=answer))
    parts = []
    for (low, high), part in counts.groupby(["scale_min", "scale_max"], sort=True):
        parts.append(part.assign(scale=f"{low:g}-{high:g}", group=classify(part["score"], scale=(low, high))))
    named = pd.concat(parts) if parts else counts.assign(scale="", group=None)
    wide = pd.DataFrame({name: named["n"].where(named["group"] == name, 0) for name in CLASSES})
    wide["off_scale"] = named["n"].where(named["group"].isna(), 0)
    keys = ["segment", "period", "scale"]
    table = pd.concat([named[[*keys, "scale_assumed"]], wide], axis=1)
    sums = {**dict.fromkeys([*CLASSES, "off_scale"], "sum"), "scale_assumed": "max"}
    table = table.groupby(keys, as_index=False, dropna=False).agg(sums)
    table[[*CLASSES, "off_scale"]] = table[[*CLASSES, "off_scale"]].astype("int64")
    table["period"] = pd.to_datetime(table["period"])
    table["open_period"] = _open(community, table["period"], every)
    order = [*CLASSES, "n", "estimate", "low", "high", "scale", "scale_assumed", "off_scale"]
    shown = [name for name, used in ((by, by), ("period", every)) if used and name]
    result = score(table).rename(columns={"segment": by or "segment"})[
        [*shown, *order, "open_period", "small"]
    ]
    return community.describe(
        result, "nps", unit="score", answer=answer, every=every, by=by, population="members who answered"
    )


def distribution(
    community: Community, *, answer: Literal["latest", "first"] = "latest", kind: str = "nps"
) -> pd.DataFrame:
    """Count how many members gave each score: what the net promoter score is made of.

    Parameters
    ----------
    community : Community
        The opened community.
    answer, kind
        As for :func:`nps`.

    Returns
    -------
    pandas.DataFrame
        ``scale``, ``score``, ``group`` (promoters, passives, detractors), ``n`` (all answers on the scale),
        ``count``, ``estimate``, ``low``, ``high`` (share with Wilson interval); scores nobody gave are there
        too.

    Taught in: 06 Evaluation
    """
    counts = _counted(community, kind, sql(community, answer=answer))
    parts = []
    for (low, high), part in counts.groupby(["scale_min", "scale_max"], sort=True):
        steps = np.arange(low, high + 1) if high - low <= 20 else np.sort(part["score"].unique())
        found = part.groupby("score")["n"].sum().reindex(steps, fill_value=0)
        table = pd.DataFrame({"score": steps, "count": found.to_numpy("int64")})
        parts.append(
            table.assign(
                scale=f"{low:g}-{high:g}",
                group=classify(table["score"], scale=(low, high)),
                n=table["count"].sum(),
            )
        )
    columns = ["scale", "score", "group", "n", "count"]
    table = pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
    low, high = wilson(table["count"].astype(float), table["n"].astype(float))
    share = table["count"].astype(float) / table["n"].astype(float)
    return community.describe(
        table.assign(estimate=share, low=low, high=high), "distribution", population="members who answered"
    )


def _open(community: Community, period: pd.Series, every: str | None) -> pd.Series:
    if every is None:
        return pd.Series(False, index=period.index)
    step = pd.Timedelta(days=7) if every == "week" else pd.DateOffset(months=1)
    return period + step > pd.Timestamp(community.as_of) + pd.Timedelta(days=1)


def trend(periods: pd.DataFrame) -> pd.DataFrame:
    """Fit a straight line through scores by period, each weighted by how sure it is.

    Parameters
    ----------
    periods : pandas.DataFrame
        ``period``, ``estimate``, ``low``, ``high``, such as :func:`nps` with `every`. Unfinished periods
        count for what they hold.

    Returns
    -------
    pandas.DataFrame
        One row: ``n`` (answers), ``periods``, ``estimate``, ``low``, ``high`` (points gained in 30 days),
        ``p_value`` (of a chi-square test that one line fits less than the periods differ: small when the
        score moved otherwise than along the line). Empty with fewer than three periods.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {
    ...         "period": pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01"]), "n": 100,
    ...         "estimate": [40.0, 30.0, 20.0], "low": [20.0, 10.0, 0.0], "high": [60.0, 50.0, 40.0],
    ...     }
    ... )
    >>> trend(table)[["periods", "estimate", "low", "high"]].round(1)
       periods  estimate   low  high
    0        3     -10.2 -24.5   4.2

    Taught in: 06 Evaluation
    """
    used = periods.dropna(subset=["estimate", "low", "high"]).sort_values("period")
    columns = ["n", "periods", "estimate", "low", "high", "p_value"]
    if len(used) < 3:
        result = pd.DataFrame(columns=columns)
    else:
        place = (used["period"] - used["period"].min()).dt.days.to_numpy(float) / 30
        error = (used["high"] - used["low"]).to_numpy(float) / (2 * ndtri(0.975))
        weight, value = 1 / np.maximum(error, 1e-9) ** 2, used["estimate"].to_numpy(float)
        centre = np.average(place, weights=weight)
        spread = float((weight * (place - centre) ** 2).sum())
        slope = float((weight * (place - centre) * value).sum() / spread)
        half = float(ndtri(0.975) / np.sqrt(spread))
        line = np.average(value, weights=weight) + slope * (place - centre)
        misfit = float(chdtrc(len(used) - 2, (weight * (value - line) ** 2).sum()))
        row = [int(used["n"].sum()), len(used), slope, slope - half, slope + half, misfit]
        result = pd.DataFrame([row], columns=columns)
    result.attrs = dict(periods.attrs)
    return result


def scores(community: Community, *, kind: str = "satisfaction", by: str = "item") -> pd.DataFrame:
    """Give the mean score of a survey and the share of content answers, by question or by another column.

    Parameters
    ----------
    community : Community
        The opened community.
    kind : str, default "satisfaction"
        Kind of survey (csat, satisfaction, need, image …).
    by : {"item", "subject", "day"}, default "item"
        Column of the surveys.

    Returns
    -------
    pandas.DataFrame
        ``by``, ``n``, ``estimate``, ``low``, ``high`` (mean with interval), ``content`` (share in the upper
        two fifths of the scale: 4 and 5 of 1-5), ``content_low``, ``content_high``, ``small``.

    Notes
    -----
    The latest answer of each member to each question counts. A mean hides who is angry: read it beside the
    share of content answers.

    Taught in: 06 Evaluation
    """
    if by not in ("item", "subject", "day"):
        raise ValueError('by: choose "item", "subject" or "day".')
    community.require("surveys")
    found = community.query(
        f"""
with ranked as (
    select
        {by} as part, member_id, score, scale_min, scale_max,
        row_number() over (partition by member_id, item, subject order by answered_at desc, score) as place
    from surveys
    where lower(coalesce(kind, $kind)) = $kind and score is not null
)
select part, score, scale_min, scale_max, count(*) as n
from ranked
where place = 1 or member_id is null
group by part, score, scale_min, scale_max
order by part, score, scale_min, scale_max
""",
        kind=kind.lower(),
    )
    counts = _scales(found)
    content = counts["score"] >= counts["scale_min"] + 0.75 * (counts["scale_max"] - counts["scale_min"])
    sums = pd.DataFrame(
        {
            by: counts["part"],
            "n": counts["n"],
            "total": counts["n"] * counts["score"],
            "squares": counts["n"] * counts["score"] ** 2,
            "content": counts["n"].where(content, 0),
        }
    )
    table = sums.groupby(by, as_index=False, dropna=False).sum()
    low, high = mean_from_sums(table["n"], table["total"], table["squares"])
    content_low, content_high = wilson(table["content"], table["n"])
    result = pd.DataFrame(
        {
            by: table[by],
            "n": table["n"],
            "estimate": table["total"] / table["n"],
            "low": low,
            "high": high,
            "content": table["content"] / table["n"],
            "content_low": content_low,
            "content_high": content_high,
            "small": table["n"] < SMALL,
        }
    )
    return community.describe(result, "scores", unit="score", kind=kind, population="members who answered")


def response(community: Community, *, kind: str = "nps", window: int = 30) -> pd.DataFrame:
    """Compare members who answered a survey with those who did not, by how active they had been.

    Parameters
    ----------
    community : Community
        The opened community.
    kind : str, default "nps"
        Kind of survey.
    window : int, days, default 30
        Activity is counted over so many days before the last answer was given.

    Returns
    -------
    pandas.DataFrame
        One row per ``activity`` (``"none"``, ``"1-3 days"``, ``"4 days and more"``): ``n`` (members),
        ``count`` (answered at least once), ``estimate``, ``low``, ``high`` (share who answered), ``members``
        (share of all members), ``answers`` (share of those who answered), ``score`` (their net promoter
        score, points), ``small``.

    Notes
    -----
    Where the active answer more often and judge more kindly, the plain score flatters. Weighting ``score`` by
    ``members`` instead of ``answers`` mends this for activity, and for nothing else.

    Taught in: 06 Evaluation
    """
    community.require("surveys")
    found = community.query(
        """
with ranked as (
    select
        member_id, day, score, scale_min, scale_max,
        row_number() over (partition by member_id order by answered_at desc, score) as place
    from surveys
    where lower(coalesce(kind, $kind)) = $kind and member_id is not null and score is not null
),
last_answer as (
    select max(day) as day from ranked
),
counted as (
    select people.member_id, count(member_days.day) as active_days
    from people
    cross join last_answer
    left join member_days
        on member_days.member_id = people.member_id
        and member_days.day <= last_answer.day
        and date_diff('day', member_days.day, last_answer.day) < $window
    where people.joined_day <= last_answer.day
        and (people.left_day is null or people.left_day >= last_answer.day or exists (
            select 1 from ranked where ranked.member_id = people.member_id
        ))
    group by people.member_id
)
select
    case when active_days = 0 then 'none' when active_days < 4 then '1-3 days' else '4 days and more' end
        as activity,
    ranked.score, ranked.scale_min, ranked.scale_max,
    ranked.member_id is not null as answered,
    count(*) as n
from counted
left join ranked on ranked.member_id = counted.member_id and ranked.place = 1
group by 1, 2, 3, 4, 5
order by 1, 2, 3, 4, 5
""",
        kind=kind.lower(),
        window=int(window),
    )
    found["answered"] = found["answered"].astype(bool)
    given = _scales(found[found["answered"]])
    rows = []
    for activity in ("none", "1-3 days", "4 days and more"):
        part, answers = found[found["activity"] == activity], given[given["activity"] == activity]
        classes = dict.fromkeys(CLASSES, 0)
        for (low, high), scale in answers.groupby(["scale_min", "scale_max"]):
            for name, n in scale["n"].groupby(classify(scale["score"], scale=(low, high))).sum().items():
                classes[str(name)] += int(n)
        judged = sum(classes.values())
        points = 100 * (classes["promoters"] - classes["detractors"]) / judged if judged else np.nan
        rows.append((activity, int(part["n"].sum()), int(answers["n"].sum()), points))
    table = pd.DataFrame(rows, columns=["activity", "n", "count", "score"])
    low, high = wilson(table["count"], table["n"])
    result = table.assign(
        estimate=table["count"] / table["n"].where(table["n"] > 0),
        low=low,
        high=high,
        members=table["n"] / max(table["n"].sum(), 1),
        answers=table["count"] / max(table["count"].sum(), 1),
        small=table["n"] < SMALL,
    )
    order = ["activity", "n", "count", "estimate", "low", "high", "members", "answers", "score", "small"]
    return community.describe(result[order], "response", kind=kind, window=int(window), population="members")
