"""Score live shows: how many came, how long they stayed, how many clicked and bought, what each was worth."""

from __future__ import annotations

import pandas as pd

from helpers.community import Community
from helpers.metrics.intervals import bootstrap_mean, wilson
from helpers.metrics.live import GRACE, minutes, sessions_sql
from helpers.metrics.survival import kaplan_meier, stay

FEW = 30


def viewers_sql(community: Community) -> str:
    """Write the query with one row a show and viewer: time spent, what was clicked, ordered and paid.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    str
        Query: ``content_id``, ``starts_at``, ``member_id``, ``seconds``, ``stayed`` (until the end),
        ``clicks``, ``orders``, ``amount`` (paid while there, also for what came back),
        ``net`` (of kept orders, after refunds), in order of show and viewer.

    Taught in: 05 Conversion
    """
    bought = "select null as content_id, null as member_id, 0 as orders, 0 as amount, 0 as net where 1 = 0"
    if community.has("orders"):
        bought = f"""
    select
        content_id, member_id, sum(case when is_purchase then 1 else 0 end) as orders,
        sum(amount) as amount, sum(case when is_purchase then net else 0 end) as net
    from (
        select distinct
            sessions.content_id, orders.member_id, orders.order_id, orders.is_purchase, orders.amount,
            orders.net
        from orders
        join sessions on sessions.member_id = orders.member_id and orders.ordered_at >= sessions.came
        join shows on shows.content_id = sessions.content_id
        where date_diff('second', shows.ends_at, orders.ordered_at) <= {GRACE}
    ) as placed
    group by content_id, member_id"""
    return f"""
with {sessions_sql(community).strip()},
there as (
    select
        content_id, member_id, sum(date_diff('second', came, gone)) as seconds,
        max(case when stayed then 1 else 0 end) as stayed
    from sessions
    group by content_id, member_id
),
clicked as (
    select content_id, member_id, count(*) as clicks
    from deeds
    where what = 'click'
    group by content_id, member_id
),
bought as ({bought.strip()}
)
select
    there.content_id, shows.starts_at, there.member_id, there.seconds, there.stayed,
    coalesce(clicked.clicks, 0) as clicks, coalesce(bought.orders, 0) as orders,
    coalesce(bought.amount, 0) as amount, coalesce(bought.net, 0) as net
from there
join shows on shows.content_id = there.content_id
left join clicked on clicked.content_id = there.content_id and clicked.member_id = there.member_id
left join bought on bought.content_id = there.content_id and bought.member_id = there.member_id
order by shows.starts_at, there.content_id, there.member_id"""


def viewers(community: Community) -> pd.DataFrame:
    """Return one row a show and viewer, as the query of :func:`viewers_sql` says.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    pandas.DataFrame
        ``content_id``, ``starts_at``, ``member_id``, ``minutes``, ``stayed`` (bool), ``clicks``,
        ``orders``, ``amount``, ``net``.

    Taught in: 05 Conversion
    """
    community.require("events")
    table = community.query(viewers_sql(community))
    table["minutes"] = table["seconds"].astype(float) / 60
    table["stayed"] = table["stayed"].astype(bool)
    for name in ("clicks", "orders"):
        table[name] = table[name].astype(int)
    for name in ("amount", "net"):
        table[name] = table[name].astype(float)
    return table[
        ["content_id", "starts_at", "member_id", "minutes", "stayed", "clicks", "orders", "amount", "net"]
    ]


def _score(part: pd.DataFrame, seed: int) -> dict[str, object]:
    """Return what one show's viewers add up to."""
    n = len(part)
    clicked, bought = int((part["clicks"] > 0).sum()), int((part["orders"] > 0).sum())
    curve = kaplan_meier(pd.DataFrame({"time": part["minutes"], "event": ~part["stayed"]}))
    middle = stay(curve).iloc[0]
    row: dict[str, object] = {
        "content_id": part["content_id"].iloc[0],
        "starts_at": part["starts_at"].iloc[0],
        "viewers": n,
        "stay": middle["median"],
        "stay_low": middle["median_low"],
        "stay_high": middle["median_high"],
    }
    for name, count in (("clicked", clicked), ("bought", bought)):
        low, high = wilson(count, n)
        row |= {
            name: count,
            f"{name}_rate": count / n,
            f"{name}_rate_low": float(low),
            f"{name}_rate_high": float(high),
        }
    both = int(((part["clicks"] > 0) & (part["orders"] > 0)).sum())
    low, high = wilson(both, clicked)
    of = both / clicked if clicked else float("nan")
    row |= {"per_click": of, "per_click_low": float(low), "per_click_high": float(high)}
    worth = bootstrap_mean(part["net"].to_numpy(), seed=seed)
    row |= {
        "orders": int(part["orders"].sum()),
        "amount": float(part["amount"].sum()),
        "net": float(part["net"].sum()),
        "per_viewer": float(part["net"].mean()),
        "per_viewer_low": worth[0],
        "per_viewer_high": worth[1],
        "small": n < FEW,
    }
    return row


def scorecard(community: Community, *, seed: int = 0) -> pd.DataFrame:
    """Score every live show.

    Parameters
    ----------
    community : Community
        The opened community.
    seed : int, default 0
        Seed of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        One row a show, in order of time: ``content_id``, ``starts_at``, ``host`` (of most parts; missing
        without a rundown), ``viewers``, ``peak`` and ``mean_present``, ``peak_part`` (what was on at the
        peak), ``stay`` with ``stay_low``, ``stay_high`` (median minutes), ``clicked`` and ``bought``
        (viewers; of all viewers ``_rate``, ``_rate_low``, ``_rate_high``), ``per_click`` (buyers of those who
        clicked, with limits), ``orders``, ``amount`` (what was paid, also for what came back: the GMV),
        ``net`` (after refunds), ``per_viewer`` with ``per_viewer_low``, ``per_viewer_high`` (net;
        bootstrap by viewer), ``small``.

    Notes
    -----
    Whoever is still there at the end has stayed *at least* so long: the median stay is that of
    Kaplan-Meier. What a show sells is not what it adds: see `helpers.metrics.live_effect`.

    Taught in: 05 Conversion
    """
    panel, table = minutes(community), viewers(community)
    rows = [_score(part, seed) for _name, part in table.groupby("content_id", sort=False)]
    if not rows:
        return community.describe(pd.DataFrame(columns=["content_id"]), "live shows", n=0)
    scores = pd.DataFrame(rows)
    top = panel.loc[panel.groupby("content_id")["present"].idxmax()].set_index("content_id")
    ids = scores["content_id"]
    scores.insert(3, "peak", ids.map(top["present"]))
    scores.insert(4, "mean_present", ids.map(panel.groupby("content_id")["present"].mean()))
    scores.insert(5, "peak_part", ids.map(top["part"]) if "part" in top else None)
    host = None
    if "host" in panel and panel["host"].notna().any():
        most = panel.groupby(["content_id", "host"]).size().sort_values(ascending=False, kind="stable")
        host = ids.map(most.reset_index().drop_duplicates("content_id").set_index("content_id")["host"])
    scores.insert(2, "host", host)
    return community.describe(
        scores,
        "live shows",
        population="viewers of live shows",
        period="whole history",
        n=int(scores["viewers"].sum()),
        unit="share",
    )
