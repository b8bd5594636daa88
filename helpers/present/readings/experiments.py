"""Tests and what looks like one, in words."""

from __future__ import annotations

import pandas as pd

from helpers.models.experiments import SUSPICIOUS, sample_size
from helpers.present import numbers
from helpers.present.language import term, translator
from helpers.present.readings.base import Reading, reading, too_little


def _gap(row: pd.Series) -> str:
    ends = f"{numbers.points(row['low'])} – {numbers.points(row['high'])}"
    return f"{numbers.points(row['estimate'])} ({ends})"


def reading_effects(naive: pd.DataFrame, drawn: pd.DataFrame) -> Reading:
    """Say how far apart readers and others are, and what is left of it where reading was drawn.

    Parameters
    ----------
    naive : DataFrame
        From `exposure.readers`.
    drawn : DataFrame
        From `exposure.intention`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(naive)
    shown = naive[(naive["n"] > 0) & (naive["control_n"] > 0)]
    if shown.empty:
        return too_little(_, _("what reading does"), 0)
    first = shown.iloc[0]
    said = _("Readers and others differ by {gap} points in “{outcome}” (n = {n} and {others}).").format(
        gap=_gap(first), outcome=term(_, first["outcome"]), n=numbers.count(first["n"]),
        others=numbers.count(first["control_n"]),
    )  # fmt: skip
    same = drawn[drawn["outcome"] == first["outcome"]]
    if same.empty:
        return reading(
            _, [said, _("Nobody drew who reads, so that says who readers are and not what reading does.")]
        )
    row = same.iloc[0]
    fair = _("Where chance decided, the difference is {gap} points (n = {n} and {others}).").format(
        gap=_gap(row), n=numbers.count(row["n"]), others=numbers.count(row["control_n"])
    )
    do = (
        _("Sending pays if that gain, per member sent to, is worth more than the sending.")
        if row["low"] > 0
        else _("That interval includes no effect: report the draw, and never the first number.")
    )
    return reading(_, [said, fair, do])


def complier_effects(table: pd.DataFrame) -> Reading:
    """Say what reading did to those whom the draw made read, if anything can be said.

    Parameters
    ----------
    table : DataFrame
        From `exposure.compliers`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(table)
    if table.empty:
        return too_little(_, _("those whom the draw made read"), 0)
    row = table.iloc[0]
    gain = _("The draw raised the share who read by {gain} points (n = {n}).").format(
        gain=numbers.points(row["read_gain"]), n=numbers.count(row["n"])
    )
    if pd.isna(row["low"]):
        return reading(
            _,
            [gain, _("That is not clearly above nothing, so the effect of reading cannot be told from it.")],
        )
    said = _("For those whom it made read, “{outcome}” changed by {gap} points.").format(
        outcome=term(_, row["outcome"]), gap=_gap(row)
    )
    do = _("It holds if being sent works through reading alone; a subject line that reminds breaks it.")
    return reading(_, [gain, said, do])


def headline_tests(table: pd.DataFrame) -> Reading:
    """Say what came out of the tests, and whether the draw was kept.

    Parameters
    ----------
    table : DataFrame
        From `experiments.differences`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(table)
    if table.empty:
        return too_little(_, _("headline tests"), 0)
    sentences = []
    for _at, row in table.iterrows():
        message = (
            _("{name}: the arms are of suspicious sizes ({a} and {b}); mend the draw before reading on.")
            if row["ratio_p_value"] < SUSPICIOUS
            else _("{name}: b minus a is {gap} points (p = {p}, n = {a} and {b}).")
        )
        sentences.append(
            message.format(
                name=row["name"], gap=_gap(row), p=numbers.p_value(row["p_value"]),
                a=numbers.count(row["n_a"]), b=numbers.count(row["n_b"]),
            )
        )  # fmt: skip
    clear = ((table["low"] > 0) | (table["high"] < 0)) & (table["ratio_p_value"] >= SUSPICIOUS)
    do = (
        _(
            "Use the better version where the interval leaves zero out; elsewhere look at its far end: only "
            "if that would change nothing either, use any."
        )
        if clear.any()
        else _(
            "None leaves zero out. Look at the far end of each interval: if that would change nothing "
            "either, use any version and test something bolder; if it would, the test was too small."
        )
    )
    return reading(_, [*sentences, do])


def next_test(table: pd.DataFrame, *, least: float) -> Reading:
    """Say how many members the next test needs to see a difference worth knowing.

    Parameters
    ----------
    table : DataFrame
        From `experiments.arms` or `content.reaction_kinds` (its row of clicks); the first arm is the base.
    least : float
        Smallest difference worth knowing.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(table)
    if "kind" in table.columns:
        table = table[table["kind"] == "click"]
    if table.empty or not 0 < table.iloc[0]["estimate"] < 1 - least:
        return too_little(_, _("the base rate of a test"), table["n"].sum() if len(table) else 0)
    base = float(table.iloc[0]["estimate"])
    needed = sample_size(base, least)
    half = sample_size(base, least / 2)
    said = _(
        "From a click rate of {base}, a difference of {least} points is found with a chance of 80 % by {n} "
        "members in each arm; one of half the size needs {half}."
    ).format(
        base=numbers.percent(base), least=numbers.points(least).lstrip("+"), n=numbers.count(needed),
        half=numbers.count(half),
    )  # fmt: skip
    do = _("Fix that number before the test begins, and look once, when it is reached.")
    return reading(_, [said, do])
