"""Ask what cooperation with partners costs and returns: fees beside the members and sales they brought."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics import intervals

YOUNG = 90  # days; what a newer member will still buy is not known
BUYERS = 5  # fewer recruits who bought anything tell nothing about how far the sum could vary


def _money(community: Community, money: str) -> str:
    if money not in ("net", "margin"):
        raise ValueError(f'money={money!r}: choose "net" (revenue less refunds) or "margin" (less cost).')
    if money == "net":
        return "orders.net"
    community.require("orders", "cost")
    return "orders.net - case when orders.is_purchase then coalesce(orders.cost, 0) else 0 end"


def _posts(community: Community) -> pd.DataFrame:
    columns = ["member_id", "posts", "viewed", "clicked"]
    if not (community.has("contents", "is_sponsored") and community.has("events", "content_id")):
        return pd.DataFrame(
            {name: pd.Series(dtype="object" if name == "member_id" else float) for name in columns}
        )
    return community.query("""
select
    contents.author_id as member_id,
    count(distinct contents.content_id) as posts,
    count(*) filter (where events.event_type = 'view') as viewed,
    count(*) filter (where events.event_type = 'click') as clicked
from contents
left join events on events.content_id = contents.content_id and events.member_id <> contents.author_id
where contents.is_sponsored and contents.author_id is not null
group by contents.author_id
order by contents.author_id""")


def _flows(community: Community, amount: str, kind: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    fees = community.query(
        """
select member_id, day, cast(sum(amount) as double) as fee
from costs
where member_id is not null and kind = $kind
group by member_id, day
order by member_id, day""",
        kind=kind,
    )
    recruits = community.query(
        f"""
with brought as (
    select members.member_id, members.invited_by, people.joined_day
    from members
    join people on people.member_id = members.member_id
    where members.invited_by is not null and members.invited_by <> members.member_id
        and people.joined_day >= cast($first_day as date)
)
select
    brought.invited_by as partner,
    brought.member_id,
    date_diff('day', brought.joined_day, cast($as_of as date)) as age,
    cast(coalesce(sum({amount}), 0) as double) as value
from brought
left join orders on orders.member_id = brought.member_id
group by brought.invited_by, brought.member_id, brought.joined_day
order by partner, brought.member_id""",
        first_day=community.first_day,
        as_of=community.as_of,
    )
    returns = community.query(
        f"""
select members.invited_by as partner, orders.day, cast(sum({amount}) as double) as value
from orders
join members on members.member_id = orders.member_id
join people on people.member_id = orders.member_id
where members.invited_by is not null and members.invited_by <> members.member_id
    and people.joined_day >= cast($first_day as date)
group by members.invited_by, orders.day
order by partner, orders.day""",
        first_day=community.first_day,
    )
    return fees, recruits, returns


def _payback(fees: pd.DataFrame, returns: pd.DataFrame) -> float:
    # Days from the first fee until what came in had covered what was paid, for good.
    if fees.empty or returns.empty:
        return float("nan")
    paid = fees.groupby("day")["fee"].sum()
    came = returns.groupby("day")["value"].sum()
    balance = came.sub(paid, fill_value=0).sort_index().cumsum()
    below = balance.index[balance < 0]
    if not len(below):
        return 0.0
    after = balance.index[balance.index > below[-1]]
    return float((after[0] - fees["day"].min()).days) if len(after) else float("nan")


def cooperation(
    community: Community, *, money: str = "net", kind: str = "kol_fee", seed: int = 0, repeats: int = 2000
) -> pd.DataFrame:
    """Set what each partner was paid against the members whom they brought and what those bought.

    Parameters
    ----------
    community : Community
        The community.
    money : {"net", "margin"}, default "net"
        Revenue less refunds, or also less the cost of what was sold.
    kind : str, default "kol_fee"
        Kind of cost that is paid to partners.
    seed, repeats : int
        Of the bootstrap: every recruit counts a Poisson number of times, so that both how many came and
        what each is worth vary.

    Returns
    -------
    DataFrame
        ``member_id`` of the partner ("all" first, then the highest fee), ``fee``, ``posts`` (sponsored),
        ``viewed`` and ``clicked`` by others, ``n`` (members brought), ``young`` (share of them who joined
        less than 90 days ago), ``value`` (what they brought in), ``estimate`` = value / fee, ``low``,
        ``high`` (missing with fewer than five buyers), ``cost_per_member`` with ``cost_low``,
        ``cost_high`` (exact Poisson), ``payback`` (days from the first fee until fees
        were covered for good; missing when they are not), ``small``.

    Raises
    ------
    TableMissing
        When costs do not say to whom they were paid, or nobody's inviter is known, or there are no orders.

    Notes
    -----
    Nobody drew lots whom to pay, nor who would follow whom. Recruits who would have joined anyhow are
    counted as brought, and what a post did for members who were there already, or for sales outside, is
    not counted at all.

    Taught in: 04 Interaction
    """
    community.require("costs", "member_id", "kind")
    community.require("members", "invited_by")
    community.require("orders", "amount")
    fees, recruits, returns = _flows(community, _money(community, money), kind)
    posts = _posts(community).set_index("member_id")
    total = fees.groupby("member_id")["fee"].sum().sort_values(ascending=False, kind="stable")
    random = np.random.default_rng(seed)
    rows = []
    for partner in ["all", *total.index] if len(total) else []:
        chosen = list(total.index) if partner == "all" else [partner]
        brought = recruits[recruits["partner"].isin(chosen)]
        values, n, fee = brought["value"].to_numpy(), len(brought), float(total[chosen].sum())
        drawn = np.array([values @ random.poisson(1.0, n) for _again in range(repeats)]) if n else np.zeros(1)
        known = fee > 0 and int((values > 0).sum()) >= BUYERS
        low, high = np.quantile(drawn, [0.025, 0.975]) / fee if known else (np.nan, np.nan)
        fewest, most = intervals.poisson_rate(n, 1.0)
        seen = posts.reindex(chosen)[["posts", "viewed", "clicked"]].fillna(0).sum().astype(int)
        rows.append(
            {
                "member_id": partner,
                "fee": fee,
                **seen.to_dict(),
                "n": n,
                "young": float((brought["age"] < YOUNG).mean()) if n else np.nan,
                "value": float(values.sum()),
                "estimate": float(values.sum()) / fee if fee > 0 else np.nan,
                "low": float(low),
                "high": float(high),
                "cost_per_member": fee / n if n else np.nan,
                "cost_low": fee / float(most),
                "cost_high": fee / float(fewest) if fewest > 0 else np.nan,
                "payback": _payback(
                    fees[fees["member_id"].isin(chosen)], returns[returns["partner"].isin(chosen)]
                ),
                "small": n < 30,
            }
        )
    columns = ["member_id", "fee", "posts", "viewed", "clicked", "n", "young", "value", "estimate", "low"]
    columns += ["high", "cost_per_member", "cost_low", "cost_high", "payback", "small"]
    table = pd.DataFrame(rows, columns=columns)
    return community.describe(
        table,
        "cooperation",
        population="paid partners and the members they brought",
        period="whole history",
        unit="score",
        randomised=False,
        money=money,
        n=int(table["n"].iloc[0]) if len(table) else 0,
    )
