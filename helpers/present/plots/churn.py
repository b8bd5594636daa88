"""Churn as figures: when silence means loss, whether the model is worth using, and what drives it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.features import model_name, named
from helpers.present.groups import capital
from helpers.present.language import about_of, translator
from helpers.present.style import COLOURS, Picture

_MOST_FEATURES = 12


def return_curve(curve: pd.DataFrame) -> Picture:
    """Draw how likely a silent member comes back, by the days of silence, with the threshold.

    Parameters
    ----------
    curve : DataFrame
        From `churn_labels.return_curve`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(curve)
    about = about_of(curve)
    known = curve[~curve["small"].astype(bool)]
    if len(known) < 2:
        return style.too_little(curve, n=int(curve["n"].max()) if len(curve) else 0)
    days = about["inactivity"]
    title = _("After {days} silent days fewer than {level} come back").format(
        days=days, level=numbers.percent(about["level"], 0)
    )
    if not about["reached"]:
        title = _("Even after {days} silent days more than {level} come back").format(
            days=days, level=numbers.percent(about["level"], 0)
        )
    subtitle = _("Share of silences that end within as many days again, by days of silence so far")
    with style.canvas(curve, title=title, subtitle=subtitle, n=int(known["n"].max())) as (figure, axes):
        axes.plot(known["gap"], known["estimate"], color=COLOURS["highlight"], linewidth=2)
        marks.band(axes, known["gap"], known["low"], known["high"])
        axes.axhline(about["level"], color=COLOURS["neutral"], linewidth=1, linestyle=":")
        axes.axvline(days, color=COLOURS["negative"], linewidth=1.2, linestyle="--")
        axes.annotate(
            _("called lost"), (days, 1), xycoords=("data", "axes fraction"), xytext=(-4, -10),
            textcoords="offset points", ha="right", fontsize=8.5, color=COLOURS["negative"],
        )  # fmt: skip
        axes.set_ylim(0)
        axes.set_xlim(known["gap"].min(), known["gap"].max() + 1)
        marks.percent_axis(axes)
        axes.set_xlabel(_("days of silence"))
    return style.picture(figure, curve, alt=_("Falling line. {sentence}.").format(sentence=title))


def churn_performance(performance: pd.DataFrame) -> Picture:
    """Draw the area under the curve of the models and of the baseline.

    Parameters
    ----------
    performance : DataFrame
        From `churn_evaluation.performance`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(performance)
    if not len(performance):
        return style.too_little(performance)
    rows = performance.iloc[::-1].reset_index(drop=True)
    best = performance.loc[performance["chosen"]].iloc[0]
    title = _("{model} beats recency alone by {gain} points").format(
        model=capital(model_name(_, best["model"])), gain=numbers.decimal(100 * best["gain"])
    )
    if not best["gain_low"] > 0:
        title = _("No model is clearly better than recency alone")
    subtitle = _("Area under the curve on a later cut-off day (50 % is a coin), with 95 % intervals")
    with style.canvas(rows, title=title, subtitle=subtitle, n=int(best["n"]), height=2.4) as (figure, axes):
        at = np.arange(len(rows))
        marks.whiskers(axes, at, rows["low"], rows["high"], horizontal=True)
        colours = np.where(rows["model"] == "recency", COLOURS["neutral"], COLOURS["highlight"])
        axes.scatter(rows["estimate"], at, color=colours, s=40, zorder=4)
        axes.set_yticks(at, [model_name(_, name) for name in rows["model"]])
        axes.set_ylim(-0.6, len(rows) - 0.4)
        axes.set_xlim(min(0.5, rows["low"].min() - 0.02), 1)
        marks.percent_axis(axes, which="x")
        axes.grid(visible=False, axis="y")
    alt = _("Dots with intervals by model. {sentence}.").format(sentence=title)
    return style.picture(figure, performance, alt=alt)


def churn_calibration(calibration: pd.DataFrame) -> Picture:
    """Draw predicted risk against the share that was lost.

    Parameters
    ----------
    calibration : DataFrame
        From `churn_evaluation.calibration`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(calibration)
    if not len(calibration):
        return style.too_little(calibration)
    inside = int(calibration["inside"].sum())
    title = _("In {inside} of {bins} groups the predicted risk came true").format(
        inside=inside, bins=len(calibration)
    )
    subtitle = _("Members in groups of like risk: predicted risk and share lost, with 95 % intervals")
    n = int(calibration["n"].sum())
    with style.canvas(calibration, title=title, subtitle=subtitle, n=n, height=4.0, width=5.4) as (
        figure,
        axes,
    ):
        axes.plot([0, 1], [0, 1], color=COLOURS["neutral"], linewidth=1, linestyle=":")
        marks.whiskers(axes, calibration["predicted"], calibration["low"], calibration["high"])
        colours = np.where(calibration["inside"], COLOURS["highlight"], COLOURS["negative"])
        axes.scatter(calibration["predicted"], calibration["estimate"], color=colours, s=36, zorder=4)
        axes.set_xlim(-0.02, 1.02)
        axes.set_ylim(-0.02, 1.02)
        marks.percent_axis(axes)
        marks.percent_axis(axes, which="x")
        axes.set_xlabel(_("predicted risk"))
        axes.set_ylabel(_("share lost"))
    alt = _("Dots along a diagonal. {sentence}.").format(sentence=title)
    return style.picture(figure, calibration, alt=alt)


def churn_gains(gains: pd.DataFrame) -> Picture:
    """Draw what share of the lost is found when the riskiest are contacted first.

    Parameters
    ----------
    gains : DataFrame
        From `churn_evaluation.gains`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(gains)
    about = about_of(gains)
    if not len(gains):
        return style.too_little(gains)
    chosen = gains[gains["model"] == about["chosen"]]
    fifth = chosen.loc[(chosen["share"] - 0.2).abs().idxmin()]
    title = _("The riskiest {share} of members hold {found} of those who will be lost").format(
        share=numbers.percent(fifth["share"], 0), found=numbers.percent(fifth["estimate"], 0)
    )
    subtitle = _("Share of the lost that is reached, by share of members contacted, riskiest first")
    ends = []
    with style.canvas(gains, title=title, subtitle=subtitle, n=about.get("n")) as (figure, axes):
        axes.plot([0, 1], [0, 1], color=COLOURS["muted"], linewidth=1, linestyle=":")
        for name, colour in (("recency", COLOURS["neutral"]), (about["chosen"], COLOURS["highlight"])):
            line = gains[gains["model"] == name]
            axes.plot([0, *line["share"]], [0, *line["estimate"]], color=colour, linewidth=2)
            if name != "recency":
                marks.band(axes, [0, *line["share"]], [0, *line["low"]], [0, *line["high"]])
            ends.append((name, line, colour))
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1.02)
        marks.percent_axis(axes)
        marks.percent_axis(axes, which="x")
        axes.set_xlabel(_("share of members contacted"))
        axes.legend(
            handles=[
                axes.plot([], [], color=colour, label=model_name(_, name))[0]
                for name, _line, colour in ends[::-1]
            ]
            + [axes.plot([], [], color=COLOURS["muted"], linestyle=":", label=_("at random"))[0]],
            loc="lower right",
        )
    return style.picture(figure, gains, alt=_("Rising lines. {sentence}.").format(sentence=title))


def churn_profit(profit: pd.DataFrame) -> Picture:
    """Draw the profit of contacting more and more members, with the best number and the budget.

    Parameters
    ----------
    profit : DataFrame
        From `churn_evaluation.profit`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(profit)
    about = about_of(profit)
    if not len(profit):
        return style.too_little(profit)
    currency = about.get("currency")
    title = _("Contacting {contacts} members brings most: {profit}").format(
        contacts=numbers.count(about["best_contacts"]),
        profit=numbers.money(about["best_profit"], currency, 0),
    )
    if about["best_contacts"] == 0:
        title = _("At these costs no contact pays")
    subtitle = _(
        "Profit by number of contacts, riskiest first, if {success} of those who would go are kept, each "
        "worth {value} on average, at {cost} a contact"
    ).format(
        success=numbers.percent(about["success"], 0),
        value=numbers.money(about["value_saved"], currency, 0),
        cost=numbers.money(about["contact_cost"], currency),
    )
    with style.canvas(profit, title=title, subtitle=subtitle, n=about.get("n")) as (figure, axes):
        ends = []
        for name, colour in (("recency", COLOURS["neutral"]), (about["chosen"], COLOURS["highlight"])):
            line = profit[profit["model"] == name]
            axes.plot(line["contacts"], line["profit"], color=colour, linewidth=2)
            if name != "recency":
                marks.band(axes, line["contacts"], line["low"], line["high"])
            ends.append((line["contacts"].iloc[-1], line["profit"].iloc[-1], model_name(_, name), colour))
        axes.axhline(0, color=COLOURS["ink"], linewidth=0.8)
        axes.plot(
            about["best_contacts"],
            about["best_profit"],
            "o",
            color=COLOURS["positive"],
            markersize=7,
            zorder=5,
        )
        if about.get("budget") is not None:
            axes.axvline(about["budget"], color=COLOURS["negative"], linewidth=1.2, linestyle="--")
            axes.annotate(
                _("budget"), (about["budget"], 1), xycoords=("data", "axes fraction"), xytext=(4, -2),
                textcoords="offset points", va="top", fontsize=8.5, color=COLOURS["negative"],
            )  # fmt: skip
        marks.money_axis(axes, currency)
        marks.count_axis(axes, which="x")
        axes.set_xlabel(_("members contacted"))
        axes.legend(
            handles=[axes.plot([], [], color=colour, label=text)[0] for _x, _y, text, colour in ends[::-1]],
            loc="lower center",
        )
    return style.picture(figure, profit, alt=_("Curves with a peak. {sentence}.").format(sentence=title))


def churn_importance(importance: pd.DataFrame) -> Picture:
    """Draw how much worse the model gets without each feature.

    Parameters
    ----------
    importance : DataFrame
        From `churn_evaluation.importance`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(importance)
    about = about_of(importance)
    if not len(importance):
        return style.too_little(importance)
    rows = importance.head(_MOST_FEATURES).iloc[::-1].reset_index(drop=True)
    title = _("What tells most: {feature}").format(feature=named(_, about, importance["feature"].iloc[0]))
    subtitle = _("Area under the curve lost when a feature is shuffled, mean and spread of the shuffles")
    with style.canvas(
        rows, title=title, subtitle=subtitle, n=int(rows["n"].iloc[0]), height=1.5 + 0.26 * len(rows)
    ) as (figure, axes):
        at = np.arange(len(rows))
        axes.barh(at, rows["estimate"], color=COLOURS["highlight"], height=0.62)
        marks.whiskers(axes, at, rows["low"], rows["high"], horizontal=True)
        axes.axvline(0, color=COLOURS["ink"], linewidth=0.8)
        axes.set_yticks(at, [named(_, about, name) for name in rows["feature"]])
        axes.set_xlabel(_("points of area under the curve"))
        axes.xaxis.set_major_formatter(lambda value, _position: numbers.decimal(100 * value))
        axes.grid(visible=False, axis="y")
    return style.picture(figure, importance, alt=_("Bars by feature. {sentence}.").format(sentence=title))


def churn_odds(odds: pd.DataFrame) -> Picture:
    """Draw the odds ratios of the logistic regression with intervals.

    Parameters
    ----------
    odds : DataFrame
        From `churn_evaluation.odds`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(odds)
    about = about_of(odds)
    if not len(odds):
        return style.too_little(odds)
    rows = odds.head(_MOST_FEATURES).iloc[::-1].reset_index(drop=True)
    top = odds.iloc[0]
    title = _("One step more of “{feature}” multiplies the odds of loss by {ratio}").format(
        feature=named(_, about, top["feature"]), ratio=numbers.decimal(top["estimate"])
    )
    subtitle = _("Odds ratio for one standard deviation more, the others held, with 95 % intervals")
    with style.canvas(
        rows, title=title, subtitle=subtitle, n=int(rows["n"].iloc[0]), height=1.5 + 0.26 * len(rows)
    ) as (figure, axes):
        at = np.arange(len(rows))
        clear = (rows["low"] > 1) | (rows["high"] < 1)
        colours = np.where(
            ~clear, COLOURS["muted"], np.where(rows["estimate"] > 1, COLOURS["negative"], COLOURS["positive"])
        )
        marks.whiskers(axes, at, rows["low"], rows["high"], horizontal=True)
        axes.scatter(rows["estimate"], at, color=colours, s=36, zorder=4)
        axes.axvline(1, color=COLOURS["ink"], linewidth=0.8)
        axes.set_xscale("log")
        ticks = [
            tick
            for tick in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)
            if rows["low"].min() * 0.7 <= tick <= rows["high"].max() * 1.4
        ]
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.set_xticks([], minor=True)
        axes.set_yticks(at, [named(_, about, name) for name in rows["feature"]])
        axes.set_xlabel(_("odds of being lost, times"))
        axes.grid(visible=False, axis="y")
    alt = _("Dots with intervals by feature. {sentence}.").format(sentence=title)
    return style.picture(figure, odds, alt=alt)


def leak_demonstration(demonstration: pd.DataFrame) -> Picture:
    """Draw what leaking features and a random split promise, beside the honest test.

    Parameters
    ----------
    demonstration : DataFrame
        From `churn_leaks.demonstrate`.

    Returns
    -------
    Picture

    Taught in: 06 Evaluation
    """
    _ = translator(demonstration)
    if not len(demonstration):
        return style.too_little(demonstration)
    rows = demonstration.iloc[::-1].reset_index(drop=True)
    honest = demonstration.loc[demonstration["honest"], "estimate"].iloc[0]
    worst = demonstration.loc[demonstration["features"] == "exported later", "estimate"].max()
    title = _("Features from a later export promise {worst}; an honest test finds {honest}").format(
        worst=numbers.percent(worst), honest=numbers.percent(honest)
    )
    subtitle = _("Area under the curve of the same model, by features and split, with 95 % intervals")
    words = {
        ("before the cut-off", "by time"): _("features of the cut-off day, later test day"),
        ("before the cut-off", "at random"): _("features of the cut-off day, random test rows"),
        ("exported later", "by time"): _("features of a later export, later test day"),
        ("exported later", "at random"): _("features of a later export, random test rows"),
    }
    with style.canvas(rows, title=title, subtitle=subtitle, n=int(rows["n"].iloc[-1]), height=2.6) as (
        figure,
        axes,
    ):
        at = np.arange(len(rows))
        marks.whiskers(axes, at, rows["low"], rows["high"], horizontal=True)
        colours = np.where(rows["honest"], COLOURS["positive"], COLOURS["negative"])
        axes.scatter(rows["estimate"], at, color=colours, s=40, zorder=4)
        axes.set_yticks(at, [words[pair] for pair in zip(rows["features"], rows["split"], strict=True)])
        axes.set_ylim(-0.6, len(rows) - 0.4)
        axes.set_xlim(min(0.5, rows["low"].min() - 0.02), 1.005)
        marks.percent_axis(axes, which="x")
        axes.grid(visible=False, axis="y")
    alt = _("Dots with intervals by test. {sentence}.").format(sentence=title)
    return style.picture(figure, demonstration, alt=alt)
