"""The works of the benchmark as a good pandas user would write them.

Same questions, same answers, no loops over members. Like the workbook, this reduces the log to member-days
first and asks everything of those, and works on numbers in the place of ids where that is quicker. It is
spared what the workbook does besides: intervals, flags, checks of the rows.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from works import ACTIVITY, CUT, INACTIVITY, NO_ACTIVITY, PASSIVE, QUIET, STEPS, WINDOW, Answer

from helpers.models.rfm_rules import RULES, UNSCORED

LOG, CODED = ("member_id", "occurred_at", "event_type"), ("member_id", "event_type")


def read(folder: Path, *columns: str, table: str = "events", coded: tuple[str, ...] = ()) -> pd.DataFrame:
    """Read some columns of a table; `coded` ones become categories on the way, which saves much time."""
    return pd.read_parquet(folder / f"{table}.parquet", columns=list(columns), read_dictionary=list(coded))


def member_days(log: pd.DataFrame, wanted: tuple[str, ...] = ACTIVITY) -> pd.DataFrame:
    """Reduce the log to one row per member and active day, with counts of the wanted types of events."""
    log = log[~log["event_type"].isin(NO_ACTIVITY)]
    # Numbers in the place of text: three times as fast.
    member = log["member_id"].astype("category")
    day = log["occurred_at"].dt.floor("D")
    keys = pd.DataFrame(
        {"member": member.cat.codes, "day": day, "kind": log["event_type"].astype("category")}
    )
    counts = keys.groupby(["member", "day", "kind"], observed=True).size().unstack(fill_value=0)
    days = pd.DataFrame({"events": counts.sum(axis=1)})
    days["actions"] = days["events"] - counts[counts.columns.intersection(PASSIVE)].sum(axis=1)
    for kind in wanted:
        days[kind] = counts.get(kind, 0)
    days = days.reset_index()
    days.attrs["members"] = member.cat.categories
    return days


def with_neighbours(days: pd.DataFrame) -> pd.DataFrame:
    """Put each member's active day before and after beside every active day."""
    by_member = days.groupby("member")["day"]
    return days.assign(before=by_member.shift(), after=by_member.shift(-1))


def rolling(days: pd.DataFrame, calendar: pd.DatetimeIndex, first: pd.Series) -> pd.DataFrame:
    """Count members active in the last 1, 7 and 28 days, for every day, from gaps between active days."""
    belonged = first.value_counts().reindex(calendar, fill_value=0).cumsum()
    starts = days["day"].value_counts().reindex(calendar, fill_value=0)
    gap = (days["after"] - days["day"]).dt.days.fillna(10**6)
    parts = []
    for window in (1, 7, 28):
        stops = (days["day"] + pd.to_timedelta(np.minimum(gap, window), unit="D")).value_counts()
        count = (starts - stops.reindex(calendar, fill_value=0)).cumsum()
        parts.append(pd.DataFrame({"day": calendar, "window": window, "n": belonged, "count": count}))
    return pd.concat(parts, ignore_index=True)


def panel(days: pd.DataFrame, first: pd.Series) -> pd.DataFrame:
    """Count active members and what they did, by week."""
    week = days["day"].dt.to_period("W").dt.start_time.rename("period")
    by_week = days.groupby(week)
    sums = by_week[["events", "actions", "message", "like", "comment", "share", "view"]].sum()
    sums["days"] = by_week.size()
    opens = days["before"].isna() | (days["before"] < week)  # a member's first active day of the week
    count = week[opens].value_counts().sort_index()
    interactions = sums["like"] + sums["comment"] + sums["share"]
    means = sums.div(count, axis=0).rename(columns={"days": "active_days"})
    table = means.rename(
        columns={kind: f"{kind}s" for kind in ("message", "like", "comment", "share", "view")}
    )
    joined = first.dt.to_period("W").dt.start_time.value_counts().reindex(table.index, fill_value=0).cumsum()
    table = table.assign(n=joined, count=count, interactions=interactions, viewed=sums["view"])
    return table.assign(interaction_rate=interactions / sums["view"]).reset_index()


def stickiness(days: pd.DataFrame, window: int = 28) -> pd.DataFrame:
    """Count active members and their active days in windows of 28 days."""
    end = days["day"].max()
    block = ((end - days["day"]).dt.days // window).rename("block")
    active = days.groupby([block, "member"]).size().groupby("block").agg(n="size", count="sum").reset_index()
    active["period"] = end - pd.to_timedelta(active["block"] * window + window - 1, unit="D")
    return active


def day_n(days: pd.DataFrame, first: pd.Series, edge: pd.Timestamp) -> pd.DataFrame:
    """Count members active on exactly day N after their first day, of those who could be seen then."""
    end = days["day"].max()
    began = days["member"].map(first)
    offset = (days["day"] - began).dt.days[began >= edge]
    rows = []
    for n in (1, 7, 30):
        seen = first[(first >= edge) & (first <= end - pd.Timedelta(days=n))]
        rows.append({"day": n, "n": len(seen), "count": int((offset == n).sum())})
    return pd.DataFrame(rows)


def cohorts(days: pd.DataFrame, first: pd.Series, every: str) -> pd.DataFrame:
    """Count active members by period of first activity and calendar period."""
    period = days["day"].dt.to_period(every).dt.start_time
    opens = days["before"].isna() | (days["before"] < period)
    cohort = days["member"].map(first)[opens].dt.to_period(every).dt.start_time
    triangle = pd.crosstab(cohort, period[opens]).rename_axis(index="cohort", columns="period")
    table = triangle.melt(value_name="count", ignore_index=False).reset_index()
    n = first.dt.to_period(every).dt.start_time.value_counts()
    return table[table["period"] >= table["cohort"]].assign(n=lambda rows: rows["cohort"].map(n))


def exits(time: pd.Series, event: pd.Series) -> pd.DataFrame:
    """Count endings by time and kind, time 0 included."""
    table = pd.crosstab(time, event).reindex(columns=[False, True], fill_value=0)
    return table.reindex(table.index.union([0]), fill_value=0)


def survival(days: pd.DataFrame, first: pd.Series, edge: pd.Timestamp, threshold: int = 30) -> pd.DataFrame:
    """Estimate the share of members not yet fallen silent, by days since their first (Kaplan-Meier)."""
    end = days["day"].max()
    gap = (days["after"].fillna(end + pd.Timedelta(days=1)) - days["day"]).dt.days
    first = first[first >= edge]
    lost = days[gap > threshold].groupby("member")["day"].min().reindex(first.index)
    watched = (end - first).dt.days
    time = (lost - first).dt.days.add(threshold).fillna(watched).clip(upper=watched).astype(int)
    table = exits(time, lost.notna())
    at_risk = table.sum(axis=1)[::-1].cumsum()[::-1]
    estimate = (1 - table[True] / at_risk).cumprod()
    result = pd.DataFrame(
        {"n": at_risk, "count": table[True], "censored": table[False], "estimate": estimate}
    )
    return result.rename_axis("time").reset_index()


def growth(days: pd.DataFrame) -> pd.DataFrame:
    """Split each week's active members into new, retained and resurrected, and count the lost."""
    week = days["day"].dt.to_period("W").dt.start_time.rename("period")
    opens = days["before"].isna() | (days["before"] < week)
    week, before = week[opens], days["before"][opens].dt.to_period("W").dt.start_time
    kind = np.select(
        [before.isna(), week - before == pd.Timedelta(days=7)], ["new", "retained"], "resurrected"
    )
    table = pd.crosstab(week, kind)
    active = table.sum(axis=1)
    lost = active.shift(fill_value=0) - table["retained"]
    return table.assign(active=active, lost=lost).reset_index()


def rhythm(days: pd.DataFrame) -> tuple[int, int]:
    """Give the pauses that 80 % and 95 % of pauses do not exceed, every member counting once."""
    gap = (days["after"] - days["day"]).dt.days
    number = days["member"].map(days["member"].value_counts()) - 1
    weight = (1 / number[gap.notna()]).groupby(gap.dropna().astype(int)).sum()
    share = weight.cumsum() / weight.sum()
    dormant = max(2, int(share.index[share.searchsorted(0.8)]))
    return dormant, max(dormant + 1, int(share.index[min(share.searchsorted(0.95), len(share) - 1)]))


def ends_of(days: pd.DataFrame, dormant: int, ends: pd.DatetimeIndex, every: str) -> tuple[pd.DataFrame, ...]:
    """Give every member's last active day, and the beginning of that run of days, at the end of periods."""
    period = days["day"].dt.to_period(every).dt.end_time.dt.floor("D").rename("end")
    began = days["day"].where((days["day"] - days["before"]).dt.days.fillna(10**6) >= dormant)
    days = days.assign(began=began.groupby(days["member"]).ffill())
    last = days.groupby(["member", period])[["day", "began"]].last()
    return tuple(last[name].unstack().reindex(columns=ends).ffill(axis=1) for name in ("day", "began"))


def lifecycle(days: pd.DataFrame, calendar: pd.DatetimeIndex, first: pd.Series) -> Answer:
    """Count members by state of the life cycle at the end of each month, and their moves between."""
    dormant, lost = rhythm(days)
    ends = calendar.to_period("M").unique().end_time.floor("D")
    last, began = ends_of(days, dormant, ends, "M")
    states = pd.DataFrame(index=last.index, columns=ends, dtype="int8")
    names = ["silent", "new", "active", "dormant", "lost", "returning"]
    for end in ends:
        quiet, young = (end - last[end]).dt.days, (end - began[end]).dt.days < dormant
        once = began[end] == first.reindex(last.index)
        known = [last[end].isna(), quiet >= lost, quiet >= dormant, young & once, young]
        states[end] = np.select(known, [-1, 4, 3, 1, 5], 2)
    counts = states.apply(lambda column: column.value_counts()).reindex(range(6)).fillna(0).astype(int)
    table = (
        counts.set_axis(names)
        .rename_axis("state")
        .melt(ignore_index=False, var_name="last_day", value_name="count")
    )
    moves = np.zeros((6, 6), int)
    for before, after in pairwise(ends):
        if after <= calendar[-1] and before >= calendar[0] + pd.Timedelta(days=lost):
            there = states[before] >= 0
            np.add.at(moves, (states.loc[there, before], states.loc[there, after]), 1)
    pairs = pd.MultiIndex.from_product([names, names], names=["from", "to"])
    return {
        "lifecycle": table.reset_index(),
        "transitions": pd.DataFrame({"count": moves.ravel()}, index=pairs).reset_index(),
    }


def participation(days: pd.DataFrame) -> Answer:
    """Measure how unequally actions are spread over members: Gini index, and the 90-9-1 split."""
    totals = days.groupby("member")["actions"].sum().sort_values().to_numpy()
    rows, tiers = [], []
    for population, values in (("all members", totals), ("without silent members", totals[totals > 0])):
        n = len(values)
        share = np.concatenate([[0], values.cumsum()]) / values.sum()
        gini = 1 - (share[1:] + share[:-1]).sum() / n
        rows.append({"population": population, "n": n, "count": values.sum(), "estimate": gini})
        # Members of the same value share a cut among them.
        kept = np.concatenate([[True], values[1:] != values[:-1], [True]])
        below = np.interp([0, 0.9, 0.99, 1], (np.arange(n + 1) / n)[kept], share[kept])
        for tier, part in zip(("other 90 %", "next 9 %", "top 1 %"), np.diff(below), strict=True):
            tiers.append({"population": population, "tier": tier, "estimate": part})
    counts = pd.Series(totals).value_counts().rename_axis("value").rename("members").reset_index()
    return {"participation": counts, "gini": pd.DataFrame(rows), "split": pd.DataFrame(tiers)}


def metric_set(folder: Path) -> Answer:
    """Compute the metric set of chapter 06."""
    days = with_neighbours(member_days(read(folder, *LOG, coded=CODED)))
    calendar = pd.date_range(days["day"].min(), days["day"].max())
    first = days.groupby("member")["day"].min()
    edge = calendar[0] + pd.Timedelta(days=7)
    return {
        "rolling": rolling(days, calendar, first),
        "panel": panel(days, first),
        "stickiness": stickiness(days),
        "day_n": day_n(days, first, edge),
        "weekly cohorts": cohorts(days, first, "W"),
        "monthly cohorts": cohorts(days, first, "M"),
        "survival": survival(days, first, edge),
        "growth": growth(days),
        **lifecycle(days, calendar, first),
        **participation(days),
    }


def funnel_in_time(folder: Path) -> Answer:
    """Follow each member's first start through the steps within a window."""
    log = read(folder, *LOG, coded=("event_type",))
    end, window = log["occurred_at"].max().normalize(), pd.Timedelta(days=WINDOW)
    log = log[log["event_type"].isin(STEPS)]
    at = log[log["event_type"] == STEPS[0]].groupby("member_id")["occurred_at"].min()
    reached = watched = at[at.dt.normalize() <= end - window]
    counts = [len(watched)]
    for step in STEPS[1:]:
        rows = log[log["event_type"] == step]
        rows = rows[rows["occurred_at"] >= rows["member_id"].map(reached)]
        reached = rows.groupby("member_id")["occurred_at"].min()
        reached = reached[reached <= watched.reindex(reached.index) + window]
        counts.append(len(reached))
    table = pd.DataFrame({"step": range(1, len(STEPS) + 1), "count": counts})
    return {"funnel": table.assign(n=counts[0], too_late=len(at) - len(watched))}


def daily_states(folder: Path) -> Answer:
    """Count who is about, dormant and lost at the end of every day, from gaps between active days."""
    log = read(folder, *LOG, coded=CODED)
    log = log[~log["event_type"].isin(NO_ACTIVITY)]
    days = pd.DataFrame({"member": log["member_id"].astype("category").cat.codes})
    days = days.assign(day=log["occurred_at"].dt.floor("D")).drop_duplicates().sort_values(["member", "day"])
    calendar = pd.date_range(days["day"].min(), days["day"].max())
    after = days.groupby("member")["day"].shift(-1)
    gap = (after - days["day"]).dt.days.fillna(10**6)
    table = pd.DataFrame({"day": calendar})

    def in_state(since: int, until: int) -> np.ndarray:
        enter = (days["day"] + pd.Timedelta(days=since))[gap > since].value_counts()
        leave = (days["day"] + pd.to_timedelta(np.minimum(gap, until), unit="D"))[gap > since].value_counts()
        moves = enter.reindex(calendar, fill_value=0) - leave.reindex(calendar, fill_value=0)
        return moves.cumsum().to_numpy()

    for name, since, until in (("about", 0, QUIET[0]), ("dormant", *QUIET), ("lost", QUIET[1], 10**5)):
        table[name] = in_state(since, until)
    return {"states": table}


def churn(folder: Path) -> Answer:
    """Compute every member's churn features on a day."""
    log = read(
        folder, "member_id", "occurred_at", "event_type", "event_id", "reply_to", coded=("event_type",)
    )
    cut = pd.Timestamp(CUT)
    log = log[log["occurred_at"] < cut + pd.Timedelta(days=1)]
    days = member_days(log)
    names = pd.Index(days.attrs["members"])
    days["age"] = (cut - days["day"]).dt.days
    seen = days.groupby("member")["age"].agg(recency="min", first_age="max", active_days="size")
    in_last = {width: days[days["age"] < width].groupby("member") for width in (7, 28, 84)}
    table = seen.assign(
        days_short=in_last[7].size(),
        days_medium=in_last[28].size(),
        days_long=in_last[84].size(),
        days_before=days[days["age"].between(28, 55)].groupby("member").size(),
        events_medium=in_last[28]["events"].sum(),
    )
    sums = in_last[84][["events", "actions", *ACTIVITY]].sum()
    table["action_share"] = sums["actions"] / sums["events"]
    table["talk_long"] = sums["comment"] + sums["message"] + sums["answer"]
    table["like_long"], table["check_in_long"] = sums["like"], sums["check_in"]
    table["share_long"] = sums["share"] + sums["invite"]
    table = table.fillna(0).set_axis(names[table.index]).rename_axis("member_id")

    orders = purchases(folder, until=cut)
    by_buyer = orders.groupby("member_id")
    bought = orders[orders["is_purchase"]]
    recent = bought[bought["day"] > cut - pd.Timedelta(days=84)]
    # Whoever bought before the first activity has been here since then.
    first_order = (cut - by_buyer["day"].min()).dt.days.reindex(table.index).fillna(0)
    tenure = np.maximum(table["first_age"], first_order)
    rhythm = (table["first_age"] - table["recency"]) / (table["active_days"] - 1).where(
        table["active_days"] > 1
    )
    rhythm = rhythm.fillna(table["first_age"] + 1)

    answers = log[log["reply_to"].notna() & (log["occurred_at"] >= cut - pd.Timedelta(days=83))]
    pairs = answers[["member_id", "reply_to"]].merge(
        log[["event_id", "member_id"]], left_on="reply_to", right_on="event_id", suffixes=("_by", "")
    )
    replies = pairs[pairs["member_id"] != pairs["member_id_by"]]["member_id"].value_counts()
    table = table.assign(
        rhythm=rhythm,
        overdue=table["recency"] / rhythm,
        trend=table["days_medium"] - table["days_before"],
        active_share=table["active_days"] / (tenure + 1),
        tenure=tenure,
        replies_long=replies.reindex(table.index).fillna(0),
        orders_long=recent["member_id"].value_counts().reindex(table.index).fillna(0),
        orders_all=bought["member_id"].value_counts().reindex(table.index).fillna(0),
        spent_all=by_buyer["net"].sum().reindex(table.index).fillna(0),
        since_order=(cut - bought.groupby("member_id")["day"].max())
        .dt.days.reindex(table.index)
        .fillna(tenure),
    )
    return {"features": table[table["recency"] < INACTIVITY].reset_index()}


def purchases(folder: Path, until: pd.Timestamp | None = None) -> pd.DataFrame:
    """Read the orders: day, net amount, and whether each is a purchase that was kept."""
    orders = read(folder, "member_id", "ordered_at", "amount", "status", "refunded", table="orders")
    orders["day"] = orders["ordered_at"].dt.floor("D")
    if until is not None:
        orders = orders[orders["day"] <= until]
    paid = orders["status"] != "cancelled"
    net = (orders["amount"].astype(float) - orders["refunded"].astype(float)).round(2)
    orders["net"] = net.where(paid, 0.0)
    orders["is_purchase"] = paid & (orders["status"] != "refunded") & (net > 0)
    return orders


def segments(folder: Path) -> Answer:
    """Score every buyer by recency, frequency and money and name the segment."""
    orders = purchases(folder)
    end = orders["day"].max()
    bought = orders[orders["is_purchase"]].groupby("member_id")["day"].agg(["max", "size"])
    table = pd.DataFrame({"monetary": orders.groupby("member_id")["net"].sum().round(2)})
    table["recency_days"] = (end - bought["max"]).dt.days
    table["frequency"] = bought["size"]
    table["frequency"] = table["frequency"].fillna(0)
    buyers = table[table["frequency"] > 0]
    n = len(buyers)
    for score, column, ascending in (
        ("r", "recency_days", True),
        ("f", "frequency", True),
        ("m", "monetary", True),
    ):
        level = (buyers[column].rank(method="min", ascending=ascending) - 1) * 5 // n + 1
        table[score] = 6 - level if score == "r" else level
    boxes = [
        table["r"].between(*rule.recency)
        & table["f"].between(*rule.frequency)
        & table["m"].between(*rule.monetary)
        for rule in RULES
    ]
    table["segment"] = np.select(boxes, [rule.segment for rule in RULES], UNSCORED["orders"])
    return {"segments": table.reset_index()}


def spread(folder: Path) -> Answer:
    """Measure every cascade and the reproduction number."""
    log = read(folder, "event_id", "parent_event_id", "event_type", "occurred_at", coded=("event_type",))
    end = log["occurred_at"].max().normalize()
    shares = log[log["event_type"] == "share"].reset_index(drop=True)
    place = pd.Series(shares.index, index=shares["event_id"])
    parent = shares["parent_event_id"].map(place)
    root, depth = np.where(parent.isna(), shares.index, -1), np.zeros(len(shares), int)
    waiting, levels = parent.dropna().astype(int), [np.flatnonzero(parent.isna())]
    while len(waiting):
        now = waiting[root[waiting] >= 0]
        if now.empty:
            break
        root[now.index], depth[now.index] = root[now], depth[now] + 1
        levels.append(now.index.to_numpy())
        waiting = waiting.drop(now.index)
    below = np.ones(len(shares))
    for level in reversed(levels[1:]):
        np.add.at(below, parent[level].to_numpy(int), below[level])
    tree = pd.DataFrame({"root": root, "depth": depth, "below": below, "top": parent.isna()})
    table = tree.groupby("root").agg(size=("depth", "size"), depth=("depth", "max"))
    table["breadth"] = tree.groupby(["root", "depth"]).size().groupby("root").max()
    links = tree[~tree["top"]]
    size = links["root"].map(table["size"])
    products = (links["below"] * (size - links["below"])).groupby(links["root"]).sum()
    table["virality"] = products / (table["size"] * (table["size"] - 1) / 2)
    views = log[(log["event_type"] == "view") & log["parent_event_id"].notna()]["parent_event_id"].map(place)
    viewed = pd.Series(root[views.dropna().astype(int)]).value_counts()
    table["viewed"] = viewed.reindex(table.index).fillna(0)
    table["root_event_id"] = shares["event_id"].to_numpy()[table.index]
    table["complete"] = shares["occurred_at"].dt.floor("D")[table.index] <= end - pd.Timedelta(days=14)

    whole = table.loc[table["complete"], "size"]
    sizes = whole.value_counts().sort_index(ascending=False).cumsum().rename_axis("size").rename("count")
    settled = shares["occurred_at"].dt.floor("D") <= end - pd.Timedelta(days=7)
    wait = shares["occurred_at"] - parent.map(shares["occurred_at"])
    caused = parent[wait <= pd.Timedelta(days=7)].map(settled)
    rate = pd.DataFrame([{"n": settled.sum(), "count": caused.fillna(False).sum()}])
    return {"cascades": table, "sizes": sizes.reset_index(), "reproduction": rate}


def replies(folder: Path, horizon: int = 168) -> Answer:
    """Time the first reply to every message."""
    log = read(
        folder, "member_id", "occurred_at", "event_type", "event_id", "reply_to", coded=("event_type",)
    )
    end = log["occurred_at"].max().normalize() + pd.Timedelta(days=1)
    asked = log[(log["event_type"] == "message") & log["event_id"].notna()]
    answers = log[log["reply_to"].notna() & log["event_type"].isin(["message", "comment", "answer"])]
    pairs = answers.merge(asked, left_on="reply_to", right_on="event_id", suffixes=("", "_asked"))
    pairs = pairs[
        (pairs["member_id"] != pairs["member_id_asked"])
        & (pairs["occurred_at"] >= pairs["occurred_at_asked"])
    ]
    first = asked["event_id"].map(pairs.groupby("reply_to")["occurred_at"].min())
    waited = (first - asked["occurred_at"]).dt.total_seconds()
    watched = (end - asked["occurred_at"]).dt.total_seconds()
    time = np.minimum(np.minimum(waited.fillna(np.inf), watched), horizon * 3600) / 3600
    table = exits(time, waited <= horizon * 3600)
    at_risk = table.sum(axis=1)[::-1].cumsum()[::-1]
    curve = pd.DataFrame(
        {"n": at_risk, "count": table[True], "estimate": (1 - table[True] / at_risk).cumprod()}
    )
    rows = []
    for hours in (1, 24):
        old = watched >= hours * 3600
        rows.append({"within": hours, "n": old.sum(), "count": (waited[old] <= hours * 3600).sum()})
    return {"curve": curve.rename_axis("time").reset_index(), "answered": pd.DataFrame(rows)}
