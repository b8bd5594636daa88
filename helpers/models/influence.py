"""Look for members whose word reaches others: a score that comes apart, and how sure its list is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.stats import rankdata

from helpers.community import Community
from helpers.metrics import intervals, ties
from helpers.models import network

PARTS = ("reach", "responses", "shares", "recruits", "pagerank", "per_share")

# What the field means by the two words: leaders are seen and bring people, consumers are answered and
# passed on.
KOL = {"reach": 1.0, "recruits": 1.0, "pagerank": 1.0}
KOC = {"responses": 1.0, "shares": 1.0, "per_share": 1.0}
DOUBT = 10.0  # shares with the average effect that are added to everybody's own before a rate is taken


@dataclass(frozen=True)
class Weeks:
    """Hold what each member's word did, week by week, so that weeks can be drawn again.

    Attributes
    ----------
    members : numpy.ndarray
        Ids of all members who had anything of it.
    counts : dict of str to scipy.sparse.csr_matrix
        Members by weeks: the parts that are counts, and ``own`` shares and what was ``passed`` on from them.
    ties : DataFrame
        ``source``, ``target`` (places in `members`), ``week`` (a number), ``weight``.
    number : int
        Weeks.

    Taught in: 04 Interaction
    """

    members: np.ndarray
    counts: dict[str, sparse.csr_matrix]
    ties: pd.DataFrame
    number: int


# What others did with a member's posts and shares; whom they brought. Own views and reactions do not count.
_DEEDS = {
    "reach": """
    select contents.author_id as member_id, events.day, count(*) as n
    from events
    join contents on contents.content_id = events.content_id
    where events.event_type = 'view' and events.member_id <> contents.author_id
    group by contents.author_id, events.day""",
    "liked": """
    select contents.author_id as member_id, events.day, count(*) as n
    from events
    join contents on contents.content_id = events.content_id
    where events.event_type in ('like', 'save') and events.member_id <> contents.author_id
    group by contents.author_id, events.day""",
    "posts_shared": """
    select contents.author_id as member_id, events.day, count(*) as n
    from events
    join contents on contents.content_id = events.content_id
    where events.event_type = 'share' and events.member_id <> contents.author_id
        and events.parent_event_id is null
    group by contents.author_id, events.day""",
    "passed_on": """
    select began.member_id, events.day, count(*) as n
    from events
    join events as began on began.event_id = events.parent_event_id and began.event_type = 'share'
    where events.event_type = 'share' and events.member_id <> began.member_id
    group by began.member_id, events.day""",
    "own": """
    select member_id, day, count(*) as n
    from events
    where event_type = 'share'
    group by member_id, day""",
    "recruits": """
    select invited_by as member_id, joined_day as day, count(*) as n
    from members
    where invited_by is not null and joined_day >= cast($first_day as date)
        and joined_day <= cast($as_of as date) and invited_by <> member_id
    group by invited_by, joined_day""",
}
_COUNTED = {
    "reach": ("reach",),
    "liked": ("responses",),
    "posts_shared": ("shares",),
    "passed_on": ("shares", "passed"),
    "own": ("own",),
    "recruits": ("recruits",),
}


def _deeds(community: Community) -> dict[str, str]:
    authors = community.has("events", "content_id") and community.has("contents", "author_id")
    chains = community.has("events", "event_id") and community.has("events", "parent_event_id")
    chosen = ["reach", "liked", "posts_shared"] * authors + ["passed_on", "own"] * chains
    chosen += ["recruits"] * community.has("members", "invited_by")
    return {name: _DEEDS[name] for name in chosen}


def weeks(community: Community) -> Weeks:
    """Gather, week by week, how far each member's word went.

    Parameters
    ----------
    community : Community
        The community.

    Returns
    -------
    Weeks

    Raises
    ------
    TableMissing
        When the events say neither whom they answer nor which post they stand under.

    Taught in: 04 Interaction
    """
    turned = ties.meetings_sql(community)
    deeds = _deeds(community)
    query = "\n    union all".join(
        f"""
    select '{name}' as deed, deeds.member_id, n,
        date_diff('day', cast($first_day as date), deeds.day) as since
    from ({sql}
    ) as deeds
    join people on people.member_id = deeds.member_id"""
        for name, sql in deeds.items()
    )
    dates = {"first_day": community.active_from}
    given = pd.DataFrame(columns=["deed", "member_id", "week", "n"])
    if query:
        more = dates | ({"as_of": community.as_of} if "recruits" in deeds else {})
        given = community.query(f"{query}\norder by deed, member_id, since", **more)
        given["week"] = given["since"] // 7
    turns = community.query(
        f"""
select source, target, date_diff('day', cast($first_day as date), day) as since, count(*) as weight
from ({turned}
) as turns
group by source, target, day
order by source, target, since""",
        **dates,
    )
    turns["week"] = turns["since"] // 7
    received = turns.rename(columns={"target": "member_id", "weight": "n"}).assign(deed="answered")
    every = pd.concat([given, received], ignore_index=True)[["deed", "member_id", "week", "n"]]
    names = np.concatenate([every["member_id"], turns["source"]]).astype(str)
    members = pd.Index(np.unique(names), dtype=object)
    number = int((community.as_of - community.active_from).days // 7 + 1)
    counts = {}
    for part in (*PARTS[:4], "own", "passed"):
        wanted = [
            deed for deed, counted in (_COUNTED | {"answered": ("responses",)}).items() if part in counted
        ]
        some = every[every["deed"].isin(wanted)]
        place = (members.get_indexer(some["member_id"]), some["week"].to_numpy(int))
        counts[part] = sparse.csr_matrix((some["n"].to_numpy(float), place), shape=(len(members), number))
    ends = {end: members.get_indexer(turns[end]).astype(np.int64) for end in ("source", "target")}
    return Weeks(members.to_numpy(), counts, turns[["week", "weight"]].assign(**ends), number)


def _values(gathered: Weeks, drawn: np.ndarray) -> pd.DataFrame:
    # The parts when week w happened drawn[w] times.
    table = {part: matrix @ drawn for part, matrix in gathered.counts.items()}
    passed, own = table["passed"], table["own"]
    table["per_share"] = (passed + DOUBT * passed.sum() / max(own.sum(), 1.0)) / (own + DOUBT)
    weight = gathered.ties["weight"].to_numpy() * drawn[gathered.ties["week"].to_numpy()]
    kept = weight > 0
    n = len(gathered.members)
    ends = tuple(gathered.ties[end].to_numpy()[kept] for end in ("source", "target"))
    turns = sparse.coo_matrix((weight[kept], ends), shape=(n, n)).tocsr()
    table["pagerank"] = network.pagerank(network.Network(gathered.members, turns, {}))
    return pd.DataFrame(table)[list(PARTS)]


def _score(values: pd.DataFrame, weights: Mapping[str, float]) -> np.ndarray:
    # The share of members below: nobody gets anything for what they have none of.
    n = max(len(values) - 1, 1)
    total = np.zeros(len(values))
    for part, weight in weights.items():
        total += weight * (rankdata(values[part].round(12), method="min") - 1) / n
    return 100 * total / sum(weights.values())


def score(
    community: Community,
    *,
    weights: Mapping[str, float] | None = None,
    top: int = 20,
    seed: int = 0,
    repeats: int = 100,
) -> pd.DataFrame:
    """Score how far each member's word reaches, from parts that everybody can check.

    Parameters
    ----------
    community : Community
        The community.
    weights : mapping, default KOC
        Weight of each part; parts left out do not count. `KOC` takes responses, shares and per_share alike,
        `KOL` reach, recruits and pagerank.
    top : int, default 20
        Length of the list whose stability is asked for.
    seed, repeats : int
        Of the bootstrap, which draws whole weeks: would the same members be on top in another year?

    Returns
    -------
    DataFrame
        ``member_id``, ``role``, ``reach`` (views of their posts by others), ``responses`` (replies to them,
        mentions, likes and saves of their posts), ``shares`` (by others, of their posts or passed on from
        their shares), ``recruits`` (members they invited), ``pagerank``, ``per_share`` (shares by others
        for each share of theirs, drawn towards the average where they shared little), ``audience``
        (different members who saw a post of theirs: as near as a log comes to followers), ``score``
        (0-100: mean of the shares of members that they leave behind in each part), ``low``, ``high``,
        ``place`` (1 is the highest), ``stays`` (share of the draws in which they are among the `top`).

    Raises
    ------
    TableMissing
        When the events say neither whom they answer nor which post they stand under.

    Notes
    -----
    The weights are a choice: which members are wanted - who are seen, who are answered, who bring others -
    is for the operator to say. What it finds is reach in this community, not fame outside it.

    Taught in: 04 Interaction
    """
    weights = dict(KOC if weights is None else weights)
    unknown = set(weights) - set(PARTS)
    if unknown or not weights:
        raise ValueError(f"weights: choose among {', '.join(PARTS)}; unknown: {sorted(unknown)}")
    gathered = weeks(community)
    n = len(gathered.members)
    table = pd.DataFrame({"member_id": gathered.members})
    table = pd.concat([table, _values(gathered, np.ones(gathered.number))], axis=1)
    table["score"] = _score(table, weights)
    draws = np.full((repeats, n), np.nan)
    inside = np.zeros(n)
    drawn = intervals.resamples(np.ones(gathered.number), seed=seed, repeats=repeats)
    for at, week in enumerate(row for block in drawn for row in block):
        draws[at] = _score(_values(gathered, week), weights)
        inside[np.argsort(-draws[at], kind="stable")[:top]] += 1
    table["low"], table["high"] = intervals.percentiles(draws) if n else (np.nan, np.nan)
    table["stays"] = inside / max(repeats, 1)
    known = community.query(_AUDIENCE if community.has("contents", "author_id") else _NOBODY)
    table = table.merge(known, on="member_id", how="left").fillna({"audience": 0, "role": "member"})
    table = table.sort_values(["score", "member_id"], ascending=[False, True], ignore_index=True)
    table["place"] = np.arange(1, n + 1)
    for part in ("reach", "responses", "shares", "recruits", "audience"):
        table[part] = table[part].astype(int)
    columns = ["member_id", "role", *PARTS, "audience", "score", "low", "high", "place", "stays"]
    return community.describe(
        table[columns],
        "influence score",
        population="members whose word had any effect",
        period="whole history",
        unit="score",
        top=top,
        weights=weights,
        n=n,
    )


_AUDIENCE = """
with seen as (
    select contents.author_id as member_id, count(distinct events.member_id) as audience
    from events
    join contents on contents.content_id = events.content_id
    where events.event_type = 'view' and events.member_id <> contents.author_id
    group by contents.author_id
)
select people.member_id, coalesce(members.role, 'member') as role, coalesce(seen.audience, 0) as audience
from people
left join members on members.member_id = people.member_id
left join seen on seen.member_id = people.member_id
order by people.member_id"""

_NOBODY = """
select people.member_id, coalesce(members.role, 'member') as role, 0 as audience
from people
left join members on members.member_id = people.member_id
order by people.member_id"""


def precision(
    scored: pd.DataFrame,
    wanted: pd.Series,
    *,
    k: int | None = None,
    by: tuple[str, ...] = ("score", "audience", *PARTS),
) -> pd.DataFrame:
    """Compare rankings by how many of the first k are those that were looked for.

    Parameters
    ----------
    scored : DataFrame
        From :func:`score`; only members whom `wanted` knows are ranked.
    wanted : Series of bool
        Who is looked for, by member id: the truth of a simulated community, or a list made by hand.
    k : int, optional
        Length of the list; default as many as are looked for.
    by : tuple of str
        Columns to rank by, highest first.

    Returns
    -------
    DataFrame
        ``ranking``, ``n`` (= k), ``count`` (of them looked for), ``estimate`` (precision at k), ``low``,
        ``high``, ``difference`` to the ranking by audience with ``difference_low`` and
        ``difference_high`` (members on both lists count for neither), ``expected`` (by drawing at random),
        ``small``.

    Taught in: 04 Interaction
    """
    ranked = scored.loc[scored["member_id"].isin(wanted.index)]
    hit = ranked["member_id"].map(wanted).astype(bool).to_numpy()
    k = min(int(wanted.sum()) if k is None else k, len(ranked))
    lists = {name: set(np.lexsort((ranked["member_id"], -ranked[name].to_numpy(float)))[:k]) for name in by}
    rows = []
    for name, chosen in lists.items():
        count = int(hit[list(chosen)].sum())
        low, high = intervals.wilson(count, k)
        row = {"ranking": name, "n": k, "count": count, "estimate": count / k if k else np.nan}
        row |= {"low": float(low), "high": float(high), "expected": float(hit.mean()) if k else np.nan}
        if name != "audience" and "audience" in lists:
            one, two = list(chosen - lists["audience"]), list(lists["audience"] - chosen)
            below, above = intervals.difference(hit[one].sum(), len(one), hit[two].sum(), len(two))
            part = len(one) / k if k else np.nan
            row["difference"] = (hit[one].sum() - hit[two].sum()) / k if k else np.nan
            row |= {"difference_low": float(below) * part, "difference_high": float(above) * part}
            if not one:
                row |= {"difference_low": 0.0, "difference_high": 0.0}
        rows.append(row)
    columns = ["ranking", "n", "count", "estimate", "low", "high"]
    columns += ["difference", "difference_low", "difference_high", "expected"]
    table = pd.DataFrame(rows).reindex(columns=columns)
    table["small"] = table["n"] < 30
    table.attrs["about"] = scored.attrs.get("about", {}) | {
        "metric": "precision of rankings",
        "unit": "share",
        "k": k,
        "n": k,
        "wanted": int(wanted.sum()),
    }
    return table
