"""The first week, as figures: the steps newcomers take, and what goes with staying."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import about_of, term, translator
from helpers.present.style import COLOURS, Picture


def first_week_steps(steps: pd.DataFrame) -> Picture:
    """Draw how far newcomers get in the first week, and how many at each step are there a month later.

    Parameters
    ----------
    steps : DataFrame
        From `onboarding.steps`.

    Returns
    -------
    Picture

    Taught in: 04 Interaction
    """
    _ = translator(steps)
    n = int(steps["n"].max()) if len(steps) else 0
    if n < 10:
        return style.too_little(steps, n=n)
    spoke = steps.set_index("step").loc["spoke"]
    title = _("{share} of newcomers say something in their first week").format(
        share=numbers.percent(spoke["estimate"])
    )
    subtitle = _(
        "Newcomers who reach each step in days 0 to 6; dots: share of them active in days {a} to {b}"
    )
    first, last = about_of(steps).get("outcome", [22, 28])
    with style.canvas(
        steps, title=title, subtitle=subtitle.format(a=first, b=last), n=n, height=1.7 + 0.36 * len(steps)
    ) as (figure, axes):
        at = np.arange(len(steps))
        axes.barh(at, steps["estimate"], height=0.62, color=COLOURS["muted"])
        marks.whiskers(axes, at, steps["low"], steps["high"], horizontal=True, colour=COLOURS["grey"])
        axes.plot(steps["kept"], at, "o", color=COLOURS["highlight"], label=_("there a month later"))
        for row, line in enumerate(steps.itertuples()):
            axes.annotate(
                numbers.count(line.count),
                (1, row),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontsize=8.5,
            )
        axes.set_yticks(at, [term(_, step) for step in steps["step"]])
        axes.set_ylim(len(steps) - 0.5, -0.5)
        axes.set_xlim(0, 1)
        marks.percent_axis(axes, which="x")
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2)
    return style.picture(figure, steps, alt=_("Shrinking bars. {sentence}.").format(sentence=title))


def first_week_habits(habits: pd.DataFrame, *, welcome: pd.DataFrame | None = None) -> Picture:
    """Draw how much more often those stay who did something in the first week, and what the lot says.

    Parameters
    ----------
    habits : DataFrame
        From `onboarding.habits`.
    welcome : DataFrame, optional
        From `onboarding.welcome`: the one difference that chance decided, drawn beneath in another colour.

    Returns
    -------
    Picture

    Taught in: 04 Interaction
    """
    _ = translator(habits)
    if habits.empty or habits["n"].max() < 10:
        return style.too_little(habits, n=0)
    top = habits.iloc[0]
    title = _("Who {habit} in the first week stays {points} percentage points more often").format(
        habit=term(_, top["habit"]), points=numbers.points(top["estimate"])
    )
    subtitle = _("Difference of the shares there a month later, did it less did not; 95 % interval")
    drawn = welcome if welcome is not None and len(welcome) else habits.head(0).assign(name="")
    if len(drawn):
        subtitle = _(
            "Difference of the shares there a month later; above: did it less did not, as members chose; "
            "below: treated less control, as the lot chose; 95 % interval"
        )
    rows = len(habits) + len(drawn)
    with style.canvas(
        habits, title=title, subtitle=subtitle, n=about_of(habits).get("n"), height=1.5 + 0.25 * rows
    ) as (figure, axes):
        at = np.arange(rows)
        colours = [COLOURS["neutral"] if clear else COLOURS["muted"] for clear in habits["clear"]]
        colours += [COLOURS["highlight"]] * len(drawn)
        both = pd.concat([habits[["estimate", "low", "high"]], drawn[["estimate", "low", "high"]]])
        for row, (line, colour) in enumerate(zip(both.itertuples(), colours, strict=True)):
            marks.whiskers(axes, row, 100 * line.low, 100 * line.high, horizontal=True, colour=colour)
            axes.plot(100 * line.estimate, row, "o", color=colour)
        labels = [f"{term(_, line.habit)} ({numbers.count(line.n)})" for line in habits.itertuples()]
        labels += [
            _("drawn by lot: {name} ({n})").format(name=name, n=numbers.count(n))
            for name, n in zip(drawn["name"], drawn["n"], strict=True)
        ]
        axes.axvline(0, color=COLOURS["ink"], linewidth=0.8)
        if len(drawn):
            axes.axhline(len(habits) - 0.5, color=COLOURS["neutral"], linewidth=0.8)
        axes.set_yticks(at, labels, fontsize=8.5, parse_math=False)
        axes.set_ylim(rows - 0.5, -0.5)
        axes.set_xlabel(_("percentage points"))
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
    return style.picture(
        figure,
        habits,
        alt=_("Differences with intervals, one row a habit. {sentence}.").format(sentence=title),
    )
