"""Set the orders that attribution credits to an advertisement beside those that a hold-out says it caused."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.community.errors import DataError
from helpers.community.sentences import mark as _
from helpers.metrics.campaigns import CONTROL
from helpers.metrics.journey_steps import Money
from helpers.metrics.journeys import journeys
from helpers.models.attribution import RULES, credits
from helpers.models.holdout import KIND, effect

COLUMNS = ["rule", "n", "estimate", "low", "high", "revenue", "revenue_low", "revenue_high"]
COLUMNS += ["cost", "returned", "returned_low", "returned_high"]


def against(
    community: Community,
    *,
    kind: str = KIND,
    channel: str | None = None,
    days: int = 14,
    money: Money = "net",
    repeats: int = 400,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare what each rule credits to an advertisement with what the hold-out says it added.

    Both are about the treated members and the days of the campaign, so they should be the same orders.

    Parameters
    ----------
    community : Community
        The opened community.
    kind : str, default "ad_holdout"
        Kind of the campaign; the latest of that kind is measured.
    channel : str, optional
        Channel of the advertisement; by default that of the campaign's touches.
    days, money
        As for :func:`helpers.metrics.journeys.journeys`.
    repeats, seed : int
        As for :func:`helpers.models.attribution.credits`.

    Returns
    -------
    pandas.DataFrame
        One row a ``rule`` (first, last, linear, position, markov, holdout): ``n`` (treated members),
        ``estimate``, ``low``, ``high`` (orders), ``revenue``, ``revenue_low``, ``revenue_high``, ``cost``
        (of the channel in those days, missing if not booked), ``returned``, ``returned_low``,
        ``returned_high`` (money over cost: below 1 it is not covered).

    Raises
    ------
    TableMissing, DataError
        As :func:`effect`; also when there are no touches.

    Taught in: 05 Conversion
    """
    community.require("touches")
    measured = effect(community, kind=kind, money=money)
    truth, about = measured.set_index("outcome"), measured.attrs["about"]
    if truth.empty:
        return community.describe(
            pd.DataFrame(columns=COLUMNS), "credited", n=0, money=money, randomised=True
        )
    name = channel or _channel_of(community, about["campaign_id"])
    treated = community.query(
        "select unit_id as member_id from assignments where campaign_id = $campaign "
        f"and lower(trim(arm)) not in ({', '.join(repr(arm) for arm in CONTROL)}) order by unit_id",
        campaign=about["campaign_id"],
    )["member_id"]
    walked = journeys(community, days=days, first=about["first"], last=about["last"], money=money)
    mine = walked[walked["member_id"].isin(treated)]
    mine.attrs = walked.attrs
    shared = credits(mine, repeats=repeats, seed=seed).query("channel == @name")
    columns = ["estimate", "low", "high", "revenue", "revenue_low", "revenue_high"]
    table = pd.concat(
        [
            shared.set_index("rule").reindex(list(RULES))[columns].reset_index().fillna(0.0),
            pd.DataFrame(
                [["holdout", *_total(truth, "orders"), *_total(truth, "revenue")]], columns=["rule", *columns]
            ),
        ],
        ignore_index=True,
    )
    cost = _spent(community, name, about)
    table = table.assign(n=int(truth["n"].iloc[0]), cost=cost)
    for end in ("", "_low", "_high"):
        table[f"returned{end}"] = table[f"revenue{end}"] / (cost if cost > 0 else np.nan)
    return community.describe(
        table[COLUMNS],
        "credited",
        population="members who were meant to see it",
        period=about["period"],
        campaign=about["campaign"],
        channel=name,
        days=int(days),
        money=money,
        n=int(truth["n"].iloc[0]),
        unit="count",
        randomised=True,
    )


def _total(truth: pd.DataFrame, outcome: str) -> list[float]:
    return [float(truth.at[outcome, name]) for name in ("total", "total_low", "total_high")]


def _channel_of(community: Community, campaign: str) -> str:
    community.require("touches", "campaign_id")
    found = community.query(
        """
select lower(trim(channel)) as channel, count(*) as n
from touches
where campaign_id = $campaign
group by 1
order by n desc, channel
limit 1
""",
        campaign=campaign,
    )
    if found.empty:
        raise DataError(_("No touch names the campaign: say which channel was held out with channel=."))
    return str(found["channel"].iloc[0])


def _spent(community: Community, channel: str, about: dict[str, object]) -> float:
    if not community.has("costs"):
        return float("nan")
    found = community.query(
        """
select cast(sum(amount) as double) as cost
from costs
where lower(trim(channel)) = $channel and day between cast($first as date) and cast($last as date)
""",
        channel=channel,
        first=about["first"],
        last=about["last"],
    )
    return float(found["cost"].iloc[0]) if found["cost"].notna().any() else float("nan")
