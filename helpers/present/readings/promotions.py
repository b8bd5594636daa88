"""What promotions added, needed and took from the weeks after, in words; groups, and the decision log."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, translator
from helpers.present.readings.base import Reading, reading, too_little


def _name(row: pd.Series) -> str:
    return str(row["name"]) if isinstance(row["name"], str) and row["name"] else str(row["campaign_id"])


def promotion_returns(sheet: pd.DataFrame) -> Reading:
    """Say which promotion earned what it cost, and what is left of that when the weeks after are counted.

    Parameters
    ----------
    sheet : DataFrame
        From `break_even.side_by_side`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(sheet)
    shown = sheet.dropna(subset=["caused"]) if len(sheet) else sheet
    if shown.empty:
        return Reading(_("No promotion kept a control back: what they earned cannot be known."))
    currency, k = about_of(sheet).get("currency"), about_of(sheet).get("after", 60)
    best = shown.loc[shown["profit"].idxmax()]
    sentences = [
        _("Most profit in its days came of {name}: {profit} after costs, {n} members treated.").format(
            name=_name(best),
            profit=numbers.money_interval(best["profit"], best["profit_low"], best["profit_high"], currency),
            n=numbers.count(best["n"]),
        )
    ]
    left = numbers.money_interval(
        best["lasting_margin"] - best["cost"], best["lasting_low"] - best["cost"],
        best["lasting_high"] - best["cost"], currency,
    )  # fmt: skip
    sentences.append(_("With the {k} days after it, {left} is left.").format(k=k, left=left))
    sure = int((shown["pays"] == "yes").sum())
    if sure:
        names = ", ".join(_name(row) for _at, row in shown[shown["pays"] == "yes"].iterrows())
        sentences.append(_("For certain these paid over both: {names}. Repeat them.").format(names=names))
    else:
        sentences.append(
            _(
                "None paid for certain over both: the weeks after are too uncertain to say. Do not add the "
                "days up as if they were final; repeat with more members or at a smaller discount."
            )
        )
    return reading(_, sentences)


def orders_anyway(table: pd.DataFrame) -> Reading:
    """Say how much of what is booked under promotions would have come anyway.

    Parameters
    ----------
    table : DataFrame
        From `cannibalisation.anyway`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(table)
    shown = table[table["booked"] >= 5].dropna(subset=["estimate"]) if len(table) else table
    if shown.empty:
        return too_little(_, _("booked orders"), int(table["booked"].sum()) if len(table) else 0)
    currency = about_of(table).get("currency")
    worst = shown.loc[shown["estimate"].idxmax()]
    best = shown.loc[shown["estimate"].idxmin()]
    sentences = [
        _("Of the {n} orders booked under {name}, {share} would have come anyway.").format(
            n=numbers.count(worst["booked"]),
            name=_name(worst),
            share=numbers.percent_interval(worst["estimate"], worst["low"], worst["high"], places=0),
        ),
        _("That gave away {wasted} of discount.").format(
            wasted=numbers.money_interval(
                worst["wasted"], worst["wasted_low"], worst["wasted_high"], currency
            )
        ),
    ]
    if best["campaign_id"] != worst["campaign_id"]:
        sentences.append(
            _("Least was given away by {name}: {share} of {n}.").format(
                name=_name(best),
                share=numbers.percent_interval(best["estimate"], best["low"], best["high"], places=0),
                n=numbers.count(best["booked"]),
            )
        )
    sentences.append(_("Give the discount to those who need a reason to buy, not to those about to buy."))
    return reading(_, sentences)


def brought_forward(curve: pd.DataFrame) -> Reading:
    """Say what became of a promotion's gain in the weeks after it.

    Parameters
    ----------
    curve : DataFrame
        From `gains.curve` of orders.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(curve)
    if curve.empty or curve["n"].max() < 10:
        return too_little(_, _("promotions with a control"), 0)
    last = curve.sort_values("since").groupby("campaign_id", sort=False).tail(1).set_index("campaign_id")
    top = curve[~curve["later"]].sort_values("since").groupby("campaign_id", sort=False).tail(1)
    top = top.set_index("campaign_id")
    fall = top["estimate"] - last["estimate"]
    code = fall.idxmax()
    one, end = top.loc[code], last.loc[code]
    values = {
        "name": one["name"] if isinstance(one["name"], str) else code,
        "won": numbers.interval(100 * one["estimate"], 100 * one["low"], 100 * one["high"]),
        "left": numbers.interval(100 * end["estimate"], 100 * end["low"], 100 * end["high"]),
        "k": int(end["since"] + 1 - end["days"]),
        "n": numbers.count(one["n"] + one["control_n"]),
    }
    first = _(
        "{name} brought {won} further orders per 100 members in its days; {k} days later {left} were left "
        "({n} members drawn)."
    ).format(**values)
    if one["low"] > 0 and end["low"] > 0:
        then = _("The gain outlasted the promotion: count it.")
    elif one["low"] > 0:
        then = _(
            "What is left may be nothing: judge such a promotion when the weeks after it are over, not on "
            "its last evening."
        )
    else:
        then = _("Neither number is far enough from nothing to build on.")
    return reading(_, [first, then])


def group_methods(table: pd.DataFrame) -> Reading:
    """Say how sure a test is in which groups were drawn, and how sure it would wrongly seem.

    Parameters
    ----------
    table : DataFrame
        From `group_inference.compare`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(table)
    about = about_of(table)
    if table.empty or not table["low"].notna().any():
        return too_little(_, _("groups drawn"), int(about.get("groups") or 0))
    by = table.set_index("method")
    scale = 100 if about.get("outcome") == "orders" else 1
    values = {
        "name": about.get("campaign", ""),
        "right": numbers.interval(*(scale * by.loc["cr2", end] for end in ("estimate", "low", "high"))),
        "wrong": numbers.interval(*(scale * by.loc["members", end] for end in ("estimate", "low", "high"))),
        "groups": about.get("groups", ""),
        "p": numbers.p_value(by.loc["draw", "p_value"]),
        "draws": numbers.count(about.get("draws", 0)),
    }
    first = _(
        "{name} brought {right} orders per 100 members, judged by its {groups} groups; member by member it "
        "would be {wrong}."
    ).format(**values)
    if about.get("pairs"):
        draw = _("Of the {draws} draws within pairs of groups of like size, a share of {p} differ as much.")
    else:
        draw = _("Of {draws} other draws of as many groups, a share of {p} differ as much.")
    if by.loc["cr2", "low"] > 0:
        then = _("It holds at group level too: run it for the others.")
    elif by.loc["members", "low"] > 0:
        then = _(
            "The certainty was only that of the wrong count: draw more groups next time, not more members."
        )
    else:
        then = _("It may be nothing: draw more groups next time, not more members.")
    return reading(_, [first, draw.format(**values), then])


def decision_log(log: pd.DataFrame) -> Reading:
    """Say what the log of tests and campaigns decides, and how far before and after can be trusted.

    Parameters
    ----------
    log : DataFrame
        From `decision_log.log`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(log)
    if log.empty:
        return too_little(_, _("campaigns"), 0)
    tests = log[log["randomised"]]
    if tests.empty:
        return Reading(
            _(
                "None of the {n} campaigns kept a control back, so nothing follows from any of them. Keep "
                "back a tenth, drawn by lot, next time."
            ).format(n=numbers.count(len(log)))
        )
    plain, adjusted = int((tests["p_value"] < 0.05).sum()), int((tests["adjusted"] < 0.05).sum())
    sentences = [
        _("{n} of {all} campaigns kept a control back.").format(
            n=numbers.count(len(tests)), all=numbers.count(len(log))
        ),
        _(
            "Taken alone, {plain} of them made a clear difference; with their number counted in, {adjusted}."
        ).format(plain=numbers.count(plain), adjusted=numbers.count(adjusted)),
    ]
    compared = tests[tests["agrees"].notna()]
    if len(compared):
        sentences.append(
            _("Before and after says something else than the control in {n} of {all}.").format(
                n=numbers.count((~compared["agrees"].astype(bool)).sum()),
                all=numbers.count(len(compared)),
            )
        )
    for decision, sentence in (
        ("run again", _("Run again: {names}.")),
        ("stop", _("Stop in this form: {names}.")),
    ):
        chosen = tests[tests["decision"] == decision]
        if len(chosen):
            names = ", ".join(_name(row) for _at, row in chosen.iterrows())
            sentences.append(sentence.format(names=names))
    if (tests["decision"] == "test again").any():
        sentences.append(_("The others stay open: test them again or leave them, but do not call them wins."))
    return reading(_, sentences)


def next_tests(table: pd.DataFrame) -> Reading:
    """Say which promotion is most worth testing again.

    Parameters
    ----------
    table : DataFrame
        From `decision_log.next_tests`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(table)
    known = table.dropna(subset=["value"]) if len(table) else table
    if known.empty:
        return too_little(_, _("promotions with a control"), 0)
    currency, best = about_of(table).get("currency"), known.iloc[0]
    return reading(
        _,
        [
            _(
                "Most worth knowing is {name}: profit per member {profit}, and deciding now for {reach} "
                "members would lose {value} on average."
            ).format(
                name=_name(best),
                profit=numbers.money_interval(best["estimate"], best["low"], best["high"], currency),
                reach=numbers.count(best["reach"]),
                value=numbers.money(best["value"], currency, 0),
            ),
            _("A test may cost that much and no more; {n} members would halve the interval.").format(
                n=numbers.count(best["members"])
            ),
        ],
    )
