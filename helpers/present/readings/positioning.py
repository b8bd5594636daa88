"""The brand in the members' minds, in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import Translate, term, translator
from helpers.present.readings.base import Reading, reading, too_little


def brand_map(placed: pd.DataFrame, *, us: str = "us") -> Reading:
    """Say what the map shows of the differences between brands, and which rival lies nearest.

    Parameters
    ----------
    placed : DataFrame
        From `positioning.brand_map`.
    us : str, default "us"
        The own brand.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(placed)
    about = placed.attrs.get("about", {})
    n = about.get("n") or 0
    brands = placed[placed["kind"] == "brand"].set_index("name")
    if n < 10 or us not in brands.index or len(brands) < 2:
        return too_little(_, _("the image of the brands"), n)
    own = brands.loc[us, ["x", "y"]].astype(float)
    far = ((brands[["x", "y"]].astype(float) - own) ** 2).sum(axis=1) ** 0.5
    near = far.drop(us).idxmin()
    message = _(
        "The map holds {share} of what sets the brands apart (n = {n} "
        "respondents). The rival nearest to {us} is "
        "{near}, {points} points of the rating scale away in all."
    )
    return reading(
        _,
        [
            message.format(
                share=numbers.percent(sum(about.get("explained", [0.0])), 0),
                n=numbers.count(n),
                us=term(_, us),
                near=term(_, near),
                points=numbers.decimal(far[near]),
            )
        ],
    )


def brand_differences(table: pd.DataFrame) -> Reading:
    """Say what to build the position on, and where the brand is behind.

    Parameters
    ----------
    table : DataFrame
        From `positioning.differences`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(table)
    n = int(table["n"].max()) if len(table) else 0
    if n < 10:
        return too_little(_, _("the image of the brands"), n)
    messages = {
        "difference": _("Ahead of the best rival: {names} (n = {n}). Build the position on these."),
        "parity": _("Level with the best rival, as far as {n} ratings tell: {names}."),
        "behind": _("Behind the best rival: {names} (n = {n}). Do not promise these."),
    }
    sentences = []
    for kind, message in messages.items():
        own = table[table["kind"] == kind]
        names = [
            _("{item} {gap}").format(
                item=term(_, row["item"]), gap=numbers.interval(row["estimate"], row["low"], row["high"], 2)
            )
            for _place, row in own.iterrows()
        ]
        if names:
            sentences.append(message.format(names=_("; ").join(names), n=numbers.count(n)))
    return reading(_, sentences)


def image_ratings(ratings: pd.DataFrame, *, subject: str = "us") -> Reading:
    """Say where segments see a brand differently.

    Parameters
    ----------
    ratings : DataFrame
        From `positioning.ratings`.
    subject : str, default "us"
        The brand.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(ratings)
    shown = ratings[(ratings["subject"] == subject) & (ratings["n"] >= 10)]
    if not len(shown):
        return too_little(_, _("the image of the brands"), int(ratings["n"].max()) if len(ratings) else 0)
    best = shown.loc[shown["estimate"].idxmax()]
    worst = shown.loc[shown["estimate"].idxmin()]
    message = _(
        "“{brand}” has its best rating for {best}, {high}, n = {n}, "
        "and its worst for {worst}, {low}, n = {m}."
    )
    sentences = [
        message.format(
            brand=term(_, subject),
            best=_named(_, best, shown),
            high=numbers.interval(best["estimate"], best["low"], best["high"]),
            n=numbers.count(best["n"]),
            worst=_named(_, worst, shown),
            low=numbers.interval(worst["estimate"], worst["low"], worst["high"]),
            m=numbers.count(worst["n"]),
        )
    ]
    return reading(_, sentences)


def _named(_: Translate, row: pd.Series, shown: pd.DataFrame) -> str:
    if shown["segment"].nunique() == 1:
        return term(_, row["item"])
    return _("{item} by {segment}").format(item=term(_, row["item"]), segment=term(_, row["segment"]))
