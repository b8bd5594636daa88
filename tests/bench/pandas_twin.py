"""The metric set of chapter 06 as a good pandas user would write it: the rival in the benchmark.

Same questions, same answers (the benchmark compares totals), no loops over members. Like the workbook, it
reduces the log to member-days first and asks everything of those.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

COUNTED = ["view", "click", "live_enter", "like", "comment", "message", "share", "check_in", "cart"]
PASSIVE = ["view", "click", "live_enter"]


def member_days(log: pd.DataFrame) -> pd.DataFrame:
    """Reduce the log to one row per member and active day with a count per event type."""
    day = log["occurred_at"].dt.floor("D").rename("day")
    counts = log.groupby(["member_id", day, "event_type"], observed=True).size().unstack(fill_value=0)
    counts = counts.reindex(columns=COUNTED, fill_value=0)
    counts["events"] = counts.sum(axis=1)
    counts["actions"] = counts["events"] - counts[PASSIVE].sum(axis=1)
    return counts.reset_index()


def rolling(days: pd.DataFrame, windows: tuple[int, ...] = (1, 7, 28)) -> pd.DataFrame:
    """Count members active in the last 1, 7 and 28 days, for every day, from gaps between active days."""
    days = days.sort_values(["member_id", "day"])
    following = days.groupby("member_id")["day"].shift(-1)
    gap = (following - days["day"]).dt.days.fillna(10**6)
    calendar = pd.date_range(days["day"].min(), days["day"].max())
    result = {}
    for window in windows:
        starts = days["day"].value_counts().reindex(calendar, fill_value=0)
        stops = (days["day"] + pd.to_timedelta(np.minimum(gap, window), unit="D")).value_counts()
        result[f"active_{window}"] = (starts - stops.reindex(calendar, fill_value=0)).cumsum()
    return pd.DataFrame(result)


def panel(days: pd.DataFrame) -> pd.DataFrame:
    """Count active members and what they did, by week."""
    week = days["day"].dt.to_period("W").dt.start_time.rename("week")
    sums = days.groupby(week)[["events", "actions", *COUNTED]].sum()
    return sums.assign(active=days.groupby(week)["member_id"].nunique())


def day_n(days: pd.DataFrame, numbers: tuple[int, ...] = (1, 7, 30)) -> dict[int, int]:
    """Count members active on exactly day N after their first day."""
    offset = (days["day"] - days.groupby("member_id")["day"].transform("min")).dt.days
    return {n: int((offset == n).sum()) for n in numbers}


def cohorts(days: pd.DataFrame) -> pd.DataFrame:
    """Count active members by week of first activity and week since."""
    week = days["day"].dt.to_period("W").dt.start_time
    weeks = days[["member_id"]].assign(week=week).drop_duplicates()
    weeks["cohort"] = weeks.groupby("member_id")["week"].transform("min")
    weeks["age"] = (weeks["week"] - weeks["cohort"]).dt.days // 7
    return weeks.pivot_table(index="cohort", columns="age", values="member_id", aggfunc="count")


def growth(days: pd.DataFrame) -> pd.DataFrame:
    """Split each week's active members into new, retained and resurrected, and count the lost."""
    week = days["day"].dt.to_period("W").dt.start_time
    weeks = days[["member_id"]].assign(week=week).drop_duplicates().sort_values(["member_id", "week"])
    before = weeks.groupby("member_id")["week"].shift()
    after = weeks.groupby("member_id")["week"].shift(-1)
    one = pd.Timedelta(days=7)
    kind = np.select([before.isna(), weeks["week"] - before == one], ["new", "retained"], "resurrected")
    table = pd.crosstab(weeks["week"], kind)
    gone = weeks.loc[after.isna() | (after - weeks["week"] > one), "week"] + one
    return table.assign(lost=gone.value_counts()).fillna(0)


def lifecycle(days: pd.DataFrame, *, dormant: int = 28, lost: int = 90) -> pd.DataFrame:
    """Count members by days since their last activity at the end of each week."""
    ends = pd.date_range(days["day"].min(), days["day"].max(), freq="W-SUN")
    edges = [-1, 6, dormant - 1, lost - 1, 10**6]
    result = {}
    for end in ends:
        last = days.loc[days["day"] <= end].groupby("member_id")["day"].max()
        result[end] = pd.cut(
            (end - last).dt.days, edges, labels=["active", "idle", "dormant", "lost"]
        ).value_counts()
    return pd.DataFrame(result).T


def participation(days: pd.DataFrame) -> float:
    """Measure how unequally actions are spread over members (Gini)."""
    totals = np.sort(days.groupby("member_id")["actions"].sum().to_numpy())
    n = len(totals)
    return float(2 * (np.arange(1, n + 1) * totals).sum() / (n * totals.sum()) - (n + 1) / n)


def metric_set(log: pd.DataFrame) -> dict[str, object]:
    """Compute the whole set."""
    days = member_days(log)
    return {
        "rolling": rolling(days),
        "panel": panel(days),
        "day_n": day_n(days),
        "cohorts": cohorts(days),
        "growth": growth(days),
        "lifecycle": lifecycle(days),
        "gini": participation(days),
    }
