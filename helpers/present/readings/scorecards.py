"""Scorecards in words: one community, one mechanism on and off, and the signatures of all mechanisms."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers.present import numbers, scorecards
from helpers.present.language import Translate, about_of, translator
from helpers.present.readings.base import Reading, reading, too_little


def community_scorecard(card: pd.DataFrame) -> Reading:
    """Say which lines are known well, which are hardly known, and what change each could show.

    Parameters
    ----------
    card : DataFrame
        From `scorecard.measure`.

    Returns
    -------
    Reading

    Taught in: 07 Case studies
    """
    _ = translator(card)
    if card.empty or card["n"].max() < 30:
        return too_little(_, _("scorecard"), int(card["n"].max()) if len(card) else 0)
    currency, basis = about_of(card).get("currency"), about_of(card).get("basis", "events")
    first = card.iloc[0]
    sentences = [
        _("The scorecard has {n} lines; {metric}: {value}.").format(
            n=len(card),
            metric=scorecards.label(_, first["metric"], basis),
            value=scorecards.value_interval(first, currency),
        )
    ]
    width = (
        (card["high"] - card["low"]) / 2 / card["estimate"].abs().where(card["metric"] != "nps", 100)
    ).dropna()
    known = card.loc[width.index][~card.loc[width.index, "small"]]
    if len(known) > 1:
        best, worst = (known.loc[width[known.index].sort_values().index[at]] for at in (0, -1))
        half = (worst["high"] - worst["low"]) / 2
        sentences.append(
            _(
                "Known best: {best}. Known least: {worst}, at {value} (n = {n}): a change of less than about "
                "{change} there would be hard to tell from chance. Write down which line your next step "
                "should move, and by how much, before you take it."
            ).format(
                best=scorecards.label(_, best["metric"], basis),
                worst=scorecards.label(_, worst["metric"], basis),
                value=scorecards.value_interval(worst, currency),
                n=numbers.count(worst["n"]),
                change=_gap(_, 2 * half, worst["unit"], currency),
            )
        )
    return reading(_, sentences)


def _gap(_: Translate, size: float, unit: str, currency: str | None) -> str:
    if unit == "share":
        return _("{n} points").format(n=numbers.decimal(100 * size))
    return scorecards.value(size, unit, currency)


def _listed(_: Translate, rows: pd.DataFrame, currency: str | None) -> str:
    """Name each metric with both its values."""
    told = [
        _("{metric} ({off} without, {on} with)").format(
            metric=scorecards.label(_, row["metric"]),
            off=scorecards.value(row["off"], row["unit"], currency),
            on=scorecards.value(row["on"], row["unit"], currency),
        )
        for _at, row in rows.iterrows()
    ]
    return _("; ").join(told)


def case_difference(table: pd.DataFrame) -> Reading:
    """Say which foretold changes show, which do not, what else moved, and what to take from it.

    Parameters
    ----------
    table : DataFrame
        The rows of one case, from `workbook.cases.differences`.

    Returns
    -------
    Reading

    Taught in: 07 Case studies
    """
    _ = translator(table)
    if table.empty or table["n_on"].max() < 30:
        return too_little(_, _("scorecard"), 0)
    currency = about_of(table).get("currency")
    foretold = table[table["expected"].isin(["up", "down"])]
    right = foretold[foretold["verdict"] == "as expected"]
    missing = foretold[foretold["verdict"] != "as expected"]
    still = table[table["expected"] == "same"]
    stirred = still[still["verdict"] != "as expected"]
    aside = table[table["expected"].isna() & table["clear"]]
    sentences = [
        _("Of {n} changes foretold, {k} show: {names}.").format(
            n=len(foretold), k=len(right), names=_listed(_, right, currency)
        )
        if len(right)
        else _("Of {n} changes foretold, none shows.").format(n=len(foretold))
    ]
    if len(missing):
        sentences.append(
            _("Foretold but not shown: {names}. That is no proof that nothing moves there.").format(
                names=_listed(_, missing, currency)
            )
        )
    if len(still):
        sentences.append(
            _("Of {n} lines that were to stay where they are, {k} moved clearly: {names}.").format(
                n=len(still), k=len(stirred), names=_listed(_, stirred, currency)
            )
            if len(stirred)
            else _("Of {n} lines that were to stay where they are, none moved clearly.").format(n=len(still))
        )
    if len(aside):
        sentences.append(
            _("Nobody foretold, yet clear: {names}. Watch these as side effects when you try it.").format(
                names=_listed(_, aside, currency)
            )
        )
    return reading(_, sentences)


def case_signatures(table: pd.DataFrame) -> Reading:
    """Count what was foretold and shown over all cases, and what chance alone would have made clear.

    Parameters
    ----------
    table : DataFrame
        All cases, from `workbook.cases.differences`.

    Returns
    -------
    Reading

    Taught in: 07 Case studies
    """
    _ = translator(table)
    if table.empty:
        return too_little(_, _("scorecard"), 0)
    compared = table[table["p_value"].notna()]
    foretold = table[table["expected"].isin(["up", "down"])]
    right = int((foretold["verdict"] == "as expected").sum())
    still = table[table["expected"] == "same"]
    stirred = int((still["verdict"] != "as expected").sum())
    chance = numbers.decimal(0.05 * len(compared), 0)
    movers = compared[compared["clear"]].groupby("metric")["case"].nunique()
    sentences = [
        _(
            "{n} comparisons of {cases} cases: {right} of {foretold} changes foretold show, and {stirred} of "
            "{still} lines that were to stay moved. Without adjusting for their number, about {chance} "
            "of the comparisons would look clear even if no mechanism did anything."
        ).format(
            n=len(compared),
            cases=table["case"].nunique(),
            right=right,
            foretold=len(foretold),
            stirred=stirred,
            still=len(still),
            chance=chance,
        )
    ]
    if len(movers):
        most = movers.sort_values(ascending=False, kind="stable")
        sentences.append(
            _(
                "Most often moved: {metric}, in {k} of {cases} cases. A line that many mechanisms move says "
                "little about which of them is at work; choose the line that yours alone should move."
            ).format(
                metric=scorecards.label(_, most.index[0]), k=int(most.iloc[0]), cases=table["case"].nunique()
            )
        )
    return reading(_, sentences)


def community_rows(cards: Mapping[str, pd.DataFrame], own: pd.DataFrame) -> Reading:
    """Name the lines in which the own community lies outside all simulated cases, and warn of the comparison.

    Parameters
    ----------
    cards : dict of str to DataFrame
        Short name of a case -> its scorecard.
    own : DataFrame
        From `scorecard.measure` of the reader's community.

    Returns
    -------
    Reading

    Taught in: 07 Case studies
    """
    _ = translator(own)
    if own.empty or own["n"].max() < 30:
        return too_little(_, _("scorecard"), 0)
    outside = [metric for metric in own["metric"] if scorecards.is_outside(cards, own, metric)]
    beside = (
        _("Outside the range of all {n} simulated cases: {names}.").format(
            n=len(cards), names=_(", ").join(scorecards.label(_, metric) for metric in outside)
        )
        if outside
        else _("No line lies outside the range of the {n} simulated cases.").format(n=len(cards))
    )
    warning = _(
        "That is a place to look, not a verdict: somebody chose how strong the simulated mechanisms are. "
        "Compare your next sheet with this one of your own."
    )
    return reading(_, [beside, warning])
