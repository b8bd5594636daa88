"""Who the members are, when they are there and what they buy by, as figures."""

from __future__ import annotations

import math

import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.dots import dot_list
from helpers.present.groups import capital, placed
from helpers.present.language import Translate, term, translator
from helpers.present.style import COLOURS, SERIES, Picture


def member_profile(table: pd.DataFrame, *, segment: str = "all") -> Picture:
    """Draw the shares of each attribute in one segment, beside the whole community.

    Parameters
    ----------
    table : DataFrame
        From `profile.table`.
    segment : str, default "all"
        Segment whose shares are the dots; the community is drawn as hollow ones beside it.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(table)
    shown = table[table["segment"] == segment]
    n = int(shown["n"].max()) if shown["n"].notna().any() else 0
    if n < 10:
        return style.too_little(table, n=n)
    attributes = list(dict.fromkeys(shown["attribute"]))
    known = shown[(shown["value"] != "unknown") & ~shown["suppressed"]]
    if not len(known):
        return style.too_little(table, n=n)
    first = known.loc[known["estimate"].idxmax()]
    title = _("Most common: {value} ({attribute}), {share} of the members").format(
        value=term(_, first["value"]),
        attribute=term(_, first["attribute"]),
        share=numbers.percent(first["estimate"]),
    )
    subtitle = (
        _("Share of all members by attribute; lines are 95 % intervals")
        if segment == "all"
        else _("Share of the members of “{segment}” by attribute; lines are 95 % intervals").format(
            segment=term(_, segment)
        )
    )
    if shown["suppressed"].any():
        subtitle += _("; × is hidden, because few members could be recognised")
    cols = 2 if len(attributes) > 1 else 1
    rows = math.ceil(len(attributes) / cols)
    longest = [
        max(shown["attribute"].eq(name).sum() for name in attributes[row * cols : (row + 1) * cols])
        for row in range(rows)
    ]
    with style.canvas(
        table,
        title=title,
        subtitle=subtitle,
        n=n,
        rows=rows,
        cols=cols,
        squeeze=False,
        height=1.1 + sum(0.45 + 0.24 * many for many in longest),
        height_ratios=[many + 1.5 for many in longest],
        sharex=True,
    ) as (figure, panels):
        everyone = table[table["segment"] == "all"].set_index(["attribute", "value"])["estimate"]
        for axes in panels.flat[len(attributes) :]:
            axes.set_axis_off()
        for axes, name in zip(panels.flat, attributes, strict=False):
            own = shown[shown["attribute"] == name].reset_index(drop=True)
            dot_list(
                axes, [term(_, value) for value in own["value"]], own["estimate"], own["low"], own["high"]
            )
            hidden = own.index[own["suppressed"]]
            for row in hidden:
                axes.annotate(
                    "×",
                    (0, row),
                    xytext=(5, 0),
                    textcoords="offset points",
                    va="center",
                    color=COLOURS["negative"],
                )
            if segment != "all":
                axes.scatter(
                    everyone.loc[name].reindex(own["value"]),
                    own.index,
                    facecolors="none",
                    edgecolors=COLOURS["grey"],
                    s=36,
                    zorder=5,
                )
            axes.set_title(term(_, name))
            axes.set_xlim(0)
            axes.tick_params(labelbottom=True)
            marks.percent_axis(axes, which="x")
    return style.picture(
        figure, table, alt=_("Dots with intervals by attribute. {sentence}.").format(sentence=title)
    )


def _days(_: Translate) -> list[str]:
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]


def active_week(week: pd.DataFrame) -> Picture:
    """Draw in which hours of the week members are there.

    Parameters
    ----------
    week : DataFrame
        From `habits.week`.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(week)
    n = int(week.drop_duplicates("weekday")["n"].sum()) if len(week) else 0
    if n < 50:
        return style.too_little(week, n=n)
    best = week.loc[week["estimate"].idxmax()]
    title = _("Busiest: {weekday} at {hour}, with {share} of that day's active members").format(
        weekday=_days(_)[int(best["weekday"])],
        hour=_clock(best["hour"]),
        share=numbers.percent(best["estimate"]),
    )
    subtitle = _(
        "Share of the active members of a weekday who did something in the hour; n is active member-days"
    )
    wide = week.pivot(index="weekday", columns="hour", values="estimate")
    wide.index = _days(_)
    with style.canvas(week, title=title, subtitle=subtitle, n=n, height=3.1) as (figure, axes):
        image = axes.imshow(wide.to_numpy(dtype=float), cmap=marks.HEAT, vmin=0, aspect="auto")
        axes.set_yticks(range(7), wide.index, parse_math=False)
        axes.set_xticks(range(0, 24, 3), [_clock(hour) for hour in range(0, 24, 3)])
        axes.grid(False)
        axes.spines[:].set_visible(False)
        bar = figure.colorbar(image, ax=axes, pad=0.01, aspect=14)
        bar.outline.set_visible(False)
        marks.percent_axis(bar.ax)
    return style.picture(
        figure, week, alt=_("Heat map of weekdays by hours. {sentence}.").format(sentence=title)
    )


def _clock(hour: float) -> str:
    return f"{int(hour):02d}:00"


def active_hours(hours: pd.DataFrame) -> Picture:
    """Draw the active hours of the day by segment.

    Parameters
    ----------
    hours : DataFrame
        From `habits.hours`; at most five segments are drawn, the largest.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(hours)
    sizes = (
        placed(hours)
        .drop_duplicates("segment")
        .set_index("segment")["members"]
        .sort_values(ascending=False, kind="stable")
    )
    shown = list(sizes.index[sizes >= 10][:5])
    if not shown:
        return style.too_little(hours, n=int(sizes.sum()))
    own = hours[hours["segment"].isin(shown)]
    best = own.loc[own["estimate"].idxmax()]
    title = _("{segment}: {share} of the active days have something at {hour}").format(
        segment=capital(term(_, best["segment"])),
        share=numbers.percent(best["estimate"]),
        hour=_clock(best["hour"]),
    )
    subtitle = _("Share of active days with something done in the hour, by segment; bands are 95 % intervals")
    with style.canvas(hours, title=title, subtitle=subtitle, n=int(sizes[shown].sum()), height=3.6) as (
        figure,
        axes,
    ):
        ends = []
        for name, colour in zip(sorted(shown), SERIES, strict=False):
            line = own[own["segment"] == name].sort_values("hour")
            axes.plot(line["hour"], line["estimate"], color=colour)
            marks.band(axes, line["hour"], line["low"], line["high"], colour=colour)
            ends.append((23, float(line["estimate"].iloc[-1]), term(_, name), colour))
        axes.set_ylim(0)
        axes.set_xlim(0, 23)
        axes.set_xticks(range(0, 24, 3), [_clock(hour) for hour in range(0, 24, 3)])
        marks.percent_axis(axes)
        marks.label_ends(axes, ends)
    return style.picture(
        figure, hours, alt=_("Lines over the hours of the day. {sentence}.").format(sentence=title)
    )


def purchase_factors(table: pd.DataFrame, *, most: int = 8) -> Picture:
    """Draw the shares of purchases by category, discount, channel and campaign.

    Parameters
    ----------
    table : DataFrame
        From `profile.purchase_factors`.
    most : int, default 8
        Values drawn of each factor, the commonest.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(table)
    n = int(table["n"].max()) if len(table) else 0
    if n < 10:
        return style.too_little(table, n=n)
    used = table[(table["factor"] == "discount")]
    top = used.iloc[0] if len(used) else table.loc[table["estimate"].idxmax()]
    message = (
        _("{share} of the purchases use a discount")
        if len(used)
        else _("{value} makes {share} of the purchases")
    )
    title = message.format(share=numbers.percent(top["estimate"]), value=term(_, top["value"]))
    subtitle = _("Share of purchases by what may have decided them; lines are 95 % intervals over members")
    shown = table.groupby("factor", sort=False).head(most).reset_index(drop=True)
    names = [
        _("{factor}: {value}").format(factor=term(_, factor.removesuffix("_id")), value=term(_, value))
        for factor, value in zip(shown["factor"], shown["value"], strict=True)
    ]
    shades = dict(
        zip(dict.fromkeys(shown["factor"]), (SERIES[0], SERIES[1], SERIES[2], COLOURS["grey"]), strict=False)
    )
    with style.canvas(table, title=title, subtitle=subtitle, n=n, height=1.3 + 0.25 * len(shown)) as (
        figure,
        axes,
    ):
        dot_list(
            axes,
            names,
            shown["estimate"],
            shown["low"],
            shown["high"],
            colours=[shades[factor] for factor in shown["factor"]],
        )
        axes.set_xlim(0)
        marks.percent_axis(axes, which="x")
    return style.picture(figure, table, alt=_("Dots by factor and value. {sentence}.").format(sentence=title))
