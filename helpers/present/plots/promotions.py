"""What promotions added, needed and took from the weeks after, as figures; groups, and the decision log."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import Translate, about_of, term, translator
from helpers.present.style import COLOURS, Picture

MOST_ROWS = 14


def _names(table: pd.DataFrame) -> list[str]:
    return [
        str(name) if isinstance(name, str) and name else str(code)
        for name, code in zip(table["name"], table["campaign_id"], strict=True)
    ]


def promotion_returns(sheet: pd.DataFrame) -> Picture:
    """Draw the orders that each promotion caused beside those that it needed, and what it earned.

    Parameters
    ----------
    sheet : DataFrame
        From `break_even.side_by_side`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(sheet)
    shown = sheet.dropna(subset=["caused"]).tail(MOST_ROWS)
    if shown.empty or shown["n"].max() < 10:
        return style.too_little(sheet, title=_("No promotion has a control to compare with"), n=0)
    enough = int((shown["caused_low"] > shown["orders_needed"]).sum())
    title = _("{n} of {all} promotions clearly caused the orders that they needed").format(
        n=enough, all=len(shown)
    )
    subtitle = _(
        "Left: orders caused in its days, 95 % interval, and the orders needed to break even (bar). Right: "
        "profit per member treated, in its days (dot) and with the {k} days after (ring)"
    ).format(k=about_of(sheet).get("after", 60))
    with style.canvas(
        sheet, title=title, subtitle=subtitle, n=int(shown["n"].sum()), cols=2, sharey=True,
        height=1.75 + 0.42 * len(shown), width_ratios=[3, 2],
    ) as (figure, (axes, money)):  # fmt: skip
        at, scale = np.arange(len(shown)), 100 / shown["n"].to_numpy(float)
        for row, (line, per) in enumerate(zip(shown.itertuples(), scale, strict=True)):
            sure = line.caused_low > line.orders_needed
            never = line.caused_high < line.orders_needed
            colour = COLOURS["positive"] if sure else COLOURS["negative"] if never else COLOURS["neutral"]
            marks.whiskers(
                axes, row, per * line.caused_low, per * line.caused_high, horizontal=True, colour=colour
            )
            axes.plot(per * line.caused, row, "o", color=colour)
            if np.isfinite(line.orders_needed):
                axes.vlines(
                    per * line.orders_needed, row - 0.32, row + 0.32, color=COLOURS["ink"], linewidth=2.2
                )
        axes.set_yticks(at, _names(shown), fontsize=8, parse_math=False)
        axes.set_xlabel(_("orders per 100 members treated"))
        size = shown["n"].to_numpy(float)
        ends = (shown["profit_low"] / size, shown["profit_high"] / size)
        marks.whiskers(money, at - 0.14, *ends, horizontal=True, colour=COLOURS["highlight"])
        money.plot(shown["profit"] / size, at - 0.14, "o", color=COLOURS["highlight"])
        marks.whiskers(
            money, at + 0.18, shown["low"], shown["high"], horizontal=True, colour=COLOURS["neutral"]
        )
        money.plot(shown["estimate"], at + 0.18, "o", color=COLOURS["neutral"], markerfacecolor="white")
        marks.money_axis(money, about_of(sheet).get("currency"), which="x")
        money.set_xlabel(_("profit per member treated"))
        for panel in (axes, money):
            panel.axvline(0, color=COLOURS["ink"], linewidth=0.8)
            panel.grid(axis="x")
            panel.grid(visible=False, axis="y")
        axes.set_ylim(len(shown) - 0.5, -0.5)
    return style.picture(
        figure, sheet, alt=_("Promotions as a forest plot. {sentence}.").format(sentence=title)
    )


def _one_a_kind(curve: pd.DataFrame) -> list[str]:
    # The promotion of each kind with most members, and first the one whose gain shrank most after its end.
    last = curve.sort_values("since").groupby("campaign_id").tail(1)
    top = curve[~curve["later"]].groupby("campaign_id")["estimate"].last()
    last = last.assign(fall=last["campaign_id"].map(top) - last["estimate"]).sort_values("n")
    kinds = last.drop_duplicates("kind", keep="last").sort_values("fall", ascending=False)
    return kinds["campaign_id"].tolist()[:4]


def brought_forward(curve: pd.DataFrame) -> Picture:
    """Draw the gain so far by day, through promotions and the weeks after: one of each kind.

    Parameters
    ----------
    curve : DataFrame
        From `gains.curve` of orders.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(curve)
    if curve.empty or curve["n"].max() < 10:
        return style.too_little(curve, title=_("No promotion has a control to compare with"), n=0)
    chosen = _one_a_kind(curve)
    table = curve[curve["campaign_id"].isin(chosen)]
    first = table[table["campaign_id"] == chosen[0]]
    during, whole = first[~first["later"]].iloc[-1], first.iloc[-1]
    title = _("{name}: {won} further orders per 100 members in its days, {left} in the end").format(
        name=_names(first.head(1))[0],
        won=numbers.decimal(100 * during["estimate"]),
        left=numbers.decimal(100 * whole["estimate"]),
    )
    subtitle = _(
        "Orders per 100 members treated so far, less those of the control; 95 % interval of each day"
    )
    rows = -(-len(chosen) // 2)
    with style.canvas(
        curve, title=title, subtitle=subtitle, rows=rows,
        n=int(table.groupby("campaign_id")["n"].first().sum()),
        cols=min(2, len(chosen)), height=1.1 + 1.75 * rows, sharey=True, squeeze=False,
    ) as (figure, panels):  # fmt: skip
        for axes, campaign in zip(panels.flat, chosen, strict=False):
            part = table[table["campaign_id"] == campaign]
            x = part["since"] + 1
            marks.band(axes, x, 100 * part["low"], 100 * part["high"], colour=COLOURS["neutral"])
            axes.plot(x, 100 * part["estimate"], color=COLOURS["highlight"])
            axes.axhline(0, color=COLOURS["ink"], linewidth=0.8)
            axes.axvline(part["days"].iloc[0], color=COLOURS["grey"], linestyle=":", linewidth=1)
            axes.set_title(_names(part.head(1))[0], fontsize=9, loc="left", parse_math=False)
        for axes in panels.flat[len(chosen) :]:
            axes.set_visible(False)
        for axes in panels[-1]:
            axes.set_xlabel(_("day since the start; dotted: its last day"))
    return style.picture(
        figure, curve, alt=_("Lines of the gain so far by day. {sentence}.").format(sentence=title)
    )


def method_name(_: Translate, method: str) -> str:
    """Name a way to judge a difference between groups."""
    return {
        "members": _("member by member (wrong)"),
        "cr1": _("cluster-robust, CR1"),
        "cr2": _("cluster-robust, CR2"),
        "groups": _("between groups"),
        "draw": _("all other draws"),
    }[method]


def group_methods(table: pd.DataFrame) -> Picture:
    """Draw the intervals that come out when members, groups and draws are counted.

    Parameters
    ----------
    table : DataFrame
        From `group_inference.compare`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(table)
    about = about_of(table)
    if table.empty or not np.isfinite(table["low"].iloc[0]):
        return style.too_little(table, n=int(about.get("n") or 0))
    wide = table.set_index("method")["width"].get("cr2", np.nan)
    title = _("By groups the interval is {times} times as wide as member by member").format(
        times=numbers.decimal(wide)
    )
    subtitle = _("{name}: treated less control per 100 members, 95 % interval; {groups} groups drawn").format(
        name=about.get("campaign", ""), groups=about.get("groups", "")
    )
    scale = 100 if about.get("outcome") == "orders" else 1
    with style.canvas(table, title=title, subtitle=subtitle, height=1.4 + 0.34 * len(table)) as (
        figure,
        axes,
    ):
        for row, line in enumerate(table.itertuples()):
            colour = COLOURS["negative"] if line.wrong else COLOURS["highlight"]
            if np.isfinite(line.low):
                marks.whiskers(axes, row, scale * line.low, scale * line.high, horizontal=True, colour=colour)
            axes.plot(scale * line.estimate, row, "o", color=colour)
        axes.axvline(0, color=COLOURS["ink"], linewidth=0.8)
        axes.set_yticks(np.arange(len(table)), [method_name(_, name) for name in table["method"]])
        axes.set_ylim(len(table) - 0.5, -0.5)
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
    return style.picture(figure, table, alt=_("Intervals by method. {sentence}.").format(sentence=title))


def decision_log(log: pd.DataFrame) -> Picture:
    """Draw what the controls say of each test beside what before and after says.

    Parameters
    ----------
    log : DataFrame
        From `decision_log.log`; the last tests about orders are drawn.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(log)
    shown = (
        log[log["randomised"] & (log["outcome"] == "orders") & log["before_after"].notna()]
        if len(log)
        else log
    )
    shown = shown.tail(MOST_ROWS)
    if shown.empty:
        return style.too_little(log, title=_("No promotion has a control to compare with"), n=0)
    wrong = int((~shown["agrees"].fillna(True)).sum())
    title = _("Before and after and the control disagree in {n} of {all} tests").format(
        n=wrong, all=len(shown)
    )
    subtitle = _(
        "Left: treated less control in its days, 95 % interval; bar: what was expected. Right: purchases as "
        "a multiple of those before; red: says something else than the control"
    )
    with style.canvas(
        log, title=title, subtitle=subtitle, n=int(shown["n"].sum()), cols=2, sharey=True,
        height=1.6 + 0.34 * len(shown), width_ratios=[3, 2],
    ) as (figure, (axes, ratio)):  # fmt: skip
        at = np.arange(len(shown))
        for row, line in enumerate(shown.itertuples()):
            colour = {"run again": COLOURS["positive"], "stop": COLOURS["negative"]}.get(
                line.decision, COLOURS["neutral"]
            )
            marks.whiskers(axes, row, line.low, line.high, horizontal=True, colour=colour)
            axes.plot(line.estimate, row, "o", color=colour)
            if np.isfinite(line.expected):
                axes.vlines(line.expected, row - 0.3, row + 0.3, color=COLOURS["ink"], linewidth=2)
            seen = COLOURS["highlight"] if line.seemed == line.was else COLOURS["negative"]
            marks.whiskers(ratio, row, line.before_low, line.before_high, horizontal=True, colour=seen)
            ratio.plot(line.before_after, row, "o", color=seen)
        labels = [
            f"{name}\n{term(_, decision)}"
            for name, decision in zip(_names(shown), shown["decision"], strict=True)
        ]
        axes.set_yticks(at, labels, fontsize=7.5, parse_math=False)
        axes.axvline(0, color=COLOURS["ink"], linewidth=0.8)
        axes.set_xlabel(_("orders per 100 members"))
        ratio.axvline(1, color=COLOURS["ink"], linewidth=0.8)
        ratio.set_xscale("log", base=2)
        ratio.xaxis.set_major_formatter(lambda value, _at: f"{value:g}")
        ratio.set_xlabel(_("during ÷ before"))
        for panel in (axes, ratio):
            panel.grid(axis="x")
            panel.grid(visible=False, axis="y")
        axes.set_ylim(len(shown) - 0.5, -0.5)
    return style.picture(figure, log, alt=_("Tests in two panels. {sentence}.").format(sentence=title))
