"""What each segment does, as a figure: shares of members, coloured by the distance from the others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import about_of, term, translator
from helpers.present.style import Picture

ROWS = 12


def segment_behaviour(table: pd.DataFrame) -> Picture:
    """Draw segments by behaviours: the share of members in the cell, its distance from the others as colour.

    Parameters
    ----------
    table : DataFrame
        From `strategy.behaviours`.

    Returns
    -------
    Picture

    Taught in: 04 Interaction
    """
    _ = translator(table)
    if table.empty or table["n"].max() < 30:
        return style.too_little(table, n=0 if table.empty else int(table["n"].max()))
    segments = list(table["segment"].drop_duplicates())[:ROWS]
    behaviours = list(table["behaviour"].drop_duplicates())
    wide = table.set_index(["segment", "behaviour"])
    shares = wide["estimate"].unstack().loc[segments, behaviours]
    gaps = wide["difference"].unstack().loc[segments, behaviours]
    clear = wide["clear"].unstack().loc[segments, behaviours].astype(bool)
    sizes = wide["n"].unstack().loc[segments, behaviours[0]]
    place = np.unravel_index(np.nanargmax(gaps.to_numpy()), gaps.shape)
    segment, behaviour = segments[place[0]], behaviours[place[1]]
    title = _("{segment} stands out most by {behaviour}: {share} of members, {others} of the others").format(
        segment=term(_, segment),
        behaviour=term(_, behaviour),
        share=numbers.percent(shares.iat[place], 0),
        others=numbers.percent(wide.loc[(segment, behaviour), "others"], 0),
    )
    subtitle = _(
        "Share of members who did it in {days} days; dark: more than the others do; (in brackets): not clear"
    ).format(days=numbers.count(about_of(table).get("days")))
    text = shares.map(lambda value: numbers.percent(value, 0)).where(
        clear, shares.map(lambda value: f"({numbers.percent(value, 0)})")
    )
    labels = [f"{term(_, name)} (n = {numbers.count(sizes[name])})" for name in segments]
    shown = gaps.set_axis(labels, axis=0).set_axis([term(_, name) for name in behaviours], axis=1)
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(sizes.sum()), height=1.7 + 0.34 * len(segments)
    ) as (figure, axes):
        end = float(np.nanmax(np.abs(gaps.to_numpy())))
        marks.heat_map(axes, shown, text=text, low=-end, high=end)
        axes.tick_params(axis="x", labelrotation=35)
        for label in axes.get_xticklabels():
            label.set_horizontalalignment("right")
            label.set_rotation_mode("anchor")
    alt = _("Table of shares, segments by behaviours, coloured. {sentence}.").format(sentence=title)
    return style.picture(figure, table, alt=alt)
