"""Inequality of participation as a figure: Lorenz curve and the 90-9-1 split."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from helpers.metrics import participation
from helpers.present import marks, numbers, style
from helpers.present.language import Translate, about_of, term, translator
from helpers.present.style import COLOURS, SERIES, Picture

_FILL = dict(
    zip(("top 1 %", "next 9 %", "other 90 %"), (SERIES[0], SERIES[3], COLOURS["muted"]), strict=True)
)


def participation_split(distribution: pd.DataFrame) -> Picture:
    """Draw the Lorenz curve with and without silent members, and who gave how much.

    Parameters
    ----------
    distribution : DataFrame
        From `participation.distribution`, or `spread.reach`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(distribution)
    n = int(distribution["members"].sum()) if len(distribution) else 0
    curves = participation.lorenz(distribution)
    if n < 30 or not len(curves):
        return style.too_little(distribution, n=n)
    tiers = participation.split(distribution)
    gini = participation.gini(distribution).set_index("population")["estimate"]
    top = tiers.iloc[0]
    title = (
        _("The most active 1 % of members made {share} of purchases")
        if about_of(distribution).get("basis") == "orders"
        else _("The most active 1 % of members give {share} of contributions")
    ).format(share=numbers.percent(top["estimate"]))
    subtitle = _(
        "Left: cumulative share of contributions, least active members first. Right: who gives how much"
    )
    looks = {participation.EVERYBODY: (SERIES[0], "-"), participation.TAKING_PART: (SERIES[1], (0, (4, 2)))}
    with style.canvas(distribution, title=title, subtitle=subtitle, n=n, cols=2, height=3.7) as (
        figure,
        axes,
    ):
        axes[0].plot([0, 1], [0, 1], color=COLOURS["neutral"], linewidth=1)
        axes[0].text(0.5, 0.54, _("all alike"), rotation=38, fontsize=8, ha="center", color=COLOURS["grey"])
        for name, part in curves.groupby("population", sort=True):
            colour, line = looks[name]
            label = _("{population}: Gini {gini}").format(
                population=term(_, name), gini=numbers.decimal(gini[name], 2)
            )
            axes[0].plot(part["members"], part["contributions"], color=colour, linestyle=line, label=label)
        axes[0].legend(loc="upper left")
        axes[0].set_xlim(0, 1)
        axes[0].set_ylim(0, 1)
        axes[0].set_xlabel(_("share of members"))
        axes[0].set_ylabel(_("share of contributions"))
        marks.percent_axis(axes[0])
        marks.percent_axis(axes[0], which="x")
        _bars(axes[1], tiers, _)
    alt = _("Lorenz curves and bars. {sentence}; Gini index {gini} over all members.").format(
        sentence=title, gini=numbers.decimal(gini[participation.EVERYBODY], 2)
    )
    return style.picture(figure, distribution, alt=alt)


def _bars(axes: Axes, tiers: pd.DataFrame, _: Translate) -> None:
    populations = [participation.EVERYBODY, participation.TAKING_PART]
    for row, name in enumerate(populations):
        left = 0.0
        for line in tiers.loc[tiers["population"] == name].itertuples():
            axes.barh(row, line.estimate, left=left, height=0.5, color=_FILL[line.tier])
            if line.estimate > 0.08:
                dark = line.tier == "top 1 %"
                axes.text(
                    left + line.estimate / 2,
                    row,
                    numbers.percent(line.estimate, 0),
                    ha="center",
                    va="center",
                    fontsize=8.5,
                    color="white" if dark else COLOURS["ink"],
                )
            left += line.estimate
    handles = [axes.barh(0, 0, color=colour) for colour in _FILL.values()]
    axes.legend(
        handles,
        [term(_, tier) for tier in _FILL],
        ncols=3,
        loc="lower left",
        bbox_to_anchor=(-0.1, 1),
        borderpad=0,
        borderaxespad=0.2,
        handlelength=1,
        columnspacing=1,
    )
    axes.set_yticks(range(2), [term(_, name).replace(" ", "\n", 1) for name in populations])
    axes.set_ylim(1.6, -0.6)
    axes.set_xlim(0, 1)
    axes.grid(visible=False)
    marks.percent_axis(axes, which="x")
