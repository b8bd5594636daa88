"""Growth accounting as a figure: who came, who came back, who was lost, and the quick ratio."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import about_of, translator
from helpers.present.style import COLOURS, SERIES, Picture


def growth_accounting(accounting: pd.DataFrame) -> Picture:
    """Draw gains upwards and losses downwards for each period, and the quick ratio below.

    Parameters
    ----------
    accounting : DataFrame
        From `growth.accounting`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(accounting)
    shown = accounting.loc[accounting.index > 0] if len(accounting) else accounting
    whole = shown.loc[~shown["open_period"] & (shown["n"] > 0)]
    if not len(whole) or whole["n"].sum() < 30:
        return style.too_little(accounting, n=int(whole["n"].sum()) if len(whole) else 0)
    end = whole.iloc[-1]
    title = _("Last whole period: {gained} members gained, {lost} lost").format(
        gained=numbers.count(end["count"]), lost=numbers.count(end["lost"])
    )
    subtitle = (
        _("Buyers by period: new, returned and lost; below: quick ratio, gained / lost")
        if about_of(accounting).get("basis") == "orders"
        else _("Active members by period: new, returned and lost; below: quick ratio, gained / lost")
    )
    # Bars stand in the middle of the days they count.
    width = (shown["last_day"] - shown["period"]) + pd.Timedelta(days=1)
    middle = shown["period"] + width / 2
    with style.canvas(
        accounting,
        title=title,
        subtitle=subtitle,
        n=int(end["n"]),
        rows=2,
        height=4.8,
        sharex=True,
        gridspec_kw={"height_ratios": [2, 1]},
    ) as (figure, axes):
        bars, ratio = axes
        size = {"width": width * 0.82}
        bars.bar(middle, shown["new"], color=SERIES[0], label=_("new"), **size)
        bars.bar(
            middle, shown["resurrected"], bottom=shown["new"], color=SERIES[3], label=_("came back"), **size
        )
        bars.bar(middle, -shown["lost"], color=COLOURS["negative"], label=_("lost"), **size)
        bars.plot(middle, shown["net"], color=COLOURS["ink"], linewidth=1.2, marker=".", label=_("net"))
        bars.axhline(0, color=COLOURS["neutral"], linewidth=0.8)
        marks.count_axis(bars)
        bars.legend(ncols=4, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2)
        high = whole["high"].where(np.isfinite(whole["high"]))
        ratio.axhline(1, color=COLOURS["neutral"], linewidth=1)
        marks.band(ratio, middle[whole.index], whole["low"], high)
        ratio.plot(middle[whole.index], whole["estimate"], color=COLOURS["highlight"], marker=".")
        # The first periods know nobody yet, so that nobody can be lost: they do not set the scale.
        settled = whole["estimate"].iloc[min(3, len(whole) - 1) :]
        ratio.set_ylim(0, max(2.0, float(np.nanmax(np.r_[settled, 0])) * 1.25))
        ratio.set_ylabel(_("quick ratio"))
        for opened in shown.index[shown["open_period"]]:
            span = shown.loc[opened, "period"], shown.loc[opened, "period"] + width[opened]
            marks.mark_open(bars, *span, label=_("unfinished"))
            marks.mark_open(ratio, *span)
        marks.date_axis(ratio, _)
    alt = _("Bars up and down by period. {sentence}; quick ratio {ratio}.").format(
        sentence=title, ratio=numbers.interval(end["estimate"], end["low"], end["high"], 2)
    )
    return style.picture(figure, accounting, alt=alt)
