"""Posts compared, as figures: rates by group, lists before and after shrinking, and later readers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import about_of, term, translator
from helpers.present.style import COLOURS, Picture


def content_rates(table: pd.DataFrame) -> Picture:
    """Draw reaction rates by group with the honest interval and, inside it, the one that readers alone claim.

    Parameters
    ----------
    table : DataFrame
        From `content.rates` or, with the kinds as groups, `content.reaction_kinds`.

    Returns
    -------
    Picture

    Taught in: 03 Content
    """
    _ = translator(table)
    shown = table[table["n"] > 0]
    if shown.empty or shown["n"].sum() < 30:
        return style.too_little(table, n=int(shown["n"].sum()) if len(shown) else 0)
    by = shown.columns[0]
    names = [term(_, name) for name in shown[by]]
    firm = shown[~shown["small"]] if (~shown["small"]).any() else shown
    best, worst = firm.loc[firm["estimate"].idxmax()], firm.loc[firm["estimate"].idxmin()]
    if len(firm) > 1 and best["low"] > worst["high"]:
        title = _("{share} of readers react to {best}, {low} to {worst}").format(
            share=numbers.percent(best["estimate"], 0), best=term(_, best[by]),
            low=numbers.percent(worst["estimate"], 0), worst=term(_, worst[by]),
        )  # fmt: skip
    else:
        title = _("No group of posts is clearly received better than another")
    subtitle = _("Share of readers who reacted; 95 % interval by posts (line) and by readers (bar)")
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(shown["n"].sum()), height=1.7 + 0.3 * len(shown)
    ) as (figure, axes):
        at = np.arange(len(shown))
        axes.barh(
            at, shown["naive_high"] - shown["naive_low"], left=shown["naive_low"], height=0.5,
            color=COLOURS["muted"],
        )  # fmt: skip
        marks.whiskers(axes, at, shown["low"], shown["high"], horizontal=True, colour=COLOURS["highlight"])
        for few, part in shown.assign(at=at).groupby("small"):
            face = "white" if few else COLOURS["highlight"]
            axes.plot(
                part["estimate"], part["at"], "o", color=COLOURS["highlight"], markerfacecolor=face, zorder=4
            )
        labels = [
            _("{name} ({posts} posts)").format(name=name, posts=numbers.count(posts))
            for name, posts in zip(names, shown["posts"], strict=True)
        ]
        axes.set_yticks(at, labels, parse_math=False)
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.set_xlim(0)
        marks.percent_axis(axes, which="x")
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
    return style.picture(
        figure, table, alt=_("Dots with two intervals by group. {sentence}.").format(sentence=title)
    )


def shrunk_ranks(table: pd.DataFrame, *, top: int = 8) -> Picture:
    """Draw the posts that lead by raw rate, and where they stand once their few readers are allowed for.

    Parameters
    ----------
    table : DataFrame
        From `shrinkage.shrink`.
    top : int, default 8
        How many posts.

    Returns
    -------
    Picture

    Taught in: 03 Content
    """
    _ = translator(table)
    if len(table) < 2 or table["n"].sum() < 30:
        return style.too_little(table, n=int(table["n"].sum()) if len(table) else 0)
    shown = table.nsmallest(top, "rank")
    name = next((column for column in ("content_id", *table.columns) if column in table), table.columns[0])
    stay = int((shown["shrunk_rank"] <= len(shown)).sum())
    title = _("Of the {top} leading posts {stay} still lead once small numbers are allowed for").format(
        top=len(shown), stay=stay
    )
    subtitle = _("Raw share of readers (hollow) and shrunk share with 95 % interval; new place on the right")
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(table["n"].sum()), height=1.8 + 0.3 * len(shown)
    ) as (figure, axes):
        at = np.arange(len(shown))
        axes.hlines(at, shown["shrunk"], shown["estimate"], color=COLOURS["muted"], linewidth=1)
        marks.whiskers(
            axes, at, shown["shrunk_low"], shown["shrunk_high"], horizontal=True, colour=COLOURS["highlight"]
        )
        axes.plot(shown["estimate"], at, "o", color=COLOURS["grey"], markerfacecolor="white", zorder=4)
        axes.plot(shown["shrunk"], at, "o", color=COLOURS["highlight"], zorder=4)
        prior = about_of(table).get("prior_mean")
        if prior is not None:
            axes.axvline(prior, color=COLOURS["neutral"], linestyle=":", linewidth=1)
        labels = [f"{one} (n = {numbers.count(n)})" for one, n in zip(shown[name], shown["n"], strict=True)]
        axes.set_yticks(at, labels, parse_math=False)
        axes.set_xlim(0, float(shown["estimate"].max()) * 1.06)
        for place, value in zip(at, shown["shrunk_rank"], strict=True):
            axes.annotate(
                numbers.count(value), (1, place), xycoords=("axes fraction", "data"), xytext=(5, 0),
                textcoords="offset points", va="center", fontsize=8.5, annotation_clip=False,
            )  # fmt: skip
        axes.set_ylim(len(shown) - 0.5, -0.5)
        marks.percent_axis(axes, which="x")
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
    return style.picture(
        figure, table, alt=_("Pairs of dots, raw and shrunk, by post. {sentence}.").format(sentence=title)
    )


def quality_thirds(*tables: pd.DataFrame) -> Picture:
    """Draw what later readers did with posts that early readers found weak, middling and strong.

    Parameters
    ----------
    *tables : DataFrame
        From `content_quality.by_third`, one for each thing that readers do.

    Returns
    -------
    Picture

    Taught in: 03 Content
    """
    first = tables[0]
    _ = translator(first)
    kept = [table for table in tables if table["count"].sum() >= 10]
    if not kept:
        return style.too_little(first, n=int(first["n"].sum()) if len(first) else 0)
    lead = kept[0]
    weak, strong = lead.iloc[0], lead.iloc[-1]
    kind = term(_, about_of(lead).get("kind", ""))
    message = (
        _("What early readers valued, later readers value: {kind} rises from {low} to {high}")
        if strong["low"] > weak["high"]
        else _("Early readers do not tell what later readers do: {kind} is {low} and {high}")
    )
    title = message.format(
        kind=kind, low=numbers.percent(weak["estimate"]), high=numbers.percent(strong["estimate"])
    )
    subtitle = _(
        "Share of later readers (answered: of those who commented), by thirds of posts as early readers "
        "valued them; 95 % interval"
    )
    with style.canvas(
        first, title=title, subtitle=subtitle, n=int(lead["n"].sum()), cols=len(kept), height=3.1
    ) as (figure, grid):
        for axes, table in zip(np.atleast_1d(grid), kept, strict=True):
            at = np.arange(len(table))
            marks.whiskers(axes, at, table["low"], table["high"], colour=COLOURS["highlight"])
            axes.plot(at, table["estimate"], "o-", color=COLOURS["highlight"], linewidth=1)
            axes.set_xticks(at, [_("weakest"), _("middle"), _("strongest")])
            axes.set_xlim(-0.5, len(table) - 0.5)
            axes.set_ylim(0, float(np.nanmax(table["high"])) * 1.12)
            axes.set_title(term(_, about_of(table).get("kind", "")), fontsize=9, loc="left")
            marks.percent_axis(axes, places=1 if float(np.nanmax(table["high"])) < 0.2 else 0)
    return style.picture(
        figure, first, alt=_("Lines over thirds of posts. {sentence}.").format(sentence=title)
    )


def quality_slopes(table: pd.DataFrame) -> Picture:
    """Draw the factor by which one step of quality multiplies each reaction of later readers.

    Parameters
    ----------
    table : DataFrame
        From `content_quality.slopes`.

    Returns
    -------
    Picture

    Taught in: 03 Content
    """
    _ = translator(table)
    if table.empty:
        return style.too_little(table, n=0)
    first = table.iloc[0]
    title = _("A step of quality multiplies {kind} by {factor}").format(
        kind=term(_, first["kind"]),
        factor=numbers.interval(first["estimate"], first["low"], first["high"], 2),
    )
    subtitle = _("Factor on the rate of later readers per standard deviation of the score, 95 % interval")
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(first["n"]), height=1.6 + 0.3 * len(table)
    ) as (figure, axes):
        at = np.arange(len(table))
        marks.whiskers(axes, at, table["low"], table["high"], horizontal=True, colour=COLOURS["highlight"])
        axes.plot(table["estimate"], at, "o", color=COLOURS["highlight"])
        axes.axvline(1, color=COLOURS["ink"], linewidth=0.8)
        axes.set_yticks(at, [term(_, kind) for kind in table["kind"]])
        axes.set_ylim(len(table) - 0.5, -0.5)
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
    return style.picture(
        figure, table, alt=_("Dots with intervals by reaction. {sentence}.").format(sentence=title)
    )
