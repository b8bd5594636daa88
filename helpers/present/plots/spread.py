"""Spread as figures: what is passed on by channel, how far it goes, and mentions over time."""

from __future__ import annotations

import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import about_of, legible, some, term, translator
from helpers.present.style import COLOURS, Picture


def spread_rates(rates: pd.DataFrame, *, kind: str = "share") -> Picture:
    """Compare how often what is seen is shared, channel by channel, with intervals.

    Parameters
    ----------
    rates : DataFrame
        From `spread.rates`.
    kind : {"share", "comment", "like", "click"}, default "share"
        Which reaction.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(rates)
    part = rates.loc[(rates["kind"] == kind) & (rates["viewed"] > 0)] if len(rates) else rates
    if not len(part) or part["viewed"].sum() < 100:
        return style.too_little(rates, n=int(part["viewed"].sum()) if len(part) else 0)
    by = about_of(rates).get("by", part.columns[0])
    part = part.sort_values("estimate", ascending=False).head(12).reset_index(drop=True)
    titles = {
        "share": _("{best} is shared most: {rate} of views"),
        "comment": _("{best} is commented most: {rate} of views"),
        "like": _("{best} is liked most: {rate} of views"),
        "click": _("{best} is clicked most: {rate} of views"),
    }
    best = part.iloc[0]
    title = titles[kind].format(best=term(_, best[by]).capitalize(), rate=numbers.percent(best["estimate"]))
    subtitle = _("Reactions for each view, contents as units, 95 % interval; at the right: views")
    with style.canvas(
        rates, title=title, subtitle=subtitle, n=int(part["viewed"].sum()), height=1.6 + 0.32 * len(part)
    ) as (figure, axes):
        rows = part.index
        marks.whiskers(axes, rows, part["low"], part["high"], horizontal=True, colour=COLOURS["neutral"])
        axes.plot(part["estimate"], rows, "o", color=COLOURS["highlight"], markersize=6, zorder=4)
        for row in part.itertuples():
            axes.annotate(
                numbers.count(row.viewed),
                (1, row.Index),
                xycoords=("axes fraction", "data"),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontsize=8.5,
                color=COLOURS["grey"],
            )
        axes.set_yticks(rows, [term(_, name) for name in part[by]])
        axes.set_ylim(len(part) - 0.5, -0.5)
        axes.set_xlim(0)
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
        marks.percent_axis(axes, which="x")
    return style.picture(figure, rates, alt=_("Dots with intervals. {sentence}.").format(sentence=title))


def share_paths(paths: pd.DataFrame) -> Picture:
    """Draw how many shares and views each further step of passing on brought.

    Parameters
    ----------
    paths : DataFrame
        From `spread.paths`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(paths)
    if not len(paths) or paths["count"].sum() < 30:
        return style.too_little(paths, n=int(paths["count"].sum()) if len(paths) else 0)
    shown = paths.head(10)
    passed = paths["count"].iloc[1:].sum() / paths["count"].sum()
    title = _("{share} of shares pass on what another member shared").format(share=numbers.percent(passed))
    subtitle = _("Shares by step from the content itself (step 0), and the views that came from them")
    total = int(paths["count"].sum())
    with style.canvas(paths, title=title, subtitle=subtitle, n=total, height=3.2) as (figure, axes):
        axes.bar(
            shown["depth"] - 0.2, shown["count"], width=0.4, color=COLOURS["highlight"], label=_("shares")
        )
        axes.bar(shown["depth"] + 0.2, shown["viewed"], width=0.4, color=COLOURS["muted"], label=_("views"))
        axes.set_xticks(shown["depth"], [numbers.count(step) for step in shown["depth"]])
        axes.set_xlabel(_("step"))
        marks.count_axis(axes)
        axes.legend()
    alt = _("Bars by step. {sentence}; the longest chain has {depth} steps.").format(
        sentence=title, depth=numbers.count(paths["depth"].max())
    )
    return style.picture(figure, paths, alt=alt)


def mentions(result: pd.DataFrame) -> Picture:
    """Draw the share of posts that mention a word, period by period.

    Parameters
    ----------
    result : DataFrame
        From `spread.mentions`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(result)
    whole = result.loc[(result["n"] > 0) & ~result["open_period"]] if len(result) else result
    if len(whole) < 2 or whole["n"].sum() < 30:
        return style.too_little(result, n=int(result["n"].sum()) if len(result) else 0)
    end, words = whole.iloc[-1], some(_, legible(about_of(result).get("words", []), result))
    top = whole.loc[whole["estimate"].idxmax()]
    if top["low"] > end["high"]:
        title = _("Posts with {words} peaked in {period}: {share}").format(
            words=words, period=numbers.day(top["period"])[:7], share=numbers.percent(top["estimate"])
        )
    else:
        title = _("{share} of posts mention {words}").format(
            share=numbers.percent(end["estimate"]), words=words
        )
    subtitle = _("Posts by members that hold one of the words, by period, with 95 % interval")
    with style.canvas(result, title=title, subtitle=subtitle, n=int(whole["n"].sum()), height=3.0) as (
        figure,
        axes,
    ):
        shown = result.loc[result["n"] > 0]
        marks.band(axes, shown["period"], shown["low"], shown["high"])
        axes.plot(whole["period"], whole["estimate"], color=COLOURS["highlight"], marker="o", markersize=4)
        opened = result.loc[result["open_period"]]
        if len(opened):
            marks.mark_open(axes, whole["period"].max(), opened["period"].max(), label=_("unfinished"))
        axes.set_ylim(0)
        marks.percent_axis(axes, places=1 if shown["high"].max() < 0.05 else 0)
        marks.date_axis(axes, _)
    return style.picture(figure, result, alt=_("Line by period. {sentence}.").format(sentence=title))
