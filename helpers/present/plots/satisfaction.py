"""How content members are, as figures: the score, what it is made of, its course, and who answers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.metrics.satisfaction import trend
from helpers.present import marks, numbers, style
from helpers.present.language import Translate, about_of, term, translator
from helpers.present.style import COLOURS, Picture

_CLASS = {"detractors": COLOURS["negative"], "passives": COLOURS["muted"], "promoters": COLOURS["positive"]}


def _segments(_: Translate, table: pd.DataFrame) -> list[str]:
    by = about_of(table).get("by")
    if by in table.columns:
        return [term(_, name) for name in table[by]]
    return [_("all")] * len(table)


def nps(table: pd.DataFrame) -> Picture:
    """Draw the shares of promoters, passives and detractors beside the score and its interval.

    Parameters
    ----------
    table : DataFrame
        From `satisfaction.nps`, one row a segment.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    shown = table[table["n"] > 0].sort_values("estimate", ascending=False, kind="stable")
    if shown.empty or shown["n"].sum() < 10:
        return style.too_little(table, n=int(shown["n"].sum()) if len(shown) else 0)
    title = _nps_title(_, shown)
    scales = ", ".join(dict.fromkeys(shown["scale"]))
    subtitle = _("Net promoter score with 95 % interval, scale {scale}, members who answered").format(
        scale=scales
    )
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(shown["n"].sum()), cols=2, sharey=True,
        width_ratios=[3, 2],
        height=1.9 + 0.32 * len(shown),
    ) as (figure, (bars, dots)):  # fmt: skip
        at, left = np.arange(len(shown)), np.zeros(len(shown))
        names = {"detractors": _("detractors"), "passives": _("passives"), "promoters": _("promoters")}
        for part, colour in _CLASS.items():
            width = (shown[part] / shown["n"]).to_numpy()
            bars.barh(at, width, left=left, color=colour, height=0.66, label=names[part])
            left = left + width
        labels = [
            f"{name} (n = {numbers.count(n)})"
            for name, n in zip(_segments(_, shown), shown["n"], strict=True)
        ]
        bars.set_yticks(at, labels, parse_math=False)
        bars.set_xlim(0, 1)
        marks.percent_axis(bars, which="x")
        bars.legend(ncols=3, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2)
        marks.whiskers(dots, at, shown["low"], shown["high"], horizontal=True, colour=COLOURS["highlight"])
        dots.plot(shown["estimate"], at, "o", color=COLOURS["highlight"])
        dots.axvline(0, color=COLOURS["ink"], linewidth=0.8)
        dots.set_xlabel(_("net promoter score, points"))
        for axes in (bars, dots):
            axes.grid(axis="x")
            axes.grid(visible=False, axis="y")
        bars.set_ylim(len(shown) - 0.5, -0.5)
    return style.picture(
        figure, table, alt=_("Stacked bars and dots with intervals. {sentence}.").format(sentence=title)
    )


def _nps_title(_: Translate, shown: pd.DataFrame) -> str:
    # Segments of a few answers are drawn, but the finding does not rest on them.
    shown = shown if len(shown) == 1 or shown["small"].all() else shown[~shown["small"]]
    best, worst = shown.iloc[0], shown.iloc[-1]
    if len(shown) == 1:
        said = numbers.interval(best["estimate"], best["low"], best["high"], 0)
        return _("The net promoter score is {score} points").format(score=said)
    if best["low"] <= worst["high"]:
        return _("No segment clearly recommends more than another")
    names = _segments(_, shown)
    message = _("{best} would recommend most ({high} points), {worst} least ({low})")
    return message.format(
        best=names[0],
        worst=names[-1],
        high=numbers.decimal(best["estimate"], 0),
        low=numbers.decimal(worst["estimate"], 0),
    )


def score_distribution(table: pd.DataFrame) -> Picture:
    """Draw how many members gave each score, coloured by class.

    Parameters
    ----------
    table : DataFrame
        From `satisfaction.distribution`; the scale with most answers is drawn.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    if table.empty or table["n"].max() < 10:
        return style.too_little(table, n=int(table["n"].max()) if len(table) else 0)
    scale = table.loc[table["n"].idxmax(), "scale"]
    shown = table[table["scale"] == scale]
    most = shown.loc[shown["estimate"].idxmax()]
    title = _("The most frequent answer is {score}, given by {share}").format(
        score=f"{most['score']:g}", share=numbers.percent(most["estimate"], 0)
    )
    subtitle = _("Share of members by score on the scale {scale}, with 95 % interval").format(scale=scale)
    with style.canvas(table, title=title, subtitle=subtitle, n=int(shown["n"].iloc[0]), height=3.2) as (
        figure,
        axes,
    ):
        names = {"detractors": _("detractors"), "passives": _("passives"), "promoters": _("promoters")}
        for group, part in shown.groupby("group", sort=False):
            axes.bar(
                part["score"], part["estimate"], color=_CLASS[str(group)], width=0.8, label=names[str(group)]
            )
        marks.whiskers(axes, shown["score"], shown["low"], shown["high"])
        axes.set_xticks(shown["score"], [f"{score:g}" for score in shown["score"]])
        axes.set_xlabel(_("score"))
        marks.percent_axis(axes)
        axes.legend(ncols=3, loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, borderaxespad=0.2)
    return style.picture(figure, table, alt=_("Bars by score. {sentence}.").format(sentence=title))


def nps_trend(table: pd.DataFrame) -> Picture:
    """Draw the net promoter score over time with its intervals.

    Parameters
    ----------
    table : DataFrame
        From `satisfaction.nps` with `every`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    shown = table[table["n"] > 0]
    if len(shown) < 2:
        return style.too_little(table, n=int(shown["n"].sum()) if len(shown) else 0)
    title = _trend_title(_, shown)
    subtitle = _("Net promoter score by month of the answer, 95 % interval; number of answers above")
    if about_of(table).get("every") == "week":
        subtitle = _("Net promoter score by week of the answer, 95 % interval; number of answers above")
    with style.canvas(table, title=title, subtitle=subtitle, n=int(shown["n"].sum())) as (figure, axes):
        axes.plot(shown["period"], shown["estimate"], color=COLOURS["muted"], linewidth=1)
        marks.whiskers(axes, shown["period"], shown["low"], shown["high"], colour=COLOURS["highlight"])
        for unfinished, part in shown.groupby("open_period"):
            face = "white" if unfinished else COLOURS["highlight"]
            axes.plot(part["period"], part["estimate"], "o", color=COLOURS["highlight"], markerfacecolor=face)
        axes.axhline(0, color=COLOURS["ink"], linewidth=0.8)
        for line in shown.itertuples():
            axes.annotate(
                numbers.count(line.n), (line.period, line.high), xytext=(0, 3), textcoords="offset points",
                ha="center", fontsize=7.5, color=COLOURS["grey"],
            )  # fmt: skip
        axes.margins(y=0.12)
        axes.set_ylabel(_("points"))
        marks.date_axis(axes, _)
    return style.picture(
        figure, table, alt=_("Dots with intervals over time. {sentence}.").format(sentence=title)
    )


def _trend_title(_: Translate, shown: pd.DataFrame) -> str:
    line = trend(shown)
    if line.empty:
        first, last = shown.iloc[0], shown.iloc[-1]
        return _("The score went from {first} to {last} points").format(
            first=numbers.decimal(first["estimate"], 0), last=numbers.decimal(last["estimate"], 0)
        )
    row = line.iloc[0]
    pace = numbers.interval(row["estimate"], row["low"], row["high"])
    if row["p_value"] < 0.05:
        lowest = shown.loc[shown["estimate"].idxmin()]
        message = _("The score moved more than chance explains; it was lowest, at {score}, in {month}")
        return message.format(score=numbers.decimal(lowest["estimate"], 0), month=f"{lowest['period']:%Y-%m}")
    if row["low"] <= 0 <= row["high"]:
        return _("No clear trend in the score")
    return _("The score changes by {pace} points in 30 days").format(pace=pace)


def survey_response(table: pd.DataFrame) -> Picture:
    """Draw who answered a survey, by how active they had been, and what they said.

    Parameters
    ----------
    table : DataFrame
        From `satisfaction.response`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    if table.empty or table["count"].sum() < 10:
        return style.too_little(table, n=int(table["n"].sum()) if len(table) else 0)
    quiet, busy = table.iloc[0], table.iloc[-1]
    title = _("{busy} of the most active answered, {quiet} of the inactive").format(
        busy=numbers.percent(busy["estimate"], 0), quiet=numbers.percent(quiet["estimate"], 0)
    )
    message = _(
        "Members by active days in the {k} days before the survey; left: share who answered, 95 % interval"
    )
    subtitle = message.format(k=about_of(table).get("window", 30))
    labels = [_("no active day"), _("1–3 active days"), _("4 and more")]
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(table["n"].sum()), cols=2, sharey=True, height=2.7
    ) as (figure, (dots, bars)):
        at = np.arange(len(table))
        marks.whiskers(dots, at, table["low"], table["high"], horizontal=True, colour=COLOURS["highlight"])
        dots.plot(table["estimate"], at, "o", color=COLOURS["highlight"])
        dots.set_yticks(at, labels)
        dots.set_xlim(0)
        marks.percent_axis(dots, which="x")
        bars.barh(
            at - 0.18, table["members"], height=0.34, color=COLOURS["neutral"], label=_("share of members")
        )
        bars.barh(
            at + 0.18, table["answers"], height=0.34, color=COLOURS["highlight"], label=_("share of answers")
        )
        for row, score in enumerate(table["score"]):
            said = _("score {score}").format(score=numbers.decimal(score, 0))
            longest = max(table["members"].iloc[row], table["answers"].iloc[row])
            bars.annotate(
                said, (longest, row), xytext=(5, 0), textcoords="offset points", va="center", fontsize=8
            )
        bars.margins(x=0.22)
        marks.percent_axis(bars, which="x")
        bars.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderpad=0, borderaxespad=0.2)
        for axes in (dots, bars):
            axes.grid(axis="x")
            axes.grid(visible=False, axis="y")
        dots.set_ylim(len(table) - 0.5, -0.5)
    return style.picture(
        figure, table, alt=_("Dots and bars by activity. {sentence}.").format(sentence=title)
    )


def mean_scores(table: pd.DataFrame) -> Picture:
    """Draw mean scores by question with intervals, the lowest on top.

    Parameters
    ----------
    table : DataFrame
        From `satisfaction.scores`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    shown = table[table["n"] > 1].sort_values("estimate", kind="stable")
    if shown.empty or shown["n"].max() < 10:
        return style.too_little(table, n=int(shown["n"].sum()) if len(shown) else 0)
    by = shown.columns[0]
    names = [term(_, name) for name in shown[by]]
    title = _("Members are least content with {worst} ({low}) and most with {best} ({high})").format(
        worst=names[0],
        best=names[-1],
        low=numbers.decimal(shown["estimate"].iloc[0]),
        high=numbers.decimal(shown["estimate"].iloc[-1]),
    )
    subtitle = _("Mean score by question, members who answered, 95 % interval")
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(shown["n"].max()), height=1.7 + 0.28 * len(shown)
    ) as (figure, axes):
        at = np.arange(len(shown))
        marks.whiskers(axes, at, shown["low"], shown["high"], horizontal=True, colour=COLOURS["highlight"])
        axes.plot(shown["estimate"], at, "o", color=COLOURS["highlight"])
        axes.set_yticks(at, names, parse_math=False)
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
    return style.picture(
        figure, table, alt=_("Dots with intervals by question. {sentence}.").format(sentence=title)
    )
