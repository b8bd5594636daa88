"""Activity in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def active_members(rolling: pd.DataFrame) -> Reading:
    """Say how many members are active now, and against four weeks ago.

    Parameters
    ----------
    rolling : DataFrame
        From `activity.rolling`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(rolling)
    if not len(rolling):
        return too_little(_, _("active members"), 0)
    longest = rolling.loc[rolling["window"] == rolling["window"].max()].reset_index(drop=True)
    now, window = longest.iloc[-1], int(longest["window"].iloc[0])
    if now["n"] < 30:
        return too_little(_, _("active members"), int(now["n"]))
    verb = (
        _("In the {window} days up to {day}, {rate} of members bought.")
        if about_of(rolling).get("basis") == "orders"
        else _("In the {window} days up to {day}, {rate} of members were active.")
    )
    first = verb.format(window=numbers.count(window), day=numbers.day(now["day"]), rate=rate_phrase(_, now))
    earlier = longest.iloc[-1 - window] if len(longest) > window else None
    if earlier is None or earlier["left_edge"] or not earlier["count"]:
        return reading(_, [first])
    change = now["count"] / earlier["count"] - 1
    second = _("That is {now} members against {before} one window earlier ({change}).").format(
        now=numbers.count(now["count"]),
        before=numbers.count(earlier["count"]),
        change=("+" if change >= 0 else "−") + numbers.percent(abs(change)),
    )
    third = ""
    if now["low"] > earlier["high"]:
        third = _(
            "The active share rose beyond chance: find out which members came or woke up, and repeat "
            "what brought them."
        )
    elif now["high"] < earlier["low"]:
        third = _(
            "The active share fell beyond chance: look at growth accounting whether members were "
            "lost or too many silent ones joined."
        )
    return reading(_, [first, second, third])


def active_share(panel: pd.DataFrame) -> Reading:
    """Say how active members were in the last whole period, and what they did.

    Parameters
    ----------
    panel : DataFrame
        From `activity.panel`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(panel)
    by = about_of(panel).get("by")
    whole = panel.loc[~panel["open_period"] & (panel["n"] > 0)] if len(panel) else panel
    if not len(whole) or whole["n"].max() < 30:
        return too_little(_, _("activity"), int(panel["n"].max()) if len(panel) else 0)
    last = whole.loc[whole["period"] == whole["period"].max()].sort_values("estimate", ascending=False)
    last = last if last["small"].all() else last.loc[~last["small"]]
    top, end = last.iloc[0], last.iloc[-1]
    if by and len(last) > 1:
        message = _(
            "In the last whole period {best} was the most active with {high}, {worst} the least with {low}."
        )
        said = message.format(
            best=term(_, top[by]), high=rate_phrase(_, top), worst=term(_, end[by]), low=rate_phrase(_, end)
        )
        more = "" if top["low"] > end["high"] else _("The intervals overlap, so do not act on the order.")
        return reading(_, [said, more])
    bought = about_of(panel).get("basis") == "orders"
    first = (
        _("In the last whole period {rate} of members bought.")
        if bought
        else _("In the last whole period {rate} of members were active.")
    ).format(rate=rate_phrase(_, top))
    second = ""
    if not bought and not numbers.is_missing(top["interaction_rate"]):
        second = _(
            "An active member came on {days} days; every 100 views brought {rate} likes, comments and shares."
        ).format(
            days=numbers.interval(top["active_days"], top["active_days_low"], top["active_days_high"]),
            rate=numbers.interval(*(100 * top[f"interaction_rate{end}"] for end in ("", "_low", "_high"))),
        )
    return reading(_, [first, second])


def stickiness(result: pd.DataFrame) -> Reading:
    """Say on how many days an active member is there, and whether that changes.

    Parameters
    ----------
    result : DataFrame
        From `activity.stickiness`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(result)
    whole = result.loc[~result["left_edge"]] if len(result) else result
    if not len(whole) or whole["n"].iloc[-1] < 10:
        return too_little(_, _("stickiness"), int(whole["n"].iloc[-1]) if len(whole) else 0)
    now, before = whole.iloc[-1], whole.iloc[-2] if len(whole) > 1 else None
    window = int(about_of(result).get("window", 28))
    message = (
        _("Stickiness is {rate}: a member who bought in {window} days did so on {days} of them.")
        if about_of(result).get("basis") == "orders"
        else _("Stickiness is {rate}: a member active in {window} days was there on {days} of them.")
    )
    first = message.format(
        rate=rate_phrase(_, now), window=numbers.count(window), days=numbers.decimal(now["estimate"] * window)
    )
    second = ""
    if before is not None and now["low"] <= before["high"] and now["high"] >= before["low"]:
        second = _("The window before was at {before}: no change beyond chance.").format(
            before=numbers.percent(before["estimate"])
        )
    elif before is not None:
        second = _(
            "The window before was at {before}: habits are changing, so check which members visit "
            "more or less often."
        ).format(before=numbers.percent(before["estimate"]))
    return reading(_, [first, second])
