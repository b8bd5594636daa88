"""What a community is, as figures: steps of trust, traits, objectives, growth and the trends of the field."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from helpers.present import marks, numbers, style
from helpers.present.dots import dot_list
from helpers.present.language import about_of, term, translator
from helpers.present.style import COLOURS, SERIES, Picture


def trust_funnel(table: pd.DataFrame) -> Picture:
    """Draw the share of newcomers who took each step of trust, and how many took the steps in order.

    Parameters
    ----------
    table : DataFrame
        From `trust.funnel`.

    Returns
    -------
    Picture

    Taught in: 01 Definition
    """
    _ = translator(table)
    n = int(table["n"].max()) if len(table) else 0
    if n < 30 or len(table) < 2:
        return style.too_little(table, n=n)
    shown = table.iloc[1:] if table["estimate"].iloc[0] == 1 else table
    kept = table["estimate"].to_numpy()
    drops = kept[:-1] - kept[1:]
    at = int(np.argmax(drops))
    title = _("The largest loss lies between “{above}” and “{below}”").format(
        above=term(_, table["step"].iloc[at]), below=term(_, table["step"].iloc[at + 1])
    )
    days = about_of(table)["days"]
    subtitle = _("Share of newcomers who took each step within {days} days, 95 % interval").format(days=days)
    if about_of(table).get("basis") == "orders":
        subtitle = _(
            "Share of buyers who took each step within {days} days of the first purchase, 95 % interval"
        )
        subtitle = subtitle.format(days=days)
    with style.canvas(table, title=title, subtitle=subtitle, n=n, height=1.7 + 0.42 * len(shown)) as (
        figure,
        axes,
    ):
        rows = np.arange(len(shown))
        ordered = shown["in_order"] / shown["n"]
        axes.barh(rows, shown["estimate"], color=COLOURS["muted"], height=0.62, label=_("took this step"))
        axes.barh(rows, ordered, color=COLOURS["highlight"], height=0.62, label=_("and all steps above it"))
        marks.whiskers(axes, rows, shown["low"], shown["high"], horizontal=True)
        for row, line in enumerate(shown.itertuples()):
            axes.annotate(
                numbers.percent(line.estimate), (line.high, row), xytext=(5, 0), va="center",
                textcoords="offset points", fontsize=8.5, color=COLOURS["grey"],
            )  # fmt: skip
        axes.set_yticks(rows, [term(_, step) for step in shown["step"]])
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.set_xlim(0, min(1.12, float(shown["high"].max()) * 1.15))
        axes.set_xticks([tick for tick in axes.get_xticks() if tick <= 1])
        marks.percent_axis(axes, which="x")
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
        axes.legend(ncols=2, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2)
    steps = _(", ").join(
        f"{term(_, line.step)} {numbers.percent(line.estimate)}" for line in shown.itertuples()
    )
    return style.picture(
        figure, table, alt=_("Bars by step: {steps}. {sentence}.").format(steps=steps, sentence=title)
    )


def community_traits(table: pd.DataFrame) -> Picture:
    """Draw the signature of each trait with its interval, and what it would be without the trait.

    Parameters
    ----------
    table : DataFrame
        From `traits.signatures`.

    Returns
    -------
    Picture

    Taught in: 01 Definition
    """
    _ = translator(table)
    shown = table[table["estimate"].notna() & (table["n"] >= 10)]
    if shown.empty:
        return style.too_little(table, n=int(table["n"].max()) if len(table) else 0)
    rates = shown[shown["trait"] != "platform dependence"]
    rates = rates if len(rates) else shown
    weak = rates.loc[rates["estimate"].idxmin()]
    title = _("Of {count} signatures, “{trait}” is the lowest: {share}").format(
        count=len(rates), trait=term(_, weak["trait"]), share=numbers.percent(weak["estimate"])
    )
    if len(rates) == 1:
        title = _("“{trait}”: {share}").format(
            trait=term(_, weak["trait"]), share=numbers.percent(weak["estimate"])
        )
    subtitle = _("One signature a trait, 95 % interval; hollow diamonds: the value without the trait")
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(shown["n"].max()), height=1.6 + 0.46 * len(shown)
    ) as (figure, axes):
        names = [f"{term(_, line.trait)}\n{term(_, line.signature)}" for line in shown.itertuples()]
        dot_list(
            axes, names, shown["estimate"], shown["low"], shown["high"],
            said=[
                _("{share}, n = {n}").format(
                    share=numbers.decimal(line.estimate, 2)
                    if line.trait == "platform dependence"
                    else numbers.percent(line.estimate),
                    n=numbers.count(line.n),
                )
                for line in shown.itertuples()
            ],
        )  # fmt: skip
        known = shown["baseline"].notna().to_numpy()
        axes.plot(
            shown["baseline"][known], np.flatnonzero(known), "D", markerfacecolor="white",
            markeredgecolor=COLOURS["neutral"], linestyle="none", zorder=3,
        )  # fmt: skip
        axes.tick_params(axis="y", labelsize=8)
        axes.set_xlim(0, 1)
        marks.percent_axis(axes, which="x")
    said = _(", ").join(
        f"{term(_, line.trait)} {numbers.percent(line.estimate)}" for line in shown.itertuples()
    )
    return style.picture(
        figure, table, alt=_("Dots by trait: {traits}. {sentence}.").format(traits=said, sentence=title)
    )


def objectives(table: pd.DataFrame) -> Picture:
    """Draw the objectives as a tree, with what each is judged by, its value now and its change.

    Parameters
    ----------
    table : DataFrame
        From `objectives.tree`.

    Returns
    -------
    Picture

    Taught in: 01 Definition
    """
    _ = translator(table)
    shown = table[table["n"] >= 10].reset_index(drop=True)
    if shown.empty:
        return style.too_little(table, n=int(table["n"].max()) if len(table) else 0)
    currency = about_of(table).get("currency")
    better = int((shown["change_low"] > 0).sum())
    worse = int((shown["change_high"] < 0).sum())
    title = _("Of {all} metrics {better} rose and {worse} fell beyond chance").format(
        all=len(shown), better=better, worse=worse
    )
    if shown["change"].isna().all():
        title = _("{all} metrics, and no earlier weeks to compare them with").format(all=len(shown))
    subtitle = _(
        "Objectives and what each is judged by: the last {days} days, and the change from those before"
    )
    subtitle = subtitle.format(days=about_of(table)["window"])
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(shown["n"].max()), height=1.1 + 0.46 * len(shown)
    ) as (figure, axes):
        axes.set_axis_off()
        axes.set_xlim(0, 10)
        axes.set_ylim(len(shown) - 0.45, -0.55)
        middles = []
        for objective, part in shown.groupby("objective", sort=False):
            middle = float(part.index.to_numpy().mean())
            middles.append(middle)
            for at in part.index:
                axes.plot(
                    [3.5, 3.8, 3.8, 4.1], [middle, middle, at, at], color=COLOURS["neutral"], linewidth=1
                )
            _box(axes, 2.0, middle, 1.5, term(_, objective), COLOURS["highlight"], "white")
        root = float(np.mean(middles))
        for middle in middles:
            axes.plot(
                [1.5, 1.75, 1.75, 2.0], [root, root, middle, middle], color=COLOURS["neutral"], linewidth=1
            )
        _box(axes, 0.0, root, 1.5, _("a community\nthat is worth it"), COLOURS["ink"], "white")
        for at, line in enumerate(shown.itertuples()):
            _box(axes, 4.1, at, 2.3, term(_, line.metric), COLOURS["muted"], COLOURS["ink"])
            if line.unit == "money":
                value = numbers.money_interval(line.estimate, line.low, line.high, currency)
                change = numbers.money(line.change, currency)
                change = change if change.startswith("−") else f"+{change}"
            else:
                value = numbers.percent_interval(line.estimate, line.low, line.high)
                change = _("{points} points").format(points=numbers.points(line.change))
            axes.text(6.55, at, value, va="center", fontsize=8.5)
            if numbers.is_missing(line.change):
                continue
            sure = line.change_low > 0 or line.change_high < 0
            tone = COLOURS["positive"] if line.change > 0 else COLOURS["negative"]
            arrow = "▲" if line.change > 0 else "▼"
            axes.text(
                10, at, f"{arrow if sure else '·'} {change}", va="center", ha="right", fontsize=8.5,
                color=tone if sure else COLOURS["grey"],
            )  # fmt: skip
    said = _("; ").join(
        f"{term(_, line.metric)} "
        + (numbers.money(line.estimate, currency) if line.unit == "money" else numbers.percent(line.estimate))
        for line in shown.itertuples()
    )
    return style.picture(
        figure,
        table,
        alt=_("Tree of objectives: {metrics}. {sentence}.").format(metrics=said, sentence=title),
    )


def _box(axes: Axes, x: float, y: float, width: float, text: str, face: str, ink: str) -> None:
    patch = FancyBboxPatch(
        (x + 0.05, y - 0.3), width - 0.1, 0.6, boxstyle="round,pad=0,rounding_size=0.12", facecolor=face,
        edgecolor="none",
    )  # fmt: skip
    axes.add_patch(patch)
    axes.text(x + width / 2, y, text, ha="center", va="center", fontsize=8, color=ink, linespacing=1.0)


def growth_curve(table: pd.DataFrame) -> Picture:
    """Draw everybody who ever came, those who belong and those who are active, period by period.

    Parameters
    ----------
    table : DataFrame
        From `trends.curve`.

    Returns
    -------
    Picture

    Taught in: 01 Definition
    """
    _ = translator(table)
    whole = table[~table["open_period"]]
    if len(whole) < 2 or whole["n"].max() < 30:
        return style.too_little(table, n=int(table["n"].max()) if len(table) else 0)
    end = whole.iloc[-1]
    orders = about_of(table).get("basis") == "orders"
    message = (
        _("{ever} ever came, {count} of them bought in the last whole period")
        if orders
        else _("{ever} ever came, {count} of them were active in the last whole period")
    )
    title = message.format(ever=numbers.count(end["ever"]), count=numbers.count(end["count"]))
    with style.canvas(
        table, title=title, subtitle=_("Members by period: counted three ways"), n=int(end["n"])
    ) as (figure, axes):
        lines = (
            ("ever", _("ever came"), COLOURS["neutral"]),
            ("n", _("belong"), SERIES[3]),
            ("count", _("bought") if orders else _("active"), COLOURS["highlight"]),
        )
        for column, _label, colour in lines:
            axes.plot(whole["last_day"], whole[column], color=colour, marker="." if len(whole) < 40 else "")
        axes.set_ylim(0, float(whole["ever"].max()) * 1.06)
        marks.count_axis(axes)
        marks.date_axis(axes, _)
        ends = [(end["last_day"], float(end[column]), label, colour) for column, label, colour in lines]
        marks.label_ends(axes, ends)
    return style.picture(figure, table, alt=_("Three rising lines. {sentence}.").format(sentence=title))


def trend_signals(table: pd.DataFrame) -> Picture:
    """Draw each signal in the first and in the last stretch of the data, with the interval of the change.

    Parameters
    ----------
    table : DataFrame
        From `trends.signals`.

    Returns
    -------
    Picture

    Taught in: 01 Definition
    """
    _ = translator(table)
    shown = table[table["estimate"].notna() & ~table["small"].astype(bool)].reset_index(drop=True)
    if shown.empty:
        return style.too_little(table, n=int(table["n"].max()) if len(table) else 0)
    up, down = int((shown["change_low"] > 0).sum()), int((shown["change_high"] < 0).sum())
    title = _("Of {all} signals {up} rose and {down} fell beyond chance").format(
        all=len(shown), up=up, down=down
    )
    subtitle = _("Change from the first to the last {days} days, in points, 95 % interval").format(
        days=about_of(table)["days"]
    )
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(shown["n"].max()), height=1.6 + 0.46 * len(shown)
    ) as (figure, axes):
        tones = [
            COLOURS["positive"] if line.change_low > 0 else COLOURS["negative"] if line.change_high < 0
            else COLOURS["neutral"] for line in shown.itertuples()
        ]  # fmt: skip
        dot_list(
            axes,
            [f"{term(_, line.trend)}\n{term(_, line.signal)}" for line in shown.itertuples()],
            100 * shown["change"], 100 * shown["change_low"], 100 * shown["change_high"],
            colours=tones, middle=0,
            said=[
                _("{before} → {now}").format(
                    before=numbers.percent(line.before), now=numbers.percent(line.estimate)
                )
                for line in shown.itertuples()
            ],
        )  # fmt: skip
        axes.tick_params(axis="y", labelsize=8)
        axes.set_xlabel(_("percentage points"))
    return style.picture(
        figure, table, alt=_("Dots with intervals by signal. {sentence}.").format(sentence=title)
    )
