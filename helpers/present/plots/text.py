"""What posts are about, how much they repeat each other and how they sound, as figures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.dots import dot_list
from helpers.present.language import Translate, about_of, term, translator
from helpers.present.style import COLOURS, SERIES, Picture
from helpers.present.turns import Turn, turn


def _line(
    frame: pd.DataFrame, found: Turn, title: str, subtitle: str, _: Translate, *, share: bool = True
) -> Picture:
    # One line over periods with its band; the unfinished period hatched.
    shown = frame[frame["n"] > 0]
    whole = shown[~shown["open_period"].astype(bool)]
    with style.canvas(frame, title=title, subtitle=subtitle, n=int(shown["n"].sum()), height=3.0) as (
        figure,
        axes,
    ):
        marks.band(axes, shown["period"], shown["low"], shown["high"])
        axes.plot(whole["period"], whole["estimate"], color=COLOURS["highlight"], marker="o", markersize=3.5)
        opened = shown[shown["open_period"].astype(bool)]
        if len(opened) and len(whole):
            marks.mark_open(axes, whole["period"].max(), opened["period"].max(), label=_("unfinished"))
        if share or whole["low"].min() >= 0:
            # Wide intervals of thin periods may be cut off, a measured value never.
            seen = (whole["high"].quantile(0.95), whole["estimate"].max(), 0.016)
            axes.set_ylim(0, 1.25 * float(np.nanmax(seen)))
        if share:
            marks.percent_axis(axes)
        marks.date_axis(axes, _)
    return style.picture(
        figure, frame, alt=_("Line over time with its interval. {sentence}.").format(sentence=title)
    )


def topic_engagement(rates: pd.DataFrame) -> Picture:
    """Draw what each topic earns for each view.

    Parameters
    ----------
    rates : DataFrame
        From `topics.engagement`.

    Returns
    -------
    Picture

    Taught in: 03 Content
    """
    _ = translator(rates)
    shown = rates[rates["n"] >= 10] if len(rates) else rates
    if len(shown) < 2:
        return style.too_little(rates, n=int(rates["n"].sum()) if len(rates) else 0)
    best, worst = shown.iloc[0], shown.iloc[-1]
    if best["low"] > worst["high"]:
        title = _("“{best}” earns more for each view than “{worst}”").format(
            best=best["name"], worst=worst["name"]
        )
    else:
        title = _("No topic earns more than the others beyond chance")
    subtitle = _("Likes, saves, comments and shares for each view, 95 % interval; at the right: posts")
    with style.canvas(
        rates, title=title, subtitle=subtitle, n=int(shown["n"].sum()), height=1.5 + 0.27 * len(shown)
    ) as (figure, axes):
        said = [f"n = {numbers.count(n)}" for n in shown["n"]]
        dot_list(axes, list(shown["name"]), shown["estimate"], shown["low"], shown["high"], said=said)
        axes.set_xlim(0)
        marks.percent_axis(axes, which="x")
    return style.picture(figure, rates, alt=_("Dots by topic. {sentence}.").format(sentence=title))


def topic_shares(shares: pd.DataFrame, *, most: int = 4) -> Picture:
    """Draw how the share of topics moves, those that moved furthest in colour.

    Parameters
    ----------
    shares : DataFrame
        From `topics.shares`.
    most : int, default 4
        Topics in colour.

    Returns
    -------
    Picture

    Taught in: 03 Content
    """
    _ = translator(shares)
    whole = shares[(shares["n"] >= 10) & ~shares["open_period"].astype(bool)] if len(shares) else shares
    if not len(whole) or whole["period"].nunique() < 3:
        return style.too_little(shares, n=int(whole["n"].max()) if len(whole) else 0)
    spread = whole.groupby("name")["estimate"].agg(lambda line: line.max() - line.median())
    order = spread.sort_values(ascending=False, kind="stable").index
    top = whole.loc[whole[whole["name"] == order[0]]["estimate"].idxmax()]
    usual = whole.loc[whole["name"] == order[0], "estimate"].median()
    if top["low"] > usual:
        title = _("“{topic}” rose to {share} of all posts in {period}").format(
            topic=top["name"], share=numbers.percent(top["estimate"]), period=numbers.day(top["period"])[:7]
        )
    else:
        title = _("No topic leaves its usual share beyond chance")
    subtitle = _("Share of the posts of each period; in colour the topics that moved furthest")
    n = int(whole.drop_duplicates("period")["n"].sum())
    with style.canvas(shares, title=title, subtitle=subtitle, n=n, height=3.4) as (figure, axes):
        ends = []
        for place, name in enumerate(order[::-1]):
            line, rank = whole[whole["name"] == name], len(order) - 1 - place
            colour = SERIES[rank] if rank < min(most, len(SERIES)) else COLOURS["muted"]
            axes.plot(line["period"], line["estimate"], color=colour, linewidth=2 if rank < most else 1)
            if rank < most:
                ends.append((line["period"].iloc[-1], float(line["estimate"].iloc[-1]), name, colour))
        axes.set_ylim(0)
        marks.percent_axis(axes)
        marks.date_axis(axes, _)
        marks.label_ends(axes, ends)
    return style.picture(figure, shares, alt=_("Lines by topic. {sentence}.").format(sentence=title))


def repetition(index: pd.DataFrame) -> Picture:
    """Draw the share of posts that nearly repeat an earlier one.

    Parameters
    ----------
    index : DataFrame
        From `homogeneity.index` by period.

    Returns
    -------
    Picture

    Taught in: 03 Content
    """
    _ = translator(index)
    found = turn(index)
    if found is None:
        return style.too_little(index, n=int(index["n"].sum()) if len(index) else 0)
    titles = {
        "peak": _("Repetition peaked at {top} in {period}, and is {end} now"),
        "up": _("Posts repeat each other more: {first}, then {end}"),
        "down": _("Posts repeat each other less: {first}, then {end}"),
        "level": _("{end} of posts nearly repeat an earlier one"),
    }
    title = titles[found.kind].format(
        top=numbers.percent(found.top["estimate"]),
        first=numbers.percent(found.first["estimate"]),
        end=numbers.percent(found.end["estimate"]),
        period=numbers.day(found.top["period"])[:7],
    )
    within = about_of(index).get("within")
    subtitle = _(
        "Share of posts that are nearly equal to one of the {days} days before, with 95 % interval"
    ).format(days=numbers.count(within))
    return _line(index, found, title, subtitle, _)


def novelty(engagement: pd.DataFrame) -> Picture:
    """Draw what copies and originals earn for each view.

    Parameters
    ----------
    engagement : DataFrame
        From `homogeneity.engagement`.

    Returns
    -------
    Picture

    Taught in: 03 Content
    """
    _ = translator(engagement)
    shown = engagement[engagement["n"] >= 10].reset_index(drop=True) if len(engagement) else engagement
    if len(shown) < 2:
        return style.too_little(engagement, n=int(engagement["n"].sum()) if len(engagement) else 0)
    low, high = shown.iloc[0], shown.iloc[-1]
    if low["high"] < high["low"] or low["low"] > high["high"]:
        more, less = (high, low) if high["estimate"] > low["estimate"] else (low, high)
        title = _("“{more}” earns more for each view than “{less}”").format(
            more=term(_, more["group"]), less=term(_, less["group"])
        )
    else:
        title = _("Repeating an earlier post makes no difference beyond chance")
    subtitle = _(
        "Reactions for each view, 95 % interval; hollow: had all "
        "groups the same mix of topics; not randomised"
    )
    n = int(shown["n"].sum())
    with style.canvas(engagement, title=title, subtitle=subtitle, n=n, height=1.5 + 0.35 * len(shown)) as (
        figure,
        axes,
    ):
        said = [f"n = {numbers.count(many)}" for many in shown["n"]]
        names = [term(_, name) for name in shown["group"]]
        dot_list(axes, names, shown["estimate"], shown["low"], shown["high"], said=said)
        adjusted = shown["adjusted"]
        axes.scatter(adjusted, adjusted.index, s=44, facecolors="none", edgecolors=COLOURS["ink"], zorder=5)
        axes.set_xlim(0)
        marks.percent_axis(axes, which="x")
    return style.picture(figure, engagement, alt=_("Dots by group. {sentence}.").format(sentence=title))


def mood(trend: pd.DataFrame) -> Picture:
    """Draw how happy posts sound, or how many sound unhappy, period by period.

    Parameters
    ----------
    trend : DataFrame
        From `sentiment.trend`.

    Returns
    -------
    Picture

    Taught in: 04 Interaction
    """
    _ = translator(trend)
    found = turn(trend)
    if found is None:
        return style.too_little(trend, n=int(trend["n"].sum()) if len(trend) else 0)
    share = about_of(trend).get("what") == "negative"
    write = numbers.percent if share else lambda value: numbers.decimal(value, 2)
    titles = {
        "peak": _("Most unhappy posts came in the period from {period}: {top}"),
        "up": _("More posts sound unhappy: {first}, then {end}"),
        "down": _("Fewer posts sound unhappy: {first}, then {end}"),
        "level": _("{end} of posts sound unhappy, as before"),
    }
    if not share:
        titles = {
            "peak": _("The mood was best in the period from {period}: {top}"),
            "up": _("The mood rose from {first} to {end}"),
            "down": _("The mood fell from {first} to {end}"),
            "level": _("The mood stays where it was: {end}"),
        }
    title = titles[found.kind].format(
        period=numbers.day(found.top["period"]),
        top=write(found.top["estimate"]),
        first=write(found.first["estimate"]),
        end=write(found.end["estimate"]),
    )
    subtitle = (
        _("Share of members' posts that sound unhappy, with 95 % interval: watch the changes, not the level")
        if share
        else _("Mean score of members' posts, −1 unhappy to 1 happy, with 95 % interval")
    )
    return _line(trend, found, title, subtitle, _, share=share)
