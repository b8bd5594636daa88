"""The network of members in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def network_core(profile: pd.DataFrame) -> Reading:
    """Say how few members carry the talk.

    Parameters
    ----------
    profile : DataFrame
        From `network.core_profile`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(profile)
    n = int(profile["n"].max()) if len(profile) else 0
    if n < 10:
        return too_little(_, _("the network"), n)
    small = profile.loc[profile["share"] <= 0.25]
    core = small.iloc[0] if len(small) else profile.iloc[-1]
    first = _(
        "{n} members turned to one another; {inner} of them ({share}) form a core in which everybody "
        "has {k} ties or "
        "more, and {turns} of all replies run inside it."
    ).format(
        n=numbers.count(n),
        inner=numbers.count(core["n"]),
        share=numbers.percent(core["share"]),
        k=numbers.count(core["core"]),
        turns=numbers.percent(core["estimate"]),
    )
    if core["estimate"] > 0.5:
        second = _("The talk rests on them: know them by name, and have each of them bring one newcomer in.")
    else:
        second = _("The talk does not hang on a few: no single leaver would silence it.")
    return reading(_, [first, second])


def reciprocity(table: pd.DataFrame) -> Reading:
    """Say how many ties are returned, against chance.

    Parameters
    ----------
    table : DataFrame
        From `network.reciprocity`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(table)
    n = int(table["n"].max()) if len(table) else 0
    if n < 30:
        return too_little(_, _("returned ties"), n)
    row = table.iloc[0]
    first = _("{rate} of ties are returned; chance alone would return {expected}.").format(
        rate=rate_phrase(_, row), expected=numbers.percent(row["expected"])
    )
    if row["low"] > row["expected"]:
        second = _(
            "Members answer those who answered them: whoever is answered first becomes somebody who answers."
        )
    else:
        second = _(
            "That is no more than chance: people talk past one another, so ask members to greet by name."
        )
    return reading(_, [first, second])


def tie_strength(strength: pd.DataFrame, *, tied: pd.DataFrame | None = None) -> Reading:
    """Say how many pairs and members have strong ties.

    Parameters
    ----------
    strength : DataFrame
        From `ties.strength`.
    tied : DataFrame, optional
        From `ties.tied`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(strength)
    n = int(strength["n"].sum()) if len(strength) else 0
    if n < 30:
        return too_little(_, _("ties"), n)
    first = _(
        "Of {n} pairs {once} met only once, and {strong} are strong: returned, and repeated on other days."
    ).format(
        n=numbers.count(n),
        once=numbers.percent(strength["share"].iloc[0]),
        strong=numbers.count(strength["strong"].sum()),
    )
    second = ""
    if tied is not None and len(tied):
        rows = tied.set_index("tie")
        second = _("{strong} of all members have a strong tie, {any} any tie at all.").format(
            strong=rate_phrase(_, rows.loc["strong"]), any=numbers.percent(rows.loc["any", "estimate"])
        )
    third = _("Bring the same few people together again rather than everybody once.")
    return reading(_, [first, second, third])


def tie_retention(retention: pd.DataFrame) -> Reading:
    """Say how much more often newcomers with a tie stayed, and why that is no proof.

    Parameters
    ----------
    retention : DataFrame
        From `ties.retention`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(retention)
    known = retention.loc[
        (retention["tie"] != "none") & retention["difference"].notna() & ~retention["small"]
    ]
    n = int(retention["n"].sum()) if len(retention) else 0
    if not len(known):
        return too_little(_, _("staying and ties"), n)
    row, none = known.iloc[-1], retention.loc[retention["tie"] == "none"].iloc[0]
    first = _(
        "Of newcomers without a tie {none} were active later, of those with the closest ties {tied}."
    ).format(none=rate_phrase(_, none), tied=rate_phrase(_, row))
    second = _("Among equally active newcomers {alike} points of the difference are left.").format(
        alike=numbers.interval(100 * row["alike"], 100 * row["alike_low"], 100 * row["alike_high"])
    )
    third = _(
        "Nobody drew lots, so ties may only mark who would have stayed: answer half of the newcomers "
        "by lot to know."
    )
    return reading(_, [first, second, third])
