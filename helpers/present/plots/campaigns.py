"""What campaigns did, as figures: effects where arms were drawn, conversion, repurchase, before and after."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import about_of, translator
from helpers.present.style import COLOURS, Picture

MOST_ROWS = 14


def _names(table: pd.DataFrame) -> list[str]:
    return [
        str(name) if isinstance(name, str) and name else str(code)
        for name, code in zip(table["name"], table["campaign_id"], strict=True)
    ]


def campaign_effects(effects: pd.DataFrame) -> Picture:
    """Draw the difference that each campaign made, with its interval, as a forest plot.

    Parameters
    ----------
    effects : DataFrame
        From `campaigns.effects`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(effects)
    shown = effects.tail(MOST_ROWS)
    if shown.empty or (shown["n"] + shown["control_n"]).max() < 10:
        return style.too_little(effects, title=_("No campaign has a control to compare with"), n=0)
    sure = int((shown["low"] > 0).sum())
    title = _("{sure} of {all} campaigns with a control clearly raised the share who bought").format(
        sure=sure, all=len(shown)
    )
    subtitle = _(
        "Difference of the shares who bought, treated less control, 95 % interval; thin: "
        "as if members, not groups, had been drawn"
    )
    if not (shown["unit"] == "group").any():
        subtitle = _("Difference of the shares who bought, treated less control, 95 % interval")
    members = int((shown["n"] + shown["control_n"]).sum())
    with style.canvas(
        effects, title=title, subtitle=subtitle, n=members, cols=2, sharey=True,
        height=1.75 + 0.42 * len(shown),
        width_ratios=[3, 2],
    ) as (figure, (axes, money)):  # fmt: skip
        at = np.arange(len(shown))
        colours = [
            COLOURS["positive"] if low > 0 else COLOURS["negative"] if high < 0 else COLOURS["neutral"]
            for low, high in zip(shown["low"], shown["high"], strict=True)
        ]
        for row, (line, colour) in enumerate(zip(shown.itertuples(), colours, strict=True)):
            marks.whiskers(axes, row, 100 * line.low, 100 * line.high, horizontal=True, colour=colour)
            axes.plot(100 * line.estimate, row, "o", color=colour)
            if line.unit == "group":
                axes.hlines(
                    row + 0.22,
                    100 * line.naive_low,
                    100 * line.naive_high,
                    color=COLOURS["neutral"],
                    linewidth=0.7,
                )
        labels = [
            _("{name}\n{units} groups").format(name=name, units=line.units) if line.unit == "group"
            else _("{name}\n{units} members").format(name=name, units=numbers.count(line.units))
            for name, line in zip(_names(shown), shown.itertuples(), strict=True)
        ]  # fmt: skip
        axes.set_yticks(at, labels, fontsize=8, parse_math=False)
        axes.set_xlabel(_("share who bought, percentage points"))
        marks.whiskers(
            money,
            at,
            shown["revenue_low"],
            shown["revenue_high"],
            horizontal=True,
            colour=COLOURS["highlight"],
        )
        money.plot(shown["revenue_gain"], at, "o", color=COLOURS["highlight"])
        marks.money_axis(money, about_of(effects).get("currency"), which="x")
        money.set_xlabel(_("revenue per member"))
        for panel in (axes, money):
            panel.axvline(0, color=COLOURS["ink"], linewidth=0.8)
            panel.grid(axis="x")
            panel.grid(visible=False, axis="y")
        axes.set_ylim(len(shown) - 0.5, -0.5)
    return style.picture(
        figure, effects, alt=_("Forest plot of campaigns. {sentence}.").format(sentence=title)
    )


def campaign_conversion(table: pd.DataFrame) -> Picture:
    """Draw who bought in each campaign, and who of them bought again.

    Parameters
    ----------
    table : DataFrame
        From `campaigns.by_campaign`; the campaigns with most buyers are drawn.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    shown = (
        table.nlargest(MOST_ROWS, "count").sort_values("estimate", ascending=False) if len(table) else table
    )
    if shown.empty or shown["count"].max() < 5:
        return style.too_little(table, n=int(table["count"].sum()) if len(table) else 0)
    names = _names(shown)
    title = _("{name} converted most: {share} of the members bought in it").format(
        name=names[0], share=numbers.percent(shown["estimate"].iloc[0])
    )
    message = _(
        "Conversion of members there at the time; repurchase of buyers within {k} days; "
        "95 % interval. A description, not an effect"
    )
    subtitle = message.format(k=about_of(table).get("within", 60))
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(shown["count"].sum()), cols=2, sharey=True,
        height=1.8 + 0.27 * len(shown),
    ) as (figure, panels):  # fmt: skip
        at = np.arange(len(shown))
        for axes, prefix, label in (
            (panels[0], "", _("bought in it")),
            (panels[1], "repurchase", _("bought again")),
        ):
            value, low, high = (prefix or "estimate", f"{prefix}_low".strip("_"), f"{prefix}_high".strip("_"))
            marks.whiskers(axes, at, shown[low], shown[high], horizontal=True, colour=COLOURS["highlight"])
            axes.plot(shown[value], at, "o", color=COLOURS["highlight"])
            axes.set_xlim(0)
            axes.set_title(label)
            marks.percent_axis(axes, which="x")
            axes.grid(axis="x")
            axes.grid(visible=False, axis="y")
        labels = [
            f"{name} ({numbers.count(count)})" for name, count in zip(names, shown["count"], strict=True)
        ]
        panels[0].set_yticks(at, labels, fontsize=8, parse_math=False)
        panels[0].set_ylim(len(shown) - 0.5, -0.5)
    return style.picture(
        figure, table, alt=_("Dots with intervals by campaign. {sentence}.").format(sentence=title)
    )


def before_after(table: pd.DataFrame) -> Picture:
    """Draw purchases during each campaign as a multiple of those on the same weekdays before it.

    Parameters
    ----------
    table : DataFrame
        From `campaigns.before_after`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    shown = table[~table["left_edge"] & table["estimate"].notna()].tail(MOST_ROWS) if len(table) else table
    if shown.empty:
        return style.too_little(table, n=0)
    best = shown["estimate"].idxmax()
    title = _("During {name} purchases were {times} times those before; this alone proves no effect").format(
        name=_names(shown.loc[[best]])[0], times=numbers.decimal(shown.loc[best, "estimate"])
    )
    subtitle = _("Purchases during the campaign over those on the same weekdays before, 95 % interval")
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int((shown["before"] + shown["during"]).sum()),
        height=1.7 + 0.27 * len(shown),
    ) as (figure, axes):  # fmt: skip
        at = np.arange(len(shown))
        marks.whiskers(axes, at, shown["low"], shown["high"], horizontal=True, colour=COLOURS["neutral"])
        for clean, part in shown.assign(at=at).groupby(shown["overlaps"] == 0):
            face = COLOURS["neutral"] if clean else "white"
            label = _("no other campaign near") if clean else _("other campaigns in the same days")
            axes.plot(
                part["estimate"], part["at"], "o", color=COLOURS["neutral"], markerfacecolor=face, label=label
            )
        axes.axvline(1, color=COLOURS["ink"], linewidth=0.8)
        axes.set_yticks(at, _names(shown), fontsize=8, parse_math=False)
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.set_xlim(0)
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
        axes.legend(ncols=2, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2)
    return style.picture(
        figure, table, alt=_("Ratios with intervals by campaign. {sentence}.").format(sentence=title)
    )
