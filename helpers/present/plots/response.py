"""How long questions wait, as figures: the share still waiting, and who waits longer than others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.metrics.survival import stay
from helpers.present import marks, numbers, style
from helpers.present.language import Translate, about_of, term, translator
from helpers.present.style import COLOURS, SERIES, Picture

_TICKS = (1 / 12, 0.5, 1, 3, 6, 12, 24, 72, 168, 336)


def _hours(_: Translate, hours: float) -> str:
    if hours < 1:
        return _("{n} min").format(n=round(60 * hours))
    if hours >= 48 and hours % 24 == 0:
        return _("{n} days").format(n=round(hours / 24))
    return _("{n} h").format(n=numbers.decimal(hours, 0 if float(hours).is_integer() else 1))


def _asked(_: Translate, result: pd.DataFrame) -> str:
    what = about_of(result).get("what")
    return {"questions": _("questions"), "posts": _("posts of members")}.get(str(what), _("messages"))


def reply_curve(curve: pd.DataFrame) -> Picture:
    """Draw the share of questions without a reply, by the time since they were asked.

    Parameters
    ----------
    curve : DataFrame
        From `response.curve`; with a `by`, the five largest groups are drawn.

    Returns
    -------
    Picture

    Taught in: 04 Interaction
    """
    _ = translator(curve)
    by = about_of(curve).get("by")
    lengths = stay(curve, by=by)
    n = int(lengths["n"].sum()) if len(lengths) else 0
    if n < 10:
        return style.too_little(curve, n=n)
    names = [None] if by is None else list(lengths.nlargest(5, "n").sort_values("median")[by])
    if by is None and pd.notna(lengths["median"].iloc[0]):
        title = _("Half of the {what} have a first reply after {time}").format(
            what=_asked(_, curve), time=_hours(_, round(float(lengths["median"].iloc[0]), 1))
        )
    elif by is None:
        title = _("Fewer than half of the {what} ever get a reply").format(what=_asked(_, curve))
    else:
        title = _("Who waits longest: {group}").format(group=term(_, names[-1]))
    subtitle = _("Share without a first reply, by time since asking; Kaplan-Meier, 95 % interval")
    with style.canvas(curve, title=title, subtitle=subtitle, n=n) as (figure, axes):
        for name, colour in zip(names, SERIES, strict=False):
            part = curve if by is None else curve[curve[by] == name]
            part = part[part["time"] > 0]
            colour = COLOURS["highlight"] if by is None else colour
            axes.step(
                part["time"], part["estimate"], where="post", color=colour, linewidth=2, label=term(_, name)
            )
            if len(names) <= 3:
                axes.fill_between(
                    part["time"],
                    part["low"],
                    part["high"],
                    step="post",
                    color=colour,
                    alpha=0.16,
                    linewidth=0,
                )
        until = float(curve["time"].max())
        axes.set_xscale("log")
        ticks = [tick for tick in _TICKS if tick <= until]
        axes.set_xticks(ticks, [_hours(_, tick) for tick in ticks])
        axes.set_xticks([], minor=True)
        axes.set_xlim(_TICKS[0], max(until, 1))
        axes.set_ylim(0, 1)
        for mark in (1, 24):
            axes.axvline(mark, color=COLOURS["neutral"], linewidth=0.8, linestyle=(0, (2, 2)))
        marks.percent_axis(axes)
        axes.set_xlabel(_("time since asking"))
        if by is not None:
            axes.legend(loc="upper right")
    return style.picture(figure, curve, alt=_("Falling steps over time. {sentence}.").format(sentence=title))


def reply_rates(table: pd.DataFrame) -> Picture:
    """Draw the share answered in time, by group, hour, weekday or how long the asker has been a member.

    Parameters
    ----------
    table : DataFrame
        From `response.answered` with `by`; of more than twelve groups, those asked most in are drawn.

    Returns
    -------
    Picture

    Taught in: 04 Interaction
    """
    _ = translator(table)
    by = about_of(table).get("by")
    if table.empty or by is None or table["n"].max() < 10:
        return style.too_little(table, n=int(table["n"].max()) if len(table) else 0)
    sizes = table.groupby(by, sort=False)["n"].max()
    kept = set(sizes.nlargest(12).index)
    names = [name for name in sizes.index if name in kept]
    times = sorted(table["within"].unique())
    fair = table[(table["within"] == times[0]) & (table["n"] >= 20)]
    worst = (fair if len(fair) else table).sort_values("estimate").iloc[0]
    title = _("Slowest: {name}, {share} answered within {time}").format(
        name=term(_, worst[by]), share=numbers.percent(worst["estimate"]), time=_hours(_, times[0])
    )
    subtitle = _("Share of {what} with a first reply in time; 95 % interval; in brackets how many were asked")
    with style.canvas(
        table, title=title, subtitle=subtitle.format(what=_asked(_, table)), n=int(sizes.sum()),
        cols=len(times), sharey=True, height=1.7 + 0.3 * len(names), squeeze=False,
    ) as (figure, panels):  # fmt: skip
        at = np.arange(len(names))
        for axes, hours in zip(panels[0], times, strict=True):
            part = table[table["within"] == hours].set_index(by).reindex(names)
            marks.whiskers(axes, at, part["low"], part["high"], horizontal=True, colour=COLOURS["highlight"])
            axes.plot(part["estimate"], at, "o", color=COLOURS["highlight"], clip_on=False)
            axes.set_title(_("within {time}").format(time=_hours(_, hours)))
            axes.set_xlim(0, 1)
            marks.percent_axis(axes, which="x")
            axes.grid(axis="x")
            axes.grid(visible=False, axis="y")
        labels = [f"{term(_, name)} ({numbers.count(sizes[name])})" for name in names]
        panels[0][0].set_yticks(at, labels)
        panels[0][0].set_ylim(len(names) - 0.5, -0.5)
    return style.picture(
        figure, table, alt=_("Dots with intervals, one row a group. {sentence}.").format(sentence=title)
    )
