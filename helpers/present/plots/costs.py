"""What the community costs and returns, as figures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import about_of, term, translator
from helpers.present.style import COLOURS, SERIES, Picture


def cost_per_active_member(table: pd.DataFrame) -> Picture:
    """Draw the cost per active member by period, stacked by kind of cost.

    Parameters
    ----------
    table : DataFrame
        From `costs.per_active_member`. Beyond four, the smaller kinds are drawn as one.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    about = about_of(table)
    whole = table[(table["kind"] == "all") & (table["n"] > 0)]
    if whole.empty or whole["cost"].sum() <= 0:
        return style.too_little(table, n=int(whole["n"].max()) if len(whole) else 0)
    closed = whole[~whole["open_period"]]
    last = (closed if len(closed) else whole).iloc[-1]
    currency = about.get("currency")
    title = _("An active member costs {now} a period").format(now=numbers.money(last["estimate"], currency))
    if len(closed) > 1:
        title = _("An active member costs {now}, after {before} in the first period").format(
            now=numbers.money(last["estimate"], currency),
            before=numbers.money(closed["estimate"].iloc[0], currency),
        )
    kinds = table[(table["kind"] != "all") & (table["n"] > 0)]
    order = kinds.groupby("kind")["cost"].sum().sort_values(ascending=False).index
    named = kinds["kind"].where(kinds["kind"].isin(order[:4]), "other kinds")
    stack = kinds.assign(kind=named).groupby(["period", "kind"])["estimate"].sum().unstack(fill_value=0.0)
    stack = stack[[*order[:4], *(["other kinds"] if "other kinds" in stack else [])]]
    message = _("Cost of the period over members active in it, by month, by kind of cost")
    if about.get("every") == "week":
        message = _("Cost of the period over members active in it, by week, by kind of cost")
    with style.canvas(table, title=title, subtitle=message, n=int(last["n"])) as (figure, axes):
        at, bottom = np.arange(len(stack)), np.zeros(len(stack))
        opened = whole.set_index("period")["open_period"].reindex(stack.index).to_numpy(bool)
        for number, kind in enumerate(stack.columns):
            label = _("other kinds") if kind == "other kinds" else term(_, kind)
            bars = axes.bar(at, stack[kind], bottom=bottom, color=SERIES[number], width=0.74, label=label)
            for bar, unfinished in zip(bars, opened, strict=True):
                if unfinished:
                    bar.set(alpha=0.55, hatch="////", edgecolor="white")
            bottom = bottom + stack[kind].to_numpy()
        step = -(-len(stack) // 7)
        axes.set_xticks(
            at[::step],
            [
                f"{period:%Y-%m}" if about.get("every") != "week" else numbers.day(period)
                for period in stack.index[::step]
            ],
        )
        marks.money_axis(axes, currency)
        axes.legend(
            ncols=5,
            loc="lower left",
            bbox_to_anchor=(0, 1),
            borderpad=0,
            borderaxespad=0.2,
            columnspacing=1.2,
        )
    return style.picture(figure, table, alt=_("Stacked bars by period. {sentence}.").format(sentence=title))


def community_returns(table: pd.DataFrame) -> Picture:
    """Draw margin over cost by period against the line where it breaks even.

    Parameters
    ----------
    table : DataFrame
        From `costs.returns`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    shown = table[table["estimate"].notna()]
    if shown.empty:
        return style.too_little(table, n=int(table["n"].sum()) if len(table) else 0)
    closed = shown[~shown["open_period"]]
    closed = closed if len(closed) else shown
    covered = int((closed["low"] > 1).sum())
    title = _("In {n} of {all} periods the members' orders clearly covered the cost").format(
        n=covered, all=len(closed)
    )
    subtitle = _(
        "Margin of the members' orders per unit of cost, 95 % interval; gross: many would have bought anyway"
    )
    if not table["margin_known"].all():
        subtitle = _(
            "Revenue (margin is not known) of the members' orders per unit of cost, 95 % "
            "interval; gross: many would have bought anyway"
        )
    with style.canvas(table, title=title, subtitle=subtitle, n=int(shown["orders"].sum())) as (figure, axes):
        axes.plot(shown["period"], shown["estimate"], color=COLOURS["muted"], linewidth=1)
        marks.whiskers(axes, shown["period"], shown["low"], shown["high"], colour=COLOURS["highlight"])
        for unfinished, part in shown.groupby("open_period"):
            face = "white" if unfinished else COLOURS["highlight"]
            axes.plot(part["period"], part["estimate"], "o", color=COLOURS["highlight"], markerfacecolor=face)
        axes.axhline(1, color=COLOURS["negative"], linestyle=(0, (4, 2)), linewidth=1.4)
        axes.set_ylim(min(0, float(shown["low"].min())))
        marks.date_axis(axes, _)
        axes.annotate(
            _("breaks even"), (0, 1), xycoords=("axes fraction", "data"), xytext=(3, 3),
            textcoords="offset points",
            fontsize=8, color=COLOURS["negative"],
        )  # fmt: skip
    return style.picture(
        figure, table, alt=_("Dots with intervals over time. {sentence}.").format(sentence=title)
    )


def campaign_roi(table: pd.DataFrame) -> Picture:
    """Draw the return of each campaign with a control, as a forest plot.

    Parameters
    ----------
    table : DataFrame
        From `costs.campaign_roi`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    shown = table[table["estimate"].notna()]
    if shown.empty:
        return style.too_little(table, title=_("No campaign has both a control and a known cost"), n=0)
    paid = int((shown["low"] > 0).sum())
    lost = int((shown["high"] < 0).sum())
    title = _("Of {all} campaigns {paid} clearly paid and {lost} clearly did not").format(
        all=len(shown), paid=paid, lost=lost
    )
    subtitle = _("Margin added by the campaign less its cost, over its cost, 95 % interval")
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(shown["n"].sum()), height=1.7 + 0.32 * len(shown)
    ) as (figure, axes):
        at = np.arange(len(shown))
        for row, line in enumerate(shown.itertuples()):
            colour = (
                COLOURS["positive"]
                if line.low > 0
                else COLOURS["negative"]
                if line.high < 0
                else COLOURS["neutral"]
            )
            marks.whiskers(axes, row, line.low, line.high, horizontal=True, colour=colour)
            axes.plot(line.estimate, row, "o", color=colour)
        labels = [
            name if isinstance(name, str) else str(code)
            for name, code in zip(shown["name"], shown["campaign_id"], strict=True)
        ]
        axes.set_yticks(at, labels, fontsize=8, parse_math=False)
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.axvline(0, color=COLOURS["ink"], linewidth=0.8)
        marks.percent_axis(axes, which="x")
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(_("return on investment; 0 breaks even"))
    return style.picture(figure, table, alt=_("Forest plot of campaigns. {sentence}.").format(sentence=title))
