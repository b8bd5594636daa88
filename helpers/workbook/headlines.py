"""The few figures at the top of a report, each with what it rests on and how sure it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd

from helpers.community import Community, TableMissing
from helpers.metrics import activity, intervals, retention, satisfaction
from helpers.models import purchase_histories
from helpers.present import numbers
from helpers.present.language import Translate, translator
from helpers.workbook.first_steps import unmatched

WINDOW = 28
COMEBACK = 30


@dataclass(frozen=True)
class Headline:
    """One figure of the summary.

    Parameters
    ----------
    label : str
        What it is.
    value : str
        The figure, formatted.
    detail : str
        Interval, n and period.
    n : int
        The count it rests on.
    """

    label: str
    value: str
    detail: str
    n: int

    @property
    def small(self) -> bool:
        """Whether it rests on too few to say much."""
        return self.n < 30


def headlines(community: Community) -> list[Headline]:
    """Compute the figures that this community's tables allow.

    Parameters
    ----------
    community : Community
        The community.

    Returns
    -------
    list of Headline
        Members, active share, comeback, repeat purchase, revenue and net promoter score; those whose
        table is missing, or that rest on nobody, are left out.

    Taught in: 06 Evaluation
    """
    _ = translator({"language": community.language})
    makers: list[Callable[[Community, Translate], list[Headline]]] = [
        _active, _comeback, _repeat, _revenue, _promoters
    ]  # fmt: skip
    found: list[Headline] = []
    for make in makers:
        try:
            found += [figure for figure in make(community, _) if figure.n > 0]
        except TableMissing:
            continue
    return found


def _rate(_: Translate, label: str, row: pd.Series, detail: str) -> Headline:
    low, high = numbers.decimal(100 * row["low"]), numbers.percent(row["high"])
    spread = detail.format(low=low, high=high, n=numbers.count(row["n"]))
    return Headline(label, numbers.percent(row["estimate"]), spread, int(row["n"]))


def _active(community: Community, _: Translate) -> list[Headline]:
    windows = activity.rolling(community, windows=(WINDOW,))
    if windows.empty:  # too short a time for a single window
        return []
    last = windows.iloc[-1]
    until = numbers.day(community.as_of)
    orders = community.basis == "orders"
    label = _("Buyers known") if orders else _("Members")
    known = _("who had bought by {day}") if orders else _("belonged in the {days} days to {day}")
    detail = known.format(days=WINDOW, day=until)
    members = Headline(label, numbers.count(last["n"]), detail, int(last["n"]))
    if not orders and (buyers := unmatched(community)):
        apart = _("{detail}; {n} of them are buyers who cannot be matched with anybody who takes part")
        members = replace(members, detail=apart.format(detail=detail, n=numbers.count(buyers)))
    label = _("Bought in the last {days} days") if orders else _("Active in the last {days} days")
    share = _rate(_, label.format(days=WINDOW), last, _("95 % interval {low}–{high}, of {n}"))
    return [members, share]


def _comeback(community: Community, _: Translate) -> list[Headline]:
    returned = retention.day_n(community, days=(COMEBACK,), window=7)
    if returned.empty:  # nobody could be seen that long
        return []
    row = returned.iloc[0]
    if community.basis == "orders":
        label = _("Bought again {first}–{last} days after the first purchase")
    else:
        label = _("Back {first}–{last} days after joining")
    label = label.format(first=COMEBACK, last=COMEBACK + 6)
    return [_rate(_, label, row, _("95 % interval {low}–{high}, of {n} who could be seen that long"))]


def _repeat(community: Community, _: Translate) -> list[Headline]:
    community.require("orders")
    buyers = purchase_histories.triples(community)
    n, again = int(buyers["count"].sum()), int(buyers.loc[buyers["x"] > 0, "count"].sum())
    low, high = intervals.wilson(again, n)
    row = pd.Series({"n": n, "estimate": again / max(n, 1), "low": float(low), "high": float(high)})
    return [_rate(_, _("Bought on a second day"), row, _("95 % interval {low}–{high}, of {n} buyers"))]


def _revenue(community: Community, _: Translate) -> list[Headline]:
    community.require("orders")
    sums = community.query(
        """
with spending as (
    select
        member_id,
        cast(sum(net) as double) as net,
        sum(case when is_purchase then 1 else 0 end) as purchases
    from orders
    where date_diff('day', day, cast($as_of as date)) < $days
    group by member_id
)
select count(*) as n, sum(net) as total, sum(net * net) as squares
from spending
where purchases > 0
order by n""",
        as_of=community.as_of,
        days=WINDOW,
    ).iloc[0]
    n = int(sums["n"])
    if n == 0:
        return []
    low, high = intervals.mean_from_sums(n, float(sums["total"]), float(sums["squares"]))
    each = numbers.money_interval(float(sums["total"]) / n, float(low), float(high), community.currency)
    label = _("Revenue of the last {days} days").format(days=WINDOW)
    detail = _("{n} buyers, {each} each").format(n=numbers.count(n), each=each)
    return [Headline(label, numbers.money(float(sums["total"]), community.currency), detail, n)]


def _promoters(community: Community, _: Translate) -> list[Headline]:
    score = satisfaction.nps(community)
    if score.empty:
        return []
    row = score.iloc[0]
    low, high = numbers.decimal(row["low"], 0), numbers.decimal(row["high"], 0)
    detail = _("95 % interval {low} to {high}, {n} answers").format(
        low=low, high=high, n=numbers.count(row["n"])
    )
    return [Headline(_("Net promoter score"), numbers.decimal(row["estimate"], 0), detail, int(row["n"]))]
