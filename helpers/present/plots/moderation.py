"""Moderation as figures: what the filter finds, how long decisions take, who does it again."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.dots import dot_list
from helpers.present.language import about_of, term, translator
from helpers.present.style import COLOURS, SERIES, Picture
from helpers.present.turns import share_by, turn


def filter_quality(quality: pd.DataFrame) -> Picture:
    """Draw precision and recall of the filter against its threshold.

    Parameters
    ----------
    quality : DataFrame
        From `moderation.filter_quality`.

    Returns
    -------
    Picture

    Taught in: 03 Content, 04 Interaction
    """
    _ = translator(quality)
    used = quality[quality["in_use"].astype(bool)] if len(quality) else quality
    if not len(used) or not used["flagged"].iloc[0]:
        return style.too_little(quality, n=int(quality["audited"].max()) if len(quality) else 0)
    row = used.iloc[0]
    title = _("At {limit} the filter is right in {precision} and finds {recall} of the breaches").format(
        limit=numbers.decimal(row["threshold"], 2),
        precision=numbers.percent(row["precision"], 0),
        recall=numbers.percent(row["recall"], 0),
    )
    subtitle = _("By threshold of the filter's score, with 95 % interval; dotted line: the threshold in use")
    with style.canvas(quality, title=title, subtitle=subtitle, height=3.3) as (figure, axes):
        ends = []
        for name, label, colour in (
            ("precision", _("precision: flagged that are breaches"), SERIES[0]),
            ("recall", _("recall: breaches that are flagged"), SERIES[1]),
        ):
            marks.band(
                axes, quality["threshold"], quality[f"{name}_low"], quality[f"{name}_high"], colour=colour
            )
            axes.plot(
                quality["threshold"], quality[name], color=colour, marker="o", markersize=4, label=label
            )
            ends.append(label)
        axes.axvline(row["threshold"], color=COLOURS["neutral"], linestyle=(0, (1, 2)), linewidth=1.4)
        axes.set_ylim(0, 1.02)
        axes.set_xlabel(_("flag from this score on"))
        axes.set_xticks(quality["threshold"], [numbers.decimal(at, 2) for at in quality["threshold"]])
        marks.percent_axis(axes)
        axes.legend(loc="lower center", ncols=2, bbox_to_anchor=(0.5, 1.0))
    return style.picture(
        figure, quality, alt=_("Two lines against the threshold. {sentence}.").format(sentence=title)
    )


def decision_times(handling: pd.DataFrame, *, until: float = 24) -> Picture:
    """Draw the share decided by the hours since it came up.

    Parameters
    ----------
    handling : DataFrame
        From `moderation.handling`.
    until : float, hours, default 24
        Hours drawn.

    Returns
    -------
    Picture

    Taught in: 04 Interaction
    """
    _ = translator(handling)
    by = about_of(handling).get("by")
    groups = list(handling.groupby(by, sort=False)) if by and len(handling) else [(None, handling)]
    groups = [(name, curve) for name, curve in groups if len(curve) and curve["n"].max() >= 20]
    if not groups:
        return style.too_little(handling, n=int(handling["n"].max()) if len(handling) else 0)
    at = {name: share_by(curve, 4) for name, curve in groups}
    slow = min(at, key=lambda name: at[name])
    title = (
        _("“{group}”: {share} decided after four hours").format(
            group=term(_, slow), share=numbers.percent(at[slow], 0)
        )
        if by
        else _("{share} decided after four hours").format(share=numbers.percent(at[slow], 0))
    )
    subtitle = _(
        "Share of flagged and reported items decided, by hours since they came up; those still open count"
    )
    n = int(sum(curve["n"].max() for _name, curve in groups))
    with style.canvas(handling, title=title, subtitle=subtitle, n=n, height=3.2) as (figure, axes):
        ends = []
        for place, (name, curve) in enumerate(groups):
            colour = SERIES[place % len(SERIES)]
            shown = curve[curve["time"] <= until]
            axes.step(shown["time"], shown["estimate"], where="post", color=colour)
            axes.fill_between(
                shown["time"].to_numpy(), shown["low"].to_numpy(float), shown["high"].to_numpy(float),
                step="post", color=colour, alpha=0.16, linewidth=0,
            )  # fmt: skip
            if name is not None:
                ends.append(
                    (shown["time"].iloc[-1], float(shown["estimate"].iloc[-1]), term(_, name), colour)
                )
        axes.set_xlim(0, until)
        axes.set_ylim(0, 1.02)
        axes.set_xticks(np.arange(0, until + 1, 4))
        axes.set_xlabel(_("hours"))
        marks.percent_axis(axes)
        marks.label_ends(axes, [(until, y, text, colour) for _x, y, text, colour in ends])
    return style.picture(figure, handling, alt=_("Rising curves. {sentence}.").format(sentence=title))


def repeat_breaches(repeats: pd.DataFrame) -> Picture:
    """Draw how many members broke a rule again, by what was done the first time.

    Parameters
    ----------
    repeats : DataFrame
        From `moderation.repeats`.

    Returns
    -------
    Picture

    Taught in: 04 Interaction
    """
    _ = translator(repeats)
    shown = repeats[repeats["n"] >= 10].reset_index(drop=True) if len(repeats) else repeats
    if not len(shown):
        return style.too_little(repeats, n=int(repeats["n"].max()) if len(repeats) else 0)
    about = about_of(repeats)
    by, whole = about.get("by", "action"), shown.iloc[0]
    title = _("{share} of members with a breach do it again within {days} days").format(
        share=numbers.percent(whole["estimate"]), days=numbers.count(about.get("within"))
    )
    subtitle = _(
        "By the first breach, 95 % interval; moderators chose the action, so this is no comparison of effects"
    )
    n = int(whole["n"])
    with style.canvas(repeats, title=title, subtitle=subtitle, n=n, height=1.6 + 0.33 * len(shown)) as (
        figure,
        axes,
    ):
        said = [f"n = {numbers.count(many)}" for many in shown["n"]]
        names = [term(_, name) for name in shown[by]]
        dot_list(axes, names, shown["estimate"], shown["low"], shown["high"], said=said)
        axes.set_xlim(0)
        marks.percent_axis(axes, which="x")
    return style.picture(
        figure, repeats, alt=_("Dots with intervals by first breach. {sentence}.").format(sentence=title)
    )


def toxicity(rates: pd.DataFrame) -> Picture:
    """Draw the insults found for every thousand posts and messages.

    Parameters
    ----------
    rates : DataFrame
        From `moderation.toxicity`.

    Returns
    -------
    Picture

    Taught in: 04 Interaction
    """
    _ = translator(rates)
    found = turn(rates, least=100)
    if found is None:
        return style.too_little(rates, n=int(rates["n"].sum()) if len(rates) else 0)
    titles = {
        "peak": _("Insults peaked at {top} in a thousand in {period}, and are at {end} now"),
        "up": _("Insults rise: {first}, then {end} in a thousand posts and messages"),
        "down": _("Insults fall: {first}, then {end} in a thousand posts and messages"),
        "level": _("{end} insults found in a thousand posts and messages, no change beyond chance"),
    }
    title = titles[found.kind].format(
        top=numbers.decimal(found.top["estimate"]),
        first=numbers.decimal(found.first["estimate"]),
        end=numbers.decimal(found.end["estimate"]),
        period=numbers.day(found.top["period"])[:7],
    )
    subtitle = _(
        "Insults that were found for every thousand posts and messages of members, with 95 % interval"
    )
    shown = rates[(rates["n"] > 0) & ~rates["open_period"].astype(bool)]
    with style.canvas(rates, title=title, subtitle=subtitle, n=int(rates["n"].sum()), height=2.9) as (
        figure,
        axes,
    ):
        marks.band(axes, shown["period"], shown["low"], shown["high"])
        axes.plot(shown["period"], shown["estimate"], color=COLOURS["highlight"], marker="o", markersize=4)
        axes.set_ylim(0)
        marks.date_axis(axes, _)
    return style.picture(figure, rates, alt=_("Line by period. {sentence}.").format(sentence=title))


def member_posts(shares: pd.DataFrame) -> Picture:
    """Draw the share of posts that members wrote.

    Parameters
    ----------
    shares : DataFrame
        From `ugc.share`.

    Returns
    -------
    Picture

    Taught in: 03 Content
    """
    _ = translator(shares)
    found = turn(shares)
    if found is None:
        return style.too_little(shares, n=int(shares["n"].sum()) if len(shares) else 0)
    titles = {
        "peak": _("Members wrote most in {period}, {top} of the posts; now {end}"),
        "up": _("Members write more of the posts: {first}, then {end}"),
        "down": _("Members write less of the posts: {first}, then {end}"),
        "level": _("Members write {end} of the posts, no change beyond chance"),
    }
    title = titles[found.kind].format(
        top=numbers.percent(found.top["estimate"], 0),
        first=numbers.percent(found.first["estimate"], 0),
        end=numbers.percent(found.end["estimate"], 0),
        period=numbers.day(found.top["period"])[:7],
    )
    subtitle = _("Share of posts that members wrote, with 95 % interval; bars: how many members wrote one")
    shown = shares[(shares["n"] > 0) & ~shares["open_period"].astype(bool)]
    with style.canvas(shares, title=title, subtitle=subtitle, n=int(shares["n"].sum()), height=3.8, rows=2,
                      height_ratios=[2, 1], sharex=True) as (figure, panels):  # fmt: skip
        upper, lower = panels.flat
        marks.band(upper, shown["period"], shown["low"], shown["high"])
        upper.plot(shown["period"], shown["estimate"], color=COLOURS["highlight"], marker="o", markersize=4)
        upper.set_ylim(0, 1)
        marks.percent_axis(upper)
        step = shown["period"].diff().median() if len(shown) > 1 else pd.Timedelta(days=7)
        lower.bar(shown["period"], shown["authors"], width=0.7 * step, color=COLOURS["muted"])
        lower.set_ylabel(_("authors"))
        marks.count_axis(lower)
        marks.date_axis(lower, _)
    return style.picture(
        figure, shares, alt=_("Line by period above bars. {sentence}.").format(sentence=title)
    )
