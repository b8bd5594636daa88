"""Tests of drawn members, as figures: sharper intervals, looks, winners, segments."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import about_of, term, translator
from helpers.present.style import COLOURS, SERIES, Picture

FEWEST = 15  # members an arm: a test of fewer is not worth playing through


def sharper_effects(table: pd.DataFrame) -> Picture:
    """Draw the effect on each outcome as it is, and after taking out what was known before.

    Parameters
    ----------
    table : DataFrame
        From `cuped.compare`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(table)
    shown = table[table["value_a"] > 0]
    if shown.empty:
        return style.too_little(table, n=int(table["n"].max()) if len(table) else 0)
    best = shown.loc[shown["saved"].idxmax()]
    title = _("Knowing the past is worth {more} more members for “{outcome}”").format(
        more=numbers.percent(best["worth"] - 1, 0), outcome=term(_, best["outcome"])
    )
    subtitle = _(
        "Difference of the arms as a share of the control arm, 95 % interval; above plain, below CUPED"
    )
    outcomes = list(dict.fromkeys(shown["outcome"]))
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(best["n"]), height=1.6 + 0.45 * len(outcomes)
    ) as (figure, axes):
        for at, outcome in enumerate(outcomes):
            part = shown[shown["outcome"] == outcome].set_index("method")
            base = part.loc["plain", "value_a"]
            for method, shift, colour in (
                ("plain", -0.15, COLOURS["neutral"]),
                ("cuped", 0.15, COLOURS["highlight"]),
            ):
                row = part.loc[method]
                low, high = [row["low"] / base], [row["high"] / base]
                marks.whiskers(axes, [at + shift], low, high, horizontal=True, colour=colour)
                axes.plot(row["estimate"] / base, at + shift, "o", color=colour)
        axes.axvline(0, color=COLOURS["ink"], linewidth=0.8)
        axes.set_yticks(range(len(outcomes)), [term(_, outcome) for outcome in outcomes])
        axes.set_ylim(len(outcomes) - 0.5, -0.5)
        marks.percent_axis(axes, which="x")
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
    return style.picture(
        figure, table, alt=_("Pairs of dots with intervals by outcome. {sentence}.").format(sentence=title)
    )


def trial_looks(table: pd.DataFrame) -> Picture:
    """Draw a test as it went, with the limits of one look and of many, and what peeking would have cost.

    Parameters
    ----------
    table : DataFrame
        From `trial_looks.looks`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(table)
    if len(table) < 2:
        return style.too_little(table, n=int(table["n"].max()) if len(table) else 0)
    last = table.iloc[-1]
    title = _("{looks} looks turn a false-alarm rate of 5 % into {rate}").format(
        looks=numbers.count(len(table)), rate=numbers.percent(last["false_alarm"], 0)
    )
    subtitle = _("Left: difference of the arms in standard errors. Right: false alarms of whoever peeks")
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(last["n"]), cols=2, width=8.2, height=3.5
    ) as (figure, axes):
        left, right = axes
        lines = (
            ("naive", _("one look"), COLOURS["neutral"], "--"),
            ("pocock", "Pocock", SERIES[1], "-"),
            ("obrien_fleming", "O'Brien–Fleming", SERIES[0], "-."),
        )
        for name, label, colour, dash in lines:
            for sign in (1, -1):
                left.plot(
                    table["day"], sign * table[name], color=colour, linestyle=dash, linewidth=1.3,
                    label=label if sign > 0 else None,
                )  # fmt: skip
        left.plot(
            table["day"], table["z"], "o-", color=COLOURS["highlight"], markersize=4, label=_("this test")
        )
        left.axhline(0, color=COLOURS["ink"], linewidth=0.8)
        reach = max(4.5, float(table["z"].abs().max()) + 0.5)
        left.set_ylim(-reach, reach)
        left.set_xlabel(_("day of the test"))
        left.legend(
            ncols=2, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2, columnspacing=1
        )
        right.step(table["day"], table["false_alarm"], where="post", color=COLOURS["negative"])
        right.axhline(0.05, color=COLOURS["neutral"], linestyle="--", linewidth=1)
        right.set_ylim(0, max(0.1, 1.15 * float(last["false_alarm"])))
        right.set_xlabel(_("day of the test"))
        marks.percent_axis(right)
    return style.picture(
        figure,
        table,
        alt=_("A path between limits, and a rising line of false alarms. {sentence}.").format(sentence=title),
    )


def winners_curse(runs: pd.DataFrame) -> Picture:
    """Draw the estimates of one test run many times, and those among them that would be reported.

    Parameters
    ----------
    runs : DataFrame
        From `winners_curse.simulate`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(runs)
    won = runs.loc[runs["significant"], "estimate"]
    about = about_of(runs)
    if won.empty or about.get("members", FEWEST) < FEWEST:
        return style.too_little(runs, n=int(about.get("members", 0)))
    effect = float(about.get("effect", np.nan))
    title = _("What passes the test looks {times} times as large as it is").format(
        times=numbers.decimal(won.abs().mean() / effect)
    )
    subtitle = _(
        "{tests} runs of a test of {n} members an arm; filled: p below 5 %; line: the true effect"
    ).format(tests=numbers.count(len(runs)), n=numbers.count(about.get("members", np.nan)))
    with style.canvas(runs, title=title, subtitle=subtitle, n=len(runs), height=3.2) as (figure, axes):
        step = 1 / max(int(about.get("members", 100)), 1)
        low, high = runs["estimate"].min(), runs["estimate"].max()
        width = step * max(1, round((high - low) / step / 50))
        bins = np.arange(low - width / 2, high + width, width)
        axes.hist(runs["estimate"], bins=bins, color=COLOURS["muted"], label=_("all runs"))
        axes.hist(won, bins=bins, color=COLOURS["highlight"], label=_("reported as a success"))
        axes.axvline(effect, color=COLOURS["ink"], linewidth=1.5)
        axes.axvline(0, color=COLOURS["ink"], linewidth=0.8, linestyle=":")
        marks.percent_axis(axes, which="x", places=1)
        marks.count_axis(axes)
        axes.set_xlabel(_("difference found"))
        axes.legend(loc="upper left")
    return style.picture(
        figure, runs, alt=_("Histogram, its outer part filled. {sentence}.").format(sentence=title)
    )


def segment_effects(table: pd.DataFrame, *, rows: int = 16) -> Picture:
    """Draw the effect in each segment, alone and with the interval that allows for their number.

    Parameters
    ----------
    table : DataFrame
        From `trial_segments.effects`.
    rows : int, default 16
        The most segments shown: the largest effects and the smallest.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(table)
    if table.empty:
        return style.too_little(table, n=0)
    title = _("Of {n} segments {alone} are clear alone, {clear} after a "
"correction, {certain} by the strictest").format(
        n=len(table), alone=int(table["alone"].sum()), clear=int(table["clear"].sum()),
        certain=int(table["certain"].sum()),
    )  # fmt: skip
    subtitle = _("Difference of the arms; thick: 95 % for one segment, thin: for all of them together")
    shown = table if len(table) <= rows else pd.concat([table.head(rows - rows // 3), table.tail(rows // 3)])
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(table["n"].max()), height=1.5 + 0.24 * len(shown)
    ) as (figure, axes):
        at = np.arange(len(shown))
        marks.whiskers(
            axes, at, shown["wide_low"], shown["wide_high"], horizontal=True, colour=COLOURS["neutral"]
        )
        for place, (_at, row) in enumerate(shown.iterrows()):
            colour = COLOURS["highlight"] if row["clear"] else COLOURS["neutral"]
            axes.hlines(place, row["low"], row["high"], color=colour, linewidth=3.2, zorder=3)
            axes.plot(row["estimate"], place, "o", color=colour, markersize=5, zorder=4)
        axes.axvline(0, color=COLOURS["ink"], linewidth=0.8)
        labels = [
            _("{line}: {choice}").format(line=term(_, cut), choice=term(_, segment))
            for cut, segment in zip(shown["cut"], shown["segment"], strict=True)
        ]
        axes.set_yticks(at, labels, parse_math=False)
        axes.set_ylim(len(shown) - 0.5, -0.5)
        if about_of(table).get("unit") == "share":
            marks.percent_axis(axes, which="x")
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
    return style.picture(
        figure, table, alt=_("Dots with two intervals each by segment. {sentence}.").format(sentence=title)
    )
