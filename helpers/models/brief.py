"""Fill a creative brief from the data: for whom, about what, in which form, when and where."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.community.errors import TableMissing
from helpers.metrics import needs
from helpers.metrics.content import REACTIONS, posts, quoted, rates
from helpers.metrics.intervals import ratio_from_sums
from helpers.metrics.population import labels_sql
from helpers.models import timing

ATTRIBUTES = ("age_band", "city_tier", "gender", "source")
LINES = ("insight", "topic", "audience", "format", "hour", "platform")
COLUMNS = ["line", "choice", "next_best", "n", "estimate", "low", "high", "clear", "measure"]


def audience(community: Community, *, topic: str | None = None, attribute: str | None = None) -> pd.DataFrame:
    """Compare groups of members by how often they react to what they read.

    Parameters
    ----------
    community : Community
        The community.
    topic : str, optional
        Only posts about it.
    attribute : str, optional
        Column of members; by default the first known of age_band, city_tier, gender and source.

    Returns
    -------
    DataFrame
        ``segment``, ``members`` (who read), ``n`` (pairs of a reader and a post), ``count`` (with a
        reaction), ``estimate``, ``low``, ``high`` (members as the units), ``small`` (fewer than 30 members).

    Raises
    ------
    TableMissing
        When there are no members with such a column, or the events do not say which post they belong to.

    Taught in: 03 Content
    """
    community.require("events", "content_id")
    known = [name for name in ATTRIBUTES if community.has("members", name)]
    if attribute is None and not known:
        raise TableMissing("members", ["age_band", "city_tier", "gender or source"])
    only = "" if topic is None else "and contents.topic = $topic"
    chosen = attribute or known[0]
    table = community.query(
        f"""
with labels as ({labels_sql(community, chosen)}
),
pairs as (
    select
        events.member_id, events.content_id,
        max(case when events.event_type in ({quoted(REACTIONS)}) then 1 else 0 end) as reacted
    from events
    {"left" if topic is None else "inner"} join contents on contents.content_id = events.content_id
    where events.content_id is not null and events.event_type in ('view', {quoted(REACTIONS)}) {only}
    group by events.member_id, events.content_id
),
by_member as (
    select labels.label, pairs.member_id, count(*) as x, sum(pairs.reacted) as y
    from pairs
    inner join labels on labels.member_id = pairs.member_id
    group by labels.label, pairs.member_id
)
select
    label as segment, count(*) as members, sum(x) as n, sum(y) as count,
    sum(cast(x as double) * x) as xx, sum(cast(y as double) * y) as yy, sum(cast(x as double) * y) as xy
from by_member
group by label
order by label""",
        **({} if topic is None else {"topic": topic}),
    ).astype({"n": int, "count": int})
    low, high = ratio_from_sums(
        table["members"], table["count"], table["yy"], table["n"], table["xx"], table["xy"]
    )
    table = table.drop(columns=["xx", "yy", "xy"]).assign(
        estimate=table["count"] / table["n"], low=np.clip(low, 0, 1), high=np.clip(high, 0, 1),
        small=table["members"] < 30,
    )  # fmt: skip
    table = table.sort_values(["estimate", "segment"], ascending=[False, True], ignore_index=True)
    return community.describe(
        table, "reactions by readers", population="readers", by="segment", attribute=chosen, randomised=False
    )


# Everything in one column of the table needs one size: rates are given per 100 readers.
_SCALE = {"opportunity": 1.0, "reactions of 100 readers": 100.0, "per cent of the average": 100.0}


def _best(line: str, table: pd.DataFrame, name: str, measure: str) -> dict[str, object]:
    # By the lower end of the interval, so that a lucky handful of posts does not lead; "clear" if that end
    # lies above the next one's upper end.
    enough = table[~table["small"]] if (~table["small"]).any() else table
    ranked = enough.sort_values("low", ascending=False, kind="stable")
    first, second = ranked.iloc[0], ranked.iloc[1] if len(ranked) > 1 else None
    scale = _SCALE[measure]
    return {
        "line": line,
        "choice": str(first[name]),
        "next_best": "" if second is None else str(second[name]),
        "n": int(first["n"]),
        "estimate": scale * first["estimate"],
        "low": scale * first["low"],
        "high": scale * first["high"],
        "clear": second is None or bool(first["low"] > second["high"]),
        "measure": measure,
    }


def lines(community: Community) -> pd.DataFrame:
    """Fill the lines of a brief, each with the evidence it stands on.

    Parameters
    ----------
    community : Community
        The community. What a missing table would fill is left out.

    Returns
    -------
    DataFrame
        ``line`` (insight: the need with the largest opportunity; topic, format, platform: the best
        reaction rate; audience: who reacts most to that topic; hour: the best hour of posting, like compared
        with like), best by the lower end of the interval, ``choice``, ``next_best``, ``n``, ``estimate``,
        ``low``, ``high``,
        ``clear`` (whether its interval lies above that of the next best), ``measure`` (opportunity,
        reactions of 100 readers, per cent of the average).

    Notes
    -----
    The best of several is partly the luckiest. A line that is not clear is a choice of taste, and may be
    changed without loss.

    Taught in: 03 Content
    """
    rows: list[dict[str, object]] = []
    try:
        found = needs.priorities(community)
        rows.append(
            _best("insight", found.rename(columns={"opportunity": "estimate"}), "item", "opportunity")
        )
    except TableMissing:
        pass
    for line in ("topic", "audience", "format", "hour", "platform"):
        try:
            if line == "audience":
                about = next((row["choice"] for row in rows if row["line"] == "topic"), None)
                table = audience(community, topic=None if about is None else str(about))
                rows.append(_best(line, table, "segment", "reactions of 100 readers"))
            elif line == "hour":
                table = timing.by_hour(community)
                if len(table):
                    table = table.assign(span=[f"{at:02d}–{at + 3:02d}" for at in table["hour"]])
                    rows.append(_best(line, table, "span", "per cent of the average"))
            else:
                table = rates(community, by=line)
                if len(table):
                    rows.append(_best(line, table, line, "reactions of 100 readers"))
        except TableMissing:
            continue
    order = pd.DataFrame(rows, columns=COLUMNS)
    return community.describe(order, "creative brief", population="posts", unit="score", randomised=False)


def platforms(community: Community) -> pd.DataFrame:
    """Tell what each platform asks for: which format is received best there, and how long its titles are.

    Parameters
    ----------
    community : Community
        The community.

    Returns
    -------
    DataFrame
        ``platform``, ``format`` (best received among those with at least 10 posts there), ``posts``, ``n``
        (readers), ``count``, ``estimate``, ``low``, ``high`` (posts as the units), ``title_length``
        and ``text_length`` (medians in characters; missing without texts), ``small``.

    Raises
    ------
    TableMissing
        When the contents have no platform or format.

    Taught in: 03 Content
    """
    community.require("contents", "platform", "format")
    table = posts(community)
    texts = community.query("select content_id, title, text from contents order by content_id")
    lengths = texts.assign(
        title_length=texts["title"].astype("str").str.len(), text_length=texts["text"].astype("str").str.len()
    )
    table = table.merge(lengths[["content_id", "title_length", "text_length"]], on="content_id", how="left")
    table = table.assign(
        yy=table["count"].astype(float) ** 2,
        xx=table["n"].astype(float) ** 2,
        xy=table["count"].astype(float) * table["n"],
    )
    grouped = table.groupby(["platform", "format"]).agg(
        posts=("n", "size"), n=("n", "sum"), count=("count", "sum"),
        yy=("yy", "sum"), xx=("xx", "sum"), xy=("xy", "sum"),
        title_length=("title_length", "median"), text_length=("text_length", "median"),
    ).reset_index()  # fmt: skip
    grouped["estimate"] = grouped["count"] / grouped["n"]
    sums = [grouped[name] for name in ("posts", "count", "yy", "n", "xx", "xy")]
    low, high = ratio_from_sums(*sums)
    grouped = grouped.assign(low=np.clip(low, 0, 1), high=np.clip(high, 0, 1), small=grouped["posts"] < 30)
    best = grouped[grouped["posts"] >= 10].sort_values(["platform", "estimate"], ascending=[True, False])
    columns = ["platform", "format", "posts", "n", "count", "estimate", "low", "high", "title_length",
               "text_length", "small"]  # fmt: skip
    return community.describe(
        best.drop_duplicates("platform")[columns].reset_index(drop=True),
        "formats by platform",
        population="readers of posts",
        by="platform",
        randomised=False,
    )
