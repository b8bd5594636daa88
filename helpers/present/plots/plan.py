"""The goals of a quarter as a figure: where each stands, and how far it has to move to be told from luck."""

from __future__ import annotations

import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import translator
from helpers.present.outlook_words import measure_name
from helpers.present.style import COLOURS, Picture


def quarter_goals(goals: pd.DataFrame) -> Picture:
    """Draw base and target of the goals that are shares.

    Parameters
    ----------
    goals : DataFrame
        From `quarter_goals.goals`.

    Returns
    -------
    Picture

    Taught in: 08 Outlook
    """
    _ = translator(goals)
    shown = goals[(goals["unit"] == "share") & goals["target"].notna()].reset_index(drop=True)
    if shown.empty:
        return style.too_little(goals, n=0)
    first = shown.iloc[0]
    title = _("{measure}: {base} now, {target} in ninety days").format(
        measure=measure_name(_, first["measure"]).capitalize(),
        base=numbers.percent(first["estimate"]),
        target=numbers.percent(first["target"]),
    )
    subtitle = _(
        "Base with 95 % interval, and the smallest target that a test by halves can tell from chance"
    )
    height = 1.7 + 0.5 * len(shown)
    with style.canvas(goals, title=title, subtitle=subtitle, n=int(first["n"]), height=height) as (
        figure,
        axes,
    ):
        at = list(range(len(shown)))
        marks.whiskers(axes, at, shown["low"], shown["high"], horizontal=True, colour=COLOURS["neutral"])
        axes.plot(shown["estimate"], at, "o", color=COLOURS["neutral"], label=_("base"))
        axes.plot(shown["target"], at, "D", color=COLOURS["highlight"], label=_("target"))
        for place, row in shown.iterrows():
            axes.annotate(
                "",
                xy=(row["target"], place),
                xytext=(row["estimate"], place),
                arrowprops={"arrowstyle": "-", "color": COLOURS["highlight"], "linestyle": ":"},
            )
            points = _("{gap} points").format(gap=numbers.points(row["difference"]))
            axes.text(row["target"], place - 0.16, points, ha="center", va="bottom", fontsize=8.5)
        axes.set_yticks(at, [measure_name(_, name) for name in shown["measure"]])
        axes.set_ylim(len(shown) - 0.5, -0.7)
        axes.set_xlim(0, min(1.0, float(shown[["high", "target"]].max().max()) * 1.15))
        marks.percent_axis(axes, which="x")
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
        axes.legend(ncols=2, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2)
    alt = _("Dots of base and target, one line a goal. {sentence}.").format(sentence=title)
    return style.picture(figure, goals, alt=alt)
