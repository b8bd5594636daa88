"""When and how often to post, as figures: the map of hours, the fair comparison, and the dose of notices."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import Translate, about_of, translator
from helpers.present.style import COLOURS, Picture


def hour_span(start: int, hours: int) -> str:
    """Write a block of the day, such as 18–21.

    Examples
    --------
    >>> hour_span(18, 3)
    '18–21'

    Taught in: 03 Content
    """
    return f"{int(start):02d}–{int(start) + hours:02d}"


def weekday_names(_: Translate) -> list[str]:
    """Return the short names of the days of the week, Monday first.

    Taught in: all
    """
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]


def posting_map(table: pd.DataFrame) -> Picture:
    """Draw the reaction rate by weekday and hour of posting as a map; cells of few posts stay empty.

    Parameters
    ----------
    table : DataFrame
        From `timing.posting_times`.

    Returns
    -------
    Picture

    Taught in: 03 Content
    """
    _ = translator(table)
    hours = int(about_of(table).get("hours", 3))
    if table.empty or table["posts"].sum() < 30:
        return style.too_little(table, n=int(table["posts"].sum()) if len(table) else 0)
    days, starts = range(7), range(0, 24, hours)
    shown = table[table["posts"] >= 5]
    rate = shown.pivot(index="weekday", columns="hour", values="estimate").reindex(index=days, columns=starts)
    posts = table.pivot(index="weekday", columns="hour", values="posts").reindex(index=days, columns=starts)
    text = rate.map(lambda value: "" if np.isnan(value) else numbers.percent(value, 0))
    text = text.where(rate.notna(), "") + "\n" + posts.fillna(0).map(numbers.count)
    if shown.empty:
        return style.too_little(table, n=int(table["posts"].sum()))
    best = shown.loc[shown["estimate"].idxmax()]
    names = weekday_names(_)
    title = _("The warmest cell is {day} {hours}, and rests on {posts} posts").format(
        day=names[int(best["weekday"])], hours=hour_span(best["hour"], hours),
        posts=numbers.count(best["posts"]),
    )  # fmt: skip
    subtitle = _("Share of readers who reacted, by time of posting; posts below; fewer than 5 posts empty")
    with style.canvas(table, title=title, subtitle=subtitle, n=int(table["n"].sum()), height=3.9) as (
        figure,
        axes,
    ):
        marks.heat_map(axes, rate, text=text, size=7.5)
        axes.set_yticks(range(7), names)
        axes.set_xticks(range(len(starts)), [hour_span(start, hours) for start in starts])
        axes.set_xlabel(_("hour of posting"))
    return style.picture(
        figure, table, alt=_("Map of weekdays and hours. {sentence}.").format(sentence=title)
    )


def posting_hours(table: pd.DataFrame) -> Picture:
    """Draw how hours of posting compare before and after like is compared with like.

    Parameters
    ----------
    table : DataFrame
        From `timing.by_hour`.

    Returns
    -------
    Picture

    Taught in: 03 Content
    """
    _ = translator(table)
    if len(table) < 2:
        return style.too_little(table, n=int(table["posts"].sum()) if len(table) else 0)
    hours = int(about_of(table).get("hours", 3))
    apart = table[(table["low"] > 1) | (table["high"] < 1)]
    if apart.empty:
        title = _("Like compared with like, no hour is clearly better than another")
    else:
        most = apart.loc[(apart["estimate"] - 1).abs().idxmax()]
        title = _("Like compared with like, {hours} differs most: {factor} of the average").format(
            hours=hour_span(most["hour"], hours),
            factor=numbers.percent(most["estimate"], 0),
        )
    subtitle = _("Reaction rate as a share of the average post's, by hour of posting, 95 % interval")
    with style.canvas(table, title=title, subtitle=subtitle, n=int(table["n"].sum()), height=3.4) as (
        figure,
        axes,
    ):
        at = np.arange(len(table))
        axes.axhline(1, color=COLOURS["ink"], linewidth=0.8)
        marks.whiskers(axes, at - 0.13, table["raw_low"], table["raw_high"], colour=COLOURS["muted"])
        axes.plot(
            at - 0.13, table["raw"], "o", color=COLOURS["grey"], markerfacecolor="white",
            label=_("as posted"),
        )  # fmt: skip
        marks.whiskers(axes, at + 0.13, table["low"], table["high"], colour=COLOURS["highlight"])
        axes.plot(at + 0.13, table["estimate"], "o", color=COLOURS["highlight"], label=_("like with like"))
        axes.set_xticks(at, [hour_span(start, hours) for start in table["hour"]])
        axes.set_xlabel(_("hour of posting"))
        marks.percent_axis(axes)
        axes.legend(ncols=2, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2)
    return style.picture(
        figure, table, alt=_("Dots with intervals by hour, raw and adjusted. {sentence}.").format(
            sentence=title)
    )  # fmt: skip


def fatigue_doses(doses: pd.DataFrame, *, slope: pd.DataFrame | None = None) -> Picture:
    """Draw how many members switch off in a week, by the number of notices they got in it.

    Parameters
    ----------
    doses : DataFrame
        From `fatigue.doses`.
    slope : DataFrame, optional
        From `fatigue.slope`; its curve is drawn and its factor becomes the title.

    Returns
    -------
    Picture

    Taught in: 03 Content
    """
    _ = translator(doses)
    if len(doses) < 2 or doses["count"].sum() < 20:
        return style.too_little(doses, n=int(doses["n"].sum()) if len(doses) else 0)
    fitted = None if slope is None or slope.empty else slope.iloc[0]
    if fitted is not None and fitted["low"] > 1:
        title = _("Each further notice a week multiplies the chance of switching off by {factor}").format(
            factor=numbers.interval(fitted["estimate"], fitted["low"], fitted["high"], 2)
        )
    else:
        title = _("More notices do not clearly make more members switch off")
    subtitle = (
        _("Members who left in a week, of those in the group, 95 % interval; group-weeks above")
        if about_of(doses).get("outcome") == "leave"
        else _("Members who muted in a week, of those not yet muted, 95 % interval; group-weeks above")
    )
    with style.canvas(doses, title=title, subtitle=subtitle, n=int(doses["n"].sum()), height=3.4) as (
        figure,
        axes,
    ):
        marks.whiskers(axes, doses["notices"], doses["low"], doses["high"], colour=COLOURS["highlight"])
        axes.plot(doses["notices"], doses["estimate"], "o", color=COLOURS["highlight"])
        if fitted is not None:
            x = np.linspace(0, float(doses["notices"].max()), 60)
            axes.plot(
                x, fitted["base"] * np.exp(fitted["slope"] * x), color=COLOURS["neutral"], linewidth=1.2
            )
        for line in doses.itertuples():
            axes.annotate(
                numbers.count(line.weeks), (line.notices, line.high), xytext=(0, 3),
                textcoords="offset points", ha="center", fontsize=7.5, color=COLOURS["grey"],
            )  # fmt: skip
        axes.set_ylim(0, float(np.nanmax(doses["high"])) * 1.12)
        axes.set_xticks(doses["notices"])
        marks.percent_axis(axes, places=1)
        axes.set_xlabel(_("notices in the week"))
    return style.picture(
        figure, doses, alt=_("Dots with intervals over the number of notices. {sentence}.").format(
            sentence=title)
    )  # fmt: skip
