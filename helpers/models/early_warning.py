"""Choose an alarm threshold on planted crises: how many it catches, how soon, and how often it cries wolf."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics import alerts
from helpers.metrics.control_chart import chart
from helpers.metrics.intervals import bootstrap_mean, poisson_rate, wilson

WATCHED: Mapping[str, str] = {"activity": "low", "joins": "high", "complaints": "high"}
LIMITS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
CRISIS, TROUGH = 14, 28  # days in which an alarm counts as caught; in which the trough is looked for


def rehearse(
    communities: Iterable[tuple[Community, dt.date | None]],
    *,
    signals: Sequence[str] = tuple(WATCHED),
) -> pd.DataFrame:
    """Chart the signals of communities of which it is known whether and when a crisis broke out.

    Parameters
    ----------
    communities : iterable of (Community, datetime.date or None)
        Each with the first day of its crisis, None for a quiet one.
    signals : sequence of str, default ("activity", "joins", "complaints")
        A drop of activity, a wave of joins, complaining posts.

    Returns
    -------
    pandas.DataFrame
        One row a community, signal and day that could be judged: ``community`` (a number), ``signal``,
        ``day``, ``since`` (days since the crisis began; empty in a quiet community), ``observed``,
        ``expected``, ``probability`` (of so large a deviation when nothing happens) and ``trough`` (days
        from the beginning to the middle of the weakest week of activity; empty in a quiet one).

    Notes
    -----
    As :func:`helpers.metrics.control_chart.chart`, without its simulated histories: what a threshold
    costs in false alarms is counted here on days on which nothing was planted.

    Taught in: 08 Outlook
    """
    parts: list[pd.DataFrame] = []
    about: dict[str, Any] = {}
    for number, (community, begins) in enumerate(communities):
        about = community.about("alarm threshold", population="communities of a rehearsal")
        trough = np.nan if begins is None else _trough(alerts.series(community, "activity"), begins)
        for signal in signals:
            charted = chart(alerts.series(community, signal), side=WATCHED[signal], repeats=0)
            kept = charted.loc[~charted["left_edge"], ["day", "observed", "expected", "probability"]]
            first = pd.NaT if begins is None else pd.Timestamp(begins)
            since = (pd.to_datetime(kept["day"]) - first).dt.days.astype(float)
            parts.append(kept.assign(community=number, signal=signal, since=since, trough=trough))
    columns = ["community", "signal", "day", "since", "observed", "expected", "probability", "trough"]
    result = pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
    result.attrs["about"] = about
    return result


def _trough(activity: pd.DataFrame, begins: dt.date) -> float:
    weeks = activity["observed"].rolling(7, center=True).mean()
    since = (pd.to_datetime(activity["day"]) - pd.Timestamp(begins)).dt.days
    after = weeks[(since >= 0) & (since <= TROUGH)].dropna()
    return float(since[after.idxmin()]) if len(after) else np.nan


def trade_off(charts: pd.DataFrame, *, limits: Sequence[float] = LIMITS) -> pd.DataFrame:
    """Set what a threshold catches, and how soon, against its false alarms.

    Parameters
    ----------
    charts : DataFrame
        From :func:`rehearse`.
    limits : sequence of float
        False alarm days a month that the threshold promises, for each signal (its probability times 30).

    Returns
    -------
    pandas.DataFrame
        One row a threshold: ``limit``, ``n`` (crises), ``count`` (caught: an alarm of any signal on one of
        the 14 days from the beginning), ``estimate``, ``low``, ``high`` (Wilson); ``delay`` (mean days from
        the beginning to the first alarm, of those caught) with ``delay_low``, ``delay_high`` (bootstrap);
        ``lead`` (mean days from the alarm to the trough) with ``lead_low``, ``lead_high``; ``quiet_days``,
        ``false_days`` (with an alarm of any signal), ``false_alarms`` (of them a month of 30 days) with
        ``false_alarms_low``, ``false_alarms_high`` (Poisson); ``small``.

    Notes
    -----
    Quiet days: all days of the quiet communities, and those before a crisis. The days are not simulated
    without campaigns, so a sale that draws newcomers is an alarm with a known reason.

    Examples
    --------
    >>> day = pd.date_range("2026-05-01", periods=4)
    >>> charts = pd.DataFrame({"community": 0, "signal": "joins", "day": day, "trough": 3.0,
    ...                        "since": [-2.0, -1.0, 0.0, 1.0], "probability": [0.5, 0.01, 0.2, 0.001]})
    >>> found = trade_off(charts, limits=(0.1, 1.0))
    >>> found[["limit", "count", "delay", "lead", "false_days"]].to_numpy().tolist()
    [[0.1, 1.0, 1.0, 2.0, 0.0], [1.0, 1.0, 1.0, 2.0, 1.0]]

    Taught in: 08 Outlook
    """
    # The surest signal of a day decides.
    day = charts.groupby(["community", "day"], as_index=False).agg(
        since=("since", "first"), trough=("trough", "first"), probability=("probability", "min")
    )
    quiet = day[day["since"].isna() | (day["since"] < 0)]
    crisis = day[day["since"].between(0, CRISIS - 1)]
    crises = crisis["community"].nunique()
    rows = []
    for limit in limits:
        hit = crisis[crisis["probability"] <= limit / 30]
        first = hit.sort_values("since").drop_duplicates("community")
        false = int((quiet["probability"] <= limit / 30).sum())
        low, high = wilson(len(first), crises)
        rate = [float(end) * 30 for end in poisson_rate(false, max(len(quiet), 1))]
        rows.append(
            {
                "limit": limit,
                "n": crises,
                "count": len(first),
                "estimate": len(first) / crises if crises else np.nan,
                "low": float(low),
                "high": float(high),
                **_mean("delay", first["since"]),
                **_mean("lead", first["trough"] - first["since"]),
                "quiet_days": len(quiet),
                "false_days": false,
                "false_alarms": 30 * false / len(quiet) if len(quiet) else np.nan,
                "false_alarms_low": rate[0],
                "false_alarms_high": rate[1],
                "small": crises < 30,
            }
        )
    result = pd.DataFrame(rows)
    result.attrs["about"] = charts.attrs.get("about", {}) | {"metric": "alarm threshold", "n": crises}
    return result


def _mean(name: str, days: pd.Series) -> dict[str, float]:
    known = days.dropna()
    low, high = (np.nan, np.nan) if len(known) < 2 else bootstrap_mean(known, repeats=400)
    mean = float(known.mean()) if len(known) else np.nan
    return {name: mean, f"{name}_low": float(low), f"{name}_high": float(high)}


def cheapest(
    table: pd.DataFrame, *, crises_a_year: float, false_alarm: float, missed: float, late_day: float
) -> pd.DataFrame:
    """Put a price on every threshold of a trade-off.

    Parameters
    ----------
    table : DataFrame
        From :func:`trade_off`.
    crises_a_year : float
        How many crises are expected: an assumption.
    false_alarm, missed, late_day : float
        Cost of a day with a false alarm, of a crisis that no alarm announces, and of each day between the
        beginning of a crisis and its alarm, in one currency.

    Returns
    -------
    pandas.DataFrame
        ``limit``, ``false_alarms`` (a month), ``estimate`` (crises caught), ``cost_false``,
        ``cost_missed``, ``cost_late``, ``cost`` (all a year) and ``best`` (the cheapest).

    Examples
    --------
    >>> table = pd.DataFrame({"limit": [0.1, 2.0], "false_alarms": [0.1, 2.0], "estimate": [0.5, 0.9],
    ...                       "delay": [3.0, 1.0]})
    >>> priced = cheapest(table, crises_a_year=1, false_alarm=50, missed=1000, late_day=100)
    >>> priced["cost"].tolist()
    [710.0, 1390.0]

    Taught in: 08 Outlook
    """
    caught = table["estimate"].fillna(0)
    priced = table[["limit", "false_alarms", "estimate"]].assign(
        cost_false=table["false_alarms"] * 12 * false_alarm,
        cost_missed=crises_a_year * (1 - caught) * missed,
        cost_late=crises_a_year * caught * table["delay"].fillna(0) * late_day,
    )
    priced["cost"] = priced[["cost_false", "cost_missed", "cost_late"]].sum(axis=1)
    priced["best"] = priced["cost"] == priced["cost"].min()
    priced.attrs["about"] = table.attrs.get("about", {}) | {"metric": "cost of a threshold"}
    return priced
