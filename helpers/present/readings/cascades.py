"""Cascades in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, term, translator
from helpers.present.readings.base import Reading, reading, too_little


def cascade_sizes(sizes: pd.DataFrame) -> Reading:
    """Say how many cascades end at once, and how much lies in the few large ones.

    Parameters
    ----------
    sizes : DataFrame
        From `cascades.sizes`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(sizes)
    n = int(sizes["n"].max()) if len(sizes) else 0
    if n < 30:
        return too_little(_, _("cascades"), n)
    passed = sizes.loc[sizes["size"] >= 2]
    alone = 1 - (float(passed["estimate"].iloc[0]) if len(passed) else 0.0)
    first = _(
        "Of {n} complete cascades {alone} ended with the first share; the largest had {most} shares."
    ).format(n=numbers.count(n), alone=numbers.percent(alone), most=numbers.count(sizes["size"].max()))
    largest = sizes.iloc[-1]
    if largest["low"] > largest["expected"]:
        second = _(
            "Chance alone, with posts all alike, would hardly give one as large: some posts travel "
            "better, so ask "
            "what those have in common before the next is planned."
        )
    else:
        second = _(
            "Chance alone, with posts all alike, would give as large ones too: do not copy a lucky hit."
        )
    return reading(_, [first, second])


def cascade_tree(tree: pd.DataFrame) -> Reading:
    """Say through how few hands one cascade went.

    Parameters
    ----------
    tree : DataFrame
        From `cascades.tree`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(tree)
    if len(tree) < 3:
        return too_little(_, _("one cascade"), len(tree))
    direct = int((tree["depth"] == 1).sum())
    half = tree["hours"].sort_values().iloc[(len(tree) - 1) // 2]
    first = _(
        "The first member's own share caused {direct} of the {n} shares directly; the rest came "
        "through others, the "
        "last at step {depth}."
    ).format(
        direct=numbers.count(direct), n=numbers.count(len(tree)), depth=numbers.count(tree["depth"].max())
    )
    second = _(
        "Half of it had happened after {hours} hours: whoever wants to thank, answer or correct has "
        "that long."
    ).format(hours=numbers.decimal(half, 0))
    return reading(_, [first, second])


def reproduction(table: pd.DataFrame) -> Reading:
    """Say how many shares a share causes, and what that means for the size of cascades.

    Parameters
    ----------
    table : DataFrame
        From `cascades.reproduction`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(table)
    n = int(table["n"].sum()) if len(table) else 0
    known = table.loc[~table["small"]] if len(table) else table
    if not len(known):
        return too_little(_, _("the reproduction number"), n)
    by = about_of(table).get("by")
    if by is None:
        row = known.iloc[0]
        first = _("A share causes {rate} further ones (n = {n} shares in {cascades} cascades).").format(
            rate=numbers.interval(row["estimate"], row["low"], row["high"], 2),
            n=numbers.count(row["n"]),
            cascades=numbers.count(row["cascades"]),
        )
        if row["high"] < 1:
            second = _(
                "Below 1, every cascade dies out: one that you start brings {size} shares on "
                "average, and a larger "
                "start, not patience, brings more."
            ).format(size=numbers.decimal(row["expected_size"]))
        elif row["low"] > 1:
            second = _(
                "Above 1, spread feeds itself until it meets people who have seen it: prepare for the load."
            )
        else:
            second = _("Whether that is below 1, where spread dies out, cannot be told yet.")
        return reading(_, [first, second])
    ordered = known.sort_values("estimate", ascending=False)
    best, least = ordered.iloc[0], ordered.iloc[-1]
    phrase = {
        key: numbers.interval(row["estimate"], row["low"], row["high"], 2)
        for key, row in (("best", best), ("least", least))
    }
    first = _("{best} causes {high} further shares for each share, {least} {low}.").format(
        best=term(_, best[by]).capitalize(),
        high=phrase["best"],
        least=term(_, least[by]),
        low=phrase["least"],
    )
    second = (
        _("The difference is beyond chance: give what is meant to travel that form.")
        if best["low"] > least["high"]
        else _("The intervals overlap: choose the form for other reasons.")
    )
    return reading(_, [first, second])


def reach_curve(half: pd.DataFrame) -> Reading:
    """Say when a post has had half of its views.

    Parameters
    ----------
    half : DataFrame
        From `reach.half`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(half)
    known = half.loc[half["n"] >= 10] if len(half) else half
    if not len(known):
        return too_little(_, _("the time to half reach"), int(half["n"].sum()) if len(half) else 0)
    by = about_of(half).get("by")
    row = known.sort_values("n", ascending=False).iloc[0]
    kind = term(_, row[by]) if by else ""
    hours = numbers.interval(row["estimate"], row["low"], row["high"])
    if by:
        first = _(
            "The middle post of the kind {kind} has had half of its views after {hours} hours (n = {n})."
        ).format(kind=kind, hours=hours, n=numbers.count(row["n"]))
    else:
        first = _("The middle post has had half of its views after {hours} hours (n = {n}).").format(
            hours=hours, n=numbers.count(row["n"])
        )
    second = _(
        "For a quarter of posts it takes {three} hours or more: judge a post, and answer under it, "
        "within that time, "
        "and do not post the next on the same subject before."
    ).format(three=numbers.decimal(row["three_quarters"], 0))
    return reading(_, [first, second])
