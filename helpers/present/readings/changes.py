"""What moved since the last report in sentences, and what came onto the contact list or left it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from helpers.present import numbers
from helpers.present.change_words import change, change_interval, figure, figure_name
from helpers.present.language import Translate, about_of, some, translator
from helpers.present.readings.base import Reading, reading

_STEPS = 4  # earlier changes from which on they say something of what is usual


def changes(judged: pd.DataFrame) -> Reading:
    """Say which figures moved beyond chance since the last report, and how many would by chance alone.

    Parameters
    ----------
    judged : DataFrame
        From `movement.judge`.

    Returns
    -------
    Reading

    Taught in: all
    """
    _ = translator(judged)
    about = about_of(judged)
    compared = int(about.get("compared", 0))
    first = _arrivals(_, about)
    if not compared:
        text = _("No figure can be compared yet: the windows are the same, or too few stand behind them.")
        return reading(_, [first, text])
    clear = judged[judged["clear"]].sort_values("p_value", kind="stable").to_dict("records")
    said = [first]
    for row in clear[:3]:
        text = _("{name}: {change} ({interval}), now {value}.")
        said.append(
            text.format(
                name=figure_name(_, about, row["metric"]),
                change=change(_, about, row["unit"], row["change"]),
                interval=change_interval(about, row["unit"], row["change_low"], row["change_high"]),
                value=figure(about, row["unit"], row["estimate"]),
            )
        )
        if row.get("steps", 0) >= _STEPS:
            text = _("Of {n} earlier changes of it from report to report, {large} were as large.")
            said.append(text.format(n=numbers.count(row["steps"]), large=numbers.count(row["as_large"])))
    if len(clear) > 3:
        names = [figure_name(_, about, row["metric"]) for row in clear[3:]]
        said.append(_("Moved as well: {names}.").format(names=some(_, names, most=9)))
    if not clear:
        said.append(_("None of {n} figures moved beyond chance.").format(n=numbers.count(compared)))
    doubtful = judged[judged["moved"] & ~judged["clear"]]
    if len(doubtful):
        names = [figure_name(_, about, name) for name in doubtful["metric"]]
        text = _("Perhaps no more than chance: {names}; wait a week before acting on it.")
        said.append(text.format(names=some(_, names)))
    text = _("Of {n} figures compared, about {chance} would look moved in a week when nothing happens.")
    said.append(text.format(n=numbers.count(compared), chance=numbers.decimal(about.get("by_chance"))))
    return reading(_, said)


def _arrivals(_: Translate, about: dict[str, Any]) -> str:
    """Say who came and went: counts, which have no interval."""
    if "joined" not in about:
        return ""
    text = _("{members} members belong to the community: {joined} joined since, {gone} left.")
    if about.get("basis") == "orders":
        text = _("{members} buyers are known, {joined} of them new since; {gone} left.")
    return text.format(**{name: numbers.count(about[name]) for name in ("members", "joined", "gone")})


def list_changes(compared: pd.DataFrame) -> Reading:
    """Say how many came onto the contact list and left it since the last report.

    Parameters
    ----------
    compared : DataFrame
        From `list_changes.compare`.

    Returns
    -------
    Reading

    Taught in: all
    """
    _ = translator(compared)
    about = about_of(compared)
    if not len(compared):
        return reading(_, [_("The contact list was empty and is empty.")])
    counts = {name: numbers.count(about.get(name, 0)) for name in ("entered", "left", "stayed")}
    first = _("{entered} are new on the contact list, {left} have left it, {stayed} stayed.").format(**counts)
    second = ""
    if about.get("stayed"):
        second = _("Nobody moved between contact and control: the lot is drawn once for each member.")
        both = compared[compared["status"] == "stayed"]
        if (both["arm"] != both["arm_before"]).any():
            second = _("The control was drawn anew, because its share or its seed has changed.")
    return reading(_, [first, second])


def revisions(judged: pd.DataFrame) -> Reading:
    """Say whether the last report's figures are still what today's data give for its day.

    Parameters
    ----------
    judged : DataFrame
        With ``reported`` (the estimate of the last report), ``estimate_earlier`` and ``revised`` (whether
        they differ).

    Returns
    -------
    Reading

    Taught in: all
    """
    _ = translator(judged)
    about = about_of(judged)
    rows = judged[judged["revised"]].to_dict("records")
    if not rows:
        text = _("Nothing has changed in the past: today's data give the figures that the last report had.")
        return reading(_, [text])
    said = []
    for row in rows[:3]:
        text = _("{name}: the last report said {then}, today's data say {now} for the same day.")
        said.append(
            text.format(
                name=figure_name(_, about, row["metric"]),
                then=figure(about, row["unit"], row["reported"]),
                now=figure(about, row["unit"], row["estimate_earlier"]),
            )
        )
    text = _("Figures of the past changed by rows that came late, were mended or are read differently: {n}.")
    said.append(text.format(n=numbers.count(len(rows))))
    return reading(_, said)
