"""Where a step loses, what a test of it shows, and which goals can be tested at all, as figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from helpers.present import marks, numbers, style
from helpers.present.language import about_of, term, translator
from helpers.present.plots.funnel import step_name
from helpers.present.style import COLOURS, Picture


def step_friction(table: pd.DataFrame) -> Picture:
    """Draw the share lost at each step, place by place, with the minutes that the others took.

    Parameters
    ----------
    table : DataFrame
        From `friction.by_step`; the six largest places are drawn.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(table)
    by = about_of(table).get("by", "platform")
    if table.empty or table["n"].max() < 10:
        return style.too_little(table, n=int(table["n"].max()) if len(table) else 0)
    if table[by].nunique() < 2:
        return style.too_little(table, title=_("There is one place only: nothing to compare"))
    sizes = table.groupby(by)["n"].max().nlargest(6)
    names = list(table[table["step"] == 1].set_index(by)["estimate"].reindex(sizes.index).sort_values().index)
    worst = table[table["worst"]]
    if len(worst):
        row = worst.iloc[0]
        title = _("Most to gain: {place}, between {first} and {last}").format(
            place=term(_, row[by]), first=step_name(_, row["name"]), last=step_name(_, row["next"])
        )
    else:
        title = _("No place loses surely more than the best")
    steps = sorted(table["step"].unique())
    subtitle = _("Share of tries lost at each step, 95 % interval; minutes: median of those who went on")
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(table.loc[table["step"] == steps[0], "n"].sum()),
        cols=len(steps), sharey=True, squeeze=False, height=1.8 + 0.36 * len(names),
    ) as (figure, panels):  # fmt: skip
        at = np.arange(len(names))
        reach = min(1.0, float(table["high"].max()) * 1.25 + 0.05)
        for axes, step in zip(panels[0], steps, strict=True):
            part = table[table["step"] == step].set_index(by).reindex(names)
            for place, name in zip(at, names, strict=True):
                row = part.loc[name]
                if pd.isna(row["estimate"]):
                    continue
                colour = COLOURS["negative" if row["worst"] else "positive" if row["best"] else "highlight"]
                marks.whiskers(axes, [place], [row["low"]], [row["high"]], horizontal=True, colour=colour)
                axes.plot([row["estimate"]], [place], "o", color=colour)
                said = _("{n} min").format(n=numbers.decimal(row["minutes"], 1))
                axes.text(row["high"] + 0.012, place, said, va="center", fontsize=8, color=COLOURS["grey"])
            axes.set_title(
                _("{first} → {last}").format(
                    first=step_name(_, part["name"].dropna().iloc[0]),
                    last=step_name(_, part["next"].dropna().iloc[0]),
                )
            )
            axes.set_xlim(0, reach)
            axes.xaxis.set_major_locator(MaxNLocator(nbins=5, prune="upper"))  # panels stand side by side
            marks.percent_axis(axes, which="x")
            axes.grid(axis="x")
            axes.grid(visible=False, axis="y")
        labels = [f"{term(_, name)} ({numbers.count(sizes[name])})" for name in names]
        panels[0][0].set_yticks(at, labels)
        panels[0][0].set_ylim(len(names) - 0.5, -0.5)
    return style.picture(
        figure, table, alt=_("Dots with intervals, one row a place. {sentence}.").format(sentence=title)
    )


def step_test(table: pd.DataFrame) -> Picture:
    """Draw what the lot says of a changed step, and what before and after say.

    Parameters
    ----------
    table : DataFrame
        From `step_test.compare`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(table)
    drawn = table[table["randomised"].astype(bool)] if len(table) else table
    if drawn.empty or drawn["n_b"].iloc[0] < 10:
        return style.too_little(table, n=int(drawn["n_b"].sum()) if len(drawn) else 0)
    test = drawn.iloc[0]
    title = _("By lot: {points} points (between {low} and {high})").format(
        points=numbers.points(test["estimate"]),
        low=numbers.points(test["low"]),
        high=numbers.points(test["high"]),
    )
    subtitle = _("Change of the share of tries that pass the step, in percentage points; 95 % interval")
    n = int(test["n_a"] + test["n_b"])
    with style.canvas(table, title=title, subtitle=subtitle, n=n, height=1.6 + 0.42 * len(table)) as (
        figure,
        axes,
    ):
        at = np.arange(len(table))
        for place, (_name, row) in enumerate(table.iterrows()):
            colour = COLOURS["highlight"] if row["randomised"] else COLOURS["neutral"]
            marks.whiskers(axes, [place], [row["low"]], [row["high"]], horizontal=True, colour=colour)
            axes.plot([row["estimate"]], [place], "o", color=colour)
            said = _("from {before} to {after}").format(
                before=numbers.percent(row["rate_a"], 0), after=numbers.percent(row["rate_b"], 0)
            )
            axes.text(
                row["estimate"],
                place - 0.16,
                said,
                ha="center",
                va="bottom",
                fontsize=8,
                color=COLOURS["grey"],
            )
        axes.axvline(0, color=COLOURS["ink"], linewidth=0.8)
        axes.set_yticks(at, [term(_, name) for name in table["comparison"]])
        axes.set_ylim(len(table) - 0.5, -0.6)
        axes.xaxis.set_major_formatter(lambda value, _position: numbers.points(value))
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
    return style.picture(
        figure, table, alt=_("Dots with intervals, one row a comparison. {sentence}.").format(sentence=title)
    )


def conversion_goals(table: pd.DataFrame) -> Picture:
    """Draw how many do what is hoped for anyway, and how far up it must go to be noticed.

    Parameters
    ----------
    table : DataFrame
        From `goals.table`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(table)
    shown = table[table["minimum_effect"].notna() & (table["n"] >= 30)] if len(table) else table
    if shown.empty:
        return style.too_little(table, n=int(table["n"].max()) if len(table) else 0)
    easy = shown.loc[shown["relative"].idxmin()]
    title = _("Easiest to see: {goal}, if {share} more do it").format(
        goal=term(_, easy["goal"]), share=numbers.percent(easy["relative"], 0)
    )
    subtitle = _(
        "Base rate with 95 % interval, and the smallest increase that a test of all in two halves notices"
    )
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(shown["n"].max()), height=1.6 + 0.36 * len(shown)
    ) as (figure, axes):
        at = np.arange(len(shown))
        seen = shown["estimate"] + shown["minimum_effect"]
        axes.barh(
            at, shown["minimum_effect"], left=shown["estimate"], height=0.34, color=COLOURS["muted"],
            label=_("too small to be noticed"),
        )  # fmt: skip
        marks.whiskers(axes, at, shown["low"], shown["high"], horizontal=True, colour=COLOURS["highlight"])
        axes.plot(shown["estimate"], at, "o", color=COLOURS["highlight"], label=_("does it anyway"))
        for place, (value, share) in enumerate(zip(seen, shown["relative"], strict=True)):
            axes.text(
                value,
                place,
                f"  +{numbers.percent(share, 0)}",
                va="center",
                fontsize=8.5,
                color=COLOURS["ink"],
            )
        axes.set_yticks(
            at,
            [
                f"{term(_, goal)} ({numbers.count(n)})"
                for goal, n in zip(shown["goal"], shown["n"], strict=True)
            ],
        )
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.set_xlim(0, float(seen.max()) * 1.18)
        marks.percent_axis(axes, which="x")
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
        axes.legend(loc="lower right")
    return style.picture(
        figure, table, alt=_("Dots with bars, one row a goal. {sentence}.").format(sentence=title)
    )
