"""How far members come and how long it takes, as figures: funnels and the time to convert."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import Translate, about_of, term, translator
from helpers.present.style import COLOURS, SERIES, Picture

MOST = 5


def step_name(_: Translate, name: object) -> str:
    """Translate the name of a step: "comment or message" has two parts, "order again" came before."""
    first, again, _rest = str(name).partition(" again")
    if again:
        return _("{step} again").format(step=step_name(_, first))
    return _(" or ").join(term(_, part) for part in str(name).split(" or "))


def capital(text: str) -> str:
    """Begin with a capital: a translated word opens the sentence."""
    return text[:1].upper() + text[1:]


def within(_: Translate, days: float) -> str:
    """Write a window: days, or hours where it is shorter."""
    if days < 1:
        return _("{n} hours").format(n=numbers.decimal(days * 24, 0))
    return _("{n} days").format(n=numbers.decimal(days, 0 if float(days).is_integer() else 1))


def member_funnel(table: pd.DataFrame) -> Picture:
    """Draw how many of those who began took each step: bars, or a line for each group.

    Parameters
    ----------
    table : DataFrame
        From `funnel.measure`; of more than five groups the largest are drawn.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(table)
    about = about_of(table)
    by = about.get("by")
    first = table[table["step"] == 1] if len(table) else table
    n = int(first["n"].sum()) if len(first) else 0
    if n < 10:
        return style.too_little(table, n=n)
    days = within(_, about.get("window_days", 7))
    begun, ended = step_name(_, table["name"].iloc[0]), step_name(_, table["name"].iloc[-1])
    subtitle = _("Share that took each step in order within {days} of the first; 95 % interval").format(
        days=days
    )
    if by is not None:
        return _by_group(table, _, str(by), n, subtitle)
    last = table.iloc[-1]
    title = _("{share} come from {first} to {last} within {days}").format(
        share=numbers.percent(last["estimate"]), first=begun, last=ended, days=days
    )
    height = 1.5 + 0.5 * len(table)
    with style.canvas(table, title=title, subtitle=subtitle, n=n, height=height) as (figure, axes):
        at = np.arange(len(table))
        worst = table["pass_rate"].idxmin()
        colours = [COLOURS["negative"] if row == worst else COLOURS["highlight"] for row in table.index]
        axes.barh(at, table["estimate"], height=0.62, color=colours, alpha=0.85)
        marks.whiskers(axes, at, table["low"], table["high"], horizontal=True, colour=COLOURS["ink"])
        for place, (_name, row) in enumerate(table.iterrows()):
            said = f"{numbers.count(row['count'])} · {numbers.percent(row['estimate'])}"
            if place:
                said += "   " + _("{share} of the step before").format(
                    share=numbers.percent(row["pass_rate"], 0)
                )
            x, inside = max(row["high"], row["estimate"]), row["estimate"] > 0.6
            axes.text(
                x - 0.06 if inside else x + 0.012, place, said, va="center", ha="right" if inside else "left",
                fontsize=8.5, color="white" if inside else COLOURS["ink"],
            )  # fmt: skip
        axes.set_yticks(at, [step_name(_, name) for name in table["name"]])
        axes.set_ylim(len(table) - 0.5, -0.5)
        axes.set_xlim(0, 1)
        marks.percent_axis(axes, which="x")
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
    return style.picture(figure, table, alt=_("Bars getting shorter. {sentence}.").format(sentence=title))


def _by_group(table: pd.DataFrame, _: Translate, by: str, n: int, subtitle: str) -> Picture:
    sizes = table[table["step"] == 1].set_index(by)["n"]
    names = list(sizes[sizes >= 10].nlargest(MOST).index)
    last = table[table["step"] == table["step"].max()].set_index(by)["estimate"].reindex(names)
    if not names:
        return style.too_little(table, n=n)
    title = _("{best} gets furthest: {share}; {worst}: {other}").format(
        best=capital(term(_, last.idxmax())), share=numbers.percent(last.max()),
        worst=term(_, last.idxmin()), other=numbers.percent(last.min()),
    )  # fmt: skip
    with style.canvas(table, title=title, subtitle=subtitle, n=n) as (figure, axes):
        ends = []
        steps = sorted(table["step"].unique())
        for place, (name, colour) in enumerate(zip(names, SERIES, strict=False)):
            part = table[table[by] == name].sort_values("step")
            x = part["step"] + (place - len(names) / 2) * 0.04
            marks.whiskers(axes, x, part["low"], part["high"], colour=colour)
            axes.plot(x, part["estimate"], "o-", color=colour, markersize=4)
            text = f"{term(_, name)} (n = {numbers.count(sizes[name])})"
            ends.append((steps[-1] + 0.15, part["estimate"].iloc[-1], text, colour))
        axes.set_xticks(steps, [step_name(_, name) for name in table["name"].iloc[: len(steps)]])
        axes.set_xlim(0.8, steps[-1] + 0.15)
        axes.set_ylim(0, 1.03)
        marks.percent_axis(axes)
        marks.label_ends(axes, ends)
    return style.picture(
        figure, table, alt=_("Falling lines, one a group. {sentence}.").format(sentence=title)
    )


def time_to_convert(curve: pd.DataFrame) -> Picture:
    """Draw which share has arrived after so many days, for all or for the five largest groups.

    Parameters
    ----------
    curve : DataFrame
        From `conversion_time.curve`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(curve)
    about = about_of(curve)
    by = about.get("by")
    n = int(about.get("n", 0))
    if n < 10 or curve.empty:
        return style.too_little(curve, n=n)
    steps = about.get("steps", ["", ""])
    sizes = curve.groupby(by)["n"].max().nlargest(MOST) if by else pd.Series({None: n})
    end = float(curve["time"].max())
    parts = {name: curve if by is None else curve[curve[by] == name] for name in sizes.index}
    final = {name: float(part["estimate"].iloc[-1]) for name, part in parts.items()}
    title = _("{share} get to {last} within {days}, {early} on the first day").format(
        share=numbers.percent(final[sizes.index[0]]), last=step_name(_, steps[-1]), days=within(_, end),
        early=numbers.percent(_at(parts[sizes.index[0]], 1.0)),
    ) if by is None else _("After {days}: {best} {share}, {worst} {other}").format(
        days=within(_, end), best=term(_, max(final, key=final.__getitem__)),
        share=numbers.percent(max(final.values())), worst=term(_, min(final, key=final.__getitem__)),
        other=numbers.percent(min(final.values())),
    )  # fmt: skip
    subtitle = _("Share who have come from {first} to {last}; Kaplan-Meier, 95 % interval").format(
        first=step_name(_, steps[0]), last=step_name(_, steps[-1])
    )
    with style.canvas(curve, title=title, subtitle=subtitle, n=n) as (figure, axes):
        ends = []
        for (name, part), colour in zip(parts.items(), SERIES, strict=False):
            colour = COLOURS["highlight"] if by is None else colour
            axes.step(part["time"], part["estimate"], where="post", color=colour, linewidth=2)
            axes.fill_between(
                part["time"], part["low"], part["high"], step="post", color=colour, alpha=0.16, linewidth=0
            )
            if by is not None:
                ends.append((end, final[name], term(_, name), colour))
        window = about.get("shown_window")
        if window:
            axes.axvline(window, color=COLOURS["neutral"], linewidth=0.9, linestyle=(0, (2, 2)))
        axes.set_xlim(0, end)
        axes.set_ylim(0, min(1.0, float(curve["high"].max()) * 1.15 + 0.01))
        marks.percent_axis(axes)
        axes.set_xlabel(_("days since the first step"))
        marks.label_ends(axes, ends)
    return style.picture(figure, curve, alt=_("Rising steps over time. {sentence}.").format(sentence=title))


def _at(curve: pd.DataFrame, time: float) -> float:
    inside = curve[curve["time"] <= time]
    return float(inside["estimate"].iloc[-1]) if len(inside) else 0.0
