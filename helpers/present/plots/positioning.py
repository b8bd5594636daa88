"""The brand in the members' minds, as figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.patches import Ellipse

from helpers.present import numbers, style
from helpers.present.dots import dot_list
from helpers.present.language import term, translator
from helpers.present.style import COLOURS, SERIES, Picture

_CHI2 = 5.991  # 95 % of a chi-square of two degrees of freedom lie below


def brand_map(placed: pd.DataFrame, *, us: str = "us") -> Picture:
    """Draw brands with 95 % ellipses and attributes as arrows on one map.

    Parameters
    ----------
    placed : DataFrame
        From `positioning.brand_map`.
    us : str, default "us"
        The own brand.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(placed)
    about = placed.attrs.get("about", {})
    if not len(placed) or (about.get("n") or 0) < 10:
        return style.too_little(placed, n=about.get("n", 0))
    brands = placed[placed["kind"] == "brand"]
    arrows = placed[placed["kind"] == "attribute"].astype({"x": float, "y": float})
    scale = float(brands[["x", "y"]].astype(float).abs().max().max()) / arrows[["x", "y"]].abs().max().max()
    own = brands[brands["name"] == us]
    if len(own):
        pull = (arrows["x"] * float(own["x"].iloc[0]) + arrows["y"] * float(own["y"].iloc[0])).idxmax()
        title = _("The own brand stands out for {attribute}").format(
            attribute=term(_, arrows.loc[pull, "name"])
        )
    else:
        title = _("How members see the brands")
    shown = about.get("explained", [np.nan, np.nan])
    subtitle = _(
        "Principal components of mean ratings ({x} and {y} of the "
        "differences); ellipses: 95 % of resamples of "
        "respondents; arrows: where an attribute is rated higher"
    ).format(x=numbers.percent(shown[0], 0), y=numbers.percent(shown[1], 0))
    with style.canvas(placed, title=title, subtitle=subtitle, height=4.6) as (figure, axes):
        for _place, arrow in arrows.iterrows():
            x, y = arrow["x"] * scale, arrow["y"] * scale
            axes.annotate(
                "",
                (x, y),
                (0, 0),
                arrowprops={"arrowstyle": "-|>", "color": COLOURS["neutral"], "linewidth": 1},
            )
            axes.annotate(
                term(_, arrow["name"]),
                (x, y),
                xytext=(6 * np.sign(x), 6 * np.sign(y)),
                textcoords="offset points",
                ha="left" if x > 0 else "right",
                va="center",
                fontsize=8.5,
                color=COLOURS["grey"],
                parse_math=False,
            )
        # Arrows alone do not widen the axes, and their names need room beyond the tips.
        axes.scatter(arrows["x"] * scale * 1.2, arrows["y"] * scale * 1.2, s=0)
        others = iter([SERIES[1], COLOURS["ink"], SERIES[2], COLOURS["grey"]] * len(brands))
        for _place, brand in brands.iterrows():
            colour = COLOURS["highlight"] if brand["name"] == us else next(others)
            axes.add_patch(_ellipse(brand, colour))
            axes.scatter(brand["x"], brand["y"], color=colour, s=42, zorder=4)
            axes.annotate(
                term(_, brand["name"]),
                (brand["x"], brand["y"]),
                xytext=(9, 7),
                textcoords="offset points",
                fontsize=10,
                fontweight="bold",
                color=colour,
                parse_math=False,
            )
        axes.axhline(0, color=COLOURS["muted"], linewidth=0.8, zorder=0)
        axes.axvline(0, color=COLOURS["muted"], linewidth=0.8, zorder=0)
        axes.set_aspect("equal", adjustable="datalim")
        axes.margins(0.18)
        axes.grid(False)
        axes.set_xticks([])
        axes.set_yticks([])
    return style.picture(
        figure, placed, alt=_("Map of brands and attributes. {sentence}.").format(sentence=title)
    )


def _ellipse(brand: pd.Series, colour: str) -> Ellipse:
    spread = np.array([[brand["var_x"], brand["cov_xy"]], [brand["cov_xy"], brand["var_y"]]], dtype=float)
    sizes, axes = np.linalg.eigh(np.nan_to_num(spread))
    width, height = 2 * np.sqrt(np.maximum(sizes, 0) * _CHI2)
    angle = np.degrees(np.arctan2(axes[1, 0], axes[0, 0]))
    return Ellipse(
        (brand["x"], brand["y"]), width, height, angle=angle, facecolor=colour, alpha=0.2, edgecolor=colour
    )


def brand_differences(table: pd.DataFrame) -> Picture:
    """Draw how far the own brand lies ahead of or behind the best rival on each attribute.

    Parameters
    ----------
    table : DataFrame
        From `positioning.differences`.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(table)
    n = int(table["n"].max()) if len(table) else 0
    if n < 10:
        return style.too_little(table, n=n)
    ahead = table[table["kind"] == "difference"]
    title = (
        _("Ahead of the best rival in {names}").format(
            names=_(", ").join(term(_, item) for item in ahead["item"])
        )
        if len(ahead)
        else _("Ahead of the best rival in nothing, beyond chance")
    )
    subtitle = _(
        "Mean rating minus that of the best rival (named on the right), points of the scale; 95 % intervals"
    )
    colours = {"difference": COLOURS["positive"], "parity": COLOURS["neutral"], "behind": COLOURS["negative"]}
    with style.canvas(table, title=title, subtitle=subtitle, n=n, height=1.5 + 0.32 * len(table)) as (
        figure,
        axes,
    ):
        dot_list(
            axes,
            [term(_, item) for item in table["item"]],
            table["estimate"],
            table["low"],
            table["high"],
            colours=[colours[kind] for kind in table["kind"]],
            middle=0,
            said=[term(_, name) for name in table["rival"]],
        )
    return style.picture(
        figure, table, alt=_("Dots by attribute around zero. {sentence}.").format(sentence=title)
    )


def image_ratings(ratings: pd.DataFrame, *, subject: str = "us") -> Picture:
    """Draw how the segments rate one brand on each attribute.

    Parameters
    ----------
    ratings : DataFrame
        From `positioning.ratings`.
    subject : str, default "us"
        The brand.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(ratings)
    shown = ratings[(ratings["subject"] == subject) & (ratings["n"] >= 10)]
    if not len(shown):
        return style.too_little(ratings, n=int(ratings["n"].max()) if len(ratings) else 0)
    spread = shown.groupby("item")["estimate"].agg(lambda means: means.max() - means.min())
    widest = spread.idxmax()
    several = shown["segment"].nunique() > 1
    message = (
        _("Segments disagree most on {item}: {points} points apart")
        if several
        else _("Rated best: {item}, {points}")
    )
    item = widest if several else shown.loc[shown["estimate"].idxmax(), "item"]
    value = spread[widest] if several else shown["estimate"].max()
    title = message.format(item=term(_, item), points=numbers.decimal(value))
    subtitle = _("Mean rating of {brand} by attribute; lines are 95 % intervals").format(
        brand=term(_, subject)
    )
    items = list(dict.fromkeys(shown["item"]))
    groups = list(shown.groupby("segment")["n"].max().sort_values(ascending=False, kind="stable").index[:5])
    with style.canvas(
        ratings,
        title=title,
        subtitle=subtitle,
        n=int(shown.groupby("segment")["n"].max().sum()),
        height=1.7 + 0.4 * len(items),
    ) as (figure, axes):
        for place, (name, colour) in enumerate(zip(sorted(groups), SERIES, strict=False)):
            own = shown[shown["segment"] == name].set_index("item").reindex(items)
            rows = np.arange(len(items)) + (place - (len(groups) - 1) / 2) * 0.14
            axes.hlines(rows, own["low"], own["high"], color=colour, linewidth=1.2)
            axes.scatter(own["estimate"], rows, color=colour, s=26, zorder=4, label=term(_, name))
        axes.set_yticks(range(len(items)), [term(_, item) for item in items], parse_math=False)
        axes.set_ylim(len(items) - 0.5, -0.5)
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
        if several:
            axes.legend(ncols=5, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2)
    return style.picture(
        figure, ratings, alt=_("Dots by attribute and segment. {sentence}.").format(sentence=title)
    )
