"""Uplift, as figures: the curve of a prediction, predicted against found, money by budget and rule."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import about_of, term, translator
from helpers.present.style import COLOURS, SERIES, Picture


def uplift_curves(curves: Sequence[pd.DataFrame]) -> Picture:
    """Draw the curves of several scores, the first with its interval, and the line of drawing by lot.

    Parameters
    ----------
    curves : sequence of DataFrame
        From `qini.curve`, of one outcome; the first is the one in question.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    first = curves[0]
    _ = translator(first)
    if len(first) < 3:
        return style.too_little(first, n=about_of(first).get("n", 0))
    about = about_of(first)
    middle = first.iloc[(first["share"] - 0.3).abs().argmin()]
    share = middle["estimate"] / first["estimate"].iloc[-1] if first["estimate"].iloc[-1] > 0 else np.nan
    title = (
        _("The first {part} of the list bring {share} of the gain").format(
            part=numbers.percent(middle["share"], 0), share=numbers.percent(share, 0)
        )
        if share == share
        else _("No gain to share out")
    )
    subtitle = _("Gain per member when members are treated in this order; band: 95 % interval")
    names = [term(_, about_of(curve).get("model", "")) for curve in curves]
    with style.canvas(first, title=title, subtitle=subtitle, n=int(about.get("n", 0)), height=3.7) as (
        figure,
        axes,
    ):
        marks.band(axes, first["share"], first["low"], first["high"])
        colours = [COLOURS["highlight"], SERIES[0], COLOURS["negative"], *SERIES[3:]]
        axes.plot(first["share"], first["random"], color=COLOURS["neutral"], linestyle="--", linewidth=1.2)
        ends = []
        for curve, name, colour in zip(curves, names, colours, strict=False):
            axes.plot(curve["share"], curve["estimate"], color=colour)
            at = 10 if len(curve) > 12 else len(curve) // 2
            ends.append((name, colour, curve["share"].iloc[at], curve["estimate"].iloc[at]))
        handles = [axes.plot([], [], color=colour, label=name)[0] for name, colour, _x, _y in ends]
        handles.append(
            axes.plot([], [], color=COLOURS["neutral"], linestyle="--", label=term(_, "random"))[0]
        )
        axes.legend(handles=handles, loc="upper left", fontsize=8.5)
        axes.axhline(0, color=COLOURS["ink"], linewidth=0.8)
        axes.set_xlabel(_("share of the members treated"))
        marks.percent_axis(axes, which="x")
        if about.get("unit") == "share":
            marks.percent_axis(axes, places=1)
        else:
            marks.money_axis(axes, about.get("currency"))
    return style.picture(
        figure, first, alt=_("Rising lines and a straight one. {sentence}.").format(sentence=title)
    )


def uplift_by_part(table: pd.DataFrame) -> Picture:
    """Draw, for parts of equal size, the uplift that was predicted and the one that was found.

    Parameters
    ----------
    table : DataFrame
        From `uplift.by_fifth`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(table)
    if len(table) < 2:
        return style.too_little(table, n=0)
    gap = table["estimate"].iloc[-1] - table["estimate"].iloc[0]
    promised = table["predicted"].iloc[-1] - table["predicted"].iloc[0]
    title = _("Promised between the ends: {promised} points; found: {found}").format(
        promised=numbers.points(promised), found=numbers.points(gap)
    )
    subtitle = _(
        "Difference of the arms by part, lowest prediction first; dots: found, 95 % interval; bars: predicted"
    )
    with style.canvas(table, title=title, subtitle=subtitle, n=int(table["n"].sum()), height=3.3) as (
        figure,
        axes,
    ):
        axes.bar(table["part"], table["predicted"], width=0.6, color=COLOURS["muted"])
        marks.whiskers(axes, table["part"], table["low"], table["high"], colour=COLOURS["highlight"])
        axes.plot(table["part"], table["estimate"], "o", color=COLOURS["highlight"])
        axes.axhline(0, color=COLOURS["ink"], linewidth=0.8)
        axes.set_xticks(table["part"])
        axes.set_xlabel(_("part by prediction, lowest first"))
        marks.percent_axis(axes, places=1)
    return style.picture(
        figure, table, alt=_("Bars with dots and intervals. {sentence}.").format(sentence=title)
    )


def targeting_value(table: pd.DataFrame) -> Picture:
    """Draw what each rule of choosing is worth at each budget, the first rule with its interval.

    Parameters
    ----------
    table : DataFrame
        From `targeting_value.by_budget`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(table)
    if table.empty:
        return style.too_little(table, n=0)
    about = about_of(table)
    part = table[table["share"] < 1]
    best = (part if len(part) else table).sort_values("estimate", ascending=False, kind="stable").iloc[0]

    def write(value: float) -> str:
        money = about.get("unit") == "money"
        return numbers.money(value, about.get("currency"), 0) if money else numbers.count(value)

    title = _("Highest here: {rule}, {share} of the members, {value}").format(
        rule=term(_, best["rule"]), share=numbers.percent(best["share"], 0), value=write(best["estimate"])
    )
    subtitle = _(
        "Gain less the cost of contacting, against contacting nobody; band: 95 % interval of the first rule"
    )
    rules = list(dict.fromkeys(table["rule"]))
    palette = [COLOURS["highlight"], SERIES[0], COLOURS["negative"], SERIES[3], SERIES[4]]
    with style.canvas(table, title=title, subtitle=subtitle, n=int(about.get("n", 0)), height=3.7) as (
        figure,
        axes,
    ):
        others = [colour for colour in palette if colour]
        for at, rule in enumerate(rules):
            own = table[table["rule"] == rule]
            colour = COLOURS["neutral"] if rule == "random" else others[at % len(others)]
            dash = "--" if rule == "random" else "-"
            axes.plot(own["share"], own["estimate"], color=colour, linestyle=dash, label=term(_, rule))
            if at == 0:
                marks.band(axes, own["share"], own["low"], own["high"], colour=colour)
        axes.axhline(0, color=COLOURS["ink"], linewidth=0.8)
        axes.legend(loc="upper left", fontsize=8.5, ncols=2)
        low, high = axes.get_ylim()
        axes.set_ylim(low, high + 0.2 * (high - low))
        axes.set_xlabel(_("share of the members contacted"))
        marks.percent_axis(axes, which="x")
        if about.get("unit") == "money":
            marks.money_axis(axes, about.get("currency"))
    return style.picture(
        figure, table, alt=_("Lines of gain by budget and rule. {sentence}.").format(sentence=title)
    )
