"""Cascades as figures: how large they grow, one as a tree, what a share causes, how fast posts are seen."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.branches import places
from helpers.present.dots import dot_list
from helpers.present.language import about_of, term, translator
from helpers.present.style import COLOURS, Picture


def cascade_sizes(sizes: pd.DataFrame) -> Picture:
    """Draw the share of cascades that reach each size, beside what equal posts would give.

    Parameters
    ----------
    sizes : DataFrame
        From `cascades.sizes`.

    Returns
    -------
    Picture

    Taught in: 03 Content
    """
    _ = translator(sizes)
    n = int(sizes["n"].max()) if len(sizes) else 0
    if n < 30:
        return style.too_little(sizes, n=n)
    top = sizes.loc[sizes["estimate"] <= max(0.01, sizes["estimate"].min())].iloc[0]
    title = _("The largest {share} of cascades hold {held} of all shares").format(
        share=numbers.percent(top["estimate"]), held=numbers.percent(top["shares"])
    )
    subtitle = _("Complete cascades of at least so many shares, both axes in powers of ten, 95 % interval")
    with style.canvas(sizes, title=title, subtitle=subtitle, n=n) as (figure, axes):
        shown = sizes.loc[sizes["expected"] > sizes["estimate"].min() / 3]
        axes.plot(shown["size"], shown["expected"], color=COLOURS["neutral"], linestyle="--", linewidth=1.4)
        marks.band(axes, sizes["size"], sizes["low"], sizes["high"])
        axes.plot(sizes["size"], sizes["estimate"], color=COLOURS["highlight"], marker="o", markersize=3.5)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_ylim(max(float(sizes["low"].min()), 1e-6), 1.3)
        ticks = [size for size in (1, 3, 10, 30, 100, 300, 1000) if size <= sizes["size"].max() * 1.5]
        axes.set_xticks(ticks, [numbers.count(size) for size in ticks])
        axes.set_xticks([], minor=True)
        shares = [share for share in (1, 0.1, 0.01, 0.001, 0.0001) if share >= sizes["low"].min()]
        axes.set_yticks(shares, [numbers.percent(share, 2 if share < 0.01 else 0) for share in shares])
        axes.set_yticks([], minor=True)
        axes.set_xlabel(_("shares in the cascade, at least"))
        ends = [
            (sizes["size"].iloc[-1], sizes["estimate"].iloc[-1], _("observed"), COLOURS["highlight"]),
            (
                shown["size"].iloc[-1],
                shown["expected"].iloc[-1],
                _("if posts were alike"),
                COLOURS["neutral"],
            ),
        ]
        marks.label_ends(axes, ends)
    return style.picture(
        figure, sizes, alt=_("Falling line of cascade sizes. {sentence}.").format(sentence=title)
    )


def cascade_tree(tree: pd.DataFrame) -> Picture:
    """Draw one cascade as a tree, from the first share on the left to the last on the right.

    Parameters
    ----------
    tree : DataFrame
        From `cascades.tree`.

    Returns
    -------
    Picture

    Taught in: 03 Content
    """
    _ = translator(tree)
    if len(tree) < 3:
        return style.too_little(tree, n=len(tree))
    drawn = tree.assign(place=places(tree["event_id"], tree["parent"], tree["below"]))
    later = drawn.iloc[1:]
    node = later.loc[later["below"].idxmax()]
    title = _("One share became {n} over {depth} steps; through one member alone came {below}").format(
        n=numbers.count(len(tree)),
        depth=numbers.count(tree["depth"].max()),
        below=numbers.count(node["below"] - 1),
    )
    subtitle = _("One dot a share, larger the more came from it; lines lead to the shares it caused")
    at = drawn.set_index("event_id")
    with style.canvas(tree, title=title, subtitle=subtitle, n=len(tree), height=3.8) as (figure, axes):
        for row in later.itertuples():
            above = at.loc[row.parent]
            axes.plot(
                [above["depth"], row.depth], [above["place"], row.place],
                color=COLOURS["muted"], linewidth=0.9, zorder=1,
            )  # fmt: skip
        size = 8 + 160 * np.sqrt((drawn["below"] - 1) / max(int(drawn["below"].max()) - 1, 1))
        key = drawn["event_id"].isin([node["event_id"]])
        colours = np.where(key, COLOURS["negative"], COLOURS["highlight"])
        axes.scatter(drawn["depth"], drawn["place"], s=size, c=colours, zorder=3, linewidths=0)
        axes.annotate(
            str(node["member_id"]), (node["depth"], node["place"]), xytext=(0, 13),
            textcoords="offset points", ha="center", fontsize=8.5, color=COLOURS["negative"],
        )  # fmt: skip
        axes.set_yticks([])
        axes.grid(visible=False)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(_("steps from the first share"))
        axes.margins(y=0.08)
    return style.picture(figure, tree, alt=_("Tree of shares. {sentence}.").format(sentence=title))


def reproduction(table: pd.DataFrame) -> Picture:
    """Compare the reproduction number of kinds of posts, with the line above which spread feeds itself.

    Parameters
    ----------
    table : DataFrame
        From `cascades.reproduction`.

    Returns
    -------
    Picture

    Taught in: 03 Content
    """
    _ = translator(table)
    n = int(table["n"].sum()) if len(table) else 0
    known = table.loc[~table["small"]] if len(table) else table
    if not len(known):
        return style.too_little(table, n=n)
    by = about_of(table).get("by")
    known = known.sort_values("estimate", ascending=False).head(12).reset_index(drop=True)
    best = known.iloc[0]
    if by is None:
        title = _("A share causes {rate} further shares").format(rate=numbers.decimal(best["estimate"], 2))
        names = [_("all shares")]
    else:
        title = _("{best} is passed on most: {rate} further shares for each share").format(
            best=term(_, best[by]).capitalize(), rate=numbers.decimal(best["estimate"], 2)
        )
        names = [term(_, name) for name in known[by]]
    subtitle = _("Shares caused by a share within {days} days, cascades as units, 95 % interval").format(
        days=numbers.count(about_of(table).get("window", 7))
    )
    said = [_("{n} shares").format(n=numbers.count(row)) for row in known["n"]]
    height = 1.7 + 0.34 * len(known)
    with style.canvas(table, title=title, subtitle=subtitle, n=n, height=height) as (figure, axes):
        dot_list(axes, names, known["estimate"], known["low"], known["high"], said=said)
        axes.axvline(1, color=COLOURS["negative"], linewidth=1.2, linestyle="--", zorder=1)
        axes.set_xlim(0, max(1.1, float(known["high"].max()) * 1.05))
        axes.annotate(
            _("feeds itself"), (1, 0), xycoords=("data", "axes fraction"), xytext=(-4, 4),
            textcoords="offset points", ha="right", fontsize=8.5, color=COLOURS["negative"],
        )  # fmt: skip
    return style.picture(
        figure, table, alt=_("Dots with intervals below or above 1. {sentence}.").format(sentence=title)
    )


def reach_curve(curve: pd.DataFrame) -> Picture:
    """Draw which share of its views a post has had so many hours after it was published.

    Parameters
    ----------
    curve : DataFrame
        From `reach.curve`, for all posts together.

    Returns
    -------
    Picture

    Taught in: 03 Content
    """
    _ = translator(curve)
    n = int(curve["n"].max()) if len(curve) else 0
    if n < 30:
        return style.too_little(curve, n=n)
    hours = np.concatenate([[0], curve["hours"]])
    share = np.concatenate([[0], curve["estimate"]])
    half = numbers.count(np.interp(0.5, share, hours))
    title = _("Half of all views come within {hours} hours of publishing").format(hours=half)
    subtitle = _(
        "Share of the views of a post's first {days} days, by age; posts as units, 95 % interval"
    ).format(days=numbers.count(about_of(curve).get("days", 7)))
    with style.canvas(curve, title=title, subtitle=subtitle, n=n, height=3.2) as (figure, axes):
        marks.band(axes, curve["hours"], curve["low"], curve["high"])
        axes.plot(hours, share, color=COLOURS["highlight"], marker="o", markersize=3)
        axes.axhline(0.5, color=COLOURS["neutral"], linewidth=1, linestyle="--", zorder=1)
        axes.set_ylim(0, 1.02)
        axes.set_xlim(0)
        axes.set_xticks([day for day in range(0, 24 * 8, 24) if day <= curve["hours"].max()])
        marks.percent_axis(axes)
        axes.set_xlabel(_("hours since publishing"))
    return style.picture(figure, curve, alt=_("Rising line. {sentence}.").format(sentence=title))
