"""Moderation in words: what the filter finds and misses, the work, and who does it again."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little
from helpers.present.turns import share_by, turn


def filter_quality(quality: pd.DataFrame) -> Reading:
    """Say what the filter finds and misses at the threshold in use, and what the next one down would cost.

    Parameters
    ----------
    quality : DataFrame
        From `moderation.filter_quality`.

    Returns
    -------
    Reading

    Taught in: 03 Content, 04 Interaction
    """
    _ = translator(quality)
    used = quality[quality["in_use"].astype(bool)] if len(quality) else quality
    if not len(used) or not used["flagged"].iloc[0]:
        return too_little(_, _("the filter"), int(quality["audited"].max()) if len(quality) else 0)
    row = used.iloc[0]
    precision = numbers.percent_interval(row["precision"], row["precision_low"], row["precision_high"])
    first = _("Of {flagged} items flagged from {limit} on, {precision} were breaches.").format(
        flagged=numbers.count(row["flagged"]), limit=numbers.decimal(row["threshold"], 2), precision=precision
    )
    if not row["audited"]:
        second = _("How many breaches passed nobody knows: draw fifty unflagged items a week and read them.")
        return reading(_, [first, second])
    second = _(
        "The audit of {audited} of the {passed} items that passed "
        "found {missed} more, so the filter finds about "
        "{recall} of all breaches."
    ).format(
        audited=numbers.count(row["audited"]),
        passed=numbers.count(row["passed"]),
        missed=numbers.count(row["audited_breaches"]),
        recall=numbers.percent_interval(row["recall"], row["recall_low"], row["recall_high"]),
    )
    below = quality[quality["threshold"] < row["threshold"]]
    third = ""
    if len(below):
        other = below.iloc[-1]
        third = _(
            "From {limit} on it would find {recall}, for {per_day} items a day instead of {now}."
        ).format(
            limit=numbers.decimal(other["threshold"], 2),
            recall=numbers.percent_interval(other["recall"], other["recall_low"], other["recall_high"]),
            per_day=numbers.decimal(other["per_day"]),
            now=numbers.decimal(row["per_day"]),
        )
    return reading(_, [first, second, third])


def decision_times(handling: pd.DataFrame) -> Reading:
    """Say how much is decided within an hour and a day.

    Parameters
    ----------
    handling : DataFrame
        From `moderation.handling`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(handling)
    by = about_of(handling).get("by")
    groups = list(handling.groupby(by, sort=False)) if by and len(handling) else [(None, handling)]
    groups = [(name, curve) for name, curve in groups if len(curve) and curve["n"].max() >= 20]
    if not groups:
        return too_little(_, _("hours to decision"), int(handling["n"].max()) if len(handling) else 0)
    sentences = []
    for name, curve in groups:
        told = {
            "hour": numbers.percent(share_by(curve, 1)),
            "day": numbers.percent(share_by(curve, 24)),
            "n": numbers.count(curve["n"].max()),
        }
        message = (
            _("“{group}” (n = {n}): {hour} decided within an hour, {day} within a day.")
            if name is not None
            else _("{hour} decided within an hour, {day} within a day (n = {n}).")
        )
        sentences.append(
            message.format(group=term(_, name), **told) if name is not None else message.format(**told)
        )
    shares = {name: share_by(curve, 4) for name, curve in groups}
    if len(shares) > 1 and max(shares.values()) - min(shares.values()) > 0.1:
        slow = term(_, min(shares, key=lambda name: shares[name]))
        sentences.append(
            _("A rota for “{group}” buys more than another moderator by day.").format(group=slow)
        )
    return reading(_, sentences)


def moderation_workload(load: pd.DataFrame) -> Reading:
    """Say how much comes up a day.

    Parameters
    ----------
    load : DataFrame
        From `moderation.workload`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(load)
    whole = load[~load["open_period"].astype(bool)] if len(load) else load
    if not len(whole) or whole["n"].sum() < 10:
        return too_little(_, _("the work of the moderators"), int(load["n"].sum()) if len(load) else 0)
    last, top = whole.iloc[-1], whole.loc[whole["per_day"].idxmax()]
    message = _(
        "In the last whole period {now} items a day came before the "
        "moderators, at most {top} a day (period from "
        "{period}); {rate} of those decided were breaches."
    )
    first = message.format(
        now=numbers.decimal(last["per_day"]),
        top=numbers.decimal(top["per_day"]),
        period=numbers.day(top["period"]),
        rate=rate_phrase(_, last),
    )
    waiting = int(load["open"].sum())
    second = _("{n} items are still open.").format(n=numbers.count(waiting)) if waiting else ""
    return reading(_, [first, second])


def repeat_breaches(repeats: pd.DataFrame) -> Reading:
    """Say how many do it again, and why rows cannot be compared as effects.

    Parameters
    ----------
    repeats : DataFrame
        From `moderation.repeats`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(repeats)
    if not len(repeats) or repeats["n"].iloc[0] < 10:
        return too_little(_, _("repeated breaches"), int(repeats["n"].iloc[0]) if len(repeats) else 0)
    about = about_of(repeats)
    by, whole = about.get("by", "action"), repeats.iloc[0]
    first = _("{rate} of members had another breach within {days} days of the first decision.").format(
        rate=rate_phrase(_, whole), days=numbers.count(about.get("within"))
    )
    rows = repeats.iloc[1:]
    rows = rows[rows["n"] >= 20]
    parts = [
        _("after “{name}” {rate}").format(name=term(_, row[by]), rate=rate_phrase(_, row))
        for _place, row in rows.iterrows()
    ]
    second = _("By the first breach: {parts}.").format(parts=_("; ").join(parts)) if len(parts) > 1 else ""
    third = _(
        "Moderators chose what to do, so the gap may be that of the "
        "cases; only a rota drawn by lot would tell."
    )
    return reading(_, [first, second, third if second else ""])


def rule_sheet(sheet: pd.DataFrame) -> Reading:
    """Say which rule is broken most and what follows.

    Parameters
    ----------
    sheet : DataFrame
        From `moderation.rule_sheet`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(sheet)
    if not len(sheet) or not sheet["count"].sum():
        return too_little(_, _("broken rules"), int(sheet["n"].sum()) if len(sheet) else 0)
    top = sheet.iloc[0]
    first = _(
        "“{reason}” is broken most: {count} of {all} breaches; the usual answer is “{action}” ({share})."
    ).format(
        reason=term(_, top["reason"]),
        count=numbers.count(top["count"]),
        all=numbers.count(sheet["count"].sum()),
        action=term(_, top["usual_action"]),
        share=numbers.percent(top["usual_share"], 0),
    )
    took = ""
    if pd.notna(top["hours"]):
        took = _("It took {hours} hours at the median.").format(hours=numbers.decimal(top["hours"]))
    doubtful = sheet[(sheet["n"] >= 30) & (sheet["high"] < sheet["count"].sum() / sheet["n"].sum())]
    second = ""
    if len(doubtful):
        row = doubtful.loc[doubtful["estimate"].idxmin()]
        second = _(
            "“{reason}” is called up in vain most often (only {rate} are breaches): say it more clearly."
        ).format(reason=term(_, row["reason"]), rate=rate_phrase(_, row))
    return reading(
        _, [first, took, second, _("Write the first rule of the group about the first line of the sheet.")]
    )


def toxicity(rates: pd.DataFrame) -> Reading:
    """Say how many insults are found, and what else could move the number.

    Parameters
    ----------
    rates : DataFrame
        From `moderation.toxicity`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(rates)
    found = turn(rates, least=100)
    if found is None:
        return too_little(_, _("insults"), int(rates["n"].sum()) if len(rates) else 0)
    first = _(
        "In the last whole period {rate} insults were found in a thousand posts and messages (n = {n})."
    ).format(
        rate=numbers.interval(found.end["estimate"], found.end["low"], found.end["high"]),
        n=numbers.count(found.end["n"]),
    )
    second = {
        "peak": _("The highest was {top} in the period from {period}.").format(
            top=numbers.interval(found.top["estimate"], found.top["low"], found.top["high"]),
            period=numbers.day(found.top["period"]),
        ),
        "up": _("It rises: before blaming the members, ask whether the filter was changed."),
        "down": _("It falls: make sure that the filter still runs and that members still report."),
        "level": _("It moves within its intervals."),
    }[found.kind]
    return reading(_, [first, second])


def member_posts(shares: pd.DataFrame) -> Reading:
    """Say how much members write, and how many they are.

    Parameters
    ----------
    shares : DataFrame
        From `ugc.share`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(shares)
    found = turn(shares)
    if found is None:
        return too_little(_, _("posts by members"), int(shares["n"].sum()) if len(shares) else 0)
    first = _(
        "In the last whole period members wrote {rate} of the posts, {authors} of them at least one."
    ).format(rate=rate_phrase(_, found.end), authors=numbers.count(found.end["authors"]))
    second = {
        "peak": _("Most of it came in the period from {period}; read what they wrote about then.").format(
            period=numbers.day(found.top["period"])
        ),
        "up": _("At first it was {start}: thank the newest authors by name this week.").format(
            start=rate_phrase(_, found.first)
        ),
        "down": _("At first it was {start}: ask two members a week for a post.").format(
            start=rate_phrase(_, found.first)
        ),
        "level": _("At first it was {start}; no change beyond chance.").format(
            start=rate_phrase(_, found.first)
        ),
    }[found.kind]
    return reading(_, [first, second])


def rights_sheet(sheet: pd.DataFrame) -> Reading:
    """Say what the sheet is for.

    Parameters
    ----------
    sheet : DataFrame
        From `ugc.rights_sheet`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(sheet)
    if not len(sheet):
        return too_little(_, _("posts worth asking for"), 0)
    message = _(
        "{n} posts of the last {days} days are worth asking for. Send "
        "each author one question, what for, where and "
        "how long, and use nothing before the answer is in the sheet."
    )
    return reading(
        _, [message.format(n=numbers.count(len(sheet)), days=numbers.count(about_of(sheet).get("days")))]
    )
