"""How content members are, in words."""

from __future__ import annotations

import pandas as pd

from helpers.metrics.satisfaction import minimum_answers, trend
from helpers.present import numbers
from helpers.present.language import Translate, about_of, term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def _points(_: Translate, row: pd.Series) -> str:
    return _("{score} points (n = {n})").format(
        score=numbers.interval(row["estimate"], row["low"], row["high"], 0), n=numbers.count(row["n"])
    )


def nps(table: pd.DataFrame) -> Reading:
    """Say the net promoter score, whether it rests on enough answers, and what scale it stands on.

    Parameters
    ----------
    table : DataFrame
        From `satisfaction.nps`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    shown = table[table["n"] > 0].sort_values("estimate", ascending=False, kind="stable")
    if shown.empty or shown["n"].sum() < 10:
        return too_little(_, _("the net promoter score"), shown["n"].sum() if len(shown) else 0)
    if len(shown) == 1:
        row = shown.iloc[0]
        sentences = [_("The net promoter score is {score}.").format(score=_points(_, row)), _enough(_, row)]
    else:
        sentences = [_between(_, shown)]
    return reading(_, [*sentences, _scale(_, shown)])


def _enough(_: Translate, row: pd.Series) -> str:
    shares = {"promoters": row["promoters"] / row["n"], "detractors": row["detractors"] / row["n"]}
    needed = minimum_answers(margin=10, **shares)
    if row["n"] >= needed:
        return _("That is enough answers to know it within ten points.")
    message = _(
        "To know it within ten points takes about {needed} answers: until then do not compare months."
    )
    return message.format(needed=numbers.count(needed))


def _between(_: Translate, shown: pd.DataFrame) -> str:
    by = about_of(shown).get("by")
    if by not in shown.columns:
        parts = [f"{row['scale']}: {_points(_, row)}" for _index, row in shown.iterrows()]
        return _("Answers on different scales stay apart: {parts}.").format(parts=_("; ").join(parts))
    shown = shown if shown["small"].all() else shown[~shown["small"]]
    best, worst = shown.iloc[0], shown.iloc[-1]
    if best["low"] <= worst["high"]:
        message = _(
            "The scores lie between {low} and {high}; their intervals overlap, so no segment stands out."
        )
        return message.format(low=_points(_, worst), high=_points(_, best))
    message = _("{best} stand at {high}, {worst} at {low}. Ask {worst} first what is missing.")
    return message.format(
        best=term(_, best[by]), worst=term(_, worst[by]), high=_points(_, best), low=_points(_, worst)
    )


def _scale(_: Translate, shown: pd.DataFrame) -> str:
    if shown["scale_assumed"].any():
        return _("The scale was not stated and is taken to be {scale}: check it.").format(
            scale=shown["scale"].iloc[0]
        )
    if (shown["scale"] == "1-10").any():
        return _(
            "On a scale from 1 to 10 there is one way less to be a detractor: do not compare "
            "it with scores from 0 to 10."
        )
    return ""


def score_distribution(table: pd.DataFrame) -> Reading:
    """Say what the score hides: how answers are spread.

    Parameters
    ----------
    table : DataFrame
        From `satisfaction.distribution`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    if table.empty or table["n"].max() < 10:
        return too_little(_, _("the answers"), table["n"].max() if len(table) else 0)
    shown = table[table["scale"] == table.loc[table["n"].idxmax(), "scale"]]
    n = shown["n"].iloc[0]
    shares = (
        (shown.groupby("group")["count"].sum() / n).reindex(["promoters", "passives", "detractors"]).fillna(0)
    )
    message = _("Of {n} members who answered, {up} are promoters, {middle} passives and {down} detractors.")
    sentences = [
        message.format(
            n=numbers.count(n),
            up=numbers.percent(shares["promoters"], 0),
            middle=numbers.percent(shares["passives"], 0),
            down=numbers.percent(shares["detractors"], 0),
        )
    ]
    if shares["promoters"] > 0.3 and shares["detractors"] > 0.3:
        sentences.append(
            _("The community is split: one number cannot stand for both camps. Read what each of them wrote.")
        )
    elif shares["passives"] > 0.4:
        sentences.append(
            _("Many are content but indifferent: winning one point from them moves the score most.")
        )
    return reading(_, sentences)


def nps_trend(table: pd.DataFrame) -> Reading:
    """Say whether the score moved by more than chance.

    Parameters
    ----------
    table : DataFrame
        From `satisfaction.nps` with `every`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    shown = table[table["n"] > 0]
    line = trend(shown) if len(shown) else shown
    if line.empty:
        return too_little(_, _("a trend of the score"), shown["n"].sum() if len(shown) else 0)
    row = line.iloc[0]
    pace = numbers.interval(row["estimate"], row["low"], row["high"])
    values = {"pace": pace, "n": numbers.count(row["n"]), "k": numbers.count(row["periods"])}
    sentences = [
        _("Over {k} periods the score changed by {pace} points in 30 days (n = {n}).").format(**values)
    ]
    if row["p_value"] < 0.05:
        worst = shown.loc[shown["estimate"].idxmin()]
        message = _(
            "A straight line does not describe it: the lowest point is {score} in {month}. "
            "Look at what happened then."
        )
        sentences.append(message.format(score=_points(_, worst), month=f"{worst['period']:%Y-%m}"))
    elif row["low"] <= 0 <= row["high"]:
        sentences.append(_("That may be chance: do not explain single months."))
    elif row["estimate"] < 0:
        sentences.append(_("It is falling: read the comments of the latest detractors this week."))
    return reading(_, sentences)


def survey_response(table: pd.DataFrame) -> Reading:
    """Say who answers, and what the score would be if the inactive had answered as often.

    Parameters
    ----------
    table : DataFrame
        From `satisfaction.response`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    if table.empty or table["count"].sum() < 10:
        return too_little(_, _("who answers"), table["n"].sum() if len(table) else 0)
    quiet, busy = table.iloc[0], table.iloc[-1]
    sentences = [
        _("Of the most active members {busy} answered, of the inactive {quiet}.").format(
            busy=rate_phrase(_, busy), quiet=rate_phrase(_, quiet)
        )
    ]
    known = table.dropna(subset=["score"])
    plain = (known["score"] * known["answers"]).sum() / known["answers"].sum()
    weighted = (known["score"] * known["members"]).sum() / known["members"].sum()
    message = _(
        "With every level of activity at its true share the score would be {weighted} "
        "instead of {plain} points."
    )
    sentences.append(message.format(weighted=numbers.decimal(weighted, 0), plain=numbers.decimal(plain, 0)))
    if abs(weighted - plain) >= 3:
        sentences.append(_("Report both, and ask the quiet ones in person."))
    return reading(_, sentences)


def mean_scores(table: pd.DataFrame) -> Reading:
    """Say which question scores lowest, and whether that is more than chance.

    Parameters
    ----------
    table : DataFrame
        From `satisfaction.scores`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    shown = table[table["n"] > 1].sort_values("estimate", kind="stable")
    if shown.empty or shown["n"].max() < 10:
        return too_little(_, _("the answers"), shown["n"].sum() if len(shown) else 0)
    by, worst, best = shown.columns[0], shown.iloc[0], shown.iloc[-1]
    said = [
        _("{item}: {score} (n = {n})").format(
            item=term(_, row[by]),
            score=numbers.interval(row["estimate"], row["low"], row["high"]),
            n=numbers.count(row["n"]),
        )
        for row in (worst, best)
    ]
    sentences = [_("Lowest {worst}, highest {best}.").format(worst=said[0], best=said[1])]
    if worst["high"] < best["low"]:
        message = _("Only {share} are content with {item}: start there if it also matters to them.")
        sentences.append(message.format(share=numbers.percent(worst["content"], 0), item=term(_, worst[by])))
    return reading(_, sentences)
