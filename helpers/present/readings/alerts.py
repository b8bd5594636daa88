"""Early warning in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers.metrics.alerts import episodes
from helpers.present import numbers
from helpers.present.language import Translate, about_of, join, term, translator
from helpers.present.readings.base import Reading, reading, too_little


def signal_name(_: Translate, signal: str, about: Mapping[str, Any]) -> str:
    """Name a signal; where only orders are known, activity is buying.

    Taught in: 06 Evaluation
    """
    if signal == "activity" and about.get("basis") == "orders":
        return _("buyers")
    return term(_, signal)


def control_chart(chart: pd.DataFrame) -> Reading:
    """Say how many days of one signal were unusual, which was the most, and how many chance brings.

    Parameters
    ----------
    chart : DataFrame
        From `alerts.control_chart`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(chart)
    about = about_of(chart)
    signal = signal_name(_, about.get("signal", "activity"), about).capitalize()
    if not len(chart) or not about.get("days"):
        return too_little(_, signal, len(chart))
    found = episodes(chart)
    chance = about["days"] / 30 * about["false_alarms_simulated"]
    first = _(
        "{signal}: {alarms} of {n} days lie outside the limits; about {chance} would by chance alone."
    ).format(
        signal=signal,
        alarms=numbers.count(about["alarm_days"]),
        n=numbers.count(about["days"]),
        chance=numbers.decimal(chance),
    )
    if not len(found):
        return reading(_, [first, _("Nothing here asks for action.")])
    worst = found.loc[found["z"].abs().idxmax()]
    second = _("Furthest off was {days}: {observed} against {expected} expected.").format(
        days=_span(worst),
        observed=numbers.count(worst["observed"]),
        expected=numbers.count(worst["expected"]),
    )
    return reading(_, [first, second, _("Ask what happened then before asking who is to blame.")])


def _span(alert: pd.Series) -> str:
    first, last = numbers.day(alert["first_day"]), numbers.day(alert["last_day"])
    return first if first == last else f"{first} – {last}"


def alert_days(alerts: pd.DataFrame) -> Reading:
    """Say whether anything is unusual now, and when several signals rose together.

    Parameters
    ----------
    alerts : DataFrame
        From `alerts.watch`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(alerts)
    about = about_of(alerts)
    if not about.get("signals"):
        return too_little(_, _("early warning"), 0)
    total, chance = sum(about["alarm_days"].values()), sum(about["false_alarm_days"].values())
    first = _(
        "Signals watched: {signals}, on up to {n} days. There were {alarms} alarm days, of which chance "
        "alone would bring about {chance}."
    ).format(
        signals=_(", ").join(signal_name(_, name, about) for name in about["signals"]),
        n=numbers.count(max(about["days_judged"].values())),
        alarms=numbers.count(total),
        chance=numbers.decimal(chance, 0),
    )
    recent = alerts.loc[alerts["last_day"] >= pd.Timestamp(about["as_of"]) - pd.Timedelta(days=6)]
    second = ""
    together = _together(alerts)
    if len(together):
        names = dict.fromkeys(signal_name(_, name, about) for name in together["signal"])
        second = _(
            "Most signals at once: {signals}, from {day}. Alarms that coincide are hardly chance."
        ).format(signals=_(", ").join(names), day=numbers.day(together["first_day"].min()))
    if len(recent):
        parts = [
            _("{signal} {observed} against {expected} expected").format(
                signal=signal_name(_, alert.signal, about),
                observed=numbers.count(alert.observed),
                expected=numbers.count(alert.expected),
            )
            for alert in recent.head(3).itertuples()
        ]
        third = _("In the last seven days: {list}. Look into it today.").format(list=_("; ").join(parts))
    else:
        third = _("In the last seven days there was no alert.")
    return reading(_, [first, second, join(_, [third])])


def _together(alerts: pd.DataFrame) -> pd.DataFrame:
    # The alerts that begin within four days of one another and come from the most signals, three or more.
    best = alerts.iloc[:0]
    for start in alerts["first_day"].unique():
        near = alerts.loc[alerts["first_day"].between(start, start + pd.Timedelta(days=3))]
        if near["signal"].nunique() >= max(3, best["signal"].nunique() + 1):
            best = near
    return best
