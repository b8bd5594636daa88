"""Invitations, in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, term, translator
from helpers.present.plots.referral import FEW
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def _rate(row: pd.Series) -> str:
    # A mean number of members with its interval.
    return numbers.interval(row["estimate"], row["low"], row["high"], 3 if row["estimate"] < 0.095 else 2)


def invitation_links(links: pd.DataFrame) -> Reading:
    """Say how many of those who name an inviter can have been invited by a member.

    Parameters
    ----------
    links : DataFrame
        From `referral.links`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(links)
    n = int(links["n"].max()) if len(links) else 0
    if n == 0:
        return too_little(_, _("invitations"), 0)
    kinds = links.set_index("kind")
    wrong = kinds.loc[["self", "ring", "late", "unknown"], "count"]
    sentences = [
        _("Of {n} members who name an inviter, {rate} can have been invited by another member.").format(
            n=numbers.count(n), rate=rate_phrase(_, kinds.loc["member"])
        )
    ]
    if kinds.loc["kol", "count"]:
        sentences.append(
            _("{count} were brought by a kol: a channel that is paid for, counted with the channels.").format(
                count=numbers.count(kinds.loc["kol", "count"])
            )
        )
    if wrong.sum():
        sentences.append(
            _(
                "{self_count} bear their own id, {ring} stand in rings, {late} name somebody who joined "
                "later, {unknown} somebody who is not in the list: take these links out before anything is "
                "counted, and ask whoever built the form how they came about."
            ).format(
                self_count=numbers.count(wrong["self"]),
                ring=numbers.count(wrong["ring"]),
                late=numbers.count(wrong["late"]),
                unknown=numbers.count(wrong["unknown"]),
            )
        )
    return reading(_, sentences)


def invitation_trees(trees: pd.DataFrame) -> Reading:
    """Say how much of all inviting happens in the few largest trees.

    Parameters
    ----------
    trees : DataFrame
        From `referral.trees`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(trees)
    n = len(trees)
    if n < 10:
        return too_little(_, _("invitation trees"), n)
    top = max(1, round(n / 100))
    first = trees.iloc[0]
    sentences = [
        _(
            "{n} members who came by themselves brought others; the largest tree has {size} members over "
            "{depth} generations, and the largest {top} of the trees hold {share} of all who were invited."
        ).format(
            n=numbers.count(n),
            size=numbers.count(first["size"]),
            depth=numbers.count(first["depth"]),
            top=numbers.count(top),
            share=numbers.percent(trees["share"].iloc[:top].sum(), 0),
        )
    ]
    if trees["share"].iloc[:top].sum() >= 0.1:
        sentences.append(
            _(
                "With so much resting on so few, thank these people by name and look into each of them "
                "before paying by the head."
            )
        )
    return reading(_, sentences)


def k_steps(steps: pd.DataFrame) -> Reading:
    """Say what the K-factor is after all corrections, and how far off the first number was.

    Parameters
    ----------
    steps : DataFrame
        From `k_factor.steps`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(steps)
    if not len(steps) or steps["n"].iloc[-1] < 30:
        return too_little(_, _("the K-factor"), int(steps["n"].iloc[-1]) if len(steps) else 0)
    last, first = steps.iloc[-1], steps.iloc[0]
    sentences = [
        _(
            "Within {days} days of joining, a member brings {k} others (n = {n} members watched that long)."
        ).format(
            days=numbers.count(about_of(steps).get("window")), k=_rate(last), n=numbers.count(last["n"])
        ),
    ]
    if first["estimate"] > 1.5 * last["estimate"]:
        sentences.append(
            _("The same export gives {first} when only those who brought somebody are divided by.").format(
                first=numbers.decimal(first["estimate"], 2)
            )
        )
    if last["high"] < 1:
        sentences.append(
            _(
                "Below 1, invitations do not grow by themselves: they turn {thousand} members who come "
                "through other channels into about {total}. Judge them by what those {more} cost."
            ).format(
                thousand=numbers.count(1000),
                total=numbers.count(1000 / (1 - last["estimate"])),
                more=numbers.count(1000 / (1 - last["estimate"]) - 1000),
            )
        )
    elif last["low"] > 1:
        sentences.append(
            _(
                "Above 1 each generation is larger than the one before: no community stays there for long, "
                "so measure again by month of joining, and check for accounts that never act."
            )
        )
    else:
        sentences.append(
            _("The interval holds 1, so whether invitations grow by themselves cannot be told: watch on.")
        )
    return reading(_, sentences)


def k_cohorts(cohorts: pd.DataFrame) -> Reading:
    """Say whether members who joined later bring as many as those who joined first.

    Parameters
    ----------
    cohorts : DataFrame
        From `k_factor.cohorts`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(cohorts)
    shown = cohorts[~cohorts["small"].astype(bool) & ~cohorts["left_edge"].astype(bool)]
    if len(shown) < 2:
        return too_little(_, _("the K-factor by cohort"), int(cohorts["n"].sum()) if len(cohorts) else 0)
    first, last = shown.iloc[0], shown.iloc[-1]
    head = _(
        "Within {days} days, members who joined in the first cohort brought {first} others (n = {n_first}), "
        "those of the last {last} (n = {n_last})."
    ).format(
        days=numbers.count(about_of(cohorts).get("window")),
        first=_rate(first),
        n_first=numbers.count(first["n"]),
        last=_rate(last),
        n_last=numbers.count(last["n"]),
    )
    if last["high"] < first["low"]:
        tail = _(
            "The first members often bring the friends they had; do not plan next year with the K of the "
            "first month."
        )
    elif last["low"] > first["high"]:
        tail = _("It rose: find out what newcomers are told today, and keep it.")
    else:
        tail = _("The two intervals overlap: do not read a trend into the ends of the line.")
    return reading(_, [head, tail])


def invitation_cycle(cycle: pd.DataFrame) -> Reading:
    """Say how long a generation of invitations takes.

    Parameters
    ----------
    cycle : DataFrame
        From `invitation_cycle.cycle_time`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(cycle)
    if not len(cycle) or not cycle["count"].iloc[0] >= 10:
        return too_little(
            _, _("the time from joining to inviting"), int(cycle["n"].sum()) if len(cycle) else 0
        )
    row = cycle.iloc[0]
    sentences = [
        _(
            "By day {until} a member has brought {k} others on average (n = {n}); a quarter of these had "
            "come by day {quarter}, half by day {median}, three quarters by day {three}."
        ).format(
            until=numbers.count(row["until"]),
            k=_rate(row),
            n=numbers.count(row["n"]),
            quarter=numbers.count(row["quarter"]),
            median=numbers.count(row["median"]),
            three=numbers.count(row["three_quarters"]),
        )
    ]
    if not np.isnan(row["naive"]) and row["naive"] < 0.9 * row["median"]:
        sentences.append(
            _(
                "The plain median of the invitations seen so far says {naive} days: too short, because "
                "young members have had no time for slow ones."
            ).format(naive=numbers.count(row["naive"]))
        )
    sentences.append(
        _("Ask for invitations, and judge a referral campaign, on that clock and not after a week.")
        if row["median"] > 14
        else _("Ask for invitations in the first days, when most of them happen.")
    )
    return reading(_, sentences)


def inviters(who: pd.DataFrame) -> Reading:
    """Say how many members ever bring somebody.

    Parameters
    ----------
    who : DataFrame
        From `inviters.who`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(who)
    if not len(who) or who["n"].iloc[0] < 30:
        return too_little(_, _("who invites"), int(who["n"].iloc[0]) if len(who) else 0)
    rows = who.set_index("what")
    sentences = [
        _("{rate} of members ever brought somebody, {five} five or more.").format(
            rate=rate_phrase(_, rows.loc["brought a member"]),
            five=numbers.percent(rows.loc["brought five or more", "estimate"]),
        )
    ]
    if rows.loc["brought a member", "high"] < 0.5:
        sentences.append(
            _(
                "Most never will: ask the few who do what they say to their friends, and make that easy for "
                "others."
            )
        )
    return reading(_, sentences)


def invited_worth(worth: pd.DataFrame) -> Reading:
    """Say whether members whom a member invited stay and buy more, and what that does not show.

    Parameters
    ----------
    worth : DataFrame
        From `inviters.worth`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(worth)
    rows = worth[worth["group"] == "invited by a member"] if len(worth) else worth
    if not len(rows) or rows["n"].iloc[0] < 30:
        return too_little(_, _("the worth of the invited"), int(rows["n"].iloc[0]) if len(rows) else 0)
    about = about_of(worth)
    sentences = []
    for row in rows.to_dict("records"):
        named = (
            _("Of the invited, {rate} were active in week {week} after joining")
            if row["outcome"] == "stayed"
            else _("Of the invited, {rate} bought within {days} days of joining")
        ).format(
            rate=rate_phrase(_, row),
            week=numbers.count(about.get("week")),
            days=numbers.count(about.get("within")),
        )
        gap = _("{difference} points ({low} to {high}) against those who came otherwise").format(
            difference=numbers.points(row["difference"]),
            low=numbers.points(row["difference_low"]),
            high=numbers.points(row["difference_high"]),
        )
        sentences.append(_("{what}: {gap}.").format(what=named, gap=gap))
    sentences.append(
        _(
            "Nobody drew who was invited, so this says whom invitations bring, not what an invitation does: "
            "use it to weigh channels, not to promise that more rewards will bring more people like these."
        )
    )
    return reading(_, sentences)


def referral_flags(signals: pd.DataFrame) -> Reading:
    """Say which rules speak, about how many inviters, and what to do with them.

    Parameters
    ----------
    signals : DataFrame
        From `referral_flags.signals`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(signals)
    n = int((signals["brought"] > 0).sum()) if len(signals) else 0
    if n == 0:
        return too_little(_, _("odd invitations"), 0)
    burst, idle = signals["burst"].astype(bool), signals["idle"].astype(bool)
    sentences = [
        _(
            "Of {n} members who brought somebody, {burst} did so in a burst and {idle} brought more "
            "accounts that never act than chance explains (usual share: {base}); {both} did both."
        ).format(
            n=numbers.count(n),
            burst=numbers.count(burst.sum()),
            idle=numbers.count(idle.sum()),
            base=numbers.percent(signals["expected"].iloc[0]),
            both=numbers.count((burst & idle).sum()),
        )
    ]
    if idle.any():
        sentences.append(
            _(
                "Hold back the reward of those whom the second rule names and look at their accounts; a "
                "burst alone may be somebody who invited a table of friends."
            )
        )
    elif burst.any():
        sentences.append(
            _(
                "A burst alone may be somebody who invited a table of friends: look at these accounts "
                "before their reward is paid."
            )
        )
    else:
        sentences.append(
            _("Nothing to hold back: look again after the next campaign that pays for invitations.")
        )
    return reading(_, sentences)


def tier_plans(plans: pd.DataFrame) -> Reading:
    """Say which plan adds members at the lowest cost, and what that rests on.

    Parameters
    ----------
    plans : DataFrame
        From `reward_tiers.simulate`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(plans)
    paid = plans[plans["per_additional"].notna()] if len(plans) else plans
    about = about_of(plans)
    n = about.get("n", FEW) if len(paid) else 0
    if n < FEW:
        return too_little(_, _("reward plans"), n)
    currency = about.get("currency")
    cheap, good = paid.loc[paid["per_account"].idxmin()], paid.loc[paid["per_additional"].idxmin()]
    sentences = [
        _(
            "In the model, a member who would not have come anyway costs {cost} under “{plan}” ({low} to "
            "{high}), the least of all plans; a report that divides by accounts would show {account}."
        ).format(
            plan=term(_, good["plan"]),
            cost=numbers.money(good["per_additional"], currency, 0),
            low=numbers.money(good["per_additional_low"], currency, 0),
            high=numbers.money(good["per_additional_high"], currency, 0)
            if not np.isnan(good["per_additional_high"])
            else _("without limit"),
            account=numbers.money(good["per_account"], currency, 0),
        )
    ]
    if cheap["plan"] != good["plan"]:
        sentences.append(
            _("By that report “{cheap}” would win, at {cost} for each member it really adds.").format(
                cheap=term(_, cheap["plan"]), cost=numbers.money(cheap["per_additional"], currency, 0)
            )
        )
    if about.get("budget") is not None:
        best = plans.loc[plans["best"].idxmax()]
        sentences.append(
            _("Within {budget} for {members} members, “{best}” adds most in {share} of the draws.").format(
                budget=numbers.money(about["budget"], currency, 0),
                members=numbers.count(about.get("members")),
                best=term(_, best["plan"]),
                share=numbers.percent(best["best"], 0),
            )
        )
    sentences.append(
        _("How strongly rewards work is assumed: before paying all, draw members for a test of two plans.")
    )
    return reading(_, sentences)
