"""Warn early: days on which activity, joining, leaving or complaints leave what the weeks before suggest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.community import calendar
from helpers.metrics.control_chart import chart

if TYPE_CHECKING:
    from helpers.community import Community

NEGATIVE_WORDS = (
    "refund", "complain", "disappoint", "angry", "fake", "scam", "broken", "faulty", "terrible", "awful",
    "worst", "rumour", "rumor",
    "退款", "投诉", "失望", "差评", "假货", "骗", "太差", "质量问题", "维权", "传言",
)  # fmt: skip


@dataclass(frozen=True)
class Signal:
    """Say how a signal is counted per day, what it needs, and which deviation is a warning."""

    sql: str
    needs: tuple[str, ...] = ()
    side: str = "high"
    history: int = 28


SIGNALS = {
    "activity": Signal(
        "select day, count(*) as observed from member_days group by day order by day", side="both"
    ),
    "joins": Signal(
        """
select joined_day as day, count(*) as observed
from people
where joined_known
group by joined_day
order by day""",
        ("members", "joined_at"),
    ),
    "leaves": Signal(
        """
select left_day as day, count(*) as observed
from people
where left_day is not null
group by left_day
order by day""",
        ("members", "left_at"),
    ),
    "complaints": Signal(
        """
select day, count(*) as observed
from contents
where coalesce(is_ugc, true) and ({words})
group by day
order by day""",
        ("contents", "text"),
    ),
    "moderation": Signal(
        "select day, count(*) as observed from moderation group by day order by day", ("moderation",)
    ),
    "low scores": Signal(
        """
with scales as (
    select
        day,
        score,
        coalesce(scale_min, case when kind = 'nps' then 0 else 1 end) as lowest,
        coalesce(scale_max, case when kind = 'nps' then 10 else 5 end) as highest,
        case when kind = 'nps' then 0.6 else 0.25 end as bound
    from surveys
    where kind in ('nps', 'csat') and score is not null
),
answers as (
    select day, (score - lowest) / nullif(highest - lowest, 0) - bound as above
    from scales
)
select day, count(*) filter (where above <= 1e-9) as observed, count(*) as exposure
from answers
group by day
order by day""",
        ("surveys",),
        history=56,
    ),
}


def series(community: Community, signal: str, *, words: Sequence[str] = NEGATIVE_WORDS) -> pd.DataFrame:
    """Count one signal on every day of the history.

    Parameters
    ----------
    community : Community
        The community.
    signal : {"activity", "joins", "leaves", "complaints", "moderation", "low scores"}
        Active members; members who joined; who left; posts with a word of complaint; moderators'
        actions; survey answers at the bottom of the scale (detractors, or 1 and 2 of 5).
    words : sequence of str
        What a complaint says, in any case. Default: a short list in English and Chinese.

    Returns
    -------
    DataFrame
        ``day``, ``observed``; for low scores also ``exposure``, the answers of the day.

    Raises
    ------
    TableMissing
        When the community has no table that holds the signal.

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame({"member_id": ["a", "b", "a"], "event_type": "like",
    ...                        "occurred_at": ["2026-05-01", "2026-05-01", "2026-05-03"]})
    >>> series(Community.open({"events": events}), "activity")["observed"].tolist()
    [2, 0, 1]

    Taught in: 06 Evaluation
    """
    if signal not in SIGNALS:
        raise ValueError(f"signal={signal!r}: choose one of {', '.join(SIGNALS)}.")
    spec = SIGNALS[signal]
    if spec.needs:
        community.require(*spec.needs)
    sql, params = spec.sql, {}
    if signal == "complaints":
        params = {f"word{at}": f"%{word.lower()}%" for at, word in enumerate(words)}
        text = "lower(concat(coalesce(title, ''), ' ', coalesce(text, '')))"
        sql = sql.format(words=" or ".join(f"{text} like ${name}" for name in params) or "false")
    found = community.query(sql, **params)
    days = calendar.periods(_begins(community, signal), community.as_of, "day")[["period"]]
    days = days.rename(columns={"period": "day"})
    found["day"] = found["day"].astype(days["day"].dtype)
    table = days.merge(found, on="day", how="left").fillna(dict.fromkeys(set(found) - {"day"}, 0))
    table = table.astype(dict.fromkeys(set(found) - {"day"}, int))
    return community.describe(
        table, "control chart", population=signal, period="day", signal=signal, unit="count"
    )


def _begins(community: Community, signal: str) -> dt.date:
    # Orders may reach back further than the log of a chat: days before a log begins are no quiet days.
    table = {"activity": community.basis, "complaints": "contents"}.get(signal)
    found = community.query(f"select min(day) as day from {table}")["day"].iloc[0] if table else None
    return community.first_day if found is None or pd.isna(found) else pd.Timestamp(found).date()


def control_chart(
    community: Community,
    signal: str = "activity",
    *,
    false_alarms: float = 0.5,
    words: Sequence[str] = NEGATIVE_WORDS,
    seed: int = 0,
) -> pd.DataFrame:
    """Judge every day of one signal by the weeks before it.

    Parameters
    ----------
    community : Community
        The community.
    signal, words
        As in :func:`series`.
    false_alarms : float, default 0.5
        Days a month on which the chart may cry wolf although nothing happened.
    seed : int, default 0
        Start of the random numbers.

    Returns
    -------
    DataFrame
        As :func:`helpers.metrics.control_chart.chart` gives it: ``day``, ``observed``, ``expected``,
        ``low``, ``high``, ``z``, ``probability``, ``alarm``, ``direction`` and more.

    Taught in: 06 Evaluation
    """
    counts = series(community, signal, words=words)
    spec = SIGNALS[signal]
    return chart(counts, side=spec.side, history=spec.history, false_alarms=false_alarms, seed=seed)


def episodes(charted: pd.DataFrame) -> pd.DataFrame:
    """Join neighbouring alarm days in the same direction (at most one quiet day between) to one alert.

    Parameters
    ----------
    charted : DataFrame
        From :func:`control_chart`.

    Returns
    -------
    DataFrame
        ``first_day``, ``last_day``, ``days`` (alarm days), ``direction``, ``observed`` and ``expected``
        (sums over the alarm days), ``z`` (largest deviation), ``probability`` (smallest).

    Taught in: 06 Evaluation
    """
    odd = charted.loc[charted["alarm"]].copy()
    place = pd.Series(np.arange(len(charted)), index=charted.index).loc[odd.index]
    breaks = (place.diff() > 2) | (odd["direction"] != odd["direction"].shift())
    odd["episode"] = breaks.cumsum()
    odd["size"] = odd["z"].abs()
    table = odd.groupby("episode", sort=True).agg(
        first_day=("day", "min"),
        last_day=("day", "max"),
        days=("day", "size"),
        direction=("direction", "first"),
        observed=("observed", "sum"),
        expected=("expected", "sum"),
        z=("size", "max"),
        probability=("probability", "min"),
    )
    table["z"] = table["z"].where(table["direction"] == "high", -table["z"])
    return table.reset_index(drop=True)


def watch(
    community: Community,
    *,
    signals: Sequence[str] | None = None,
    false_alarms: float = 0.5,
    words: Sequence[str] = NEGATIVE_WORDS,
    seed: int = 0,
) -> pd.DataFrame:
    """List every alert in the history, for all signals that the data can show.

    Parameters
    ----------
    community : Community
        The community.
    signals : sequence of str, optional
        Which signals. Default: all for which there is data.
    false_alarms : float, default 0.5
        False alarm days a month that are accepted, for each signal.
    words : sequence of str
        What a complaint says.
    seed : int, default 0
        Start of the random numbers.

    Returns
    -------
    DataFrame
        ``signal``, ``first_day``, ``last_day``, ``days``, ``direction``, ``observed``, ``expected``,
        ``z``, ``probability``, latest first. ``attrs["about"]`` holds ``signals`` (watched),
        ``not_watched``, and for each signal the days judged (``days_judged``), the alarm days found
        (``alarm_days``) and how many of them chance alone would bring (``false_alarm_days``).

    Notes
    -----
    An alert says that a day was unusual, not why, and not that it was bad. With several signals the
    false alarms add up.

    Taught in: 06 Evaluation
    """
    possible = [name for name, spec in SIGNALS.items() if not spec.needs or community.has(*spec.needs)]
    chosen = list(possible if signals is None else signals)
    parts, judged, found, chance = [], {}, {}, {}
    for name in chosen:
        charted = control_chart(community, name, false_alarms=false_alarms, words=words, seed=seed)
        about = charted.attrs["about"]
        if about["days"]:
            judged[name], found[name] = about["days"], about["alarm_days"]
            chance[name] = round(about["days"] / 30 * about["false_alarms_simulated"], 2)
            parts.append(episodes(charted).assign(signal=name))
    columns = [
        "signal", "first_day", "last_day", "days", "direction", "observed", "expected", "z", "probability",
    ]  # fmt: skip
    table = pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
    table = table.sort_values(["last_day", "signal"], ascending=[False, True], ignore_index=True)
    return community.describe(
        table,
        "alerts",
        population="days of the history",
        period="day",
        signals=list(judged),
        not_watched=[name for name in SIGNALS if name not in judged],
        days_judged=judged,
        alarm_days=found,
        false_alarm_days=chance,
        false_alarms=false_alarms,
        unit="count",
    )
