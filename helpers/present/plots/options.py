"""New ideas and the field's trends as figures: room, effort and evidence; shares month by month."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.groups import capital
from helpers.present.ideas import measure_name, option_name, trend_name
from helpers.present.language import term, translator
from helpers.present.style import COLOURS, Picture

EVIDENCE = {"drawn by lot": "positive", "laboratory": "highlight", "observed only": "neutral"}


def innovation_options(table: pd.DataFrame) -> Picture:
    """Draw for each idea the room that the community leaves it and the work until a first test.

    Parameters
    ----------
    table : DataFrame
        From `options.weigh`.

    Returns
    -------
    Picture

    Taught in: 08 Outlook
    """
    _ = translator(table)
    known = table[table["estimate"].notna()] if len(table) else table
    if known.empty:
        return style.too_little(table, n=0)
    title = _(
        "The data speak to {known} of {n} ideas; {tested} of these rest on tests by lot elsewhere"
    ).format(known=len(known), n=len(table), tested=int(known["evidence"].eq("drawn by lot").sum()))
    subtitle = _(
        "Left: share with room for it, an upper bound on its own base. Right: weeks until a first test"
    )
    rows = table.reset_index(drop=True)
    at = np.arange(len(rows))
    with style.canvas(
        table, title=title, subtitle=subtitle, cols=2, width_ratios=[3, 2], sharey=True,
        height=1.7 + 0.46 * len(rows),
    ) as (figure, panels):  # fmt: skip
        shown = rows["estimate"].notna()
        marks.whiskers(panels[0], at[shown], rows.loc[shown, "low"], rows.loc[shown, "high"], horizontal=True)
        panels[0].plot(rows.loc[shown, "estimate"], at[shown], "o", color=COLOURS["highlight"], markersize=6)
        for row in rows[shown].itertuples():
            panels[0].annotate(
                measure_name(_, row.measure), (0, row.Index), xytext=(4, -11), textcoords="offset points",
                fontsize=7.5, color=COLOURS["grey"], va="center", parse_math=False,
            )  # fmt: skip
        for place in at[~shown]:
            panels[0].annotate(
                _("your data do not say"), (0, place), xytext=(4, 0), textcoords="offset points",
                fontsize=8, color=COLOURS["grey"], va="center",
            )  # fmt: skip
        panels[0].set_xlim(min(0.0, float(rows["low"].min())), 1)
        marks.percent_axis(panels[0], which="x")
        panels[0].set_yticks(at, [capital(option_name(_, name)) for name in rows["option"]], parse_math=False)
        for grade, colour in EVIDENCE.items():
            mine = rows["evidence"].eq(grade).to_numpy()
            if mine.any():
                panels[1].barh(
                    at[mine], (rows["weeks_high"] - rows["weeks_low"])[mine], left=rows["weeks_low"][mine],
                    height=0.35, color=COLOURS[colour], label=term(_, grade),
                )  # fmt: skip
        panels[1].set_xlim(0)
        panels[1].set_xlabel(_("weeks of work"))
        panels[1].legend(ncols=1, loc="upper right", title=_("evidence"), title_fontsize=8)
        for axes in panels:
            axes.grid(axis="x")
            axes.grid(visible=False, axis="y")
        panels[0].set_ylim(len(rows) - 0.4, -0.6)
    return style.picture(
        figure, table, alt=_("Dots of room and bars of effort by idea. {sentence}.").format(sentence=title)
    )


def field_shifts(table: pd.DataFrame, *, changes: pd.DataFrame) -> Picture:
    """Draw each trend of the field by month, with the change from the first to the last stretch.

    Parameters
    ----------
    table : DataFrame
        From `field_trends.monthly`.
    changes : DataFrame
        From `field_trends.changes`.

    Returns
    -------
    Picture

    Taught in: 08 Outlook
    """
    _ = translator(table)
    whole = table[~table["open_period"] & table["estimate"].notna()] if len(table) else table
    months = whole.groupby("trend")["period"].nunique() if len(whole) else pd.Series(dtype=int)
    names = [name for name in dict.fromkeys(whole["trend"]) if months[name] > 1] if len(whole) else []
    if not names:
        return style.too_little(table, n=0)
    sure = changes[~changes["small"]] if len(changes) else changes
    up, down = (int((sure[end] * sign > 0).sum()) for end, sign in (("change_low", 1), ("change_high", -1)))
    title = _("Of {n} trends of the field {up} clearly rise here and {down} fall").format(
        n=len(names), up=up, down=down
    )
    subtitle = _("Share by month, 95 % interval; below: last stretch against the first, in points")
    rows = (len(names) + 2) // 3
    with style.canvas(
        table, title=title, subtitle=subtitle, rows=rows, cols=3, height=0.9 + 1.75 * rows, squeeze=False
    ) as (figure, panels):  # fmt: skip
        flat = list(panels.ravel())
        for axes, name in zip(flat, names, strict=False):
            part = whole[whole["trend"] == name]
            marks.band(axes, part["period"], part["low"], part["high"])
            axes.plot(part["period"], part["estimate"], color=COLOURS["highlight"], linewidth=1.6)
            axes.set_ylim(0, min(1.0, 1.15 * float(part["high"].max())) if len(part) else 1)
            marks.percent_axis(axes)
            marks.date_axis(axes, _)
            axes.set_title(trend_name(_, name), fontsize=8.5)
            found = changes[changes["trend"] == name]
            if len(found):
                row = found.iloc[0]
                ends = (100 * row["change"], 100 * row["change_low"], 100 * row["change_high"])
                clear = not row["small"] and (row["change_low"] > 0 or row["change_high"] < 0)
                axes.set_xlabel(
                    numbers.interval(*ends), fontsize=8, color=COLOURS["highlight" if clear else "grey"]
                )
        for axes in flat[len(names) :]:
            axes.set_axis_off()
    return style.picture(
        figure, table, alt=_("Small lines of shares by month. {sentence}.").format(sentence=title)
    )
