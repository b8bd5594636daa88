"""Which way of recruiting pays, as figures: counts beside value, and value beside cost by age."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.present import marks, numbers, style
from helpers.present.groups import capital
from helpers.present.language import Translate, about_of, term, translator
from helpers.present.style import COLOURS, Picture

MOST_SOURCES = 10
MOST_PANELS = 6


def sources(table: pd.DataFrame) -> Picture:
    """Draw how many members each source brought beside how many stay and what they are worth.

    Parameters
    ----------
    table : DataFrame
        From `acquisition.by_source`.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(table)
    about = about_of(table)
    shown = table.head(MOST_SOURCES)
    if shown.empty or shown["n"].sum() < 10:
        return style.too_little(table, n=int(shown["n"].sum()) if len(shown) else 0)
    by = about.get("by", shown.columns[0])
    worth = shown["estimate"].notna().any()
    title = capital(_sources_title(_, shown, by))
    message = _(
        "Members by source; share active in the week from day {day}; value in the first "
        "{k} days; 95 % interval"
    )
    subtitle = message.format(day=about.get("day", 30), k=about.get("horizon", 90))
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(table["n"].sum()), cols=3 if worth else 2, sharey=True,
        height=1.9 + 0.32 * len(shown),
    ) as (figure, panels):  # fmt: skip
        at = np.arange(len(shown))
        panels[0].barh(at, shown["n"], color=COLOURS["neutral"], height=0.62)
        for row, n in enumerate(shown["n"]):
            panels[0].annotate(
                numbers.count(n), (n, row), xytext=(3, 0), textcoords="offset points", va="center", fontsize=8
            )
        panels[0].margins(x=0.2)
        marks.count_axis(panels[0], which="x")
        panels[0].xaxis.set_major_locator(MaxNLocator(nbins=3, integer=True))
        panels[0].set_yticks(at, [term(_, name) for name in shown[by]], parse_math=False)
        panels[0].set_title(_("members"))
        _dots(panels[1], at, shown, ("retained", "retained_low", "retained_high"))
        marks.percent_axis(panels[1], which="x")
        panels[1].set_title(_("still coming"))
        if worth:
            _dots(panels[2], at, shown, ("estimate", "low", "high"))
            marks.money_axis(panels[2], about.get("currency"), which="x")
            margin = about.get("money") == "margin"
            panels[2].set_title(_("margin per member") if margin else _("revenue per member"))
            cost = shown["cost_per_member"]
            if cost.notna().any():
                panels[2].plot(
                    cost,
                    at,
                    "|",
                    color=COLOURS["negative"],
                    markersize=11,
                    markeredgewidth=2.2,
                )
                panels[2].set_xlabel(_("red mark: cost per member"), color=COLOURS["negative"])
        for axes in panels:
            axes.grid(axis="x")
            axes.grid(visible=False, axis="y")
        panels[0].set_ylim(len(shown) - 0.5, -0.5)
    return style.picture(
        figure,
        table,
        alt=_("Bars of members and dots of retention and value by source. {sentence}.").format(
            sentence=title
        ),
    )


def _dots(axes: Axes, at: np.ndarray, shown: pd.DataFrame, columns: tuple[str, str, str]) -> None:
    value, low, high = columns
    marks.whiskers(axes, at, shown[low], shown[high], horizontal=True, colour=COLOURS["highlight"])
    axes.plot(shown[value], at, "o", color=COLOURS["highlight"])
    axes.set_xlim(0)


def _sources_title(_: Translate, shown: pd.DataFrame, by: str) -> str:
    most = shown.iloc[0]
    value = "estimate" if shown["estimate"].notna().any() else "retained"
    ranked = shown[~shown["small"]].dropna(subset=[value])
    if ranked.empty:
        return _("{most} brings most members").format(most=term(_, most[by]))
    best = ranked.loc[ranked[value].idxmax()]
    # Sources whose interval reaches the best one's cannot be told from it.
    ends = ("low", "high") if value == "estimate" else ("retained_low", "retained_high")
    level = ranked[ranked[ends[1]] >= best[ends[0]]].sort_values(value, ascending=False)
    if len(level) == len(ranked) > 1:
        return _("{most} brings most members; the sources cannot be ranked by value").format(
            most=term(_, most[by])
        )
    names = {"most": term(_, most[by]), "best": _(", ").join(term(_, name) for name in level[by])}
    if most[by] == best[by]:
        return _("{most} brings most members, and the most valuable ones").format(most=names["most"])
    if value == "retained":
        return _("{most} brings most members; those who stay come from: {best}").format(**names)
    return _("{most} brings most members; the most valuable ones come from: {best}").format(**names)


def payback(table: pd.DataFrame) -> Picture:
    """Draw the value of a member by age, and what the source cost, one panel a source.

    Parameters
    ----------
    table : DataFrame
        From `acquisition.value_by_age`.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(table)
    about = about_of(table)
    by = about.get("by", table.columns[0])
    usable = table[(table["n"] > 1) & table["estimate"].notna()]
    size = (
        usable.groupby(by)["n"].max().sort_values(ascending=False) if len(usable) else pd.Series(dtype=float)
    )
    names = list(size[size >= 30].index[:MOST_PANELS])
    if not names:
        return style.too_little(table, n=int(size.sum()) if len(size) else 0)
    title = _payback_title(_, usable[usable[by].isin(names)], by)
    subtitle = _("Value per member by days since joining, 95 % interval; dashed: cost per member")
    rows = (len(names) + 2) // 3
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(size[names].sum()), rows=rows, cols=min(len(names), 3),
        height=1.0 + 1.75 * rows, sharex=True, sharey=True, squeeze=False,
    ) as (figure, panels):  # fmt: skip
        for axes in panels.flat[len(names) :]:
            axes.set_axis_off()
        for axes, name in zip(panels.flat, names, strict=False):
            part = usable[usable[by] == name]
            axes.plot(part["age"], part["estimate"], color=COLOURS["highlight"], marker="o", markersize=3.5)
            marks.band(axes, part["age"], part["low"], part["high"])
            cost = part["cost_per_member"].iloc[0]
            if not numbers.is_missing(cost):
                axes.axhline(cost, color=COLOURS["negative"], linestyle=(0, (4, 2)), linewidth=1.4)
            axes.set_title(f"{term(_, name)} (n = {numbers.count(size[name])})", parse_math=False)
            marks.money_axis(axes, about.get("currency"))
        highest = usable.loc[usable[by].isin(names), ["high", "cost_per_member"]].max().max()
        panels.flat[0].set_ylim(0, 1.05 * float(highest))
        for axes in panels[-1]:
            axes.set_xlabel(_("days since joining"))
    return style.picture(
        figure,
        table,
        alt=_("Rising lines with bands, one panel a source. {sentence}.").format(sentence=title),
    )


def _payback_title(_: Translate, shown: pd.DataFrame, by: str) -> str:
    priced = shown.dropna(subset=["cost_per_member"])
    if priced.empty:
        return _("What a member brings in as time goes by")
    first = priced[priced["paid_back"]].groupby(by)["age"].min()
    late = [name for name in priced[by].unique() if name not in first.index]
    if late:
        names = _(", ").join(term(_, name) for name in late)
        return _("Not paid back in the time watched: {names}").format(names=names)
    slowest = first.idxmax()
    if first.nunique() == 1:
        return _("Every source has paid back within {k} days").format(k=numbers.count(first.max()))
    return _("Every source has paid back; {slowest} takes longest, {k} days").format(
        slowest=term(_, slowest), k=numbers.count(first.max())
    )
