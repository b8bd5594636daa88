"""What posts are about, how much they repeat each other and how they sound, in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little
from helpers.present.turns import turn


def topic_choice(choice: pd.DataFrame) -> Reading:
    """Say how many topics come out again, and how stable they are.

    Parameters
    ----------
    choice : DataFrame
        From `topics.choose`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(choice)
    if not len(choice):
        return too_little(_, _("topics"), about_of(choice).get("n", 0))
    best = choice[choice["best"].astype(bool)].iloc[0]
    first = _(
        "With {number} topics, two halves of the posts agree to {score} on average ({low} to {high} over {n} "
        "halvings; 1 would be the same topics twice)."
    ).format(
        number=numbers.count(best["number"]),
        score=numbers.decimal(best["estimate"], 2),
        low=numbers.decimal(best["low"], 2),
        high=numbers.decimal(best["high"], 2),
        n=numbers.count(best["n"]),
    )
    second = (
        _("That is stable enough to plan with; read ten posts of each topic before naming it.")
        if best["estimate"] >= 0.7
        else _("That is shaky: use the topics to find posts to read, not to plan a budget.")
    )
    return reading(_, [first, second])


def topic_engagement(rates: pd.DataFrame) -> Reading:
    """Say which topic earns most for each view, and what that does not prove.

    Parameters
    ----------
    rates : DataFrame
        From `topics.engagement`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(rates)
    shown = rates[rates["n"] >= 10] if len(rates) else rates
    if len(shown) < 2:
        return too_little(_, _("what topics earn"), int(rates["n"].sum()) if len(rates) else 0)
    best, worst = shown.iloc[0], shown.iloc[-1]
    message = _(
        "“{best}” earns {rate} reactions for a hundred views ({n} posts), “{worst}” {other} ({m} posts)."
    )
    first = message.format(
        best=best["name"],
        worst=worst["name"],
        rate=numbers.interval(100 * best["estimate"], 100 * best["low"], 100 * best["high"]),
        other=numbers.interval(100 * worst["estimate"], 100 * worst["low"], 100 * worst["high"]),
        n=numbers.count(best["n"]),
        m=numbers.count(worst["n"]),
    )
    second = (
        _(
            "Who writes about what was not drawn by chance: give the "
            "better topic two more places a month, and look."
        )
        if best["low"] > worst["high"]
        else _("The intervals overlap, so choose among them by what members need, not by these rates.")
    )
    return reading(_, [first, second])


def topic_shares(shares: pd.DataFrame) -> Reading:
    """Say which topic left its usual share, and when.

    Parameters
    ----------
    shares : DataFrame
        From `topics.shares`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(shares)
    whole = shares[(shares["n"] >= 10) & ~shares["open_period"].astype(bool)] if len(shares) else shares
    if not len(whole) or whole["period"].nunique() < 3:
        return too_little(_, _("the share of topics"), int(whole["n"].max()) if len(whole) else 0)
    usual = whole.groupby("name")["estimate"].transform("median")
    beyond = whole[(whole["low"] > usual) & (whole["estimate"] - usual >= 0.05)]
    if not len(beyond):
        return reading(_, [_("All topics kept to their usual share, within their intervals.")])
    top = beyond.loc[(beyond["estimate"] - usual[beyond.index]).idxmax()]
    first = _("In {period} “{topic}” was {rate} of all posts; usually it is {usual}.").format(
        period=numbers.day(top["period"])[:7],
        topic=top["name"],
        rate=rate_phrase(_, top),
        usual=numbers.percent(usual[top.name]),
    )
    return reading(_, [first, _("Find out what happened then before the next plan is made.")])


def content_calendar(plan: pd.DataFrame) -> Reading:
    """Say what the calendar holds and what its parts rest on.

    Parameters
    ----------
    plan : DataFrame
        From `content_calendar.fill`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(plan)
    if not len(plan):
        return too_little(_, _("a content calendar"), 0)
    counts = plan["reason"].value_counts()
    first = _(
        "From {first} to {last}: {n} posts, {occasion} for an "
        "occasion, {best} on topics that have earned most, "
        "{learn} on topics that are known least."
    ).format(
        first=numbers.day(plan["day"].min()),
        last=numbers.day(plan["day"].max()),
        n=numbers.count(len(plan)),
        occasion=numbers.count(counts.get("occasion", 0)),
        best=numbers.count(counts.get("earns most", 0)),
        learn=numbers.count(counts.get("seldom tried", 0)),
    )
    what = _("purchases") if about_of(plan).get("of") == "orders" else _("active members")
    seen = plan.dropna(subset=["occasion", "lift"]).drop_duplicates("occasion")
    lines = [
        _("The week before {occasion} had {lift} times the usual {what} last time.").format(
            occasion=term(_, row["occasion"]), lift=numbers.decimal(row["lift"], 2), what=what
        )
        for _place, row in seen.iterrows()
    ]
    return reading(
        _, [first, *lines[:2], _("Put a name beside every line, and strike what you cannot do well.")]
    )


def repetition(index: pd.DataFrame) -> Reading:
    """Say whether posts repeat each other more, and where.

    Parameters
    ----------
    index : DataFrame
        From `homogeneity.index`, by period or by a column.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(index)
    by = about_of(index).get("by")
    if by:
        enough = index[index["n"] >= 30] if len(index) else index
        if not len(enough):
            return too_little(_, _("repeated posts"), int(index["n"].max()) if len(index) else 0)
        top = enough.loc[enough["estimate"].idxmax()]
        message = _(
            "Most repetition is in “{group}”: {rate}. Read some of it: many people telling of one trouble "
            "repeat each other too, and that is news, not copying."
        )
        return reading(_, [message.format(group=term(_, top[by]), rate=rate_phrase(_, top))])
    found = turn(index)
    if found is None:
        return too_little(_, _("repeated posts"), int(index["n"].sum()) if len(index) else 0)
    first = _(
        "Of the posts of the last whole period {rate} nearly repeat an earlier one; at first it was {start}."
    ).format(rate=rate_phrase(_, found.end), start=rate_phrase(_, found.first))
    second = {
        "peak": _(
            "The highest share, {top}, came in the period from {period}: look at that one by topic."
        ).format(top=rate_phrase(_, found.top), period=numbers.day(found.top["period"])),
        "up": _("It rises: ask the authors for their own experience, and show copies to fewer people."),
        "down": _("It falls: whatever you changed, keep it."),
        "level": _("The difference lies within the intervals."),
    }[found.kind]
    return reading(_, [first, second])


def novelty(engagement: pd.DataFrame) -> Reading:
    """Say what repeating costs, and why that is no proof.

    Parameters
    ----------
    engagement : DataFrame
        From `homogeneity.engagement`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(engagement)
    shown = engagement[engagement["n"] >= 10] if len(engagement) else engagement
    if len(shown) < 2:
        return too_little(_, _("copies and originals"), int(engagement["n"].sum()) if len(engagement) else 0)
    one, other = shown.iloc[0], shown.iloc[-1]
    parts = [
        numbers.interval(100 * row["estimate"], 100 * row["low"], 100 * row["high"]) for row in (one, other)
    ]
    first = _("For a hundred views, “{one}” posts earn {a} reactions ({n}), “{other}” {b} ({m}).").format(
        one=term(_, one["group"]),
        other=term(_, other["group"]),
        a=parts[0],
        b=parts[1],
        n=numbers.count(one["n"]),
        m=numbers.count(other["n"]),
    )
    second = ""
    if pd.notna(one["adjusted"]) and pd.notna(other["adjusted"]):
        second = _("With the same mix of topics it would be {a} and {b}.").format(
            a=numbers.decimal(100 * one["adjusted"]), b=numbers.decimal(100 * other["adjusted"])
        )
    third = _("Nobody drew by chance who copies, so the gap may also be that of the authors.")
    return reading(_, [first, second, third])


def copies_found(recovery: pd.DataFrame) -> Reading:
    """Say how many known copies were found, and how many of those found are known copies.

    Parameters
    ----------
    recovery : DataFrame
        From `homogeneity.recovery`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(recovery)
    if not len(recovery) or not recovery["known"].max():
        return too_little(_, _("known copies"), 0)
    top = recovery.iloc[-1]
    message = _(
        "From a similarity of {limit}, {recall} of the {known} known "
        "copies are found, and {precision} of the "
        "{called} posts called copies are known ones; the others are alike for another reason."
    )
    return reading(
        _,
        [
            message.format(
                limit=numbers.decimal(top["threshold"], 2),
                recall=numbers.percent_interval(top["recall"], top["recall_low"], top["recall_high"]),
                known=numbers.count(top["known"]),
                precision=numbers.percent_interval(
                    top["precision"], top["precision_low"], top["precision_high"]
                ),
                called=numbers.count(top["called"]),
            )
        ],
    )


def sentiment_split(errors: pd.DataFrame) -> Reading:
    """Say how much a split by lines flatters the sentiment model.

    Parameters
    ----------
    errors : DataFrame
        From `sentiment.errors`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(errors)
    both = errors.set_index("split")
    naive, honest = both.loc["lines"], both.loc["texts"]
    message = _(
        "Lines drawn at random show an error of {naive}, but {seen} of "
        "those tested had been learnt by heart; with "
        "each text on one side only it is {honest}, {times} times as much."
    )
    return reading(
        _,
        [
            message.format(
                naive=rate_phrase(_, naive),
                seen=numbers.percent(naive["seen_before"] / naive["n"]),
                honest=rate_phrase(_, honest),
                times=numbers.decimal(honest["estimate"] / naive["estimate"]),
            )
        ],
    )


def sentiment_check(found: pd.DataFrame) -> Reading:
    """Say how well the sentiment model does on this community's own posts.

    Parameters
    ----------
    found : DataFrame
        From `sentiment.check`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(found)
    rows = found.set_index("measure")
    if not rows.loc["recall", "n"]:
        return too_little(_, _("posts known to be unhappy"), 0)
    first = _(
        "Of the posts that are complaints {recall} are called "
        "unhappy; of those called unhappy {precision} are "
        "complaints."
    ).format(recall=rate_phrase(_, rows.loc["recall"]), precision=rate_phrase(_, rows.loc["precision"]))
    second = _("Good enough to see a week turn, not to answer a member without reading.")
    return reading(_, [first, second])


def mood(trend: pd.DataFrame) -> Reading:
    """Say what the mood does, and what an operator does about it.

    Parameters
    ----------
    trend : DataFrame
        From `sentiment.trend`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(trend)
    found = turn(trend)
    if found is None:
        return too_little(_, _("the mood"), int(trend["n"].sum()) if len(trend) else 0)
    if about_of(trend).get("what") != "negative":
        first = _(
            "The mean score of the last whole period is {end} (n = {n}); at first it was {start}."
        ).format(
            end=numbers.interval(found.end["estimate"], found.end["low"], found.end["high"], 2),
            n=numbers.count(found.end["n"]),
            start=numbers.interval(found.first["estimate"], found.first["low"], found.first["high"], 2),
        )
        return reading(_, [first, _("Compare it with its own past only.")])
    first = _("In the last whole period {rate} of posts sound unhappy.").format(
        rate=rate_phrase(_, found.end)
    )
    second = {
        "peak": _(
            "It was {top} in the period from {period}: read the posts of that period, not the curve."
        ).format(top=rate_phrase(_, found.top), period=numbers.day(found.top["period"])),
        "up": _("At first it was {start}: read ten of them today.").format(start=rate_phrase(_, found.first)),
        "down": _("At first it was {start}.").format(start=rate_phrase(_, found.first)),
        "level": _("It moves within its intervals: nothing to act on."),
    }[found.kind]
    return reading(_, [first, second])
