"""Uplift, in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, term, translator
from helpers.present.readings.base import Reading, reading, too_little


def uplift_areas(table: pd.DataFrame) -> Reading:
    """Say whether an order of members is better than a lot, by the area above the straight line.

    Parameters
    ----------
    table : DataFrame
        From `qini.areas`; rows of the first definition are read.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(table)
    if table.empty:
        return too_little(_, _("who is moved by the offer"), 0)
    rows = table[table["definition"] == table["definition"].iloc[0]]
    best = rows.sort_values("estimate", ascending=False, kind="stable").iloc[0]
    said = _(
        "Best of {n} orders: {model}. Averaged over all budgets it "
"gains {gap} purchases per 1,000 members more "
        "than a lot ({low} to {high}, n = {members})."
    ).format(
        n=len(rows), model=term(_, best["score"]), gap=numbers.decimal(1000 * best["estimate"]),
        low=numbers.decimal(1000 * best["low"]), high=numbers.decimal(1000 * best["high"]),
        members=numbers.count(best["n"]),
    )  # fmt: skip
    worse = [term(_, name) for name in rows.loc[rows["high"] < 0, "score"]]
    second = _("Clearly worse than a lot: {rules}.").format(rules=_(", ").join(worse)) if worse else ""
    do = (
        _("The order is worth using; test it against a lot in the next campaign.")
        if best["low"] > 0
        else _("The interval contains zero: with this test no order is known to beat a lot.")
    )
    return reading(_, [said, second, do])


def uplift_by_part(table: pd.DataFrame) -> Reading:
    """Say whether predicted uplift came true.

    Parameters
    ----------
    table : DataFrame
        From `uplift.by_fifth`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(table)
    if len(table) < 2:
        return too_little(_, _("predicted and found uplift"), int(table["n"].sum()) if len(table) else 0)
    kept = int(((table["low"] <= table["predicted"]) & (table["predicted"] <= table["high"])).sum())
    top = table.iloc[-1]
    said = _(
        "In {kept} of {n} parts the prediction lies in the interval "
"of what was found. The part with the highest "
        "promised {promised} points and showed {found} ({low} to {high}, n = {members})."
    ).format(
        kept=kept, n=len(table), promised=numbers.points(top["predicted"]),
        found=numbers.points(top["estimate"]),
        low=numbers.points(top["low"]), high=numbers.points(top["high"]), members=numbers.count(top["n"]),
    )  # fmt: skip
    do = (
        _("The promise is larger than the find: use the order of the prediction, not its size.")
        if top["predicted"] > top["estimate"]
        else _("The order may be used, and the size with its interval.")
    )
    return reading(_, [said, do])


def targeting_value(table: pd.DataFrame, *, share: float = 0.3) -> Reading:
    """Say which rule is worth most at a budget, and by how much it beats its rival.

    Parameters
    ----------
    table : DataFrame
        From `targeting_value.by_budget`.
    share : float, default 0.3
        The budget, as a share of the members; the nearest one in the table.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(table)
    if table.empty:
        return too_little(_, _("what targeting is worth"), 0)
    about = about_of(table)

    def write(value: float) -> str:
        money = about.get("unit") == "money"
        return numbers.money(value, about.get("currency"), 0) if money else numbers.decimal(value, 0)

    near = table.loc[(table["share"] - share).abs().idxmin(), "share"]
    rows = table[table["share"] == near].sort_values("estimate", ascending=False, kind="stable")
    best, worst = rows.iloc[0], rows.iloc[-1]
    said = _(
        "With a budget for {members} members the rule “{rule}” is worth {value} ({low} to {high}), the rule "
        "“{other}” {rest} ({other_low} to {other_high})."
    ).format(
        members=numbers.count(best["members"]), rule=term(_, best["rule"]), value=write(best["estimate"]),
        low=write(best["low"]), high=write(best["high"]), other=term(_, worst["rule"]),
        rest=write(worst["estimate"]), other_low=write(worst["low"]), other_high=write(worst["high"]),
    )  # fmt: skip
    rival = term(_, about.get("against", "random"))
    if best["rule"] == about.get("against"):
        return reading(_, [said, _("No rule beats that one here: keep to it.")])
    better = _("Against “{rival}” that is {gap} more ({low} to {high}).").format(
        rival=rival, gap=write(best["better"]), low=write(best["better_low"]), high=write(best["better_high"])
    )
    do = (
        _("Contact by that rule, and keep a drawn control to see whether it holds.")
        if best["better_low"] > 0
        else _(
            "The interval of the advantage contains zero: run both rules "
            "side by side, members drawn, once more."
        )
    )
    return reading(_, [said, better, do])
