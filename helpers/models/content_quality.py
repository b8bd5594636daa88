"""Judge posts by what their first readers did, and test the judgement on the readers who came later."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.special import logit

from helpers.community import Community
from helpers.metrics.content import CHOSEN, KINDS, author_sql, quoted
from helpers.metrics.intervals import mean_from_sums, ratio_from_sums, wilson
from helpers.models import shrinkage
from helpers.models.regression import design

SIGNALS = ("save", "comment")
THIRDS = ("lowest third", "middle third", "highest third")


def sql(signals: Sequence[str] = SIGNALS) -> str:
    """Write the query with one row a post: what the first and the second half of its readers did.

    A member is a reader from the first view (or reaction) on; with an odd number the middle reader belongs
    to the second half. Authors do not read their own posts.

    Taught in: 03 Content
    """
    marks = "".join(
        f"\n        max(case when events.event_type = '{kind}' then 1 else 0 end) as did_{kind},"
        for kind in KINDS
    )
    halves = "".join(
        f",\n    cast(sum(case when early then 0 else did_{kind} end) as bigint) as late_{kind}"
        for kind in (*KINDS, "answered")
    )
    return f"""
with reading as (
    select
        events.content_id,
        events.member_id,{marks}
        max(case when events.event_type = 'comment' and events.reply_to <> events.content_id
            then 1 else 0 end) as did_answered,
        max(case when events.event_type in ({quoted(signals)}) then 1 else 0 end) as did_signal,
        min(events.occurred_at) as first_at
    from events
    left join contents on contents.content_id = events.content_id
    where events.content_id is not null
        and events.event_type in ('view', 'live_enter', {quoted(KINDS)})
        and (contents.author_id is null or contents.author_id <> events.member_id)
        {CHOSEN}
    group by events.content_id, events.member_id
),
placed as (
    select
        *,
        2 * row_number() over (partition by content_id order by first_at, member_id)
            <= count(*) over (partition by content_id) as early
    from reading
)
select
    content_id,
    cast(sum(case when early then 1 else 0 end) as bigint) as early_n,
    cast(sum(case when early then 0 else 1 end) as bigint) as late_n,
    cast(sum(case when early then did_signal else 0 end) as bigint) as early_count{halves}
from placed
group by content_id"""


def scores(community: Community, *, signals: Sequence[str] = SIGNALS, least: int = 10) -> pd.DataFrame:
    """Score posts by the first half of their readers and count what the second half did.

    Saving and commenting cost a reader something; the share of the early readers who did one of them is
    taken as the sign of quality. (Sharing is not: a share brings readers who share in turn, so that it
    measures the wave as much as the post.) Small posts are shrunk towards the rest.

    Parameters
    ----------
    community : Community
        The community.
    signals : sequence of str, default ("save", "comment")
        What early readers do when a post is worth it. Kinds that the log does not know count as never done.
    least : int, default 10
        Posts with fewer readers are left out.

    Returns
    -------
    DataFrame
        One row a post: ``content_id``, ``format``, ``topic``, ``purpose``, ``author``, ``early_n``,
        ``early_count`` (gave a signal), ``score`` (log-odds of the shrunk early rate, in standard
        deviations), ``third``,
        ``late_n`` and the second half's readers by what they did: ``late_click``, ``late_like``,
        ``late_save``, ``late_comment``, ``late_share``, ``late_answered`` (answered another comment).

    Raises
    ------
    TableMissing
        When the events do not say which post they belong to.

    Notes
    -----
    A score that contains its own outcome predicts it perfectly and says nothing. Splitting the readers of
    each post keeps the two apart: nobody is counted on both sides.

    Taught in: 03 Content
    """
    community.require("events", "content_id")
    unknown = set(signals) - set(KINDS)
    if unknown or not signals:
        raise ValueError(f"signals: choose from {', '.join(KINDS)}; got {list(signals)}.")
    table = community.query(
        f"""
with halves as ({sql(signals)}
)
select
    halves.*, contents.format, contents.topic, contents.purpose, {author_sql()} as author
from halves
left join contents on contents.content_id = halves.content_id
left join members as authors on authors.member_id = contents.author_id
where halves.early_n + halves.late_n >= $least
order by halves.content_id""",
        least=int(least),
    )
    return _scored(community, table, signals)


def _scored(community: Community, table: pd.DataFrame, signals: Sequence[str]) -> pd.DataFrame:
    table["score"] = np.nan
    if (table["early_n"] > 0).sum() > 1 and table["early_count"].sum() > 0:
        shrunk = shrinkage.shrink(pd.DataFrame({"n": table["early_n"], "count": table["early_count"]}))[
            "shrunk"
        ]
        odds = logit(shrunk.clip(1e-6, 1 - 1e-6))
        table["score"] = (odds - odds.mean()) / odds.std() if odds.std() > 0 else 0.0
    place = table["score"].rank(method="first", pct=True)
    names = pd.cut(place, [0, 1 / 3, 2 / 3, 1], labels=list(THIRDS))
    table["third"] = names.astype(object)
    late = [name for name in table.columns if name.startswith("late_")]
    columns = [
        "content_id",
        "format",
        "topic",
        "purpose",
        "author",
        "early_n",
        "early_count",
        "score",
        "third",
        *late,
    ]
    return community.describe(
        table[columns],
        "quality score of posts",
        population="posts",
        period="whole history",
        signals=list(signals),
        randomised=False,
    )


def by_third(table: pd.DataFrame, *, kind: str = "save") -> pd.DataFrame:
    """Compare what later readers did with posts that early readers found weak, middling and strong.

    Parameters
    ----------
    table : DataFrame
        From :func:`scores`.
    kind : {"click", "like", "save", "comment", "share", "answered"}, default "save"
        What the later readers did. "answered": answered another comment, among those who commented.

    Returns
    -------
    DataFrame
        ``third``, ``posts``, ``n`` (later readers), ``count``, ``estimate``, ``low``, ``high`` (posts as the
        units), ``small``.

    Taught in: 03 Content
    """
    below = table["late_comment"] if kind == "answered" else table["late_n"]
    above = table[f"late_{kind}"]
    rows = []
    for third in THIRDS:
        y, x = (column[table["third"] == third].to_numpy(float) for column in (above, below))
        low, high = ratio_from_sums(len(x), y.sum(), (y**2).sum(), x.sum(), (x**2).sum(), (x * y).sum())
        share = y.sum() / x.sum() if x.sum() else np.nan
        rows.append(
            {"third": third, "posts": len(x), "n": int(x.sum()), "count": int(y.sum()), "estimate": share,
             "low": max(float(low), 0.0), "high": min(float(high), 1.0), "small": len(x) < 30}
        )  # fmt: skip
    result = pd.DataFrame(rows)
    result.attrs["about"] = table.attrs.get("about", {}) | {"metric": "later readers", "kind": kind}
    return result


def slopes(
    table: pd.DataFrame,
    *,
    by: str = "score",
    kinds: Sequence[str] = KINDS,
    adjust: Sequence[str] = ("format", "topic", "purpose", "author"),
) -> pd.DataFrame:
    """Regress what later readers did on the quality of the post, everything countable held fixed.

    Parameters
    ----------
    table : DataFrame
        From :func:`scores`; for the lesson with the true quality joined to it.
    by : str, default "score"
        Column with the quality.
    kinds : sequence of str, default ("click", "like", "save", "comment", "share")
        Outcomes; those seen fewer than 30 times are left out.
    adjust : sequence of str, default ("format", "topic", "purpose", "author")
        Columns held fixed; unknown values are a group of their own.

    Returns
    -------
    DataFrame
        ``kind``, ``posts``, ``n`` (later readers), ``count``, ``slope``, ``slope_low``, ``slope_high`` (log
        rate per unit of quality), ``estimate``, ``low``, ``high`` (the factor on the rate per unit),
        steepest first.

    Notes
    -----
    Poisson regression of counts with the readers as exposure and robust (sandwich) errors, which hold
    although posts differ more than the Poisson law says (Wooldridge 2010, ch. 18). A score rests on a few
    dozen early readers and is therefore itself uncertain; that pulls its slope towards nothing.

    Taught in: 03 Content
    """
    used = table[(table["late_n"] > 0) & table[by].notna()]
    rows = []
    for kind in kinds:
        count = used[f"late_{kind}"]
        if len(used) < 30 or count.sum() < 30:
            continue
        columns = design(used, used[[by]].assign(const=1.0), adjust)
        fitted = sm.GLM(count, columns, family=sm.families.Poisson(), offset=np.log(used["late_n"])).fit(
            cov_type="HC1"
        )
        low, high = fitted.conf_int().loc[by]
        rows.append(
            {"kind": kind, "posts": len(used), "n": int(used["late_n"].sum()), "count": int(count.sum()),
             "slope": fitted.params[by], "slope_low": low, "slope_high": high}
        )  # fmt: skip
    columns = ["kind", "posts", "n", "count", "slope", "slope_low", "slope_high"]
    result = pd.DataFrame(rows, columns=columns).astype({"slope": float})
    for name, column in (("estimate", "slope"), ("low", "slope_low"), ("high", "slope_high")):
        result[name] = np.exp(result[column].astype(float))
    result = result.sort_values("slope", ascending=False, ignore_index=True)
    result.attrs["about"] = table.attrs.get("about", {}) | {
        "metric": "slope on quality",
        "adjusted_for": [name for name in adjust if used[name].nunique(dropna=False) > 1],
        "by": by,
        "unit": "score",
    }  # fmt: skip
    return result


def first_reads(community: Community, table: pd.DataFrame, *, window: int = 28) -> pd.DataFrame:
    """Ask whether newcomers come back more often when the first post they read was a good one.

    Which post a newcomer meets first is nearly a matter of chance, which makes this comparison fairer than
    most; it is still not a draw.

    Parameters
    ----------
    community : Community
        The community.
    table : DataFrame
        From :func:`scores`.
    window : int, days, default 28
        The return is looked for from the 7th day after the first reading to this day.

    Returns
    -------
    DataFrame
        ``third``, ``n`` (members whose first post was of that third and who were watched long enough),
        ``count`` (active again), ``estimate``, ``low``, ``high`` (Wilson), ``small``.

    Taught in: 03 Content
    """
    community.require("events", "content_id")
    known = table.loc[table["third"].notna(), ["content_id", "third"]].astype(str)
    community.engine.register("scored_posts", known)
    found = community.query(
        f"""
with reads as (
    select
        events.member_id, events.content_id, events.day,
        row_number() over (partition by events.member_id order by events.occurred_at, events.content_id)
            as place
    from events
    inner join people on people.member_id = events.member_id
    where events.event_type = 'view' and events.content_id is not null
        and people.joined_known and date_diff('day', people.joined_day, events.day) between 0 and 6
),
firsts as (
    select reads.member_id, reads.day, scored_posts.third
    from reads
    inner join scored_posts on scored_posts.content_id = reads.content_id
    where reads.place = 1 and date_diff('day', reads.day, cast($as_of as date)) >= $window
),
returned as (
    select
        firsts.member_id, firsts.third,
        max(case when days.day is not null then 1 else 0 end) as again
    from firsts
    left join {community.member_days()} as days
        on days.member_id = firsts.member_id
        and date_diff('day', firsts.day, days.day) between 7 and $window
    group by firsts.member_id, firsts.third
)
select third, count(*) as n, cast(sum(again) as bigint) as count
from returned
group by third
order by third""",
        window=int(window),
        as_of=community.as_of,
    ).set_index("third")
    result = found.reindex(list(THIRDS), fill_value=0).rename_axis("third").reset_index()
    low, high = wilson(result["count"], result["n"])
    result = result.assign(
        estimate=result["count"] / result["n"].where(result["n"] > 0),
        low=low,
        high=high,
        small=result["n"] < 30,
    )
    return community.describe(
        result,
        "return after the first post",
        population="new members by the first post they read",
        window=int(window),
        randomised=False,
    )


def satisfaction(community: Community, table: pd.DataFrame, *, window: int = 28) -> pd.DataFrame:
    """Compare how content members are by the quality of what they read before they were asked.

    Parameters
    ----------
    community : Community
        The community.
    table : DataFrame
        From :func:`scores`.
    window : int, days, default 28
        Reading in so many days before the answer counts.

    Returns
    -------
    DataFrame
        ``third`` (of the mean score of the posts read), ``n`` (answers to the recommendation question),
        ``estimate`` (mean answer), ``low``, ``high``, ``small``. Empty when nobody who answered had read.

    Raises
    ------
    TableMissing
        When there are no surveys.

    Taught in: 03 Content
    """
    community.require("surveys", "member_id")
    community.require("events", "content_id")
    community.engine.register("scored_posts", table.loc[table["score"].notna(), ["content_id", "score"]])
    answers = community.query(
        """
with asked as (
    select member_id, day, max(score) as answer
    from surveys
    where kind = 'nps' and score is not null
    group by member_id, day
)
select
    asked.member_id, asked.day, asked.answer,
    sum(cast(scored_posts.score as decimal(18, 9))) / count(*) as quality
from asked
inner join events on events.member_id = asked.member_id and events.event_type = 'view'
    and date_diff('day', events.day, asked.day) between 1 and $window
inner join scored_posts on scored_posts.content_id = events.content_id
group by asked.member_id, asked.day, asked.answer
order by asked.member_id, asked.day""",
        window=int(window),
    )
    place = answers["quality"].rank(method="first", pct=True)
    answers["third"] = pd.cut(place, [0, 1 / 3, 2 / 3, 1], labels=list(THIRDS)).astype(object)
    answers["square"] = answers["answer"] ** 2
    found = answers.groupby("third").agg(
        n=("answer", "size"), total=("answer", "sum"), squares=("square", "sum")
    )
    result = found.reindex(list(THIRDS)).dropna().rename_axis("third").reset_index().astype({"n": int})
    low, high = mean_from_sums(result["n"], result["total"], result.pop("squares"))
    result = result.assign(
        estimate=result.pop("total") / result["n"], low=low, high=high, small=result["n"] < 30
    )
    return community.describe(
        result,
        "answer by what was read",
        population="members who answered",
        window=int(window),
        unit="score",
        randomised=False,
    )
