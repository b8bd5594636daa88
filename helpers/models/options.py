"""Weigh new ideas: what they cost, what is known about them, and how much room this community leaves them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.community.errors import TableMissing
from helpers.metrics import response
from helpers.metrics.intervals import wilson
from helpers.models import recommendation


@dataclass(frozen=True)
class Idea:
    """Say what is known about one idea, whatever the community.

    Parameters
    ----------
    name : str
        The idea.
    weeks : tuple of (float, float)
        Work until a first test, in weeks of one person: a rule of thumb, to be replaced by one's own.
    evidence : str
        "drawn by lot" (tested in the field), "observed only" (compared without lots) or "laboratory".
    source : str
        Where it can be read.
    risk : str
        What goes wrong most often.
    """

    name: str
    weeks: tuple[float, float]
    evidence: str
    source: str
    risk: str


_TEST, _SEEN, _LAB = "drawn by lot", "observed only", "laboratory"
IDEAS = (
    Idea("personalisation", (4, 12), _TEST, "Holtz et al. 2020, ACM EC", "narrows what members see"),
    Idea(
        "chat assistant", (2, 8), _SEEN, "Brynjolfsson, Li & Raymond 2025, QJE", "wrong answers in your name"
    ),
    Idea("big data", (1, 6), _SEEN, "Brynjolfsson & McElheran 2016, AER", "more data than consent"),
    Idea("VR and AR", (12, 40), _SEEN, "Tan, Chandukala & Reddy 2022, JM", "paid once, tried once"),
    Idea("new forms of community", (3, 10), _TEST, "Algesheimer et al. 2010, MkSc", "splits the active"),
    Idea("partners of other trades", (3, 12), _LAB, "Simonin & Ruth 1998, JMR", "their fault becomes yours"),
    Idea("sharing among members", (4, 16), _SEEN, "Zervas et al. 2017, JMR", "liability and trust"),
)
Size = tuple[str, float, float, float, float, float]  # measure, n, count, estimate, low, high


def _share(measure: str, n: float, count: float) -> Size:
    low, high = wilson(count, n)
    return measure, n, count, count / n if n else np.nan, float(low), float(high)


def _found(community: Community, text: str, days: int) -> tuple[float, float]:
    row = community.query(text, as_of=community.as_of, days=int(days)).iloc[0]
    return float(row["n"] or 0), float(row["count"] or 0)


def _personalisation(community: Community, days: int) -> Size:
    trial = recommendation.trial(community, cuts=4, methods=("popular", "item"), fresh=2)
    table = recommendation.compare(trial, repeats=200)
    mine = table[(table["metric"] == "recall") & (table["method"] == "item")] if len(table) else table
    name = "wanted new posts that a list of ten finds beyond popularity"
    if mine.empty:
        return name, 0, np.nan, np.nan, np.nan, np.nan
    row = mine.iloc[0]
    ends = (row[part] for part in ("difference", "difference_low", "difference_high"))
    return (name, float(row["n"]), np.nan, *(float(end) for end in ends))  # type: ignore[return-value]


def _chat(community: Community, days: int) -> Size:
    table = response.answered(community, within=(1,))
    name = "questions without a reply within an hour"
    if table.empty:
        return _share(name, 0, 0)
    row = table.iloc[0]
    return _share(name, row["n"], row["n"] - row["count"])


def _controls(community: Community, days: int) -> Size:
    community.require("campaigns")
    community.require("assignments")
    text = """
with drawn as (
    select distinct campaign_id from assignments
)
select count(*) as n, sum(case when drawn.campaign_id is null then 1 else 0 end) as count
from campaigns
left join drawn on drawn.campaign_id = campaigns.campaign_id
where $days > 0 and cast(campaigns.starts_at as date) <= cast($as_of as date)
"""
    return _share("campaigns without anybody held out", *_found(community, text, days))


def _returns(community: Community, days: int) -> Size:
    community.require("orders", "refunded")
    text = """
select count(*) as n, sum(case when refunded > 0 then 1 else 0 end) as count
from orders
where date_diff('day', day, cast($as_of as date)) < $days
"""
    return _share("orders paid back, in part or whole", *_found(community, text, days))


def _onlookers(community: Community, days: int) -> Size:
    community.require("events")
    text = f"""
with seen as (
    select member_id, sum(actions) as actions
    from {community.member_days()}
    where date_diff('day', day, cast($as_of as date)) < $days
    group by member_id
)
select count(*) as n, sum(case when actions = 0 then 1 else 0 end) as count from seen
"""
    return _share("active members who only looked on", *_found(community, text, days))


def _one_category(community: Community, days: int) -> Size:
    community.require("orders", "category")
    text = """
with bought as (
    select member_id, count(*) as orders, count(distinct category) as categories
    from orders
    where is_purchase and $days > 0 and day <= cast($as_of as date)
    group by member_id
    having count(*) > 1
)
select count(*) as n, sum(case when categories = 1 then 1 else 0 end) as count from bought
"""
    return _share("repeat buyers of one single category", *_found(community, text, days))


def _peers(community: Community, days: int) -> Size:
    table = response.answered(community, within=(72,))
    name = "replies within three days that came from members"
    if table.empty:
        return _share(name, 0, 0)
    row = table.iloc[0]
    return _share(name, row["count"], row["count"] - row["by_staff"])


_SIZES: dict[str, Callable[[Community, int], Size]] = {
    "personalisation": _personalisation,
    "chat assistant": _chat,
    "big data": _controls,
    "VR and AR": _returns,
    "new forms of community": _onlookers,
    "partners of other trades": _one_category,
    "sharing among members": _peers,
}


def weigh(
    community: Community, *, days: int = 91, weeks: Mapping[str, tuple[float, float]] | None = None
) -> pd.DataFrame:
    """List the ideas with the room that this community leaves them, their effort, evidence and risk.

    Parameters
    ----------
    community : Community
        The opened community.
    days : int, default 91
        Recent days that refunds and onlookers are counted over.
    weeks : mapping of str to (float, float), optional
        Your own least and most weeks of work by idea; the rule of thumb of ``IDEAS`` otherwise.

    Returns
    -------
    pandas.DataFrame
        One row an idea: ``option``, ``measure`` (what was counted), ``n``, ``count``, ``estimate``, ``low``,
        ``high`` (share; missing where the tables cannot tell), ``weeks_low``, ``weeks_high``, ``evidence``,
        ``source``, ``risk``, ``small``.

    Notes
    -----
    Each share has its own base and is an upper bound: a question that waits is not yet a question that an
    assistant answers well. So rows are not to be ranked by it alone. Only the gain of personalisation is a
    measured gain, on past views.

    Taught in: 08 Outlook
    """
    given = dict(weeks or {})
    rows = []
    for idea in IDEAS:
        try:
            measure, n, count, estimate, low, high = _SIZES[idea.name](community, days)
        except TableMissing:
            measure, n, count, estimate, low, high = "", 0, np.nan, np.nan, np.nan, np.nan
        effort = given.get(idea.name, idea.weeks)
        rows.append(
            (idea.name, measure, int(n), count, estimate, low, high, float(effort[0]), float(effort[1]),
             idea.evidence, idea.source, idea.risk, n < 30)
        )  # fmt: skip
    columns = ["option", "measure", "n", "count", "estimate", "low", "high", "weeks_low", "weeks_high"]
    columns += ["evidence", "source", "risk", "small"]
    table = pd.DataFrame(rows, columns=columns)
    table.loc[table["n"] == 0, ["estimate", "low", "high"]] = np.nan
    return community.describe(
        table,
        "options",
        population="all members",
        period=f"last {int(days)} days",
        days=int(days),
        n=int(table["n"].max()),
        randomised=False,
    )
