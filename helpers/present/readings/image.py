"""How members rate the brand over time, in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import numbers
from helpers.present.language import Translate, term, translator
from helpers.present.readings.base import Reading, reading, too_little

OWN = "us"


def named(_: Translate, subject: str) -> str:
    """Name a brand in a sentence.

    Taught in: 06 Evaluation
    """
    return _("our brand") if subject == OWN else term(_, subject)


def own(rated: pd.DataFrame) -> str:
    """Return the subject that stands for the own brand: "us", else the one most often rated.

    Taught in: 06 Evaluation
    """
    counts = rated.groupby("subject")["n"].sum()
    return OWN if OWN in counts.index else str(counts.idxmax())


def steps(rated: pd.DataFrame, brand: str) -> tuple[float, float, float] | None:
    """Return the change of a brand's rating from its first to its last period, with a 95 % interval.

    Taught in: 06 Evaluation
    """
    rows = rated[(rated["subject"] == brand) & (rated["n"] > 1)]
    if len(rows) < 2:
        return None
    first, last = rows.iloc[0], rows.iloc[-1]
    change = last["estimate"] - first["estimate"]
    half = np.hypot(last["high"] - last["estimate"], first["high"] - first["estimate"])
    return float(change), float(change - half), float(change + half)


def image_trend(rated: pd.DataFrame) -> Reading:
    """Say whether the brand is rated otherwise than before, and where it stands beside its rivals.

    Parameters
    ----------
    rated : DataFrame
        From `image.by_period`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(rated)
    if not len(rated) or rated["n"].max() < 10:
        return too_little(_, _("brand image"), int(rated["n"].sum()) if len(rated) else 0)
    brand = own(rated)
    mine = rated[rated["subject"] == brand]
    last = mine.iloc[-1]
    now = _("At the latest survey members rated {brand} {score} (n = {n}).").format(
        brand=named(_, brand),
        score=numbers.interval(last["estimate"], last["low"], last["high"], 2),
        n=numbers.count(last["n"]),
    )
    change = steps(rated, brand)
    if change is None:
        moved = _("There is no earlier survey to compare with: ask the same questions again.")
    elif change[1] <= 0 <= change[2]:
        moved = _("Since the first survey that is {change} points: no change beyond chance.").format(
            change=numbers.interval(*change, 2)
        )
    else:
        moved = _("Since the first survey that is {change} points, more than chance explains.").format(
            change=numbers.interval(*change, 2)
        )
    return reading(_, [now, moved, _beside(rated, brand)])


def _beside(rated: pd.DataFrame, brand: str) -> str:
    _ = translator(rated)
    latest = rated.groupby("subject").tail(1).set_index("subject")
    rivals = latest.drop(index=brand)
    if rivals.empty:
        return ""
    best = rivals["estimate"].idxmax()
    mine, other = latest.loc[brand], rivals.loc[best]
    if mine["low"] > other["high"]:
        text = _("The best rival, {rival}, stands at {score}: clearly behind.")
    elif mine["high"] < other["low"]:
        text = _("The best rival, {rival}, stands at {score}: clearly ahead. Ask its buyers why.")
    else:
        text = _("The best rival, {rival}, stands at {score}: level, as far as these answers tell.")
    score = numbers.interval(other["estimate"], other["low"], other["high"], 2)
    return text.format(rival=named(_, best), score=score)
