"""Churn in words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from helpers.present import numbers
from helpers.present.features import feature_name, model_name, named, problem
from helpers.present.language import Translate, about_of, join, translator
from helpers.present.readings.base import Reading, TooLittle, rate_phrase, reading, too_little


def return_curve(curve: pd.DataFrame) -> Reading:
    """Say after how many silent days a member is called lost, and why.

    Parameters
    ----------
    curve : DataFrame
        From `churn_labels.return_curve`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(curve)
    about = about_of(curve)
    if not len(curve) or not (~curve["small"].astype(bool)).any():
        return too_little(_, _("returns after a silence"), curve["n"].max() if len(curve) else 0)
    row = curve[curve["gap"] == about["inactivity"]].iloc[0]
    first = _(
        "Of those silent for {days} days, {rate} came back within as many days again: after {days} days a "
        "member is called lost."
    ).format(days=about["inactivity"], rate=rate_phrase(_, row))
    if not about["reached"]:
        second = _(
            "That is still more than {level}, but the data are too short to look at longer silences; read "
            "“lost” as “silent for long”."
        ).format(level=numbers.percent(about["level"], 0))
    else:
        second = _("Write before that day: later messages mostly reach people who are gone.")
    return reading(_, [first, second])


def churn_cutoffs(cutoffs: pd.DataFrame) -> Reading:
    """Say how many members were lost after the cut-off days, and which day tests the model.

    Parameters
    ----------
    cutoffs : DataFrame
        From `churn.cutoff_table`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(cutoffs)
    about = about_of(cutoffs)
    if not len(cutoffs):
        return TooLittle(problem(_, about))
    last = cutoffs.iloc[-1]
    first = _("After {day}, {rate} of the members active before were silent for {days} days: they are lost.")
    return reading(
        _,
        [
            first.format(
                day=numbers.day(last["cut"]),
                rate=rate_phrase(_, last),
                days=numbers.count(about["inactivity"]),
            ),
            problem(_, about)
            or _("The models learn from the {k} earlier days and are tested on this one.").format(
                k=len(cutoffs) - 1
            ),
            _sampled(_, about),
        ],
    )


def _sampled(_: Translate, about: dict[str, Any]) -> str:
    if "sampled" not in about:
        return ""
    return _(
        "Learnt and tested on {n} of {of} members and days, drawn by lot: the same share of those lost and "
        "of those who stayed, at every number of active days."
    ).format(n=numbers.count(about["sampled"]["n"]), of=numbers.count(about["sampled"]["of"]))


def churn_performance(performance: pd.DataFrame) -> Reading:
    """Say whether a model is worth more than looking at the days of silence.

    Parameters
    ----------
    performance : DataFrame
        From `churn_evaluation.performance`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(performance)
    if not len(performance):
        return TooLittle(problem(_, about_of(performance)))
    rows = performance.set_index("model")
    best = rows[rows["chosen"]].iloc[0]
    gain = numbers.interval(100 * best["gain"], 100 * best["gain_low"], 100 * best["gain_high"])
    first = _(
        "Recency alone puts a lost member before one who stays in {base} of pairs, {model} in {rate}: a gain "
        "of {gain} points."
    ).format(
        base=numbers.percent(rows.loc["recency", "estimate"]),
        model=model_name(_, str(best.name)),
        rate=rate_phrase(_, best),
        gain=gain,
    )
    second = _("The model earns its keep where contacts are few; use it to choose whom to write to first.")
    if not best["gain_low"] > 0:
        second = _("That may be chance: sort members by days of silence and save the model.")
    return reading(_, [first, second])


def churn_calibration(calibration: pd.DataFrame) -> Reading:
    """Say whether the predicted risks can be taken as probabilities.

    Parameters
    ----------
    calibration : DataFrame
        From `churn_evaluation.calibration`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(calibration)
    if not len(calibration):
        return TooLittle(problem(_, about_of(calibration)))
    inside, bins = int(calibration["inside"].sum()), len(calibration)
    n = calibration["n"].sum()
    predicted = float((calibration["predicted"] * calibration["n"]).sum() / n)
    came = float(calibration["count"].sum() / n)
    first = _(
        "On average {predicted} were predicted to be lost and {came} were (n = {n}); in {inside} of {bins} "
        "groups the interval holds the prediction."
    ).format(
        predicted=numbers.percent(predicted),
        came=numbers.percent(came),
        n=numbers.count(n),
        inside=inside,
        bins=bins,
    )
    second = _("The risks can be read as probabilities and multiplied with money.")
    if inside < 0.7 * bins:
        second = _(
            "Trust the order more than the number: the times have changed since the model was calibrated."
        )
    return reading(_, [first, second])


def churn_gains(gains: pd.DataFrame) -> Reading:
    """Say how many of the lost a contact list would reach.

    Parameters
    ----------
    gains : DataFrame
        From `churn_evaluation.gains`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(gains)
    about = about_of(gains)
    if not len(gains):
        return TooLittle(problem(_, about))

    def fifth(model: str) -> pd.Series:
        line = gains[gains["model"] == model]
        return line.loc[(line["share"] - 0.2).abs().idxmin()]

    chosen, base = fifth(about["chosen"]), fifth("recency")
    message = _(
        "Contacting the riskiest {share} ({contacts} members) reaches {rate} of those who would be lost; by "
        "days of silence alone it would be {base}, at random {share}."
    )
    return reading(
        _,
        [
            message.format(
                share=numbers.percent(chosen["share"], 0),
                contacts=numbers.count(chosen["contacts"]),
                rate=rate_phrase(_, chosen),
                base=numbers.percent(base["estimate"]),
            )
        ],
    )


def churn_profit(profit: pd.DataFrame) -> Reading:
    """Say how many contacts pay, what they rest on, and what the curve does not know.

    Parameters
    ----------
    profit : DataFrame
        From `churn_evaluation.profit`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(profit)
    about = about_of(profit)
    if not len(profit):
        return TooLittle(problem(_, about))
    currency = about.get("currency")
    first = _(
        "The best is {contacts} contacts, which would have earned {profit} on the test day (n = {n})."
    ).format(
        contacts=numbers.count(about["best_contacts"]),
        profit=numbers.money_interval(about["best_profit"], about["best_low"], about["best_high"], currency),
        n=numbers.count(about.get("n")),
    )
    if about["best_contacts"] == 0:
        first = _("At these costs no number of contacts pays (n = {n}).").format(
            n=numbers.count(about.get("n"))
        )
    second = _(
        "This rests on the assumption that {success} of those who would go can be kept. A high risk of "
        "going is not the same as being open to persuasion: hold back a random part and measure."
    ).format(success=numbers.percent(about["success"], 0))
    return reading(_, [first, second])


def churn_importance(importance: pd.DataFrame) -> Reading:
    """Say which features the model lives on.

    Parameters
    ----------
    importance : DataFrame
        From `churn_evaluation.importance`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(importance)
    about = about_of(importance)
    if not len(importance):
        return TooLittle(problem(_, about))
    clear = importance[importance["low"] > 0]
    top = clear if len(clear) else importance.head(1)
    listed = _(", ").join(named(_, about, name) for name in top["feature"].head(3))
    message = _(
        "The model lives on: {features} (n = {n}). {clear} of {all} features matter by themselves; those "
        "that say the same as another look unimportant here."
    )
    return reading(
        _,
        [
            message.format(
                features=listed,
                n=numbers.count(importance["n"].iloc[0]),
                clear=len(clear),
                all=len(importance),
            )
        ],
    )


def churn_odds(odds: pd.DataFrame) -> Reading:
    """Say what goes with loss, and that this is no lever.

    Parameters
    ----------
    odds : DataFrame
        From `churn_evaluation.odds`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(odds)
    about = about_of(odds)
    if not len(odds):
        return TooLittle(problem(_, about))

    def line(row: pd.Series) -> str:
        return _("{feature}: odds times {ratio}").format(
            feature=named(_, about, row["feature"]),
            ratio=numbers.interval(row["estimate"], row["low"], row["high"], 2),
        )

    raising, lowering = odds[odds["low"] > 1], odds[odds["high"] < 1]
    parts = [line(raising.iloc[0])] if len(raising) else []
    parts += [line(lowering.iloc[0])] if len(lowering) else []
    first = _("With one standard deviation more, the others held, {parts} (n = {n}).").format(
        parts=_("; ").join(parts), n=numbers.count(odds["n"].iloc[0])
    )
    if not parts:
        first = _("No feature stands out from chance (n = {n}).").format(n=numbers.count(odds["n"].iloc[0]))
    second = _("This describes who goes; it does not say that changing it would keep anybody.")
    return reading(_, [first, second])


def leak_test(test: pd.DataFrame) -> Reading:
    """Say whether a feature knows the future.

    Parameters
    ----------
    test : DataFrame
        From `churn_leaks.leak_test`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(test)
    about = about_of(test)
    if not len(test):
        return TooLittle(problem(_, about))
    leaking = test.loc[test["leaks"], "feature"]
    suspicious = test.loc[test["suspicious"], "feature"]
    n = numbers.count(test["n"].max())
    sentences = [_("Rows added after the cut-off change none of the {k} features (n = {n}).")]
    if len(leaking):
        sentences = [_("{features} change when rows are added after the cut-off (n = {n}): remove them.")]
    if len(suspicious):
        sentences.append(_("{suspicious} alone order members almost perfectly: ask where they come from."))
    text = join(_, sentences).format(
        k=len(test),
        n=n,
        features=_(", ").join(feature_name(_, name) for name in leaking),
        suspicious=_(", ").join(feature_name(_, name) for name in suspicious),
    )
    return reading(_, [text, _sampled(_, about)])


def leak_demonstration(demonstration: pd.DataFrame) -> Reading:
    """Say how much leaking features and a random split promise too much.

    Parameters
    ----------
    demonstration : DataFrame
        From `churn_leaks.demonstrate`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(demonstration)
    if not len(demonstration):
        return TooLittle(problem(_, about_of(demonstration)))
    rows = demonstration.set_index(["features", "split"])
    honest = rows.loc[("before the cut-off", "by time")]
    message = _(
        "With features from a later export the model seems to reach {leaky}; with what was known on the day "
        "it "
        "reaches {honest}. A random split of the same rows gives {random}: it mixes days, so it cannot show "
        "how the model does on a day to come."
    )
    return reading(
        _,
        [
            message.format(
                leaky=numbers.percent(rows.loc[("exported later", "by time"), "estimate"]),
                honest=rate_phrase(_, honest),
                random=numbers.percent(rows.loc[("before the cut-off", "at random"), "estimate"]),
            )
        ],
    )
