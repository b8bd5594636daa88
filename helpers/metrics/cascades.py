"""Follow what is passed on from hand to hand: size and shape of cascades, and shares caused by a share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import gammaln

from helpers.metrics import intervals

if TYPE_CHECKING:
    from helpers.community import Community

# A chain longer than this is a fault in the data, not a path.
DEEPEST = 500

_SHARES = """
select event_id, parent_event_id, member_id, content_id, platform, occurred_at, day
from events
where event_type = 'share' and event_id is not null"""

# Shares with their place in the cascade. A share whose parent is unknown, or no share, starts one.
_TREES = f"""
with recursive tree as (
    select
        shares.event_id,
        cast(null as varchar) as parent,
        shares.event_id as root,
        shares.member_id,
        shares.occurred_at,
        shares.day,
        0 as depth
    from all_shares as shares
    left join all_shares as parents on parents.event_id = shares.parent_event_id
    where parents.event_id is null
    union all
    select
        shares.event_id,
        tree.event_id as parent,
        tree.root,
        shares.member_id,
        shares.occurred_at,
        shares.day,
        tree.depth + 1 as depth
    from all_shares as shares
    join tree on tree.event_id = shares.parent_event_id
    where tree.depth < {DEEPEST}
)
select * from tree"""

# Each share beside every share above it, itself included, so that counting gives sizes of subtrees.
_BELOW = """
with recursive above as (
    select event_id as top, parent
    from share_trees
    union all
    select tree.event_id as top, tree.parent
    from above
    join share_trees as tree on tree.event_id = above.parent
)
select top as event_id, count(*) as below
from above
group by top"""

TREE = "shares as (select * from all_shares),\ntree as (select * from share_trees)"
_SUBTREES = f"{TREE},\nsubtrees as (select * from share_subtrees)"


def plant(community: Community) -> None:
    """Build the tables behind :data:`TREE`, once: every recursion walks over a table, not over the log.

    Parameters
    ----------
    community : Community
        The community; ``all_shares``, ``share_trees`` and ``share_subtrees`` are added to its engine.

    Taught in: 03 Content
    """
    community.require("events", "event_id", "parent_event_id")
    for name, query in {"all_shares": _SHARES, "share_trees": _TREES, "share_subtrees": _BELOW}.items():
        if not community.engine.exists(name):
            community.engine.run(f"create table {name} as {query}")


_VIEWS = """views as (
    select parent_event_id, count(*) as viewed
    from events
    where event_type = 'view' and parent_event_id is not null
    group by parent_event_id
)"""


def virality(size: Any, products: Any) -> Any:
    """Give the structural virality of a tree: the mean distance between two of its nodes.

    Parameters
    ----------
    size : array
        Nodes of the tree.
    products : array
        Sum over all nodes but the first of below x (size - below), where below counts the nodes at or
        below it: each link lies between so many pairs.

    Returns
    -------
    array
        Mean number of steps between two nodes; missing for a single node. A star of n nodes has
        2(n - 1)/n (all from one: broadcast), a chain (n + 1)/3 (from hand to hand).

    Notes
    -----
    Goel, Anderson, Hofman & Watts (2016), The structural virality of online diffusion, *Management
    Science* 62, 180-196; the sum over links replaces their sum over pairs and gives the same.

    Examples
    --------
    >>> float(virality(5, 4 * 4)), float(virality(5, 4 * 1 + 3 * 2 + 2 * 3 + 1 * 4))  # star, chain
    (1.6, 2.0)

    Taught in: 03 Content
    """
    size, products = np.asarray(size, dtype=float), np.asarray(products, dtype=float)
    pairs = np.where(size > 1, size * (size - 1) / 2, np.nan)
    return (products / pairs)[()]


def sql(community: Community) -> str:
    """Write the query behind :func:`measure`.

    Parameters
    ----------
    community : Community
        The community.

    Returns
    -------
    str
        One query with a row for each cascade.

    Taught in: 03 Content
    """
    plant(community)
    return f"""
with {_SUBTREES},
{_VIEWS},
levels as (
    select root, depth, count(*) as shares
    from tree
    group by root, depth
),
widest as (
    select root, max(shares) as breadth
    from levels
    group by root
),
totals as (
    select
        tree.root,
        count(*) as size,
        max(tree.depth) as depth,
        coalesce(sum(views.viewed), 0) as viewed
    from tree
    left join views on views.parent_event_id = tree.event_id
    group by tree.root
),
links as (
    select tree.root, sum(cast(subtrees.below * (totals.size - subtrees.below) as double)) as products
    from tree
    join subtrees on subtrees.event_id = tree.event_id
    join totals on totals.root = tree.root
    where tree.parent is not null
    group by tree.root
)
select
    shares.event_id as root_event_id,
    shares.content_id,
    shares.member_id,
    shares.platform,
    shares.day,
    cast(totals.size as bigint) as size,
    cast(totals.depth as bigint) as depth,
    cast(widest.breadth as bigint) as breadth,
    cast(totals.viewed as bigint) as viewed,
    links.products
from totals
join shares on shares.event_id = totals.root
join widest on widest.root = totals.root
left join links on links.root = totals.root
order by size desc, root_event_id"""


def measure(community: Community, *, settle: int = 14) -> pd.DataFrame:
    """Measure every cascade: a share, the shares of it, the shares of those, and so on.

    Parameters
    ----------
    community : Community
        The community.
    settle : int, default 14 days
        A cascade that began this long before the end is taken as complete.

    Returns
    -------
    DataFrame
        One row a cascade, largest first: ``root_event_id``, ``content_id``, ``member_id`` (who began),
        ``platform``, ``day``, ``size`` (shares), ``depth`` (steps from the first share), ``breadth`` (most
        shares at one step), ``viewed`` (views that came from it), ``virality`` (structural virality,
        missing for a single share), ``complete``.

    Raises
    ------
    TableMissing
        When the events do not say which event they came from.

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame({"event_id": list("1234"), "parent_event_id": [None, "1", "1", "2"],
    ...                        "member_id": list("abcd"), "event_type": "share", "occurred_at": "2026-05-01"})
    >>> measure(Community.open({"events": events}))[["size", "depth", "breadth"]].to_numpy().tolist()
    [[4, 2, 2]]

    Taught in: 03 Content
    """
    table = community.query(sql(community))
    table["virality"] = virality(table["size"], table.pop("products"))
    age = pd.Timestamp(community.as_of) - pd.to_datetime(table["day"])
    table["complete"] = age.dt.days >= settle
    return community.describe(
        table, "cascades", population="cascades of shares", period="whole history", n=len(table)
    )


def sizes(cascades: pd.DataFrame, *, reproduction: float | None = None) -> pd.DataFrame:
    """Give the share of cascades that reached each size, beside what equal posts would give.

    Parameters
    ----------
    cascades : DataFrame
        From :func:`measure`; only complete ones count.
    reproduction : float, optional
        Shares caused by a share; default 1 - cascades / shares, as complete cascades imply.

    Returns
    -------
    DataFrame
        ``size``, ``n`` (complete cascades), ``count`` (of at least that size), ``estimate``, ``low``,
        ``high``, ``shares`` (share of all shares that lie in them), ``expected`` (share of cascades of at
        least that size if every share caused a Poisson number with the same mean).

    Notes
    -----
    The size of such a cascade has the distribution of Borel (1942), P(n) = exp(-Rn) (Rn)^(n-1) / n!.

    Taught in: 03 Content
    """
    whole = cascades.loc[cascades["complete"], "size"].to_numpy()
    n = len(whole)
    values, counts = np.unique(whole, return_counts=True)
    at_least = counts[::-1].cumsum()[::-1]
    within = (values * counts)[::-1].cumsum()[::-1]
    low, high = intervals.wilson(at_least, np.full(len(values), n))
    mean = reproduction if reproduction is not None else 1 - n / max(int(whole.sum()), 1)
    up_to = np.arange(1, int(values.max()) + 1 if n else 1)
    if mean > 0:
        chance = np.exp(-mean * up_to + (up_to - 1) * np.log(mean * up_to) - gammaln(up_to + 1))
    else:
        chance = (up_to == 1).astype(float)
    smaller = np.concatenate([[0.0], chance.cumsum()])
    table = pd.DataFrame(
        {
            "size": values,
            "n": n,
            "count": at_least,
            "estimate": at_least / max(n, 1),
            "low": low,
            "high": high,
            "shares": within / max(int(whole.sum()), 1),
            "expected": np.maximum(1 - smaller[values - 1], 0) if n else np.empty(0),
        }
    )
    table.attrs["about"] = cascades.attrs.get("about", {}) | {
        "metric": "cascade sizes",
        "n": n,
        "reproduction": float(mean),
    }
    return table


_LABELS = {"platform": "begun.platform", "format": "contents.format", "topic": "contents.topic"}


def reproduction(
    community: Community, *, by: str | None = None, window: int = 7, seed: int = 0, repeats: int = 1000
) -> pd.DataFrame:
    """Estimate the reproduction number: how many further shares a share causes.

    Parameters
    ----------
    community : Community
        The community.
    by : {"platform", "format", "topic"}, optional
        Where the cascade began, or what was shared.
    window : int, default 7 days
        Further shares count when they came within this time. Shares of the last days, whose time is not
        over, are left out: they would make every community look as if its posts had stopped spreading.
    seed, repeats : int
        Of the bootstrap.

    Returns
    -------
    DataFrame
        ``by`` column (where asked), ``cascades``, ``n`` (shares watched for the whole window), ``count``
        (shares they caused), ``estimate`` = count / n, ``low``, ``high``, ``expected_size`` = 1 / (1 -
        estimate), the mean size of a cascade (missing from 1 on), ``small`` (fewer than 30 cascades).

    Notes
    -----
    The mean of the offspring in a branching process (Harris 1963, *The Theory of Branching Processes*).
    All shares of one cascade pass on the same post, so the bootstrap draws whole cascades.

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame({"event_id": list("1234"), "parent_event_id": [None, "1", "1", None],
    ...                        "member_id": list("abcd"), "event_type": "share",
    ...                        "occurred_at": ["2026-05-01"] * 3 + ["2026-05-30"]})
    >>> reproduction(Community.open({"events": events}))[["cascades", "n", "count"]].to_numpy().tolist()
    [[1, 3, 2]]

    Taught in: 03 Content
    """
    plant(community)
    if by is not None and by not in _LABELS:
        raise ValueError(f'by={by!r}: choose one of "platform", "format", "topic", or nothing.')
    if by is not None:
        community.require("events" if by == "platform" else "contents", by)
    label = f"coalesce(cast({_LABELS[by]} as varchar), 'unknown')" if by else "'all'"
    table = community.query(
        f"""
with {TREE},
caused as (
    select parents.event_id, count(*) as children
    from shares as parents
    join shares as later on later.parent_event_id = parents.event_id
    where date_diff('second', parents.occurred_at, later.occurred_at) <= $window * 86400
    group by parents.event_id
),
per_cascade as (
    select tree.root, count(*) as parents, coalesce(sum(caused.children), 0) as children
    from tree
    left join caused on caused.event_id = tree.event_id
    where date_diff('day', tree.day, cast($as_of as date)) >= $window
    group by tree.root
),
labelled as (
    select {label} as label, per_cascade.parents, per_cascade.children
    from per_cascade
    join shares as begun on begun.event_id = per_cascade.root
    left join contents on contents.content_id = begun.content_id
)
select
    label,
    cast(parents as bigint) as parents,
    cast(children as bigint) as children,
    count(*) as cascades
from labelled
group by label, parents, children
order by label, parents, children""",
        window=int(window),
        as_of=community.as_of,
    )
    rows = []
    for name, part in table.groupby("label", sort=True):
        n = int((part["parents"] * part["cascades"]).sum())
        count = int((part["children"] * part["cascades"]).sum())
        cascades = int(part["cascades"].sum())
        low, high = intervals.bootstrap_ratio(
            part["children"], part["parents"], counts=part["cascades"], seed=seed, repeats=repeats
        )
        mean = count / n
        rows.append(
            {
                by or "label": name,
                "cascades": cascades,
                "n": n,
                "count": count,
                "estimate": mean,
                "low": low if cascades > 1 else np.nan,
                "high": high if cascades > 1 else np.nan,
                "expected_size": 1 / (1 - mean) if mean < 1 else np.nan,
                "small": cascades < 30,
            }
        )
    columns = [by or "label", "cascades", "n", "count", "estimate", "low", "high", "expected_size", "small"]
    result = pd.DataFrame(rows, columns=columns)
    if by is None:
        result = result.drop(columns="label")
    else:
        result = result.sort_values(["n", by], ascending=[False, True], ignore_index=True)
    return community.describe(
        result,
        "reproduction number",
        population="shares",
        period="whole history",
        unit="score",
        by=by,
        window=window,
    )


def tree(community: Community, *, root: str | None = None) -> pd.DataFrame:
    """List one cascade share by share, the largest one when none is named.

    Parameters
    ----------
    community : Community
        The community.
    root : str, optional
        Id of the share that began it.

    Returns
    -------
    DataFrame
        ``event_id``, ``parent`` (missing for the first), ``member_id``, ``depth``, ``hours`` since the
        first, ``below`` (shares at or below it), ``viewed``; in order of time.

    Taught in: 03 Content
    """
    plant(community)
    if root is None:
        first = community.query(
            f"with {TREE} select root from tree group by root order by count(*) desc, root limit 1"
        )
        root = str(first["root"].iloc[0]) if len(first) else ""
    table = community.query(
        f"""
with {_SUBTREES},
{_VIEWS},
began as (
    select occurred_at from tree where event_id = $root
)
select
    tree.event_id,
    tree.parent,
    tree.member_id,
    tree.depth,
    date_diff('second', began.occurred_at, tree.occurred_at) / 3600.0 as hours,
    cast(subtrees.below as bigint) as below,
    cast(coalesce(views.viewed, 0) as bigint) as viewed
from tree
cross join began
join subtrees on subtrees.event_id = tree.event_id
left join views on views.parent_event_id = tree.event_id
where tree.root = $root
order by tree.occurred_at, tree.depth, tree.event_id""",
        root=root,
    )
    table["hours"] = table["hours"].astype(float)
    return community.describe(table, "cascade", population="shares of one cascade", n=len(table), root=root)
