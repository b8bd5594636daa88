"""Lifetime value as figures: does the model track, whom does it think alive, which source brings value."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.groups import capital
from helpers.present.language import about_of, term, translator
from helpers.present.style import COLOURS, Picture


def purchase_tracking(tracking: pd.DataFrame) -> Picture:
    """Draw actual and expected repeat purchases by week, before and after the cut.

    Parameters
    ----------
    tracking : DataFrame
        From `lifetime_checks.tracking`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(tracking)
    about = about_of(tracking)
    if not len(tracking) or not tracking["holdout"].any():
        return style.too_little(tracking, n=0)
    later = tracking[tracking["holdout"] & ~tracking["open_period"]]
    actual, expected = later["count"].sum(), later["expected"].sum()
    title = _("After the cut {actual} repeat purchases came; {expected} were expected").format(
        actual=numbers.count(actual), expected=numbers.count(expected)
    )
    subtitle = _(
        "Repeat purchase days a week of buyers who first bought by {day}; the model saw no later day"
    )
    n = int(tracking["n"].iloc[-1])
    with style.canvas(tracking, title=title, subtitle=subtitle.format(day=about["cut"]), n=n) as (
        figure,
        axes,
    ):
        axes.plot(tracking["period"], tracking["count"], color=COLOURS["neutral"], linewidth=1.2)
        axes.plot(tracking["period"], tracking["expected"], color=COLOURS["highlight"], linewidth=2)
        marks.band(axes, tracking["period"], tracking["low"], tracking["high"])
        axes.set_ylim(0)
        axes.axvline(pd.Timestamp(about["cut"]), color=COLOURS["ink"], linewidth=1, linestyle="--")
        axes.annotate(
            _("cut"), (pd.Timestamp(about["cut"]), 1), xycoords=("data", "axes fraction"), xytext=(4, -10),
            textcoords="offset points", fontsize=8.5,
        )  # fmt: skip
        unfinished = tracking[tracking["open_period"]]
        if len(unfinished):
            start = unfinished["period"].iloc[0]
            marks.mark_open(axes, start - pd.Timedelta(days=3), start + pd.Timedelta(days=4))
        marks.date_axis(axes, _)
        marks.count_axis(axes)
        last = tracking[~tracking["open_period"]].iloc[-1]
        marks.label_ends(
            axes,
            [
                (tracking["period"].iloc[-1], last["count"], _("actual"), COLOURS["neutral"]),
                (
                    tracking["period"].iloc[-1],
                    last["expected"],
                    _("expected by the model"),
                    COLOURS["highlight"],
                ),
            ],
        )
    return style.picture(figure, tracking, alt=_("Two lines by week. {sentence}.").format(sentence=title))


def purchase_frequency(fit: pd.DataFrame) -> Picture:
    """Draw how many buyers came back so many times, beside what the model says.

    Parameters
    ----------
    fit : DataFrame
        From `lifetime_checks.frequency_fit`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(fit)
    if not len(fit):
        return style.too_little(fit, n=0)
    once = fit.iloc[0]
    title = _("{share} of buyers never came back").format(share=numbers.percent(once["estimate"]))
    subtitle = _("Share of buyers by repeat purchase days: bars observed, dots by the BG/NBD model")
    with style.canvas(fit, title=title, subtitle=subtitle, n=int(once["n"])) as (figure, axes):
        axes.bar(fit["x"], fit["estimate"], color=COLOURS["muted"], width=0.7, label=_("observed"))
        marks.whiskers(axes, fit["x"], fit["low"], fit["high"])
        axes.plot(
            fit["x"], fit["expected"], "o", color=COLOURS["highlight"], label=_("by the model"), zorder=4
        )
        labels = [str(x) for x in fit["x"]]
        labels[-1] += "+"
        axes.set_xticks(fit["x"], labels)
        axes.set_xlabel(_("repeat purchase days"))
        marks.percent_axis(axes)
        axes.legend()
    gap = float((fit["expected"] - fit["estimate"]).abs().max())
    alt = _("Bars and dots. {sentence}; bars and dots differ by at most {gap}.").format(
        sentence=title, gap=numbers.percent(gap)
    )
    return style.picture(figure, fit, alt=alt)


def alive_map(grid: pd.DataFrame) -> Picture:
    """Draw the probability that a buyer is still there, by repeat purchases and silence.

    Parameters
    ----------
    grid : DataFrame
        From `lifetime_checks.alive_grid`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(grid)
    if not len(grid):
        return style.too_little(grid, n=0)
    most = int(grid["x"].max())
    below = grid[(grid["x"] == most) & (grid["p_alive"] < 0.5)]
    title = _("The same silence means more for a frequent buyer")
    if len(below):
        title = _(
            "A buyer with {many} repeats is more likely gone than not after {weeks} silent weeks"
        ).format(many=most, weeks=numbers.count(np.ceil(below["silent"].iloc[0])))
    subtitle = _(
        "Probability of still being a customer, buyer {weeks} weeks after the first purchase, BG/NBD"
    )
    age = float(grid["T"].iloc[0])
    wide = grid.pivot(index="silent", columns="x", values="p_alive").sort_index()
    with style.canvas(grid, title=title, subtitle=subtitle.format(weeks=numbers.count(age)), height=4.0) as (
        figure,
        axes,
    ):
        levels = np.linspace(0, 1, 11)
        filled = axes.contourf(wide.columns, wide.index, wide.to_numpy(float), levels=levels, cmap=marks.HEAT)
        # A line that bounds a sliver has no room for its name.
        named = [level for level in (0.1, 0.5, 0.9) if 0.05 < np.mean(grid["p_alive"] > level) < 0.95]
        lines = axes.contour(
            wide.columns, wide.index, wide.to_numpy(float), levels=named or [0.5], colors=COLOURS["ink"],
            linewidths=0.9,
        )  # fmt: skip
        axes.clabel(lines, fmt=lambda level: numbers.percent(level, 0), fontsize=8)
        bar = figure.colorbar(filled, ax=axes, ticks=[0, 0.25, 0.5, 0.75, 1])
        bar.ax.set_yticklabels([numbers.percent(share, 0) for share in (0, 0.25, 0.5, 0.75, 1)])
        axes.set_xlabel(_("repeat purchase days so far"))
        axes.set_ylabel(_("weeks since the last purchase"))
        axes.grid(visible=False)
    return style.picture(figure, grid, alt=_("Shaded map. {sentence}.").format(sentence=title))


def value_by_segment(values: pd.DataFrame, *, each: str = "buyer") -> Picture:
    """Draw the expected value by segment with intervals.

    Parameters
    ----------
    values : DataFrame
        From `lifetime_value.by_segment`.
    each : {"buyer", "member"}, default "buyer"
        Value a buyer, or a member (members who never bought count nothing).

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(values)
    about = about_of(values)
    if not len(values) or values["n"].sum() < 30:
        return style.too_little(values, n=int(values["n"].sum()) if len(values) else 0)
    names = ("estimate", "low", "high")
    if each == "member":
        names = ("per_member", "per_member_low", "per_member_high")
    rows = values.sort_values([names[0], "segment"], ignore_index=True)
    sound = rows[~rows["small"].astype(bool)]
    best = (sound if len(sound) else rows).iloc[-1]
    title = _("{segment}: {value} expected per buyer, the most of all").format(
        segment=capital(term(_, best["segment"])),
        value=numbers.money(best[names[0]], about.get("currency"), 0),
    )
    subtitle = _("Discounted margin of the next {months} months per buyer, with 95 % intervals")
    if each == "member":
        title = _("{segment}: {value} expected per member, the most of all").format(
            segment=capital(term(_, best["segment"])),
            value=numbers.money(best[names[0]], about.get("currency"), 0),
        )
        subtitle = _("Discounted margin of the next {months} months per member, with 95 % intervals")
    size = "members" if each == "member" else "n"
    subtitle = subtitle.format(months=about.get("months"))
    height = 1.5 + 0.3 * len(rows)
    with style.canvas(rows, title=title, subtitle=subtitle, n=int(rows[size].sum()), height=height) as (
        figure,
        axes,
    ):
        at = np.arange(len(rows))
        colours = np.where(rows["small"].astype(bool), COLOURS["muted"], COLOURS["highlight"])
        marks.whiskers(axes, at, rows[names[1]], rows[names[2]], horizontal=True)
        axes.scatter(rows[names[0]], at, color=colours, zorder=4, s=36)
        axes.set_yticks(
            at,
            [
                f"{term(_, name)}   n = {numbers.count(count)}"
                for name, count in zip(rows["segment"], rows[size], strict=True)
            ],
            parse_math=False,
        )
        axes.set_ylim(-0.6, len(rows) - 0.4)
        axes.set_xlim(0)
        marks.money_axis(axes, about.get("currency"), which="x")
        axes.grid(visible=False, axis="y")
    alt = _("Dots with intervals by segment. {sentence}.").format(sentence=title)
    return style.picture(figure, values, alt=alt)
