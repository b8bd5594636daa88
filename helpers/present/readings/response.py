"""How long questions wait, in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.metrics.survival import stay
from helpers.present import numbers
from helpers.present.language import Translate, about_of, term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def _named(_: Translate, result: pd.DataFrame) -> str:
    what = about_of(result).get("what")
    return {"questions": _("questions"), "posts": _("posts of members")}.get(str(what), _("messages"))


def reply_curve(curve: pd.DataFrame) -> Reading:
    """Say how long the middle question waits and how many are never answered.

    Parameters
    ----------
    curve : DataFrame
        From `response.curve`, without `by`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(curve)
    lengths = stay(curve)
    n = int(lengths["n"].sum()) if len(lengths) else 0
    if n < 10:
        return too_little(_, _("time to the first reply"), n)
    what, row, end = _named(_, curve), lengths.iloc[0], curve.iloc[-1]
    if pd.notna(row["median"]):
        high = row["median_high"] if pd.notna(row["median_high"]) else np.nan
        first = _("Half of {n} {what} had a first reply after {hours} hours.").format(
            n=numbers.count(n), what=what, hours=numbers.interval(row["median"], row["median_low"], high)
        )
    else:
        first = _("Fewer than half of {n} {what} ever had a reply.").format(n=numbers.count(n), what=what)
    open_share = {"estimate": end["estimate"], "low": end["low"], "high": end["high"], "n": n}
    second = (
        _("After {days} days {rate} were still without one.").format(
            days=numbers.decimal(end["time"] / 24, 0), rate=rate_phrase(_, open_share)
        )
        if end["estimate"] > 0
        else ""
    )
    third = (
        _("Go through the open ones by name this week: each is somebody who asked and heard nothing.")
        if end["estimate"] > 0.05
        else _("Nearly all are answered in the end; the work left is to be faster.")
    )
    return reading(_, [sentence for sentence in (first, second, third) if sentence])


def reply_rates(table: pd.DataFrame) -> Reading:
    """Say where, when or for whom answers come too late, if the difference is more than chance.

    Parameters
    ----------
    table : DataFrame
        From `response.answered`, with or without `by`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(table)
    by = about_of(table).get("by")
    usable = table[table["n"] >= 20] if len(table) else table
    if usable.empty:
        return too_little(_, _("shares answered in time"), int(table["n"].sum()) if len(table) else 0)
    if by is None:
        message = _("{rate} had a first reply within {hours} h.")
        return reading(
            _,
            [
                message.format(rate=rate_phrase(_, row), hours=numbers.count(row["within"]))
                for row in usable.iloc
            ],
        )
    sentences, clear = [], False
    for hours, part in usable.groupby("within"):
        worst, best = part.loc[part["estimate"].idxmin()], part.loc[part["estimate"].idxmax()]
        sentences.append(
            _("Within {hours} h: {worst} {low}, {best} {high}.").format(
                hours=numbers.count(hours),
                worst=term(_, worst[by]),
                low=rate_phrase(_, worst),
                best=term(_, best[by]),
                high=rate_phrase(_, best),
            )
        )
        clear = clear or bool(worst["high"] < best["low"])
    sentences.append(
        _("The two ends are further apart than chance explains: put somebody in charge there.")
        if clear
        else _("The intervals overlap: with so few asked, the order of the groups may be chance.")
    )
    return reading(_, sentences)


def reply_sources(table: pd.DataFrame) -> Reading:
    """Say who gives the first reply, and what that means for the staff.

    Parameters
    ----------
    table : DataFrame
        From `response.answerers`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(table)
    n = int(table["n"].max()) if len(table) else 0
    if n < 10:
        return too_little(_, _("who answers"), n)
    rows = table.set_index("answered_by")
    first = _("Members were first to answer {members}, the staff {staff}; {nobody} had no reply.").format(
        members=rate_phrase(_, rows.loc["members"]),
        staff=numbers.percent(rows.loc["staff", "estimate"]),
        nobody=numbers.percent(rows.loc["nobody", "estimate"]),
    )
    if rows.loc["staff", "count"] == 0:
        last = _(
            "No answer of the staff is in the log: if there are any, give staff the role staff and keep them."
        )
    elif rows.loc["members", "count"] > rows.loc["staff", "count"]:
        last = _("The community answers for itself; let the staff take what has waited longest.")
    else:
        last = _(
            "The community leans on the staff: thank by name whoever answers, and wait a little with "
            "your own."
        )
    return reading(_, [first, last])
