"""Who comes back, in words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from helpers.metrics.mix import mix_effect, standardise
from helpers.metrics.survival import stay
from helpers.present import numbers
from helpers.present.groups import capital, days_meant, grouping
from helpers.present.language import Translate, about_of, term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def _pooled(rows: pd.DataFrame) -> pd.Series:
    from helpers.metrics.retention import rates

    return rates(rows[["n", "count"]].sum().to_frame().T).iloc[0]


def cohort_triangle(cohorts: pd.DataFrame) -> Reading:
    """Say how many come back after their first period, and whether newer cohorts do better than older ones.

    Parameters
    ----------
    cohorts : DataFrame
        From `retention.cohorts`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(cohorts)
    about = about_of(cohorts)
    usable = cohorts[~cohorts["open_period"] & ~cohorts["left_edge"]]
    if not (usable["index"] == 1).any():
        usable = cohorts[~cohorts["open_period"]]
    second = usable[usable["index"] == 1].sort_values("cohort")
    if second.empty or second["n"].sum() < 30:
        return too_little(_, _("how cohorts come back"), second["n"].sum() if len(second) else 0)
    month = about.get("every") == "month"
    if about.get("basis") == "orders":
        first = (
            _("In the month after their first order {rate} bought again.")
            if month
            else _("In the week after their first order {rate} bought again.")
        )
    else:
        first = (
            _("In the month after joining {rate} were active.")
            if month
            else _("In the week after joining {rate} were active.")
        )
    return reading(
        _, [first.format(rate=rate_phrase(_, _pooled(second))), _older_newer(_, second), _edges(_, cohorts)]
    )


def _older_newer(_: Translate, second: pd.DataFrame) -> str:
    from helpers.metrics.intervals import difference

    half = len(second) // 2
    if half < 1:
        return ""
    old, new = _pooled(second.head(half)), _pooled(second.tail(half))
    low, high = difference(new["count"], new["n"], old["count"], old["n"])
    gap = numbers.interval(100 * (new["estimate"] - old["estimate"]), 100 * low, 100 * high)
    if low > 0:
        return _(
            "The newer half of the cohorts comes back more: {gap} points. Find out what changed and keep it."
        ).format(gap=gap)
    if high < 0:
        message = _(
            "The newer half of the cohorts comes back less: {gap} points. Look at whom "
            "recruiting now brings in before changing the content."
        )
        return message.format(gap=gap)
    return _("Newer and older cohorts cannot be told apart ({gap} points).").format(gap=gap)


def _edges(_: Translate, cohorts: pd.DataFrame) -> str:
    edge = cohorts.loc[cohorts["left_edge"], "cohort"].nunique()
    if not edge:
        return ""
    return _("Cohorts that may hold members from before the records ({n}) are left out of this.").format(
        n=edge
    )


def retention_curve(curve: pd.DataFrame) -> Reading:
    """Say where the average curve ends, whether it has levelled off, and on how little its end rests.

    Parameters
    ----------
    curve : DataFrame
        From `retention.average_curve`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(curve)
    later = curve[curve["index"] > 0]
    if later.empty or later["n"].max() < 30:
        return too_little(_, _("the retention curve"), later["n"].max() if len(later) else 0)
    last = later[later["n"] >= 30].iloc[-1]
    first = later.iloc[0]
    month = about_of(curve).get("every") == "month"
    opening = (
        _("From {first} in month 1 the share falls to {last} in month {k}.")
        if month
        else _("From {first} in week 1 the share falls to {last} in week {k}.")
    )
    if last["estimate"] >= first["estimate"]:
        opening = (
            _("The share is {first} in month 1 and {last} in month {k}.")
            if month
            else _("The share is {first} in week 1 and {last} in week {k}.")
        )
    sentences = [
        opening.format(first=rate_phrase(_, first), last=rate_phrase(_, last), k=numbers.count(last["index"]))
    ]
    if len(later) >= 4:
        middle = later.iloc[len(later) // 2]
        flat = middle["low"] <= last["high"]
        sentences.append(
            _(
                "Over its second half the curve no longer clearly falls: those who stayed that "
                "long tend to stay."
            )
            if flat
            else _("It is still falling: where it will level off cannot be said yet.")
        )
    if last["cohorts"] < 3:
        sentences.append(_("The end of the curve rests on one or two cohorts only."))
    return reading(_, sentences)


def day_n(table: pd.DataFrame) -> Reading:
    """Say how many new members come back by day N, which segment keeps most, and what to do about it.

    Parameters
    ----------
    table : DataFrame
        From `retention.day_n`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    by = grouping(table)
    seen = table[table["n"] > 0]
    if seen.empty or seen["n"].max() < 10:
        return too_little(_, _("day-N retention"), seen["n"].sum() if len(seen) else 0)
    last = seen[seen["day"] == seen["day"].max()]
    if by is not None and len(last) > 1:
        return _day_segments(_, last, by)
    parts = [
        _("day {n}: {rate}").format(n=line["day"], rate=rate_phrase(_, line))
        for _index, line in seen.iterrows()
    ]
    window = about_of(table).get("window", 1)
    opening = (
        _("Share of new members who came back, {parts}.")
        if window == 1
        else _("Share of new members who came back {when}, {parts}.")
    )
    if about_of(table).get("basis") == "orders":
        opening = (
            _("Share of new buyers who bought again, {parts}.")
            if window == 1
            else _("Share of new buyers who bought again {when}, {parts}.")
        )
    sentences = [opening.format(when=days_meant(_, "N", window), parts=_("; ").join(parts))]
    unseen, day = int(last["unseen"].sum()), last["day"].iloc[0]
    if unseen:
        message = (
            _("{n} members are too young for day {day} and are in no denominator.")
            if window in (1, "after")
            else _("{n} members are too young to be followed {when} and are in no denominator.")
        )
        values = {"n": numbers.count(unseen), "day": day, "when": days_meant(_, day, window)}
        sentences.append(message.format(**values))
    if len(seen) > 1:
        sentences.append(_loss(_, seen.iloc[0], last.iloc[0], window))
    return reading(_, sentences)


def _loss(_: Translate, first: pd.Series, last: pd.Series, window: Any) -> str:
    before, later = 1 - first["estimate"], first["estimate"] - last["estimate"]
    if max(before, later) <= 0:
        return ""
    whole_days = window in (1, "after")
    if before > later:
        message = (
            _("Most of the loss happens before day {n}: work on the first hours.")
            if whole_days
            else _("Most of the loss shows already {when}: work on the first hours.")
        )
    else:
        message = (
            _("Much is lost after day {n} as well: give a reason to come back in the first weeks.")
            if whole_days
            else _("Many seen {when} are lost later: give a reason to come back in the first weeks.")
        )
    return message.format(n=first["day"], when=days_meant(_, first["day"], window))


def _day_segments(_: Translate, last: pd.DataFrame, by: str) -> Reading:
    window = about_of(last).get("window", 1)
    last = last if last["small"].all() else last[~last["small"]]
    best, worst = last.loc[last["estimate"].idxmax()], last.loc[last["estimate"].idxmin()]
    first = _("{when}, {best} keeps {high} and {worst} {low}.").format(
        when=capital(days_meant(_, best["day"], window)),
        best=term(_, best[by]),
        worst=term(_, worst[by]),
        high=rate_phrase(_, best),
        low=rate_phrase(_, worst),
    )
    if best["low"] <= worst["high"]:
        return reading(_, [first, _("The intervals overlap: this is no reason to treat them differently.")])
    message = _(
        "Members were not drawn into these groups at random: ask what {best} members were "
        "promised, and try it on {worst} as an experiment."
    )
    return reading(_, [first, message.format(best=term(_, best[by]), worst=term(_, worst[by]))])


def survival_curves(curve: pd.DataFrame, *, test: pd.DataFrame | None = None) -> Reading:
    """Say how long members stay, and whether groups differ by more than chance.

    Parameters
    ----------
    curve : DataFrame
        From `survival.kaplan_meier`.
    test : DataFrame, optional
        From `survival.log_rank`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(curve)
    by = grouping(curve)
    lengths = stay(curve, by=by)
    if lengths.empty or lengths["n"].sum() < 10:
        return too_little(_, _("how long members stay"), lengths["n"].sum() if len(lengths) else 0)
    lengths = lengths.sort_values("estimate", ascending=False)
    sentences = [
        _stay_phrase(_, line, by)
        for _index, line in lengths.iloc[[0, -1] if len(lengths) > 1 else [0]].iterrows()
    ]
    if test is not None and len(test) > 1 and not numbers.is_missing(test["p_value"].iloc[0]):
        p = test["p_value"].iloc[0]
        message = (
            _("The groups differ by more than chance (log-rank p {p}).")
            if p < 0.05
            else _("The difference between the groups could be chance (log-rank p {p}).")
        )
        sentences.append(message.format(p=numbers.p_value(p) if p < 0.001 else f"= {numbers.p_value(p)}"))
    median = lengths["median"].iloc[-1]
    if not numbers.is_missing(median):
        sentences.append(
            _("A reason to return is due well before day {k}, where half of them are gone.").format(
                k=numbers.count(median)
            )
        )
    return reading(_, sentences)


def _stay_phrase(_: Translate, line: pd.Series, by: str | None) -> str:
    days = numbers.interval(line["estimate"], line["low"], line["high"], 0)
    values = {"days": days, "until": numbers.count(line["until"]), "n": numbers.count(line["n"])}
    if by is None:
        return _("Out of the first {until} days members stay {days} on average (n = {n}).").format(**values)
    message = _("{group}: out of the first {until} days members stay {days} on average (n = {n}).")
    return message.format(group=term(_, line[by]), **values)


def mix_shift(mix: pd.DataFrame) -> Reading:
    """Say how much of a change in retention is a change in who joined.

    Parameters
    ----------
    mix : DataFrame
        From `mix.by_mix`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(mix)
    whole = standardise(mix)[lambda table: ~table["open_period"]] if len(mix) else mix
    if len(whole) < 2 or whole["n"].min() < 10:
        return too_little(_, _("a change of mix"), whole["n"].sum() if len(whole) else 0)
    first, last = whole.iloc[0], whole.iloc[-1]
    parts = mix_effect(mix)
    sentences = [
        _("From the first to the last finished period retention went from {first} to {last}.").format(
            first=rate_phrase(_, first), last=rate_phrase(_, last)
        ),
        _(
            "Of this change of {change} points, {mix} come from a different mix of members "
            "and {within} from members of the same kind coming back differently."
        ).format(
            change=numbers.points(parts["total"].sum()),
            mix=numbers.points(parts["mix"].sum()),
            within=numbers.points(parts["within"].sum()),
        ),
    ]
    moved, within = abs(parts["mix"].sum()), abs(parts["within"].sum())
    if moved > 1.5 * within:
        sentences.append(
            _("Judge recruiting first: the experience of members changed less than the members did.")
        )
    elif within > 1.5 * moved:
        sentences.append(
            _(
                "The mix does not explain it: look at what members of each kind now meet. Nothing "
                "here was drawn at random."
            )
        )
    else:
        sentences.append(
            _("Both count: look at whom recruiting brings in, and at what the new members meet.")
        )
    return reading(_, sentences)
