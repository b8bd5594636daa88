"""Fill a content calendar: the next weeks, from the days to come and from what topics have earned."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.models.festivals import occasions

_LEAD = 3  # days before an occasion on which its post goes out: people still have to buy


def past_occasions(community: Community) -> pd.DataFrame:
    """Say what the week before each festival of the data's own past was like.

    Purchases are counted where orders are known, active members otherwise.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    DataFrame
        day, occasion, n (a day, on average over the seven days up to it), usual (the same for the
        weeks
        four to one before and one to four after), lift (n / usual); occasions with all these days in the
        data.

    Notes
    -----
    One year shows each festival once: a lift is what happened, not a law. Anything else in that week is in
    it.

    Taught in: 03 Content
    """
    columns = ["day", "occasion", "n", "usual", "lift"]
    bought = community.has("orders", "order_id")
    rows_of = "orders where is_purchase" if bought else community.member_days()
    days = community.query(f"select day, count(*) as n from {rows_of} group by day order by day")
    active = days.set_index(pd.to_datetime(days["day"]))["n"].asfreq("D", fill_value=0).astype(float)
    rows = []
    for day, name in occasions(community.first_day, community.as_of).itertuples(index=False):
        week = active.loc[day - pd.Timedelta(days=6) : day]
        around = pd.concat(
            [
                active.loc[day - pd.Timedelta(days=34) : day - pd.Timedelta(days=7)],
                active.loc[day + pd.Timedelta(days=7) : day + pd.Timedelta(days=34)],
            ]
        )
        if len(week) == 7 and len(around) >= 28:
            rows.append((day, name, week.mean(), around.mean(), week.mean() / around.mean()))
    frame = pd.DataFrame(rows, columns=columns)
    population = "purchases" if bought else "active members"
    more = {"unit": "score", "of": "orders" if bought else "members"}
    return community.describe(frame, "past occasions", population=population, **more)


def fill(
    community: Community, engagement: pd.DataFrame, *, weeks: int = 4, per_week: int = 3
) -> pd.DataFrame:
    """Plan the posts of the next weeks.

    Parameters
    ----------
    community : Community
        The opened community.
    engagement : DataFrame
        From `topics.engagement`: name, n, estimate, low, high.
    weeks : int, default 4
        Weeks planned, from the Monday after the as-of date.
    per_week : int, default 3
        Posts a week, an occasion's post included.

    Returns
    -------
    DataFrame
        day, occasion, lift (of the same occasion in the past; missing where it was not seen), topic, reason
        (``occasion``, ``earns most``, ``seldom tried``), n (posts so far), estimate (reactions for each
        view), low,
        high.

    Notes
    -----
    Posts fall on the weekdays on which most members are active. An occasion goes out three days ahead, with
    the topic that has earned most. The other places alternate among the better half of the topics, by the
    lower
    end of their interval; the last place of a week goes to a topic of the other half, the one known least,
    because a plan that only
    repeats what worked never learns.

    Taught in: 03 Content
    """
    monday = community.as_of + dt.timedelta(days=7 - community.as_of.weekday())
    last = monday + dt.timedelta(days=7 * weeks - 1)
    ahead = occasions(monday, last + dt.timedelta(days=_LEAD))
    known = past_occasions(community)
    past = known.groupby("occasion")["lift"].mean()
    ranked = engagement.sort_values(["low", "name"], ascending=[False, True], ignore_index=True)
    better = ranked.head(max(1, -(-len(ranked) // 2)))
    rest = ranked.iloc[len(better) :] if len(ranked) > len(better) else ranked
    width = (rest["high"] - rest["low"]).fillna(np.inf)
    unsure = rest.loc[width.sort_values(ascending=False, kind="stable").index].head(2)
    if not len(ranked):
        return community.describe(pd.DataFrame(columns=_COLUMNS), "content calendar", n=0)
    weekdays = _weekdays(community, per_week)
    rows, turn = [], 1  # the occasions begin with the best one
    for week in range(weeks):
        start = pd.Timestamp(monday) + pd.Timedelta(days=7 * week)
        slots: list[tuple[pd.Timestamp, str | None]] = []
        for day, name in ahead.itertuples(index=False):
            out = max(day - pd.Timedelta(days=_LEAD), pd.Timestamp(monday))
            if start <= out < start + pd.Timedelta(days=7) and len(slots) < per_week:
                slots.append((out, name))
        taken = {day for day, _name in slots}
        free = [start + pd.Timedelta(days=number) for number in weekdays]
        free = [day for day in free if day not in taken][: per_week - len(slots)]
        for place, day in enumerate(free):
            learn = place == len(free) - 1 and per_week > 1 and len(ranked) > 2
            chosen = unsure.iloc[week % len(unsure)] if learn else better.iloc[turn % len(better)]
            turn += not learn
            rows.append(_row(day, None, np.nan, chosen, "seldom tried" if learn else "earns most"))
        rows += [_row(day, name, past.get(name, np.nan), ranked.iloc[0], "occasion") for day, name in slots]
    frame = pd.DataFrame(rows, columns=_COLUMNS).sort_values("day", kind="stable", ignore_index=True)
    return community.describe(
        frame,
        "content calendar",
        population="posts planned",
        n=len(frame),
        unit="share",
        randomised=False,
        of=known.attrs["about"]["of"],
    )


_COLUMNS = ["day", "occasion", "lift", "topic", "reason", "n", "estimate", "low", "high"]


def _row(day: pd.Timestamp, occasion: str | None, lift: float, topic: pd.Series, reason: str) -> tuple:
    return (
        day, occasion, lift, topic["name"], reason, int(topic["n"]), topic["estimate"],
        topic["low"], topic["high"],
    )  # fmt: skip


def _weekdays(community: Community, most: int) -> list[int]:
    # The weekdays on which most members are active, in the order of the week.
    days = community.query(
        f"select day, count(*) as n from {community.member_days()} group by day order by day"
    )
    mean = days.groupby(pd.to_datetime(days["day"]).dt.day_of_week)["n"].mean()
    best = mean.sort_values(ascending=False, kind="stable").index[: max(most, 1)]
    return sorted(int(day) for day in best)
