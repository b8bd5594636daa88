"""Tests of drawn members, in words."""

from __future__ import annotations

import pandas as pd

from helpers.models.experiments import SUSPICIOUS, minimum_effect
from helpers.present import numbers
from helpers.present.language import about_of, term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def _points(row: pd.Series) -> str:
    ends = f"{numbers.points(row['low'])} – {numbers.points(row['high'])}"
    return f"{numbers.points(row['estimate'])} ({ends})"


def trial_plan(table: pd.DataFrame) -> Reading:
    """Say which rise a test of all members could find, and what that means for the plan.

    Parameters
    ----------
    table : DataFrame
        From `trial_plans.plan`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(table)
    row = table.iloc[0]
    if row["n"] < 30 or numbers.is_missing(row["visible"]):
        return too_little(_, _("the size of a test"), int(row["n"]))
    said = _("Within {days} days {rate} of the members there did it (“{outcome}”).").format(
        days=int(row["window"]), rate=rate_phrase(_, row), outcome=term(_, row["outcome"])
    )
    see = _(
        "A test with {arm} members in each arm finds a rise of "
"{visible} points, from {base} to {other}, with "
        "a chance of 80 %."
    ).format(
        arm=numbers.count(row["arm"]), visible=numbers.points(row["visible"]).lstrip("+"),
        base=numbers.percent(row["estimate"]), other=numbers.percent(row["estimate"] + row["visible"]),
    )  # fmt: skip
    do = _("Do not test what can only do less than that; let it run longer, or test something bolder.")
    return reading(_, [said, see, do])


def drawn_members(units: pd.DataFrame) -> Reading:
    """Say who was drawn for a test, whether the draw was kept, and what the test can see.

    Parameters
    ----------
    units : DataFrame
        From `trial_units.units`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(units)
    about = about_of(units)
    sizes = about.get("sizes", [0, 0])
    if min(sizes) < 2:
        return too_little(_, _("a test that drew members"), int(sum(sizes)))
    said = _("“{name}” drew {a} members for the control arm and {b} for the offer.").format(
        name=about.get("name", ""), a=numbers.count(sizes[0]), b=numbers.count(sizes[1])
    )
    even = about.get("ratio_p_value", 1.0) >= SUSPICIOUS
    draw = (
        _("That is as even as a fair coin makes it (p = {p}).")
        if even
        else _(
            "No fair coin does that (p = {p}): find out which sizes were planned, and read no result before."
        )
    ).format(p=numbers.p_value(about.get("ratio_p_value")))
    base = float(units.loc[~units["treated"], "bought"].mean())
    there = min(int((units["treated"] == side).sum()) for side in (True, False))
    visible = minimum_effect(base, there) if 0 < base < 1 else float("nan")
    if sampled := about.get("sampled"):
        draw += " " + _(
            "Laid out are {n} of these {of}, drawn by lot, the same share of each arm: intervals are wider "
            "than with all."
        ).format(n=numbers.count(sampled["n"]), of=numbers.count(sampled["of"]))
    if numbers.is_missing(visible):
        return reading(_, [said, draw])
    see = _(
        "From {base} under control it finds a rise of {visible} points with a chance of 80 %; if you would "
        "act on less, draw more members."
    ).format(base=numbers.percent(base), visible=numbers.points(visible).lstrip("+"))
    return reading(_, [said, draw, see])


def sharper_effects(table: pd.DataFrame) -> Reading:
    """Say how much sharper the past makes each answer, and what the answer is.

    Parameters
    ----------
    table : DataFrame
        From `cuped.compare`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(table)
    if table.empty:
        return too_little(_, _("a test with a past"), 0)
    best = table.loc[table["saved"].idxmax()]
    said = _(
        "For “{outcome}” the past explains {saved} of the variance "
"(correlation {rho}, n = {n}): the interval "
        "is as narrow as with {worth} times the members."
    ).format(
        outcome=term(_, best["outcome"]), saved=numbers.percent(best["saved"], 0),
        rho=numbers.decimal(best["correlation"], 2), n=numbers.count(best["n"]),
        worth=numbers.decimal(best["worth"]),
    )  # fmt: skip
    orders = table[table["outcome"] == "orders"].set_index("method")
    second = ""
    if {"plain", "cuped"} <= set(orders.index):
        plain, sharp = orders.loc["plain"], orders.loc["cuped"]
        second = _(
            "Per hundred members, orders differ by {plain} plain and by {sharp} with their past taken out."
        )
        second = second.format(plain=_points(plain), sharp=_points(sharp))
    do = (
        _("Choose the covariate before the start and use it always: it costs nothing but a query.")
        if best["saved"] >= 0.1
        else _("The past says little here; more members are the only way to a narrower interval.")
    )
    return reading(_, [said, second, do])


def trial_looks(table: pd.DataFrame) -> Reading:
    """Say what a daily look would have done to a test, and when each rule would have stopped it.

    Parameters
    ----------
    table : DataFrame
        From `trial_looks.looks`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(table)
    if len(table) < 2:
        return too_little(
            _, _("a finished test to look at again"), int(table["n"].max()) if len(table) else 0
        )
    last = table.iloc[-1]
    cost = _("Whoever looks {looks} times and stops at the first p below 5 % raises a false alarm in {rate}.")
    cost = cost.format(looks=len(table), rate=numbers.percent(last["false_alarm"], 0))
    parts = []
    for name, text in (
        ("naive", _("the naive limit on day {day}")),
        ("pocock", _("Pocock's on day {day}")),
        ("obrien_fleming", _("O'Brien and Fleming's on day {day}")),
    ):
        crossed = table[table["z"].abs() > table[name]]
        if len(crossed):
            parts.append(text.format(day=int(crossed["day"].iloc[0])))
    when = (
        _("This test crossed {limits}.").format(limits=_(", ").join(parts))
        if parts
        else _("This test crossed no limit, not even the naive one.")
    )
    end = _("At its end the difference is {gap} points (n = {n}).").format(
        gap=_points(last), n=numbers.count(last["n"])
    )
    do = _("Write down before the start how often you will look and at which limit you will stop.")
    return reading(_, [cost, when, end, do])


def winners_curse(runs: pd.DataFrame) -> Reading:
    """Say how much a reported success exaggerates, and what follows for planning.

    Parameters
    ----------
    runs : DataFrame
        From `winners_curse.simulate`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(runs)
    won = runs.loc[runs["significant"], "estimate"]
    if won.empty:
        return too_little(_, _("successes"), len(runs))
    about = about_of(runs)
    said = _(
        "A test of {n} members an arm finds a true rise of {effect} points in {power} of {tests} runs; the "
        "successes show {shown} points on average."
    ).format(
        n=numbers.count(about["members"]), effect=numbers.points(about["effect"]).lstrip("+"),
        power=numbers.percent(runs["significant"].mean(), 0), tests=numbers.count(len(runs)),
        shown=numbers.points(won.mean()).lstrip("+"),
    )  # fmt: skip
    do = (
        _(
            "At such a power plan with the lower end of the interval, "
            "and repeat the test before you build on it."
        )
        if runs["significant"].mean() < 0.8
        else _("At such a power a success may nearly be taken at its word.")
    )
    return reading(_, [said, do])


def segment_effects(table: pd.DataFrame) -> Reading:
    """Say which segments stay clear when their number is taken into account, and whether they differ at all.

    Parameters
    ----------
    table : DataFrame
        From `trial_segments.effects`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(table)
    if table.empty:
        return too_little(_, _("effects by segment"), 0)
    alone, clear, certain = (int(table[name].sum()) for name in ("alone", "clear", "certain"))
    said = _(
        "{alone} of {n} segments are clear by themselves, {clear} with at most one in twenty of them false, "
        "{certain} if not even one may be."
    ).format(alone=alone, n=len(table), clear=clear, certain=certain)
    top = table.iloc[0]
    first = _("Largest: {line}: {choice} with {gap} points (n = {n}).").format(
        line=term(_, top["cut"]), choice=term(_, top["segment"]), gap=_points(top), n=numbers.count(top["n"])
    )
    apart = int((table["other_p_value"] * len(table) < 0.05).sum())
    do = (
        _(
            "Some segment differs from the rest beyond chance: test the "
            "offer there again before you target it."
        )
        if apart
        else _(
            "None differs from the rest beyond chance: a segment that is clear beside one that is not is no "
            "difference between them, so treat all alike until a test of their own says otherwise."
        )
    )
    return reading(_, [said, first, do])
