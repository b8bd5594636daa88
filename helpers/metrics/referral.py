"""Follow invitations from member to member: trees, generations, and the links that cannot be true."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics import intervals

# A ring longer than this is a fault in the data, not a circle of friends.
LONGEST_RING = 100
KINDS = ("member", "kol", "self", "ring", "late", "unknown")


def links_sql(*, kols: bool = False) -> str:
    """Write the steps that tell what each entry in ``invited_by`` is, for the front of a recursive query.

    Parameters
    ----------
    kols : bool, default False
        Whether people brought by a kol count as invited by a member.

    Returns
    -------
    str
        Steps of a ``with recursive``, the last being ``links``: ``member_id``, ``joined_day``, ``inviter``
        (only where the link can be true), ``kind`` (missing: nobody is named), ``is_kol``.

    Notes
    -----
    A link to oneself and links that run in a ring are cut, so that no path from a root can come back to
    where it was: the recursion always ends. Also cut is a link to somebody who joined on a later day.

    Taught in: 05 Conversion
    """
    kol = "''" if kols else "'kol'"
    return f"""named as (
    select
        people.member_id,
        people.joined_day,
        members.invited_by,
        coalesce(members.role, 'member') = 'kol' as is_kol,
        case
            when members.invited_by is null then null
            when members.invited_by = people.member_id then 'self'
            when above.member_id is null then 'unknown'
            when inviters.role = {kol} then 'kol'
            else 'member'
        end as kind,
        above.joined_day > people.joined_day as is_late
    from people
    left join members on members.member_id = people.member_id
    left join people as above on above.member_id = members.invited_by
    left join members as inviters on inviters.member_id = members.invited_by
),
reached as (
    select member_id
    from named
    where kind is null or kind <> 'member'
    union all
    select named.member_id
    from reached
    join named on named.invited_by = reached.member_id and named.kind = 'member'
),
unreached as (
    select named.member_id, named.invited_by
    from named
    left join reached on reached.member_id = named.member_id
    where reached.member_id is null
),
walks as (
    -- Nobody's path up from here ends; whoever comes back to the start stands in a ring.
    select member_id as start, invited_by as place, 1 as steps
    from unreached
    union all
    select walks.start, unreached.invited_by as place, walks.steps + 1 as steps
    from walks
    join unreached on unreached.member_id = walks.place
    where walks.place <> walks.start and walks.steps < {LONGEST_RING}
),
rings as (
    select distinct start as member_id
    from walks
    where place = start
),
judged as (
    select
        named.member_id,
        named.joined_day,
        named.invited_by,
        named.is_kol,
        case
            when rings.member_id is not null then 'ring'
            when named.kind = 'member' and named.is_late then 'late'
            else named.kind
        end as kind
    from named
    left join rings on rings.member_id = named.member_id
),
links as (
    select member_id, joined_day, is_kol, kind, case when kind = 'member' then invited_by end as inviter
    from judged
)"""


def without_sql(community: Community, without: Iterable[str] | None) -> str:
    """Write the condition that leaves out accounts which somebody has judged to be empty.

    Parameters
    ----------
    community : Community
        The community; the ids become a table of its engine, never text of the query.
    without : iterable of str or None
        Member ids; None for no condition.

    Returns
    -------
    str
        Empty, or `` and …`` on ``links.member_id``.

    Taught in: 05 Conversion
    """
    if without is None:
        return ""
    frame = pd.DataFrame({"member_id": pd.Series(list(without), dtype="str").drop_duplicates()})
    community.engine.register("left_out", frame)
    return " and links.member_id not in (select member_id from left_out)"


def tree_sql(*, kols: bool = False) -> str:
    """Write the steps that give every member a place in a tree of invitations.

    Parameters
    ----------
    kols : bool, default False
        As in :func:`links_sql`.

    Returns
    -------
    str
        A ``with recursive`` whose last step is ``tree``: ``member_id``, ``inviter``, ``root``,
        ``generation`` (0 for a root), ``joined_day``.

    Taught in: 05 Conversion
    """
    return f"""with recursive {links_sql(kols=kols)},
tree as (
    select member_id, inviter, member_id as root, 0 as generation, joined_day
    from links
    where inviter is null
    union all
    select links.member_id, links.inviter, tree.root, tree.generation + 1 as generation, links.joined_day
    from tree
    join links on links.inviter = tree.member_id
)"""


def links(community: Community) -> pd.DataFrame:
    """Say what the entries in ``invited_by`` are: how many can be invitations from member to member.

    Parameters
    ----------
    community : Community
        The opened community, with ``invited_by`` in members.

    Returns
    -------
    pandas.DataFrame
        One row a kind, in fixed order: ``kind`` (member; kol: brought by a paid partner; self: the own id;
        ring: A invited B invited A; late: the inviter joined on a later day; unknown: no such member),
        ``n`` (entries in all), ``count``, ``estimate``, ``low``, ``high``.

    Raises
    ------
    TableMissing
        When nobody's inviter is known.

    Examples
    --------
    >>> members = pd.DataFrame({"member_id": list("abcd"), "invited_by": [None, "a", "c", "zz"],
    ...                         "joined_at": "2026-05-01"})
    >>> events = pd.DataFrame({"member_id": ["a"], "occurred_at": "2026-05-02", "event_type": "view"})
    >>> found = links(Community.open({"members": members, "events": events}))
    >>> found.set_index("kind")["count"].to_dict()
    {'member': 1, 'kol': 0, 'self': 1, 'ring': 0, 'late': 0, 'unknown': 1}

    Taught in: 05 Conversion
    """
    community.require("members", "invited_by")
    found = community.query(
        f"""
with recursive {links_sql()}
select kind, count(*) as members
from links
where kind is not null
group by kind
order by kind"""
    )
    count = found.set_index("kind")["members"].reindex(KINDS, fill_value=0).to_numpy(int)
    n = int(count.sum())
    low, high = intervals.wilson(count, n)
    result = pd.DataFrame(
        {"kind": KINDS, "n": n, "count": count, "estimate": count / (n or np.nan), "low": low, "high": high}
    )
    return community.describe(result, "kinds of invitation", population="members who name an inviter", n=n)


def sql(community: Community, *, kols: bool = False) -> str:
    """Return the query behind :func:`trees`.

    Parameters
    ----------
    community : Community
        The opened community.
    kols : bool, default False
        As in :func:`links_sql`.

    Returns
    -------
    str
        Portable SQL with a row for each tree of at least two members.

    Taught in: 05 Conversion
    """
    community.require("members", "invited_by")
    return f"""
{tree_sql(kols=kols)},
totals as (
    select
        root,
        count(*) as size,
        max(generation) as depth,
        sum(case when generation = 1 then 1 else 0 end) as direct
    from tree
    group by root
)
select
    root,
    cast(size as bigint) as size,
    cast(depth as bigint) as depth,
    cast(direct as bigint) as direct
from totals
where size > 1
order by size desc, root"""


def trees(community: Community, *, kols: bool = False) -> pd.DataFrame:
    """List the trees of invitations: somebody who came alone, and everybody who came through them.

    Parameters
    ----------
    community : Community
        The opened community, with ``invited_by`` in members.
    kols : bool, default False
        Whether people brought by a kol count as invited; without, each of them begins a tree.

    Returns
    -------
    pandas.DataFrame
        One row a tree of two or more, largest first: ``root``, ``size`` (members, root included), ``depth``
        (generations below the root), ``direct`` (invited by the root), ``share`` (of all who were invited
        at all, those in this tree).

    Examples
    --------
    >>> members = pd.DataFrame({"member_id": list("abcd"), "invited_by": [None, "a", "a", "b"],
    ...                         "joined_at": "2026-05-01"})
    >>> events = pd.DataFrame({"member_id": ["a"], "occurred_at": "2026-05-02", "event_type": "view"})
    >>> trees(Community.open({"members": members, "events": events})).to_numpy().tolist()
    [['a', 4, 2, 2, 1.0]]

    Taught in: 05 Conversion
    """
    result = community.query(sql(community, kols=kols))
    result["share"] = (result["size"] - 1) / max(int((result["size"] - 1).sum()), 1)
    return community.describe(
        result, "invitation trees", population="trees of two or more members", n=len(result)
    )


def generations(community: Community, *, seed: int = 0, repeats: int = 1000) -> pd.DataFrame:
    """Count members by generation, and whom each generation has brought so far.

    Parameters
    ----------
    community : Community
        The opened community, with ``invited_by`` in members.
    seed, repeats : int
        Of the bootstrap by member.

    Returns
    -------
    pandas.DataFrame
        ``generation`` (0: came uninvited), ``n`` (members), ``inviting`` (of these, who brought somebody),
        ``count`` (whom they brought), ``estimate`` = count / n, ``low``, ``high``, ``small``. Later
        generations are younger and have had less time: their estimates are too low to be compared.

    Taught in: 05 Conversion
    """
    community.require("members", "invited_by")
    table = community.query(
        f"""
{tree_sql()},
brought as (
    select inviter, count(*) as children
    from tree
    where inviter is not null
    group by inviter
)
select tree.generation, cast(coalesce(brought.children, 0) as bigint) as children, count(*) as members
from tree
left join brought on brought.inviter = tree.member_id
group by 1, 2
order by 1, 2"""
    )
    rows = []
    for generation, part in table.groupby("generation", sort=True):
        n, count = int(part["members"].sum()), int((part["members"] * part["children"]).sum())
        low, high = intervals.bootstrap_mean(
            part["children"], counts=part["members"], seed=seed, repeats=repeats
        )
        if count == 0:
            high = intervals.poisson_rate(0, n)[1]
        inviting = int(part.loc[part["children"] > 0, "members"].sum())
        rows.append([int(generation), n, inviting, count, count / n, low, high, n < 30])
    columns = ["generation", "n", "inviting", "count", "estimate", "low", "high", "small"]
    return community.describe(
        pd.DataFrame(rows, columns=columns), "invitation generations", population="members", unit="score"
    )


def tree(community: Community, *, root: str | None = None) -> pd.DataFrame:
    """List one tree member by member, the largest one when none is named.

    Parameters
    ----------
    community : Community
        The opened community, with ``invited_by`` in members.
    root : str, optional
        Member who began it.

    Returns
    -------
    pandas.DataFrame
        ``member_id``, ``inviter`` (missing for the root), ``generation``, ``day`` (days since the root
        joined), ``active_days`` (0: never seen); in order of generation and joining.

    Taught in: 05 Conversion
    """
    community.require("members", "invited_by")
    if root is None:
        largest = community.query(sql(community) + "\nlimit 1")
        root = str(largest["root"].iloc[0]) if len(largest) else ""
    result = community.query(
        f"""
{tree_sql()},
began as (
    select joined_day from tree where member_id = $root
)
select
    tree.member_id,
    tree.inviter,
    tree.generation,
    date_diff('day', began.joined_day, tree.joined_day) as day,
    cast(coalesce(members_seen.days, 0) as bigint) as active_days
from tree
cross join began
left join members_seen on members_seen.member_id = tree.member_id
where tree.root = $root
order by tree.generation, tree.joined_day, tree.member_id""",
        root=root,
    )
    return community.describe(
        result, "invitation tree", population="members of one tree", n=len(result), root=root
    )
