"""Rules held against what came later, in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, term, translator
from helpers.present.readings.base import Reading, reading, too_little


def purchase_holdout(table: pd.DataFrame) -> Reading:
    """Say by how much the model missed in all, and in which groups the interval leaves it out.

    Parameters
    ----------
    table : DataFrame
        From `lifetime_checks.holdout`.

    Returns
    -------
    Reading

    Taught in: 07 Case studies
    """
    _ = translator(table)
    if table.empty or table["n"].sum() < 30:
        return too_little(_, _("purchases after the cut"), int(table["n"].sum()) if len(table) else 0)
    about = about_of(table)
    missed = about["total_expected"] / about["total_actual"] - 1 if about["total_actual"] else float("nan")
    outside = table[(table["expected"] < table["low"]) | (table["expected"] > table["high"])]
    sentences = [
        _("{n} buyers bought {actual} times after the cut; the model expected {expected} ({missed}).").format(
            n=numbers.count(table["n"].sum()),
            actual=numbers.count(about["total_actual"]),
            expected=numbers.count(about["total_expected"]),
            missed=f"{100 * missed:+.1f} %".replace("-", "−"),
        )
    ]
    if len(outside):
        sentences.append(
            _(
                "In {k} of {all} groups the expectation lies outside the interval of what happened (repeat "
                "purchases: {groups}). Use it to rank buyers; before promising a sum, correct it by the miss."
            ).format(k=len(outside), all=len(table), groups=_(", ").join(str(int(x)) for x in outside["x"]))
        )
    else:
        sentences.append(
            _("In all {all} groups the expectation lies inside the interval of what happened.").format(
                all=len(table)
            )
        )
    return reading(_, sentences)


def rule_gains(comparison: pd.DataFrame) -> Reading:
    """Say what the first rule found beyond the other one, and whether a simple one does as well.

    Parameters
    ----------
    comparison : DataFrame
        From `contact_rules.compare`.

    Returns
    -------
    Reading

    Taught in: 07 Case studies
    """
    _ = translator(comparison)
    about = about_of(comparison)
    if comparison.empty or about.get("n", 0) < 30:
        return too_little(_, _("contact rules"), about.get("n", 0))
    currency = about.get("currency")
    mine = comparison.iloc[0]
    sentences = [
        _(
            "Of {all} buyers {n} can be contacted. Those chosen by “{rule}” spent {value} each afterwards; "
            "the difference to “{against}” is {gap} a person."
        ).format(
            all=numbers.count(about["n"]),
            n=numbers.count(mine["n"]),
            rule=term(_, mine["rule"]),
            value=numbers.money_interval(mine["estimate"], mine["low"], mine["high"], currency),
            gap=numbers.money_interval(mine["gap"], mine["gap_low"], mine["gap_high"], currency),
            against=term(_, about["against"]),
        )
    ]
    if mine["gap_low"] > 0:
        sentences.append(_("The ranking is worth having: the interval leaves zero out."))
    else:
        sentences.append(_("The interval holds zero: here the simpler rule will do."))
    others = comparison.iloc[1:]
    near = others[(others["rule"] != about["against"]) & (others["behind_low"] <= 0)]
    if len(near):
        sentences.append(
            _(
                "These do not differ clearly from it: {names}. Start with the rule that your team "
                "understands, and let a lottery decide who of the list is contacted."
            ).format(names=_(", ").join(term(_, name) for name in near["rule"]))
        )
    return reading(_, sentences)
