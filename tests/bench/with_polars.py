"""The works of the benchmark as a good polars user would write them: lazy, with the streaming engine.

As in pandas, the log is reduced to member-days first. Small tables are pandas frames in the end, so that
all answers can be compared.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
from works import CUT, INACTIVITY, NO_ACTIVITY, PASSIVE, QUIET, STEPS, WINDOW, Answer

from helpers.models.rfm_rules import RULES, UNSCORED

DAY = dt.timedelta(days=1)


def scan(folder: Path, table: str = "events") -> pl.LazyFrame:
    """Scan a table, with the day of each event."""
    when = "occurred_at" if table == "events" else "ordered_at"
    return pl.scan_parquet(folder / f"{table}.parquet").with_columns(pl.col(when).dt.date().alias("day"))


def made(frame: pl.LazyFrame) -> pl.DataFrame:
    """Run a query with the streaming engine."""
    return frame.collect(engine="streaming")


def member_days(log: pl.LazyFrame, wanted: tuple[str, ...]) -> pl.LazyFrame:
    """Reduce the log to one row per member and active day, with counts of the wanted types of events."""
    kind = pl.col("event_type")
    counts = [(kind == one).sum().cast(pl.Int32).alias(one) for one in wanted]
    return (
        log.filter(~kind.is_in(NO_ACTIVITY))
        .group_by("member_id", "day")
        .agg(
            pl.len().cast(pl.Int32).alias("events"),
            (~kind.is_in(PASSIVE)).sum().cast(pl.Int32).alias("actions"),
            *counts,
        )
    )


def start(every: str, column: str = "day") -> pl.Expr:
    """Give the first day of the week or month that holds a day."""
    return pl.col(column).dt.truncate({"week": "1w", "month": "1mo"}[every])


def dense(counts: pl.DataFrame, calendar: pl.DataFrame) -> np.ndarray:
    """Line counts by day up with the calendar."""
    return (
        calendar.join(counts, on="day", how="left", maintain_order="left")["len"]
        .fill_null(0)
        .cast(pl.Int64)
        .to_numpy()
    )


def with_neighbours(days: pl.DataFrame) -> pl.DataFrame:
    """Put each member's active day before and after, and the first, beside every active day (sorted)."""
    member, day = pl.col("member"), pl.col("day")
    days = days.with_columns(
        pl.when(member == member.shift()).then(day.shift()).alias("before"),
        pl.when(member == member.shift(-1)).then(day.shift(-1)).alias("after"),
    )
    return days.with_columns(pl.when(pl.col("before").is_null()).then(day).forward_fill().alias("first"))


def rolling(days: pl.DataFrame, calendar: pl.DataFrame, first: pl.DataFrame) -> pd.DataFrame:
    """Count members active in the last 1, 7 and 28 days, for every day, from gaps between active days."""
    # One small table of pairs of days serves all three windows.
    pairs = days.group_by("day", "after").len()
    starts = dense(pairs.group_by("day").agg(pl.col("len").sum()), calendar)
    belonged = dense(first.group_by(pl.col("first").alias("day")).len(), calendar).cumsum()
    parts = []
    for window in (1, 7, 28):
        end = pl.min_horizontal(pl.col("after"), pl.col("day").dt.offset_by(f"{window}d"))
        stops = dense(pairs.group_by(end.alias("day")).agg(pl.col("len").sum()), calendar)
        count = starts.cumsum() - stops.cumsum()
        parts.append(
            pd.DataFrame({"day": calendar["day"].to_numpy(), "window": window, "n": belonged, "count": count})
        )
    return pd.concat(parts, ignore_index=True)


def panel(days: pl.DataFrame, first: pl.DataFrame) -> pd.DataFrame:
    """Count active members and what they did, by week."""
    opens = pl.col("before").is_null() | (pl.col("before") < pl.col("period"))
    kinds = {
        "message": "messages",
        "like": "likes",
        "comment": "comments",
        "share": "shares",
        "view": "views",
    }
    sums = (
        days.lazy()
        .with_columns(start("week").alias("period"))
        .group_by("period")
        .agg(
            opens.sum().alias("count"),
            pl.len().alias("active_days"),
            pl.col("events", "actions").sum(),
            *(pl.col(kind).sum().alias(name) for kind, name in kinds.items()),
        )
        .sort("period")
        .with_columns(pl.sum_horizontal("likes", "comments", "shares").alias("interactions"))
        .with_columns((pl.col("interactions") / pl.col("views")).alias("interaction_rate"))
        .with_columns(pl.col("views").alias("viewed"))
        .with_columns(
            pl.col("active_days", "events", "actions", *kinds.values()) / pl.col("count"),
        )
    )
    joined = first.lazy().group_by(start("week", "first").alias("period")).agg(pl.len().alias("n"))
    table = sums.join(joined, on="period", how="left").sort("period")
    return made(table.with_columns(pl.col("n").fill_null(0).cum_sum())).to_pandas()


def stickiness(days: pl.DataFrame, window: int = 28) -> pd.DataFrame:
    """Count active members and their active days in windows of 28 days."""
    end = days["day"].max()
    block = (pl.lit(end) - pl.col("day")).dt.total_days() // window
    query = days.lazy().group_by(block.alias("block"), "member").len().group_by("block")
    table = made(query.agg(pl.len().alias("n"), pl.col("len").sum().alias("count")))
    since = pl.lit(end) - pl.duration(days=pl.col("block") * window + window - 1)
    return table.with_columns(since.alias("period")).to_pandas()


def day_n(days: pl.DataFrame, first: pl.DataFrame, edge: dt.date) -> pd.DataFrame:
    """Count members active on exactly day N after their first day, of those who could be seen then."""
    end = days["day"].max()
    offset = (pl.col("day") - pl.col("first")).dt.total_days()
    kept = days.lazy().filter(pl.col("first") >= edge)
    counts = made(kept.select((offset == n).sum().alias(str(n)) for n in (1, 7, 30))).row(0)
    joined = first.filter(pl.col("first") >= edge)["first"]
    seen = [int((joined <= end - n * DAY).sum()) for n in (1, 7, 30)]
    return pd.DataFrame({"day": [1, 7, 30], "n": seen, "count": counts})


def cohorts(days: pl.DataFrame, first: pl.DataFrame, every: str) -> pd.DataFrame:
    """Count active members by period of first activity and calendar period."""
    period = start(every)
    counts = made(
        days.lazy()
        .filter(pl.col("before").is_null() | (pl.col("before") < period))
        .group_by(start(every, "first").alias("cohort"), period.alias("period"))
        .agg(pl.len().alias("count"))
    )
    sizes = first.group_by(start(every, "first").alias("cohort")).agg(pl.len().alias("n"))
    grid = sizes.join(counts.select("period").unique(), how="cross").filter(
        pl.col("period") >= pl.col("cohort")
    )
    return grid.join(counts, on=["cohort", "period"], how="left").fill_null(0).to_pandas()


def curve(exits: pl.DataFrame) -> pd.DataFrame:
    """Estimate Kaplan-Meier's curve from times, whether it happened then, and counts."""
    table = exits.group_by("time").agg(
        pl.col("len").filter(pl.col("event")).sum().alias("count"),
        pl.col("len").filter(~pl.col("event")).sum().alias("censored"),
    )
    if not (table["time"] == 0).any():
        zero = pl.DataFrame({"time": [0], "count": [0], "censored": [0]})
        table = pl.concat([table, zero.cast(dict(table.schema))], how="vertical")
    n = pl.sum_horizontal("count", "censored").cast(pl.Int64).cum_sum(reverse=True)
    table = table.sort("time").with_columns(n.alias("n"))
    return table.with_columns((1 - pl.col("count") / pl.col("n")).cum_prod().alias("estimate")).to_pandas()


def survival(days: pl.DataFrame, first: pl.DataFrame, edge: dt.date, threshold: int = 30) -> pd.DataFrame:
    """Estimate the share of members not yet fallen silent, by days since their first (Kaplan-Meier)."""
    end = days["day"].max()
    gap = (pl.col("after").fill_null(end + DAY) - pl.col("day")).dt.total_days()
    lost = days.lazy().filter(gap > threshold).group_by("member").agg(pl.col("day").min().alias("lost"))
    watched = (pl.lit(end) - pl.col("first")).dt.total_days()
    time = ((pl.col("lost") - pl.col("first")).dt.total_days() + threshold).fill_null(watched)
    exits = (
        first.lazy()
        .filter(pl.col("first") >= edge)
        .join(lost, on="member", how="left")
        .group_by(pl.min_horizontal(time, watched).alias("time"), pl.col("lost").is_not_null().alias("event"))
        .len()
    )
    return curve(made(exits))


def growth(days: pl.DataFrame) -> pd.DataFrame:
    """Split each week's active members into new, retained and resurrected, and count the lost."""
    gap = (pl.col("period") - start("week", "before")).dt.total_days()
    table = made(
        days.lazy()
        .with_columns(start("week").alias("period"))
        .filter(pl.col("before").is_null() | (pl.col("before") < pl.col("period")))
        .group_by("period")
        .agg(
            pl.len().alias("active"),
            pl.col("before").is_null().sum().alias("new"),
            (gap == 7).sum().alias("retained"),
            (gap > 7).sum().alias("resurrected"),
        )
        .sort("period")
        .with_columns(
            (pl.col("active").shift(fill_value=0) - pl.col("retained").cast(pl.Int64)).alias("lost")
        )
    )
    return table.to_pandas()


def rhythm(days: pl.DataFrame) -> tuple[int, int]:
    """Give the pauses that 80 % and 95 % of pauses do not exceed, every member counting once."""
    gap = (pl.col("after") - pl.col("day")).dt.total_days()
    table = made(
        days.lazy()
        .filter(pl.col("after").is_not_null())
        .group_by(gap.alias("gap"), "member")
        .len()
        .with_columns((pl.col("len") / pl.col("len").sum().over("member")).alias("weight"))
        .group_by("gap")
        .agg(pl.col("weight").sum())
        .sort("gap")
    )
    gaps, share = table["gap"].to_numpy(), table["weight"].to_numpy().cumsum() / table["weight"].sum()
    dormant = max(2, int(gaps[share.searchsorted(0.8)]))
    return dormant, max(dormant + 1, int(gaps[min(share.searchsorted(0.95), len(share) - 1)]))


def lifecycle(days: pl.DataFrame, calendar: pl.DataFrame) -> Answer:
    """Count members by state of the life cycle at the end of each month, and their moves between."""
    dormant, lost = rhythm(days)
    ends = (
        calendar.select(pl.col("day").dt.month_end().alias("end")).unique().sort("end").with_row_index("at")
    )
    member, run = pl.col("member"), (pl.col("day") - pl.col("before")).dt.total_days() >= dormant
    month = pl.col("day").dt.month_end()
    # A member's last active day in a month holds until the next month in which there is one.
    last = (
        days.lazy()
        .with_columns(pl.when(pl.col("before").is_null() | run).then("day").forward_fill().alias("began"))
        .filter(((member == member.shift(-1)) & (month == month.shift(-1))).fill_null(False).not_())
        .select("member", "day", "began", "first", month.alias("end"))
        .join(ends.lazy(), on="end")
        .sort("member", "at")
        .with_columns(
            pl.when(member == member.shift(-1))
            .then(pl.col("at").shift(-1))
            .otherwise(len(ends))
            .alias("until")
        )
        .with_columns(pl.int_ranges("at", "until").alias("at"))
        .explode("at")
        .select("member", "day", "began", "first", pl.col("at").cast(pl.UInt32))
        .join(ends.lazy(), on="at", maintain_order="left")
    )
    quiet, young = ((pl.col("end") - pl.col(name)).dt.total_days() for name in ("day", "began"))
    names = ["silent", "new", "active", "dormant", "lost", "returning"]
    state = (
        pl.when(quiet >= lost).then(4)
        .when(quiet >= dormant).then(3)
        .when(young >= dormant).then(2)
        .when(pl.col("began") == pl.col("first")).then(1)
        .otherwise(5)
    )  # fmt: skip
    moves = made(
        last.select("member", "end", state.cast(pl.Int8).alias("state"))
        .with_columns(pl.when(member == member.shift()).then(pl.col("state").shift()).alias("from"))
        .group_by("end", "from", "state")
        .len()
    )
    named = pl.DataFrame({"state": pl.Series(range(6), dtype=pl.Int8), "name": names})
    counts = moves.group_by("end", "state").agg(pl.col("len").sum().alias("count"))
    table = ends.join(named, how="cross").join(counts, on=["end", "state"], how="left").fill_null(0)
    settled = pl.col("end").dt.truncate("1mo") - DAY >= calendar["day"][0] + lost * DAY
    seen = moves.filter(settled & pl.col("from").is_not_null() & (pl.col("end") <= calendar["day"][-1]))
    seen = seen.group_by("from", "state").agg(pl.col("len").sum().alias("count"))
    grid = named.rename({"state": "from", "name": "from_name"}).join(named, how="cross")
    grid = grid.join(seen, on=["from", "state"], how="left").fill_null(0)
    return {
        "lifecycle": table.select(
            pl.col("end").alias("last_day"), pl.col("name").alias("state"), "count"
        ).to_pandas(),
        "transitions": grid.select(
            pl.col("from_name").alias("from"), pl.col("name").alias("to"), "count"
        ).to_pandas(),
    }


def participation(days: pl.DataFrame) -> Answer:
    """Measure how unequally actions are spread over members: Gini index, and the 90-9-1 split."""
    totals = days.lazy().group_by("member").agg(pl.col("actions").sum().cast(pl.Int64).alias("value"))
    counts = made(totals.group_by("value").agg(pl.len().alias("members")).sort("value"))
    rows, tiers = [], []
    for population, part in (
        ("all members", counts),
        ("without silent members", counts.filter(pl.col("value") > 0)),
    ):
        value, weight = part["value"].to_numpy(), part["members"].to_numpy().astype(int)
        people = np.concatenate([[0], weight.cumsum()]) / weight.sum()
        share = np.concatenate([[0], (weight * value).cumsum()]) / (weight * value).sum()
        gini = 1 - (np.diff(people) * (share[1:] + share[:-1])).sum()
        rows.append(
            {"population": population, "n": weight.sum(), "count": (weight * value).sum(), "estimate": gini}
        )
        below = np.interp([0, 0.9, 0.99, 1], people, share)
        for tier, height in zip(("other 90 %", "next 9 %", "top 1 %"), np.diff(below), strict=True):
            tiers.append({"population": population, "tier": tier, "estimate": height})
    return {"participation": counts.to_pandas(), "gini": pd.DataFrame(rows), "split": pd.DataFrame(tiers)}


def metric_set(folder: Path) -> Answer:
    """Compute the metric set of chapter 06."""
    base = made(member_days(scan(folder), ("message", "like", "comment", "share", "view")))
    # Numbers in the place of ids make everything after it quicker.
    number = pl.col("member_id").cast(pl.Categorical).to_physical().alias("member")
    days = with_neighbours(base.with_columns(number).drop("member_id").sort("member", "day"))
    del base
    first = days.filter(pl.col("before").is_null()).select("member", "first")
    calendar = pl.DataFrame({"day": pl.date_range(days["day"].min(), days["day"].max(), eager=True)})
    edge = calendar["day"][0] + 7 * DAY
    return {
        "rolling": rolling(days, calendar, first),
        "panel": panel(days, first),
        "stickiness": stickiness(days),
        "day_n": day_n(days, first, edge),
        "weekly cohorts": cohorts(days, first, "week"),
        "monthly cohorts": cohorts(days, first, "month"),
        "survival": survival(days, first, edge),
        "growth": growth(days),
        **lifecycle(days, calendar),
        **participation(days),
    }


def funnel_in_time(folder: Path) -> Answer:
    """Follow each member's first start through the steps within a window."""
    log = (
        scan(folder)
        .filter(pl.col("event_type").is_in(STEPS))
        .select("member_id", "occurred_at", "event_type")
    )
    rows = made(log).with_columns(pl.col("event_type").cast(pl.Categorical))
    end = made(scan(folder).select(pl.col("day").max())).item()
    at = pl.col("occurred_at")
    begun = rows.filter(pl.col("event_type") == STEPS[0]).group_by("member_id").agg(at.min().alias("began"))
    reached = begun.filter(pl.col("began").dt.date() <= end - WINDOW * DAY).with_columns(
        reached=pl.col("began")
    )
    counts = [len(reached)]
    for step in STEPS[1:]:
        within = (at >= pl.col("reached")) & (at <= pl.col("began") + WINDOW * DAY)
        reached = (
            rows.filter(pl.col("event_type") == step).join(reached, on="member_id").filter(within)
            .group_by("member_id", "began").agg(at.min().alias("reached"))
        )  # fmt: skip
        counts.append(len(reached))
    table = pd.DataFrame({"step": range(1, len(STEPS) + 1), "count": counts})
    return {"funnel": table.assign(n=counts[0], too_late=len(begun) - counts[0])}


def daily_states(folder: Path) -> Answer:
    """Count who is about, dormant and lost at the end of every day, from gaps between active days."""
    log = scan(folder).filter(~pl.col("event_type").is_in(NO_ACTIVITY))
    days = made(log.select("member_id", "day").unique())
    number = pl.col("member_id").cast(pl.Categorical).to_physical().alias("member")
    days = with_neighbours(days.select(number, "day").sort("member", "day"))
    calendar = pl.DataFrame({"day": pl.date_range(days["day"].min(), days["day"].max(), eager=True)})
    pairs = made(days.lazy().group_by("day", "after").len())
    table = {"day": calendar["day"].to_numpy()}

    def moved(on: pl.Expr, kept: pl.Expr) -> np.ndarray:
        return dense(pairs.filter(kept).group_by(on.alias("day")).agg(pl.col("len").sum()), calendar)

    for name, since, until in (("about", 0, QUIET[0]), ("dormant", *QUIET), ("lost", QUIET[1], 10**5)):
        enter, leave = (pl.col("day").dt.offset_by(f"{days}d") for days in (since, until))
        long = pl.col("after").is_null() | (pl.col("after") > enter)
        left = pl.min_horizontal(pl.col("after"), leave)
        table[name] = (moved(enter, long) - moved(left, long)).cumsum()
    return {"states": pd.DataFrame(table)}


def churn(folder: Path) -> Answer:
    """Compute every member's churn features on a day."""
    cut = dt.date.fromisoformat(CUT)
    log = scan(folder).filter(pl.col("day") <= cut)
    kinds = ("like", "comment", "message", "share", "check_in", "answer", "invite")
    age = (pl.lit(cut) - pl.col("day")).dt.total_days().alias("age")
    short, medium, long = ((pl.col("age") < width) for width in (7, 28, 84))
    seen = (
        member_days(log, kinds)
        .with_columns(age)
        .group_by("member_id")
        .agg(
            pl.col("age").min().alias("recency"),
            pl.col("age").max().alias("first_age"),
            pl.len().alias("active_days"),
            short.sum().alias("days_short"),
            medium.sum().alias("days_medium"),
            long.sum().alias("days_long"),
            pl.col("age").is_between(28, 55).sum().alias("days_before"),
            pl.col("events").filter(medium).sum().alias("events_medium"),
            pl.col("events").filter(long).sum().alias("events_long"),
            pl.col("actions").filter(long).sum().alias("actions_long"),
            pl.sum_horizontal("comment", "message", "answer").filter(long).sum().alias("talk_long"),
            pl.col("like").filter(long).sum().alias("like_long"),
            pl.sum_horizontal("share", "invite").filter(long).sum().alias("share_long"),
            pl.col("check_in").filter(long).sum().alias("check_in_long"),
        )
    )
    bought = pl.col("is_purchase")
    buying = (
        purchases(folder)
        .filter(pl.col("day") <= cut)
        .group_by("member_id")
        .agg(
            (bought & (pl.col("day") > cut - 84 * DAY)).sum().alias("orders_long"),
            bought.sum().alias("orders_all"),
            pl.col("net").sum().alias("spent_all"),
            pl.col("day").min().alias("first_order"),
            pl.col("day").filter(bought).max().alias("last_order"),
        )
    )
    answers = log.filter(pl.col("reply_to").is_not_null() & (pl.col("day") > cut - 84 * DAY))
    replies = (
        answers.select(pl.col("member_id").alias("by"), "reply_to")
        .join(log.select("event_id", "member_id"), left_on="reply_to", right_on="event_id")
        .filter(pl.col("by") != pl.col("member_id"))
        .group_by("member_id")
        .agg(pl.len().alias("replies_long"))
    )
    since_first = (pl.lit(cut) - pl.col("first_order")).dt.total_days()
    tenure = pl.max_horizontal("first_age", since_first)
    several = pl.col("active_days") > 1
    between = (pl.col("first_age") - pl.col("recency")) / (pl.col("active_days") - 1)
    rhythm = pl.when(several).then(between).otherwise(pl.col("first_age") + 1)
    table = (
        seen.filter(pl.col("recency") < INACTIVITY)
        .join(buying, on="member_id", how="left")
        .join(replies, on="member_id", how="left")
        .with_columns(rhythm.alias("rhythm"), tenure.alias("tenure"))
        .with_columns(
            (pl.col("recency") / pl.col("rhythm")).alias("overdue"),
            (pl.col("days_medium").cast(pl.Int64) - pl.col("days_before")).alias("trend"),
            (pl.col("active_days") / (pl.col("tenure") + 1)).alias("active_share"),
            (pl.col("actions_long") / pl.col("events_long")).fill_nan(0).alias("action_share"),
            (pl.lit(cut) - pl.col("last_order"))
            .dt.total_days()
            .fill_null(pl.col("tenure"))
            .alias("since_order"),
            pl.col("replies_long", "orders_long", "orders_all", "spent_all").fill_null(0),
        )
    )
    return {"features": made(table).to_pandas()}


def purchases(folder: Path) -> pl.LazyFrame:
    """Scan the orders: day, net amount, and whether each is a purchase that was kept."""
    paid = pl.col("status") != "cancelled"
    net = pl.when(paid).then((pl.col("amount") - pl.col("refunded")).round(2)).otherwise(0.0)
    kept = paid & (pl.col("status") != "refunded") & (pl.col("net") > 0)
    return scan(folder, "orders").with_columns(net.alias("net")).with_columns(kept.alias("is_purchase"))


def segments(folder: Path) -> Answer:
    """Score every buyer by recency, frequency and money and name the segment."""
    end = made(scan(folder, "orders").select(pl.col("day").max())).item()
    bought = pl.col("is_purchase")
    table = (
        purchases(folder)
        .group_by("member_id")
        .agg(
            pl.col("day").filter(bought).max().alias("last_day"),
            bought.sum().alias("frequency"),
            pl.col("net").sum().round(2).alias("monetary"),
        )
        .with_columns((pl.lit(end) - pl.col("last_day")).dt.total_days().alias("recency_days"))
    )
    known = pl.col("frequency") > 0
    levels = {
        score: (pl.when(known).then(pl.col(column)).rank("min") - 1).cast(pl.Int64) * 5 // known.sum() + 1
        for score, column in (("r", "recency_days"), ("f", "frequency"), ("m", "monetary"))
    }
    levels["r"] = 6 - levels["r"]
    named = pl.when(~known).then(pl.lit(UNSCORED["orders"]))
    for rule in RULES:
        sides = (("r", rule.recency), ("f", rule.frequency), ("m", rule.monetary))
        inside = pl.all_horizontal(pl.col(side).is_between(*ends) for side, ends in sides)
        named = named.when(inside).then(pl.lit(rule.segment))
    scored = table.with_columns(**levels).with_columns(named.alias("segment"))
    return {"segments": made(scored).to_pandas()}


def spread(folder: Path) -> Answer:
    """Measure every cascade and the reproduction number, one generation of shares at a time."""
    log = scan(folder)
    end = made(log.select(pl.col("day").max())).item()
    share = pl.col("event_type") == "share"
    shares = made(
        log.filter(share).select("event_id", "parent_event_id", "occurred_at", "day")
    ).with_row_index("number")
    parents = shares.select(pl.col("event_id").alias("parent_event_id"), pl.col("number").alias("parent"))
    shares = shares.join(parents, on="parent_event_id", how="left", maintain_order="left")
    parent = shares["parent"]
    level = shares.filter(pl.col("parent").is_null()).select("number", pl.col("number").alias("root"))
    links = shares.filter(pl.col("parent").is_not_null()).select("number", "parent")
    levels = [level]
    while len(level):
        above = level.select(pl.col("number").alias("parent"), "root")
        level = links.join(above, on="parent").select("number", "root")
        levels.append(level)
    tree = pl.concat(one.with_columns(pl.lit(depth).alias("depth")) for depth, one in enumerate(levels))
    below, up = np.ones(len(shares)), parent.fill_null(0).to_numpy()
    for level in reversed(levels[1:]):
        rows = level["number"].to_numpy()
        np.add.at(below, up[rows], below[rows])
    tree = tree.with_columns(pl.lit(below).gather(pl.col("number")).alias("below"))
    sizes = tree.group_by("root").agg(pl.len().alias("size"), pl.col("depth").max())
    wide = tree.group_by("root", "depth").len().group_by("root").agg(pl.col("len").max().alias("breadth"))
    crossing = pl.col("below") * (pl.col("size") - pl.col("below"))
    products = tree.filter(pl.col("depth") > 0).join(sizes.select("root", "size"), on="root")
    products = products.group_by("root").agg(crossing.sum().alias("products"))
    seen = log.filter((pl.col("event_type") == "view") & pl.col("parent_event_id").is_not_null())
    views = made(seen.group_by("parent_event_id").agg(pl.len().alias("viewed")))
    viewed = views.join(parents, on="parent_event_id").join(tree, left_on="parent", right_on="number")
    viewed = viewed.group_by("root").agg(pl.col("viewed").sum())
    table = sizes
    for more in (wide, products, viewed):
        table = table.join(more, on="root", how="left")
    pairs = pl.col("size").cast(pl.Float64) * (pl.col("size").cast(pl.Float64) - 1) / 2
    begun = shares.select(pl.col("number").alias("root"), pl.col("event_id").alias("root_event_id"), "day")
    table = table.join(begun, on="root").with_columns(
        (pl.col("products") / pairs).alias("virality"),
        pl.col("viewed").fill_null(0),
        (pl.col("day") <= end - 14 * DAY).alias("complete"),
    )
    whole = table.filter("complete").group_by("size").agg(pl.len().alias("count")).sort("size")
    whole = whole.with_columns(pl.col("count").cum_sum(reverse=True))
    old = pl.col("day") <= end - 7 * DAY
    above = shares.select(
        pl.col("number").alias("parent"), pl.col("occurred_at").alias("before"), old.alias("old")
    )
    later = shares.join(above, on="parent")
    soon = later["old"] & (later["occurred_at"] - later["before"] <= 7 * DAY)
    rate = pd.DataFrame([{"n": shares.select(old.sum()).item(), "count": soon.sum()}])
    return {"cascades": table.to_pandas(), "sizes": whole.to_pandas(), "reproduction": rate}


def replies(folder: Path, horizon: int = 168) -> Answer:
    """Time the first reply to every message."""
    log = scan(folder)
    end = dt.datetime.combine(made(log.select(pl.col("day").max())).item() + DAY, dt.time())
    kind = pl.col("event_type")
    asked = log.filter((kind == "message") & pl.col("event_id").is_not_null()).select(
        pl.col("event_id").alias("reply_to"),
        pl.col("member_id").alias("asker"),
        pl.col("occurred_at").alias("asked"),
    )
    answers = log.filter(pl.col("reply_to").is_not_null() & kind.is_in(["message", "comment", "answer"]))
    first = (
        answers.select("reply_to", "member_id", "occurred_at")
        .join(asked, on="reply_to")
        .filter((pl.col("member_id") != pl.col("asker")) & (pl.col("occurred_at") >= pl.col("asked")))
        .group_by("reply_to")
        .agg(pl.col("occurred_at").min().alias("replied"))
    )
    waited = (pl.col("replied") - pl.col("asked")).dt.total_seconds().alias("waited")
    watched = (pl.lit(end) - pl.col("asked")).dt.total_seconds().alias("watched")
    waits = asked.join(first, on="reply_to", how="left").select(waited, watched)
    table = made(waits.group_by("waited", "watched").len())
    time = pl.min_horizontal("waited", "watched", pl.lit(horizon * 3600)) / 3600
    answered = pl.col("waited").fill_null(10**9) <= horizon * 3600
    exits = table.group_by(time.alias("time"), answered.alias("event")).agg(pl.col("len").sum())
    rows = []
    for hours in (1, 24):
        old = table.filter(pl.col("watched") >= hours * 3600)
        counts = {"n": old["len"].sum(), "count": old.filter(pl.col("waited") <= hours * 3600)["len"].sum()}
        rows.append({"within": hours} | counts)
    return {"curve": curve(exits), "answered": pd.DataFrame(rows)}
