"""Events as figures: hosts beside their twins, and the same effect judged in three ways."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import about_of, translator
from helpers.present.style import COLOURS, SERIES, Picture

SHOWN = 4


def event_twins(paths: pd.DataFrame) -> Picture:
    """Draw the weekly messages of each host group beside its synthetic twin.

    Parameters
    ----------
    paths : DataFrame
        From `event_impact.paths`.

    Returns
    -------
    Picture

    Taught in: 04 Interaction
    """
    _ = translator(paths)
    keys = list(paths.groupby(["campaign_id", "group_id"], sort=False).groups)
    if not keys:
        return style.too_little(paths, n=0)
    later = paths[paths["week"] >= 0].groupby(["campaign_id", "group_id"])[["messages", "twin"]].sum()
    above = int((later["messages"] > later["twin"]).sum())
    title = _("{above} of {n} groups said more after the event than their twins").format(
        above=numbers.count(above), n=numbers.count(len(keys))
    )
    subtitle = _("Messages a week; the twin is a mixture of groups without an event, fitted before it only")
    shown = keys[:SHOWN]
    rows, cols = (len(shown) + 1) // 2, min(len(shown), 2)
    with style.canvas(
        paths, title=title, subtitle=subtitle, n=len(keys), rows=rows, cols=cols, sharex=True,
        height=1.4 + 1.7 * rows,
    ) as (figure, grid):  # fmt: skip
        for place, axes in enumerate(np.atleast_1d(grid).ravel()):
            if place >= len(shown):
                axes.set_axis_off()
                continue
            campaign, group = shown[place]
            part = paths[(paths["campaign_id"] == campaign) & (paths["group_id"] == group)]
            axes.axvline(-0.5, color=COLOURS["neutral"], linewidth=0.8, linestyle=(0, (1, 2)))
            axes.plot(part["week"], part["others"], color=COLOURS["muted"], label=_("other groups alike"))
            axes.plot(part["week"], part["twin"], color=SERIES[1], linestyle=(0, (4, 2)), label=_("its twin"))
            axes.plot(part["week"], part["messages"], color=COLOURS["highlight"], label=_("the group"))
            axes.set_title(f"{part['name'].iloc[0]} · {group}")
            axes.set_ylim(0)
            marks.count_axis(axes)
            axes.set_xticks(range(int(part["week"].min()), int(part["week"].max()) + 1, 4))
            if place >= len(shown) - cols:
                axes.set_xlabel(_("weeks from the event"))
            if not place:
                axes.legend(loc="upper left")
    alt = _("Small line charts, one a host group. {sentence}.").format(sentence=title)
    return style.picture(figure, paths, alt=alt)


def event_effect(comparison: pd.DataFrame) -> Picture:
    """Draw the factor of an event as before–after, other groups and twins give it.

    Parameters
    ----------
    comparison : DataFrame
        From `event_impact.compare`.

    Returns
    -------
    Picture

    Taught in: 04 Interaction
    """
    _ = translator(comparison)
    if comparison.empty:
        return style.too_little(comparison, n=0)
    names = {
        "before_after": _("before and after alone"),
        "other_groups": _("against other groups"),
        "synthetic_twin": _("against its twins"),
    }
    rows = comparison.set_index("method").loc[list(names)]
    first, last = rows.loc["before_after", "estimate"], rows.loc["synthetic_twin", "estimate"]
    title = _("Before and after says × {first}; against twins × {last} remains").format(
        first=numbers.decimal(first, 2), last=numbers.decimal(last, 2)
    )
    subtitle = _(
        "Factor on the messages of the hosts, {weeks} weeks after the event; 95 % interval, log scale"
    ).format(weeks=numbers.count(about_of(comparison).get("after")))
    with style.canvas(comparison, title=title, subtitle=subtitle, n=int(rows["n"].iloc[0]), height=2.6) as (
        figure,
        axes,
    ):
        at = np.arange(len(rows))
        colours = [COLOURS["neutral"], SERIES[1], COLOURS["highlight"]]
        axes.set_xscale("log")
        axes.axvline(1, color=COLOURS["ink"], linewidth=0.8)
        for row, colour in zip(at, colours, strict=True):
            line = rows.iloc[row]
            marks.whiskers(axes, [row], [line["low"]], [line["high"]], horizontal=True, colour=colour)
            axes.plot([line["estimate"]], [row], "o", color=colour)
            said = numbers.interval(line["estimate"], line["low"], line["high"], 2)
            axes.text(line["estimate"], row - 0.22, f"× {said}", ha="center", va="bottom", fontsize=8.5)
        ticks = [tick for tick in (0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8)
                 if np.nanmin(rows["low"]) * 0.75 <= tick <= np.nanmax(rows["high"]) * 1.3]  # fmt: skip
        axes.set_xticks(ticks, [f"× {tick:g}" for tick in ticks])
        axes.set_xticks([], minor=True)
        axes.set_yticks(at, list(names.values()))
        axes.set_ylim(len(rows) - 0.5, -0.7)
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
    alt = _("Three dots with intervals on a scale of factors. {sentence}.").format(sentence=title)
    return style.picture(figure, comparison, alt=alt)
