"""Live shows, as figures: a show minute by minute, parts, products, hosts, and what shows add."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from helpers.present import marks, numbers, point_labels, style
from helpers.present.language import about_of, term, translator
from helpers.present.style import COLOURS, SERIES, Picture

SHADES = {"product": None, "lottery": SERIES[3], "questions": SERIES[4]}
QUADRANTS = {
    "star": COLOURS["positive"],
    "magnet": COLOURS["negative"],
    "sleeper": SERIES[2],
    "filler": COLOURS["neutral"],
}


def busiest(panel: pd.DataFrame) -> str:
    """Return the show with the most viewer-minutes.

    Taught in: 05 Conversion
    """
    return str(panel.groupby("content_id")["present"].sum().idxmax())


def _shade(axes: list, part: pd.DataFrame, labels: dict[str, str]) -> None:
    """Shade lotteries and questions; a thin line where the product changes."""
    change = (part["part"] != part["part"].shift()) | (
        part["product_id"].fillna("") != part["product_id"].shift().fillna("")
    )
    starts = part.loc[change, "minute"].tolist()
    ends = [*starts[1:], int(part["minute"].iloc[-1]) + 1]
    named: set[str] = set()
    for start, end in zip(starts, ends, strict=True):
        name = str(part.loc[part["minute"] == start, "part"].iloc[0])
        colour = SHADES.get(name)
        for place, each in enumerate(axes):
            each.axvline(start, color=COLOURS["muted"], linewidth=0.6, zorder=0)
            if colour is not None:
                new = place == 0 and name not in named
                label = labels.get(name, name) if new else None
                each.axvspan(start, end, color=colour, alpha=0.28, linewidth=0, zorder=0, label=label)
        named.add(name)


def show_minutes(panel: pd.DataFrame, *, show: str | None = None) -> Picture:
    """Draw one show minute by minute: who is there above, clicks and orders below, its parts shaded.

    Parameters
    ----------
    panel : DataFrame
        From `live.minutes`.
    show : str, optional
        Id of the show; the one with the most viewer-minutes by default.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(panel)
    if panel.empty:
        return style.too_little(panel, title=_("No live show in the data"), n=0)
    chosen = show or busiest(panel)
    part = panel[panel["content_id"] == chosen].reset_index(drop=True)
    if part.empty or part["present"].max() < 3:
        return style.too_little(panel, n=int(part["entering"].sum()))
    peak = int(part["present"].idxmax())
    facts = {
        "n": numbers.count(part["present"][peak]),
        "orders": numbers.count(part["orders"].sum()),
        "minutes": numbers.count(len(part)),
    }
    title = _("{n} there at the fullest of {minutes} minutes").format(**facts)
    if part["orders"].sum():
        title = _("{n} there at the fullest minute, {orders} orders in {minutes} minutes").format(**facts)
    if "part" in part and isinstance(part["part"][peak], str) and part["orders"].sum():
        title = _("Fullest in the part “{part}”; {share} of the orders fell into product parts").format(
            part=term(_, part["part"][peak]),
            share=numbers.percent(
                part.loc[part["part"] == "product", "orders"].sum() / max(part["orders"].sum(), 1), 0
            ),
        )
    subtitle = _("Show of {day}, by minute; thin lines: a new part or product").format(
        day=numbers.day(part["at"][0].date())
    )
    n = int(part["entering"].sum())
    with style.canvas(
        panel, title=title, subtitle=subtitle, n=n, rows=2, height=4.2, sharex=True, height_ratios=[3, 2]
    ) as (figure, (above, below)):
        if "part" in part:
            _shade([above, below], part, {name: term(_, name) for name in SHADES})
        above.plot(
            part["minute"] + 0.5, part["present"], color=COLOURS["highlight"], label=_("viewers there")
        )
        above.set_ylim(0)
        above.set_ylabel(_("viewers there"))
        above.legend(ncols=3, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2)
        below.bar(
            part["minute"] + 0.5, part["clicks"], width=1.0, color=COLOURS["neutral"], label=_("clicks")
        )
        sold = part[part["orders"] > 0]
        if len(sold):
            below.scatter(
                sold["minute"] + 0.5,
                sold["clicks"] + 0.6,
                s=14 * sold["orders"],
                color=COLOURS["positive"],
                label=_("orders"),
                zorder=3,
            )
        below.set_xlim(0, len(part))
        below.set_xlabel(_("minute of the show"))
        below.set_ylabel(_("clicks"))
        below.legend(ncols=2, loc="upper right", borderpad=0.2)
    return style.picture(
        figure,
        panel,
        alt=_("A line of viewers over bars of clicks and dots of orders. {sentence}.").format(sentence=title),
    )


def show_parts(rates: pd.DataFrame) -> Picture:
    """Draw comments, clicks and orders per 100 viewer-minutes of each part of the shows.

    Parameters
    ----------
    rates : DataFrame
        From `live_parts.rates`, by part, product or host.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(rates)
    if rates.empty or not rates["orders"].sum():
        return style.too_little(rates, title=_("No orders in shows with a rundown"), n=0)
    by = about_of(rates).get("by", "part")
    talked, sold = rates.loc[rates["comments_per_100"].idxmax()], rates.iloc[0]
    title = _("Most is said in “{talked}”, most is ordered in “{sold}”").format(
        talked=term(_, str(talked[by])), sold=term(_, str(sold[by]))
    )
    subtitle = _("Per 100 viewer-minutes, with 95 % Poisson intervals; own scale in each panel")
    labels = [term(_, str(name)) for name in rates[by]]
    at = np.arange(len(rates))[::-1]
    panels = {"comments": _("comments"), "clicks": _("clicks"), "orders": _("orders")}
    height = 1.5 + 0.28 * len(rates)
    with style.canvas(
        rates, title=title, subtitle=subtitle, n=int(rates["n"].sum()), cols=3, height=height,
        sharey=True,
    ) as (figure, axes):  # fmt: skip
        for each, (name, label) in zip(axes, panels.items(), strict=True):
            colour = COLOURS["positive"] if name == "orders" else COLOURS["highlight"]
            marks.whiskers(
                each,
                at,
                rates[f"{name}_per_100_low"],
                rates[f"{name}_per_100_high"],
                horizontal=True,
                colour=colour,
            )
            each.plot(rates[f"{name}_per_100"], at, "o", color=colour)
            each.set_xlim(0)
            each.set_xlabel(label)
        axes[0].set_yticks(at, labels)
        axes[0].set_ylim(-0.6, len(rates) - 0.4)
    return style.picture(
        figure, rates, alt=_("Three panels of dots with intervals. {sentence}.").format(sentence=title)
    )


def product_matrix(selection: pd.DataFrame) -> Picture:
    """Draw products by how much they are clicked and how often a click becomes an order.

    Parameters
    ----------
    selection : DataFrame
        From `live_products.selection`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(selection)
    if selection.empty or "click_index" not in selection:
        return style.too_little(selection, title=_("Too few products were shown to sort them"), n=0)
    best = selection.iloc[0]
    sure = int(selection["sure"].sum())
    title = _("{product} earns most per minute; {sure} of {n} products are placed beyond doubt").format(
        product=best["product_id"], sure=sure, n=len(selection)
    )
    subtitle = _(
        "1: as the average product of the same shows; small counts pulled towards it; whiskers: 95 %"
    )
    with style.canvas(
        selection, title=title, subtitle=subtitle, n=int(selection["orders"].sum()), height=4.4
    ) as (figure, axes):
        for row in selection.itertuples():
            colour, x, y = QUADRANTS[row.quadrant], row.click_index, row.order_index
            axes.plot([row.click_index_low, row.click_index_high], [y, y], color=colour, lw=0.8, alpha=0.6)
            axes.plot([x, x], [row.order_index_low, row.order_index_high], color=colour, lw=0.8, alpha=0.6)
            axes.plot(x, y, "o", color=colour, ms=7, markerfacecolor=colour if row.sure else "white")
        axes.set_xscale("log")
        axes.set_yscale("log")
        lowest = [float(selection[name].min()) for name in ("click_index", "order_index")]
        highest = [float(selection[name].max()) for name in ("click_index", "order_index")]
        axes.set_xlim(min(lowest[0] * 0.8, 0.7), max(highest[0] * 1.45, 1.4))
        axes.set_ylim(min(lowest[1] * 0.75, 0.7), max(highest[1] * 1.35, 1.4))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(FixedLocator([0.25, 0.5, 1, 2, 4]))
            axis.set_major_formatter(FuncFormatter(lambda value, _position: f"{value:g}"))
            axis.set_minor_locator(NullLocator())
        axes.axvline(1, color=COLOURS["ink"], linewidth=0.8)
        axes.axhline(1, color=COLOURS["ink"], linewidth=0.8)
        corners = {"magnet": (1, 0), "star": (1, 1), "sleeper": (0, 1), "filler": (0, 0)}
        for name, (x, y) in corners.items():
            axes.annotate(
                term(_, name), (x, y), xycoords="axes fraction", xytext=(4 - 8 * x, 4 - 8 * y),
                textcoords="offset points", ha="right" if x else "left", va="top" if y else "bottom",
                color=QUADRANTS[name], fontsize=10, weight="bold",
            )  # fmt: skip
        axes.set_xlabel(_("clicks per viewer-minute on screen"))
        axes.set_ylabel(_("orders per click"))
        named = selection[["click_index", "order_index", "product_id"]]
        point_labels.label_points(axes, [(x, y, str(name)) for x, y, name in named.to_numpy()])
    return style.picture(
        figure,
        selection,
        alt=_("Points in four quadrants around 1. {sentence}.").format(sentence=title),
    )


def host_comparison(effect: pd.DataFrame) -> Picture:
    """Draw how far a host sells better than the others: as they stand, and on equal terms.

    Parameters
    ----------
    effect : DataFrame
        From `live_hosts.host_effect`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(effect)
    if effect.empty or not effect["possible"].any():
        return style.too_little(effect, title=_("No two hosts to compare"), n=0)
    first, last = effect.iloc[0], effect.iloc[-1]
    name = term(_, str(first["host"]))
    if not last["possible"]:
        title = _(
            "As it stands {host} sells {naive} times as much, but never in the same evening as another"
        ).format(host=name, naive=numbers.decimal(first["estimate"]))
    elif last["decided"]:
        title = _("As it stands {host} sells {naive} times as much, on equal terms {fair} times").format(
            host=name, naive=numbers.decimal(first["estimate"]), fair=numbers.decimal(last["estimate"])
        )
    else:
        title = _("As it stands {host} sells {naive} times as much; on equal terms nothing is proven").format(
            host=name, naive=numbers.decimal(first["estimate"])
        )
    subtitle = _("Factor on orders per viewer-minute against the other hosts, 95 % intervals by show")
    at = np.arange(len(effect))[::-1]
    with style.canvas(effect, title=title, subtitle=subtitle, n=int(first["orders"]), height=2.5) as (
        figure,
        axes,
    ):
        colours = [COLOURS["neutral"], COLOURS["neutral"], COLOURS["highlight"]]
        for place, row, colour in zip(at, effect.itertuples(), colours, strict=True):
            if row.possible:
                marks.whiskers(axes, [place], [row.low], [row.high], horizontal=True, colour=colour)
                axes.plot(row.estimate, place, "o", color=colour)
            else:
                axes.annotate(_("cannot be told"), (1, place), xytext=(6, -3), textcoords="offset points")
        axes.axvline(1, color=COLOURS["ink"], linewidth=0.8)
        axes.set_yticks(at, [term(_, str(text)) for text in effect["comparison"]])
        axes.set_ylim(-0.6, len(effect) - 0.4)
        axes.set_xlabel(_("factor (1: no difference)"))
    return style.picture(
        figure, effect, alt=_("Dots with intervals, moving towards 1. {sentence}.").format(sentence=title)
    )


def show_effect(added: pd.DataFrame) -> Picture:
    """Draw the orders of shows per 100 viewers: as counted, and as what they add.

    Parameters
    ----------
    added : DataFrame
        From `live_effect.added`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(added)
    if added.empty:
        return style.too_little(added, title=_("No show with enough days around it"), n=0)
    first, last = added.iloc[0], added.iloc[-1]
    title = _("Of {seen} orders per 100 viewers about {net} are more than others explain").format(
        seen=numbers.decimal(first["estimate"]), net=numbers.decimal(last["estimate"])
    )
    subtitle = _(
        "Kept orders per 100 viewers of a show, 95 % intervals; others: active that day, not watching"
    )
    at = np.arange(len(added))[::-1]
    with style.canvas(added, title=title, subtitle=subtitle, n=int(first["n"]), height=2.4) as (figure, axes):
        colours = [COLOURS["neutral"], COLOURS["neutral"], COLOURS["highlight"]]
        for place, row, colour in zip(at, added.itertuples(), colours, strict=True):
            marks.whiskers(axes, [place], [row.low], [row.high], horizontal=True, colour=colour)
            axes.plot(row.estimate, place, "o", color=colour)
        axes.axvline(0, color=COLOURS["ink"], linewidth=0.8)
        axes.set_yticks(at, [term(_, str(text)) for text in added["comparison"]])
        axes.set_ylim(-0.6, len(added) - 0.4)
        axes.set_xlabel(_("orders per 100 viewers"))
    return style.picture(
        figure, added, alt=_("Three dots with intervals. {sentence}.").format(sentence=title)
    )
