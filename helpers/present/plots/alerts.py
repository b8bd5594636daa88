"""Early warning as figures: one signal's control chart, and the alerts of all signals on one time line."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.metrics.alerts import episodes
from helpers.present import marks, numbers, style
from helpers.present.language import Translate, about_of, translator
from helpers.present.readings.alerts import signal_name
from helpers.present.style import COLOURS, Picture


def control_chart(chart: pd.DataFrame) -> Picture:
    """Draw what was observed each day against what was expected, and mark the alarm days.

    Parameters
    ----------
    chart : DataFrame
        From `alerts.control_chart`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(chart)
    about = about_of(chart)
    if not len(chart) or not about.get("days"):
        return style.too_little(chart, n=len(chart))
    found = chart.loc[chart["alarm"]]
    signal = signal_name(_, about.get("signal", "activity"), about).capitalize()
    title = _("{signal}: {alarms} of {days} days were unusual").format(
        signal=signal, alarms=numbers.count(len(found)), days=numbers.count(about["days"])
    )
    subtitle = _("Daily count, expected value and limits; by chance alone {false} alarm days a month").format(
        false=numbers.decimal(about["false_alarms_simulated"], 2)
    )
    with style.canvas(chart, title=title, subtitle=subtitle, n=about["days"], height=3.8) as (figure, axes):
        top = float(np.nanmax(np.r_[chart["observed"], chart["expected"].max()])) * 1.12
        ceiling = chart["high"].where(np.isfinite(chart["high"]), top).where(chart["expected"].notna())
        marks.band(axes, chart["day"], chart["low"], ceiling, colour=COLOURS["neutral"])
        axes.plot(
            chart["day"], chart["expected"], color=COLOURS["neutral"], linewidth=1, label=_("expected value")
        )
        axes.plot(
            chart["day"], chart["observed"], color=COLOURS["highlight"], linewidth=1, label=_("observed")
        )
        axes.plot(
            found["day"], found["observed"], "o", color=COLOURS["negative"], markersize=4.5, label=_("alarm")
        )
        _name_largest(axes, episodes(chart), chart, top, _)
        if chart["left_edge"].any() and not chart["left_edge"].all():
            marks.mark_left_edge(axes, chart.loc[~chart["left_edge"], "day"].iloc[0])
        axes.set_ylim(0, max(top, 1))
        axes.margins(x=0.01)
        marks.count_axis(axes)
        marks.date_axis(axes, _)
        axes.legend(ncols=3, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2)
    alt = _("Daily line with a band of limits. {sentence}.").format(sentence=title)
    return style.picture(figure, chart, alt=alt)


def _name_largest(axes: Axes, found: pd.DataFrame, chart: pd.DataFrame, top: float, _: Translate) -> None:
    if not len(found):
        return
    worst = found.loc[found["z"].abs().idxmax()]
    inside = chart.loc[chart["day"].between(worst["first_day"], worst["last_day"]) & chart["alarm"]]
    peak = inside.loc[inside["z"].abs().idxmax()]
    right = peak["day"] > chart["day"].iloc[len(chart) // 2]
    # Where the lines leave more room: under them or over them.
    shown = chart[["observed", "low"]].min(axis=1)
    below = shown.loc[chart["day"].between(*_near(peak["day"]))].min() > 0.25 * top
    axes.annotate(
        _("{day}: {observed}, expected {expected}").format(
            day=numbers.day(peak["day"]),
            observed=numbers.count(peak["observed"]),
            expected=numbers.count(peak["expected"]),
        ),
        (peak["day"], peak["observed"]),
        xytext=(peak["day"], 0.07 * top if below else 0.97 * top),
        ha="right" if right else "left",
        va="center",
        fontsize=8.5,
        color=COLOURS["negative"],
        arrowprops={
            "arrowstyle": "-",
            "color": COLOURS["negative"],
            "linewidth": 0.8,
            "shrinkB": 3,
            "relpos": (int(right), 0.5),
        },
    )


def _near(day: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
    # About as many days as the words over them are wide.
    return day - pd.Timedelta(days=90), day + pd.Timedelta(days=90)


def alert_days(alerts: pd.DataFrame) -> Picture:
    """Draw all alerts on one time line, a row for each signal.

    Parameters
    ----------
    alerts : DataFrame
        From `alerts.watch`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(alerts)
    about = about_of(alerts)
    signals = about.get("signals", [])
    if not signals:
        return style.too_little(alerts, n=0)
    total, chance = sum(about["alarm_days"].values()), sum(about["false_alarm_days"].values())
    title = _("Alarm days: {alarms}; chance alone would bring about {chance}").format(
        alarms=numbers.count(total), chance=numbers.count(round(chance))
    )
    subtitle = _("Alerts by signal: more than expected (filled) or less (open); larger where further off")
    judged = max(about["days_judged"].values())
    with style.canvas(alerts, title=title, subtitle=subtitle, n=judged, height=1.7 + 0.36 * len(signals)) as (
        figure,
        axes,
    ):
        for row, signal in enumerate(signals):
            for alert in alerts.loc[alerts["signal"] == signal].itertuples():
                bad = alert.direction == ("low" if signal == "activity" else "high")
                colour = COLOURS["negative"] if bad else COLOURS["positive"]
                fill = colour if alert.direction == "high" else "white"
                size = float(np.clip(abs(alert.z), 3, 12))
                axes.plot([alert.first_day, alert.last_day], [row, row], color=colour, linewidth=2.5)
                axes.plot(alert.first_day, row, "o", color=colour, markerfacecolor=fill, markersize=size)
        axes.set_yticks(range(len(signals)), [signal_name(_, signal, about) for signal in signals])
        axes.set_ylim(len(signals) - 0.5, -0.5)
        axes.set_xlim(pd.Timestamp(about["first_day"]), pd.Timestamp(about["as_of"]) + pd.Timedelta(days=3))
        axes.grid(axis="both")
        marks.date_axis(axes, _)
    return style.picture(figure, alerts, alt=_("Dots by signal and day. {sentence}.").format(sentence=title))
