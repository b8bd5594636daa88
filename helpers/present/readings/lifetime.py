"""Lifetime value in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, term, translator
from helpers.present.readings.base import Reading, reading, too_little


def lifetime_parameters(parameters: pd.DataFrame) -> Reading:
    """Say what the two models found, and whether their assumptions hold.

    Parameters
    ----------
    parameters : DataFrame
        From `lifetime_value.parameters`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(parameters)
    about = about_of(parameters)
    if not len(parameters):
        return too_little(_, _("lifetime value"), about.get("repeaters", 0))
    found = parameters.set_index("parameter")["estimate"]
    sentences = [
        _(
            "{repeaters} of {n} buyers came back at least once. While active, the average buyer makes {rate} "
            "repeat purchases in four weeks; after a purchase {drop} of them drop out for good."
        ).format(
            repeaters=numbers.count(about["repeaters"]),
            n=numbers.count(about["buyers"]),
            rate=numbers.decimal(4 * found["r"] / found["alpha"], 2),
            drop=numbers.percent(found["a"] / (found["a"] + found["b"])),
        )
    ]
    if not about.get("converged", True):
        sentences.append(_("The fit did not converge: do not use these values."))
    elif about.get("at_bound"):
        sentences.append(
            _("The data cannot tell buyers apart by how easily they drop out, so all share one chance.")
        )
    link = about.get("independence", {})
    if not numbers.is_missing(link.get("low")):
        text = _(
            "Frequent buyers also spend more at a time (correlation {link}): the model takes the two as "
            "unrelated, so its values for frequent buyers are on the low side."
        )
        if link["low"] <= 0 <= link["high"]:
            text = _(
                "How often somebody buys and how much at a time are unrelated, as the model needs ({link})."
            )
        elif link["high"] < 0:
            text = _(
                "Frequent buyers spend less at a time (correlation {link}): the model takes the two as "
                "unrelated, so its values for frequent buyers are on the high side."
            )
        shown = numbers.interval(link["estimate"], link["low"], link["high"], 2)
        sentences.append(text.format(link=shown))
    if sampled := about.get("sampled"):
        text = _(
            "Spending was learnt from {n} of {of} buyers, drawn by lot: the same share for every number of "
            "purchases."
        )
        sentences.append(text.format(n=numbers.count(sampled["n"]), of=numbers.count(sampled["of"])))
    return reading(_, sentences)


def purchase_tracking(tracking: pd.DataFrame) -> Reading:
    """Say how far the model was off on days that it had not seen.

    Parameters
    ----------
    tracking : DataFrame
        From `lifetime_checks.tracking`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(tracking)
    if not len(tracking) or not tracking["holdout"].any():
        return too_little(_, _("repeat purchases after the cut"), 0)
    later = tracking[tracking["holdout"] & ~tracking["open_period"]]
    actual, expected = float(later["count"].sum()), float(later["expected"].sum())
    inside = int(((later["low"] <= later["count"]) & (later["count"] <= later["high"])).sum())
    first = _(
        "In {weeks} weeks that the model had not seen, {actual} repeat purchases were made and {expected} "
        "expected; {inside} of the weeks lie inside the band."
    ).format(
        weeks=len(later),
        actual=numbers.count(actual),
        expected=numbers.count(expected),
        inside=inside,
    )
    off = actual / expected - 1 if expected > 0 else float("nan")
    second = _("The total is right within a tenth: use the values for budgets.")
    if not abs(off) <= 0.1:
        second = _(
            "The total is off by {off}: look for a season, a campaign or a change that the model cannot "
            "know, and use the values to compare groups rather than to plan money."
        ).format(off=numbers.percent(abs(off)))
    return reading(_, [first, second])


def purchase_frequency(fit: pd.DataFrame) -> Reading:
    """Say how well the counts of repeat purchases are reproduced.

    Parameters
    ----------
    fit : DataFrame
        From `lifetime_checks.frequency_fit`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(fit)
    if not len(fit):
        return too_little(_, _("repeat purchases"), 0)
    gap = float((fit["expected"] - fit["estimate"]).abs().max())
    message = _(
        "{share} of {n} buyers bought on one day only; the model says {expected}. The largest difference of "
        "a bar from its dot is {gap} percentage points."
    )
    return reading(
        _,
        [
            message.format(
                share=numbers.percent(fit["estimate"].iloc[0]),
                n=numbers.count(fit["n"].iloc[0]),
                expected=numbers.percent(fit["expected"].iloc[0]),
                gap=numbers.decimal(100 * gap),
            )
        ],
    )


def alive_map(grid: pd.DataFrame) -> Reading:
    """Say what silence means for a rare and for a frequent buyer.

    Parameters
    ----------
    grid : DataFrame
        From `lifetime_checks.alive_grid`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(grid)
    if not len(grid):
        return too_little(_, _("who is still a customer"), 0)
    weeks = float(grid["T"].iloc[0])
    quarter = grid.loc[(grid["silent"] - weeks / 4).abs().idxmin(), "silent"]
    at = grid[grid["silent"] == quarter].set_index("x")["p_alive"]
    message = _(
        "After {weeks} silent weeks a buyer with one repeat purchase is still a customer with a probability "
        "of {rare}, one with {many} repeats of {often}. Judge silence by the buyer's own rhythm, not by one "
        "number of days for all."
    )
    return reading(
        _,
        [
            message.format(
                weeks=numbers.count(quarter),
                rare=numbers.percent(at.iloc[0], 0),
                many=int(at.index[-1]),
                often=numbers.percent(at.iloc[-1], 0),
            )
        ],
    )


def value_by_segment(values: pd.DataFrame) -> Reading:
    """Say which segment brings most value, and whether the difference is more than chance.

    Parameters
    ----------
    values : DataFrame
        From `lifetime_value.by_segment`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(values)
    about = about_of(values)
    if not len(values) or values["n"].sum() < 30:
        return too_little(_, _("value by segment"), values["n"].sum() if len(values) else 0)
    sound = values[~values["small"].astype(bool)]
    sound = sound if len(sound) else values
    best, last = sound.iloc[0], sound.iloc[-1]
    currency = about.get("currency")
    first = _(
        "In the next {months} months a buyer from “{best}” is expected to bring {value} (n = {n})."
    ).format(
        months=about.get("months"),
        best=term(_, best["segment"]),
        value=numbers.money_interval(best["estimate"], best["low"], best["high"], currency),
        n=numbers.count(best["n"]),
    )
    sentences = [first]
    if len(sound) > 1:
        compared = _("One from “{last}” brings {value} (n = {n}).").format(
            last=term(_, last["segment"]),
            value=numbers.money_interval(last["estimate"], last["low"], last["high"], currency),
            n=numbers.count(last["n"]),
        )
        apart = best["low"] > last["high"]
        verdict = _("The intervals overlap: do not move money on this difference.")
        if apart:
            verdict = _(
                "Pay at most this much to win one more of each; whether more money finds buyers of the same "
                "kind, only a trial tells."
            )
        sentences += [compared, verdict]
    return reading(_, sentences)
