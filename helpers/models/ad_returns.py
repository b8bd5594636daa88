"""Ask which channel and which audience pay: credited members and money over cost, and lift by attribute."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics import profile
from helpers.metrics.affinity import compare

BOUGHT, NOT = "bought", "did not buy"


def by_channel(community: Community, credits: pd.DataFrame) -> pd.DataFrame:
    """Divide what each channel cost by what each rule credits to it.

    Parameters
    ----------
    community : Community
        The opened community.
    credits : pandas.DataFrame
        Result of :func:`helpers.models.attribution.credits`.

    Returns
    -------
    pandas.DataFrame
        ``rule``, ``channel``, ``n``, ``count`` (conversions credited), ``cost`` (of the channel in the days
        of the journeys), ``estimate``, ``low``, ``high`` (cost per credited conversion), ``returned``,
        ``returned_low``, ``returned_high`` (credited money per unit of cost; missing for joining), ``small``.
        Channels to which no cost is booked are left out; ``attrs["about"]["free"]`` names them.

    Raises
    ------
    TableMissing
        When there are no costs with channels.

    Notes
    -----
    Cost is taken as it is booked; only the credit has an interval. All of it rests on the rule: the cost of
    what a channel truly added is known only where it was held back from some by lot.

    Taught in: 05 Conversion
    """
    community.require("costs", "channel")
    about = dict(credits.attrs.get("about", {}))
    spent = community.query(
        """
select lower(trim(channel)) as channel, cast(sum(amount) as double) as cost
from costs
where channel is not null and day between cast($first as date) and cast($last as date)
group by 1
order by 1
""",
        first=about.get("first", str(community.first_day)),
        last=about.get("last", str(community.as_of)),
    ).set_index("channel")["cost"]
    table = credits.assign(cost=credits["channel"].map(spent).astype(float))
    paid = table["cost"].gt(0)
    free = sorted(table.loc[~paid, "channel"].unique())
    table = table[paid].reset_index(drop=True)

    def per(name: str) -> pd.Series:
        return table["cost"] / table[name].where(table[name] > 0)

    joins = about.get("goal") == "join"
    result = table[["rule", "channel", "n"]].assign(
        count=table["estimate"],
        cost=table["cost"],
        estimate=per("estimate"),
        low=per("high"),
        high=per("low"),
        **{
            f"returned{end}": np.nan if joins else table[f"revenue{end}"] / table["cost"]
            for end in ("", "_low", "_high")
        },
        small=table["estimate"] < 30,
    )
    about |= {"metric": "ad_returns", "unit": "money", "free": free, "randomised": False}
    result.attrs = {"about": about}
    return result


def audience(
    community: Community,
    *,
    days: int = 90,
    attributes: Sequence[str] | None = None,
    threshold: int = 5,
) -> pd.DataFrame:
    """Compare how many newcomers of each kind bought soon with how many of all others did.

    Parameters
    ----------
    community : Community
        The opened community.
    days : int, default 90
        Newcomers watched that long are counted; bought means a purchase within so many days of joining.
    attributes : sequence of str, optional
        Columns of members; those of gender, age_band, region, city_tier and source that were supplied.
    threshold : int, default 5
        Kinds with fewer buyers or non-buyers are hidden, and what would give them away.

    Returns
    -------
    pandas.DataFrame
        ``attribute``, ``value``, ``n`` (newcomers), ``count`` (of them bought), ``share``, ``estimate``
        (lift: share over that of all others), ``low``, ``high``, ``significant`` (false discovery rate held
        at 5 % within an attribute), ``suppressed`` (numbers hidden), ``small``.

    Raises
    ------
    TableMissing
        When there are no orders or none of the attributes.

    Notes
    -----
    A lift says who bought, not whom an advertisement would move: those who buy anyway have the highest.

    Taught in: 05 Conversion
    """
    community.require("orders")
    who = community.query(
        f"""
with watched as (
    select member_id, joined_day
    from people
    where joined_day >= cast($first_day as date)
        and date_diff('day', joined_day, cast($as_of as date)) >= {int(days)}
),
soon as (
    select watched.member_id
    from watched
    inner join orders on orders.member_id = watched.member_id and orders.is_purchase
        and date_diff('day', watched.joined_day, orders.day) < {int(days)}
    group by watched.member_id
)
select watched.member_id, case when soon.member_id is null then '{NOT}' else '{BOUGHT}' end as segment
from watched
left join soon on soon.member_id = watched.member_id
order by watched.member_id
""",
        first_day=community.first_day,
        as_of=community.as_of,
    )
    wanted = None if attributes is None else list(attributes)
    counted = profile.table(community, attributes=wanted, segments=who, threshold=threshold)
    inside = counted[counted["segment"].isin([BOUGHT, NOT])]
    columns = ["attribute", "value", "n", "count", "share", "estimate", "low", "high", "significant"]
    parts = []
    for name, part in inside.groupby("attribute", sort=False):
        hidden = part.groupby("value")["suppressed"].any()
        known = part[~part["value"].map(hidden)].dropna(subset=["count"])
        rows = pd.DataFrame(columns=["value", *columns[2:]])
        if known["segment"].nunique() == 2 and known["value"].nunique() > 1:
            # Here the kinds are compared, and what they did is the topic.
            swapped = known.rename(columns={"value": "segment", "segment": "topic"})
            rows = compare(swapped[["segment", "topic", "count"]]).query("topic == @BOUGHT")
            rows = rows.rename(columns={"segment": "value"})
        hidden = hidden[part.groupby("value")["count"].sum().gt(0) | hidden]
        rows = rows[["value", *columns[2:]]]
        every = pd.DataFrame({"attribute": name, "value": hidden.index, "suppressed": hidden.to_numpy()})
        parts.append(every.merge(rows, on="value", how="left"))
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*columns, "suppressed"])
    table = table.reindex(columns=[*columns, "suppressed"]).assign(small=table["n"].fillna(0) < 30)
    table["significant"] = table["significant"].eq(True)
    return community.describe(
        table,
        "audience",
        population="newcomers",
        period=f"first {int(days)} days",
        days=int(days),
        threshold=int(threshold),
        n=len(who),
        unit="score",
        randomised=False,
    )
