"""Points and rewards, in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def points_ledger(ledger: pd.DataFrame) -> Reading:
    """Say how many points are outstanding, what they are worth, and whether they are used.

    Parameters
    ----------
    ledger : DataFrame
        From `incentives.ledger`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(ledger)
    if ledger.empty or ledger["earned"].sum() <= 0:
        return too_little(_, _("points"), 0)
    last, about = ledger.iloc[-1], about_of(ledger)
    earned, spent, expired = (float(ledger[name].sum()) for name in ("earned", "spent", "expired"))
    first = _(
        "Members earned {earned} points, spent {spent} and lost {expired}; {left} are "
        "outstanding, worth {owed}."
    ).format(
        earned=numbers.count(earned),
        spent=numbers.count(spent),
        expired=numbers.count(expired),
        left=numbers.count(last["outstanding"]),
        owed=numbers.money(last["owed"], about.get("currency")),
    )
    used = (
        _("Fewer than half of the points are ever spent: a reward that is not wanted rewards nobody.")
        if spent < 0.5 * earned
        else _(
            "Most points are spent: the reward is wanted, so count it as a cost of every action it pays for."
        )
    )
    return reading(_, [first, used])


def level_ladder(ladder: pd.DataFrame) -> Reading:
    """Say how many members stand on each end of the ladder, and how far up people get.

    Parameters
    ----------
    ladder : DataFrame
        From `incentives.ladder`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(ladder)
    n = int(ladder["n"].max()) if len(ladder) else 0
    if n < 10 or len(ladder) < 2:
        return too_little(_, _("levels"), n)
    lowest, second = ladder.iloc[0], ladder.iloc[1]
    sentences = [_("{rate} of members are on the lowest level.").format(rate=rate_phrase(_, lowest))]
    if pd.notna(second["arrived_share"]):
        sentences.append(
            _("Within half a year of joining {share} reach the second.").format(
                share=numbers.percent(second["arrived_share"])
            )
        )
    sentences.append(
        _("A first step that so few take spurs nobody: lower it until a good first month reaches it.")
        if lowest["estimate"] > 0.8
        else _("Look at the step with the largest drop: there the ladder stops pulling.")
    )
    return reading(_, sentences)


def incentive_effect(effect: pd.DataFrame) -> Reading:
    """Say what the reward changed, what before and after alone would have said, and what remained.

    Parameters
    ----------
    effect : DataFrame
        From `incentives.effect`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(effect)
    if effect.empty or (effect["n"] + effect["other_n"]).max() < 20:
        return Reading(
            _(
                "No reward was given by lot: what it changed cannot be known. Leave a random half "
                "without it next time."
            )
        )
    name = effect["outcome"].iloc[0] if "check-ins" not in set(effect["outcome"]) else "check-ins"
    first = effect.iloc[0]
    same = (effect["campaign_id"] == first["campaign_id"]) & (effect["arm"] == first["arm"])
    rows = effect[same & (effect["outcome"] == name)].set_index("stage")
    before, during, after = (rows.loc[stage] for stage in ("before", "during", "after"))
    sentences = [
        _(
            "Before and after alone: {what} per member went from {a} to {b} among the treated, and "
            "from {c} to {d} without any reward."
        ).format(
            what=term(_, name),
            a=numbers.decimal(before["mean"], 3),
            b=numbers.decimal(during["mean"], 3),
            c=numbers.decimal(before["other_mean"], 3),
            d=numbers.decimal(during["other_mean"], 3),
        ),
        _(
            "Against the control, measured by what each did before: {gap} while it ran, {later} afterwards."
        ).format(gap=_phrase(during), later=_phrase(after)),
    ]
    if during["adjusted_low"] > 0 and after["adjusted_high"] < 0:
        sentences.append(
            _("Part of the rise was borrowed from later: count both fortnights before paying again.")
        )
    elif during["adjusted_low"] > 0:
        sentences.append(_("The rise ends with the reward; it bought actions, not a habit."))
    else:
        sentences.append(_("The interval holds zero: pay again only with more members or a longer run."))
    return reading(_, sentences)


def _phrase(row: pd.Series) -> str:
    values = (numbers.decimal(row[name], 3) for name in ("adjusted", "adjusted_low", "adjusted_high"))
    return "{} ({} – {})".format(*values)


def farming_signals(signals: pd.DataFrame) -> Reading:
    """Say how many accounts a rule names, and how much of the points they hold.

    Parameters
    ----------
    signals : DataFrame
        From `gaming.signals`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(signals)
    if len(signals) < 10:
        return too_little(_, _("points farming"), len(signals))
    named = signals[signals["rules"] > 0]
    if named.empty:
        return reading(
            _,
            [
                _("No rule speaks of any of {n} members who earned points.").format(
                    n=numbers.count(len(signals))
                )
            ],
        )
    return reading(
        _,
        [
            _(
                "{k} of {n} members who earned points are named by a rule, {two} of them by two or more; "
                "they hold {share} of all points earned."
            ).format(
                k=numbers.count(len(named)),
                n=numbers.count(len(signals)),
                two=numbers.count(int((named["rules"] > 1).sum())),
                share=numbers.percent(named["points"].sum() / signals["points"].sum()),
            ),
            _(
                "Look before you act: a rule is a reason to ask, and the cheapest cure is to pay for "
                "what others answer."
            ),
        ],
    )
