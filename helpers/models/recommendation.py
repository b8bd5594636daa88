"""Recommend posts to members, and try it on days that the models have not seen, against plain popularity."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.community import Community
from helpers.metrics import intervals

METHODS = ("popular", "item", "factor", "topic")
SEEN = ("none", "1-4", "5-19", "20+")
_BLOCK = 2048


@dataclass(frozen=True)
class Task:
    """Hold what is known on the evening of one day, and what was looked at on the days after.

    Attributes
    ----------
    members, contents : numpy.ndarray
        Ids: members who looked at anything before or after, posts that were there.
    known : scipy.sparse.csr_matrix
        1 where a member looked at a post in the time before.
    wanted : scipy.sparse.csr_matrix
        1 where a member looked at a post, that was there and new to them, on the days after.
    recent : numpy.ndarray
        How many members looked at each post in the last days before.
    topics : numpy.ndarray
        Number of each post's topic, -1 where none is known.
    fresh : numpy.ndarray
        Whether the post is young enough to be recommended; older ones only tell about tastes.

    Taught in: 03 Content
    """

    members: np.ndarray
    contents: np.ndarray
    known: sparse.csr_matrix
    wanted: sparse.csr_matrix
    recent: np.ndarray
    topics: np.ndarray
    fresh: np.ndarray


def _first_looks(community: Community) -> tuple[pd.DataFrame, pd.DataFrame]:
    # When each member first looked at each post, and when each post was published; days are numbers.
    community.require("events", "content_id")
    community.require("contents", "published_at")
    looks = community.query(
        """
select events.member_id, events.content_id, date_diff('day', cast($first as date), min(events.day)) as day
from events
join contents on contents.content_id = events.content_id
where events.event_type = 'view'
group by events.member_id, events.content_id
order by events.member_id, events.content_id""",
        first=community.active_from,
    )
    posts = community.query(
        """
select content_id, topic, date_diff('day', cast($first as date), day) as day
from contents
order by content_id""",
        first=community.active_from,
    )
    return looks, posts


def _task(
    looks: pd.DataFrame,
    posts: pd.DataFrame,
    cut: int,
    *,
    days: int,
    history: int,
    recent: int,
    fresh: int | None,
) -> Task:
    there = posts.loc[(posts["day"] <= cut) & (posts["day"] > cut - history)]
    contents = pd.Index(there["content_id"])
    near = looks.loc[(looks["day"] > cut - history) & (looks["day"] <= cut + days)]
    near = near.loc[near["content_id"].isin(contents)]
    members = pd.Index(near["member_id"].unique()).sort_values()
    row, column = members.get_indexer(near["member_id"]), contents.get_indexer(near["content_id"])
    day, shape = near["day"].to_numpy(), (len(members), len(contents))

    def table(which: np.ndarray) -> sparse.csr_matrix:
        return sparse.csr_matrix((np.ones(int(which.sum())), (row[which], column[which])), shape=shape)

    last = (day <= cut) & (day > cut - recent)
    return Task(
        members=members.to_numpy(),
        contents=contents.to_numpy(),
        known=table(day <= cut),
        wanted=table(day > cut),
        recent=np.bincount(column[last], minlength=len(contents)).astype(float),
        topics=pd.factorize(there["topic"])[0],
        fresh=(there["day"] > cut - (fresh or history)).to_numpy(),
    )


def _cuts(community: Community, cuts: int, days: int, every: int) -> list[int]:
    last = (community.as_of - community.active_from).days - days
    return sorted(cut for cut in (last - every * back for back in range(cuts)) if cut >= every)


def tasks(
    community: Community,
    *,
    cuts: int = 12,
    days: int = 3,
    history: int = 28,
    recent: int = 3,
    fresh: int | None = None,
    every: int = 7,
) -> Iterator[Task]:
    """Go back to several evenings: what was known then, and what was looked at on the days after.

    Parameters
    ----------
    community : Community
        The community.
    cuts : int, default 12
        How many evenings, each `every` days before the next; the last one leaves `days` days after it.
    days : int, default 3
        Days after, on which a recommendation can prove right.
    history : int, default 28 days
        Posts and looks before that are forgotten.
    recent : int, default 3 days
        Popularity counts these last days.
    fresh : int, optional
        Recommend only posts of the last days, so many; default all of `history`.
    every : int, default 7 days
        Distance between two evenings.

    Yields
    ------
    Task

    Raises
    ------
    TableMissing
        When there are no posts, or the events do not name them.

    Taught in: 03 Content
    """
    looks, posts = _first_looks(community)
    for cut in _cuts(community, cuts, days, every):
        task = _task(looks, posts, cut, days=days, history=history, recent=recent, fresh=fresh)
        if len(task.members) and len(task.contents):
            yield task


def _shares(values: np.ndarray) -> np.ndarray:
    return values / max(float(values.max(initial=0)), 1.0)


def _unit_columns(known: sparse.csr_matrix) -> sparse.csr_matrix:
    norms = np.sqrt(np.asarray(known.multiply(known).sum(axis=0)).ravel())
    return (known @ sparse.diags_array(1 / np.maximum(norms, 1))).tocsr()


def _factors(task: Task, factors: int, seed: int) -> np.ndarray:
    from sklearn.decomposition import TruncatedSVD

    most = min(factors, min(task.known.shape) - 1)
    if most < 1:
        return np.zeros((1, len(task.contents)))
    return TruncatedSVD(most, random_state=seed).fit(_unit_columns(task.known)).components_


def _topic_lifts(task: Task, rows: sparse.csr_matrix, *, doubt: float = 5.0) -> np.ndarray:
    count = int(task.topics.max(initial=-1)) + 1
    if not count:
        return np.zeros((rows.shape[0], len(task.contents)))
    place = np.flatnonzero(task.topics >= 0)
    belongs = sparse.csr_matrix(
        (np.ones(len(place)), (place, task.topics[place])), shape=(len(task.topics), count)
    )
    overall = np.asarray((task.known @ belongs).sum(axis=0)).ravel() + 1
    overall = overall / overall.sum()
    own = (rows @ belongs).toarray() + doubt * overall
    lift = own / own.sum(axis=1, keepdims=True) / overall
    return np.where(task.topics >= 0, lift[:, task.topics], 1.0)


def scorer(task: Task, method: str, *, factors: int = 16, seed: int = 0) -> Callable[[Any], np.ndarray]:
    """Learn from what was known, and give a function that scores every post for some members.

    Parameters
    ----------
    task : Task
        What was known.
    method : {"popular", "item", "factor", "topic"}
        Looked at by most members lately; looked at by the same members as what one has looked at (cosine);
        near in the factors of the table of members and posts (truncated SVD); popular, weighted by how
        much more than others one looks at its topic.
    factors : int, default 16
        How many factors.
    seed : int, default 0
        Of the decomposition.

    Returns
    -------
    callable
        Takes numbers of members of the task, gives an array with one row a member and one column a post;
        minus infinity for what the member has seen and what is not fresh. Ties, and members without a
        history, go by popularity.

    Notes
    -----
    Sarwar et al. (2001), Item-based collaborative filtering, WWW 10; Cremonesi, Koren & Turrin (2010),
    Performance of recommender algorithms on top-N recommendation tasks, RecSys (factors of the plain table).

    Taught in: 03 Content
    """
    popular = _shares(task.recent)
    if method == "popular":
        score = lambda known: np.tile(popular, (known.shape[0], 1))  # noqa: E731
    elif method == "item":
        unit = _unit_columns(task.known)
        alike = (unit.T @ unit).tocsr()
        score = lambda known: (known @ alike).toarray()  # noqa: E731
    elif method == "factor":
        axes = _factors(task, factors, seed)
        score = lambda known: (known @ axes.T) @ axes  # noqa: E731
    elif method == "topic":
        score = lambda known: _topic_lifts(task, known) * (popular + 0.01)  # noqa: E731
    else:
        raise ValueError(f"method={method!r}: choose one of {', '.join(METHODS)}.")

    def of_members(rows: Any) -> np.ndarray:
        known = task.known[rows]
        result = score(known) + 1e-9 * popular  # so little that it decides between equals only
        result[known.nonzero()] = -np.inf
        result[:, ~task.fresh] = -np.inf
        return result

    return of_members


def ranked_gains(found: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give recall and NDCG of lists.

    Parameters
    ----------
    found : array of 0 and 1
        One row a list, best first: was the post at this place looked at?
    wanted : array
        How many posts each member looked at in all.

    Returns
    -------
    tuple of arrays
        recall: the share of them that the list holds; NDCG: places count 1/log2(place + 1), divided by
        what the best possible order would give.

    Notes
    -----
    Järvelin & Kekäläinen (2002), *ACM Transactions on Information Systems* 20, 422-446; the same as
    ``sklearn.metrics.ndcg_score``.

    Examples
    --------
    >>> recall, ndcg = ranked_gains(np.array([[1, 0, 1]]), np.array([4]))
    >>> float(recall[0]), round(float(ndcg[0]), 3)
    (0.5, 0.704)

    Taught in: 03 Content
    """
    length = found.shape[1]
    worth = 1 / np.log2(np.arange(2, length + 2))
    best = np.concatenate([[0.0], worth.cumsum()])[np.minimum(wanted, length)]
    return found.sum(axis=1) / np.maximum(wanted, 1), (found @ worth) / np.where(best > 0, best, 1)


def trial(
    community: Community,
    *,
    k: int = 10,
    methods: Sequence[str] = METHODS,
    factors: int = 16,
    seed: int = 0,
    **windows: Any,
) -> pd.DataFrame:
    """Let every method recommend on several evenings, and look up what members looked at afterwards.

    Parameters
    ----------
    community : Community
        The community.
    k : int, default 10
        Length of a list.
    methods : sequence of {"popular", "item", "factor", "topic"}
        See :func:`scorer`. "topic" is left out where posts have none.
    factors, seed : int
        See :func:`scorer`.
    **windows
        ``cuts``, ``days``, ``history``, ``recent``, ``fresh``, ``every`` of :func:`tasks`.

    Returns
    -------
    DataFrame
        One row for each list: ``cut`` (number), ``member_id``, ``method``, ``seen`` (posts the member had
        looked at before), ``wanted`` (posts that were there and that the member looked at afterwards for
        the first time), ``found`` (of them on the list), ``recall``, ``ndcg``. Members who wanted nothing
        that was there are left out: no list could be right for them.

    Raises
    ------
    TableMissing
        When there are no posts, or the events do not name them.

    Notes
    -----
    Only posts that were there on the evening are recommended, and nothing after it is used: a split at
    random would learn from the future. Members could only look at what they were shown, so a trial of this
    kind favours what resembles the way posts are shown today; an A/B test decides.

    Taught in: 03 Content
    """
    methods = [m for m in methods if m != "topic" or community.has("contents", "topic")]
    parts = []
    for number, task in enumerate(tasks(community, **windows)):
        wanted = np.asarray(task.wanted.sum(axis=1)).ravel().astype(int)
        seen = np.asarray(task.known.sum(axis=1)).ravel().astype(int)
        everyone = np.flatnonzero(wanted)
        models = {method: scorer(task, method, factors=factors, seed=seed) for method in methods}
        for at in range(0, len(everyone), _BLOCK):
            rows = everyone[at : at + _BLOCK]
            truth = task.wanted[rows].toarray()
            for method, model in models.items():
                order = np.argsort(-model(rows), axis=1, kind="stable")[:, :k]
                found = np.take_along_axis(truth, order, axis=1)
                recall, ndcg = ranked_gains(found, wanted[rows])
                parts.append(
                    pd.DataFrame(
                        {
                            "cut": number,
                            "member_id": task.members[rows],
                            "method": method,
                            "seen": seen[rows],
                            "wanted": wanted[rows],
                            "found": found.sum(axis=1).astype(int),
                            "recall": recall,
                            "ndcg": ndcg,
                        }
                    )
                )
    columns = ["cut", "member_id", "method", "seen", "wanted", "found", "recall", "ndcg"]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return community.describe(
        table,
        "recommendation trial",
        population="members who looked at something that could have been recommended",
        period=f"{table['cut'].nunique()} evenings",
        k=k,
        fresh=windows.get("fresh"),
        n=int(table["member_id"].nunique()),
    )


def compare(trial: pd.DataFrame, *, by: str | None = None, seed: int = 0, repeats: int = 500) -> pd.DataFrame:
    """Average recall and NDCG of each method, and set them against popularity, list by list.

    Parameters
    ----------
    trial : DataFrame
        From :func:`trial`.
    by : {"activity"}, optional
        Apart by how many posts a member had looked at before: none, 1-4, 5-19, 20+.
    seed, repeats : int
        Of the bootstrap, which draws members with all their lists.

    Returns
    -------
    DataFrame
        (``activity``,) ``metric`` ("recall", "ndcg"), ``method``, ``n`` (members), ``lists``, ``estimate``,
        ``low``, ``high``, ``difference`` to "popular" on the same lists, ``difference_low``,
        ``difference_high``, ``small``.

    Taught in: 03 Content
    """
    if by not in (None, "activity"):
        raise ValueError(f'by={by!r}: choose "activity" or nothing.')
    columns = ["activity"] if by else []
    columns += ["metric", "method", "n", "lists", "estimate", "low", "high"]
    columns += ["difference", "difference_low", "difference_high", "small"]
    rows: list[dict[str, Any]] = []
    if len(trial):
        group = pd.cut(trial["seen"], [-1, 0, 4, 19, np.inf], labels=list(SEEN)).astype(str)
        parts = [(name, trial[group == name]) for name in SEEN] if by else [("all", trial)]
        for name, part in parts:
            rows += [{"activity": name} | row for row in _averages(part, seed, repeats)]
    result = pd.DataFrame(rows).reindex(columns=columns)
    result.attrs["about"] = trial.attrs.get("about", {}) | {
        "metric": "recommendation",
        "unit": "score",
        "randomised": False,
    }
    return result


def _averages(part: pd.DataFrame, seed: int, repeats: int) -> list[dict[str, Any]]:
    if part.empty:
        return []
    methods = list(part["method"].unique())
    sums = part.pivot_table(index="member_id", columns="method", values=["recall", "ndcg"], aggfunc="sum")
    lists = part.groupby("member_id")["cut"].nunique().reindex(sums.index).to_numpy(float)
    n = len(sums)
    drawn = np.concatenate(list(intervals.resamples(np.ones(n), seed=seed, repeats=repeats)))
    rows = []
    for metric in ("recall", "ndcg"):
        values = sums[metric][methods].to_numpy()
        draws = (drawn @ values) / (drawn @ lists)[:, None]
        estimate = values.sum(axis=0) / lists.sum()
        base = methods.index("popular") if "popular" in methods else None
        for at, method in enumerate(methods):
            low, high = intervals.percentiles(draws[:, at]) if n > 1 else (np.nan, np.nan)
            row = {
                "metric": metric,
                "method": method,
                "n": n,
                "lists": int(lists.sum()),
                "estimate": estimate[at],
                "low": low,
                "high": high,
                "small": n < 30,
            }
            if base is not None and at != base:
                low, high = intervals.percentiles(draws[:, at] - draws[:, base])
                row |= {
                    "difference": estimate[at] - estimate[base],
                    "difference_low": low,
                    "difference_high": high,
                }
            rows.append(row)
    return rows


def cold_start(community: Community, *, cuts: int = 12, days: int = 3, every: int = 7) -> pd.DataFrame:
    """Say which share of what is looked at no list of an evening before could have held.

    Parameters
    ----------
    community : Community
        The community.
    cuts, days, every : int
        Evenings and days after, as in :func:`tasks`.

    Returns
    -------
    DataFrame
        ``kind``: "new_post" (published after the evening), "new_member" (on a post that was there, by
        somebody who had not looked at anything before), "reachable" (the rest); ``n`` (first looks on the
        days after), ``count``, ``estimate``, ``low``, ``high`` (members as units), ``small``.

    Taught in: 03 Content
    """
    looks, posts = _first_looks(community)
    looks = looks.merge(posts[["content_id", "day"]], on="content_id", suffixes=("", "_published"))
    began = looks.groupby("member_id")["day"].transform("min")
    parts = []
    for cut in _cuts(community, cuts, days, every):
        after = (looks["day"] > cut) & (looks["day"] <= cut + days)
        new = looks["day_published"] > cut
        kind = np.select([new, began > cut], ["new_post", "new_member"], "reachable")
        parts.append(pd.DataFrame({"member_id": looks["member_id"], "kind": kind})[after])
    every_look = pd.concat(parts) if parts else pd.DataFrame({"member_id": [], "kind": []})
    counts = pd.crosstab(every_look["member_id"], every_look["kind"])
    counts = counts.reindex(columns=["new_post", "new_member", "reachable"], fill_value=0)
    total = counts.sum(axis=1)
    rows = []
    for name in counts.columns:
        low, high = intervals.bootstrap_ratio(counts[name], total) if len(counts) > 1 else (np.nan, np.nan)
        n = int(total.sum())
        rows.append({"kind": name, "n": n, "count": int(counts[name].sum()), "low": low, "high": high})
    table = pd.DataFrame(rows)
    table["estimate"] = table["count"] / table["n"].where(table["n"] > 0)
    table["small"] = len(counts) < 30
    return community.describe(
        table[["kind", "n", "count", "estimate", "low", "high", "small"]],
        "cold start",
        population="first looks of members at posts",
        period=f"{len(parts)} evenings",
        days=days,
        n=int(total.sum()),
    )


def recommend(
    community: Community,
    *,
    method: str = "topic",
    k: int = 5,
    members: Sequence[str] | None = None,
    history: int = 28,
    recent: int = 3,
    fresh: int | None = None,
) -> pd.DataFrame:
    """Write the lists for tomorrow.

    Parameters
    ----------
    community : Community
        The community.
    method : {"popular", "item", "factor", "topic"}, default "topic"
        See :func:`scorer`.
    k : int, default 5
        Posts for each member.
    members : sequence of str, optional
        For whom; default everybody who looked at anything lately.
    history, recent, fresh : int
        See :func:`tasks`.

    Returns
    -------
    DataFrame
        ``member_id``, ``place`` (from 1), ``content_id``, ``topic``; no post that the member has seen.

    Taught in: 03 Content
    """
    looks, posts = _first_looks(community)
    today = (community.as_of - community.active_from).days
    task = _task(looks, posts, today, days=0, history=history, recent=recent, fresh=fresh)
    model = scorer(task, method)
    rows = np.arange(len(task.members))
    if members is not None:
        rows = rows[np.isin(task.members, list(members))]
    topics = posts.set_index("content_id")["topic"]
    parts = []
    for at in range(0, len(rows), _BLOCK):
        some = rows[at : at + _BLOCK]
        given = model(some)
        order = np.argsort(-given, axis=1, kind="stable")[:, :k]
        part = pd.DataFrame(
            {
                "member_id": np.repeat(task.members[some], order.shape[1]),
                "place": np.tile(np.arange(1, order.shape[1] + 1), len(some)),
                "content_id": task.contents[order.ravel()],
            }
        )
        parts.append(part[np.isfinite(np.take_along_axis(given, order, axis=1).ravel())])
    columns = ["member_id", "place", "content_id"]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    table["topic"] = table["content_id"].map(topics)
    return community.describe(table, "recommendations", population="members active lately", method=method)
