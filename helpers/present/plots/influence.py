"""Influence as figures: the list with its doubt, what rankings find, and what partners returned."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.dots import dot_list
from helpers.present.language import about_of, term, translator
from helpers.present.style import COLOURS, Picture


def influence_list(scored: pd.DataFrame, *, rows: int = 12) -> Picture:
    """Draw the head of the list with intervals, and how often each would be on it again.

    Parameters
    ----------
    scored : DataFrame
        From `influence.score`.
    rows : int, default 12
        How many members.

    Returns
    -------
    Picture

    Taught in: 04 Interaction
    """
    _ = translator(scored)
    if len(scored) < 20:
        return style.too_little(scored, n=len(scored))
    shown, top = scored.head(rows), int(about_of(scored).get("top", 20))
    sure = int((scored["stays"] >= 0.8).sum())
    title = _("{sure} members would be among the first {top} again in four draws of five").format(
        sure=numbers.count(sure), top=numbers.count(top)
    )
    subtitle = _(
        "Influence score, 0 to 100, with the middle 95 % of draws of weeks; at the right: on the list again"
    )
    colours = [COLOURS["highlight" if stays >= 0.8 else "neutral"] for stays in shown["stays"]]
    said = [numbers.percent(stays, 0) for stays in shown["stays"]]
    with style.canvas(
        scored, title=title, subtitle=subtitle, n=len(scored), height=1.6 + 0.28 * len(shown)
    ) as (figure, axes):  # fmt: skip
        names = [str(member) for member in shown["member_id"]]
        dot_list(axes, names, shown["score"], shown["low"], shown["high"], colours=colours, said=said)
        axes.set_xlabel(_("score"))
    return style.picture(
        figure, scored, alt=_("Dots with intervals by member. {sentence}.").format(sentence=title)
    )


def ranking_precision(precision: pd.DataFrame) -> Picture:
    """Compare rankings by how many on the list are those who were looked for.

    Parameters
    ----------
    precision : DataFrame
        From `influence.precision`.

    Returns
    -------
    Picture

    Taught in: 04 Interaction
    """
    _ = translator(precision)
    n = int(precision["n"].max()) if len(precision) else 0
    if n < 10:
        return style.too_little(precision, n=n)
    shown = precision.sort_values("estimate", ascending=False).reset_index(drop=True)
    rows = shown.set_index("ranking")
    title = _(
        "Of the first {k} by score {score} are key consumers, of the first by audience {audience}"
    ).format(
        k=numbers.count(n),
        score=numbers.count(rows.loc["score", "count"]),
        audience=numbers.count(rows.loc["audience", "count"]),
    )
    subtitle = _("Share of the list that is what was looked for, 95 % interval; line: drawing at random")
    colours = [
        COLOURS["highlight" if name == "score" else "negative" if name == "audience" else "neutral"]
        for name in shown["ranking"]
    ]
    with style.canvas(
        precision, title=title, subtitle=subtitle, n=n, height=1.6 + 0.32 * len(shown)
    ) as (figure, axes):  # fmt: skip
        names = [term(_, name) for name in shown["ranking"]]
        chance = float(shown["expected"].iloc[0])
        dot_list(axes, names, shown["estimate"], shown["low"], shown["high"], colours=colours, middle=chance)
        axes.set_xlim(0)
        marks.percent_axis(axes, which="x")
    return style.picture(
        figure, precision, alt=_("Dots with intervals by ranking. {sentence}.").format(sentence=title)
    )


def partner_returns(partners: pd.DataFrame) -> Picture:
    """Draw what each partner's members brought in for each unit of fee.

    Parameters
    ----------
    partners : DataFrame
        From `partners.cooperation`.

    Returns
    -------
    Picture

    Taught in: 04 Interaction
    """
    _ = translator(partners)
    each = (
        partners.loc[(partners["member_id"] != "all") & partners["estimate"].notna()]
        if len(partners)
        else partners
    )
    if len(each) < 2 or each["n"].sum() < 10:
        return style.too_little(partners, n=int(each["n"].sum()) if len(each) else 0)
    shown = each.head(12).reset_index(drop=True)
    short = shown.loc[shown["high"] < 1]
    if len(short):
        title = _("{n} of {all} partners did not bring their fee back, with {share} of all fees").format(
            n=numbers.count(len(short)),
            all=numbers.count(len(shown)),
            share=numbers.percent(short["fee"].sum() / each["fee"].sum()),
        )
    else:
        title = _("No partner is sure to have cost more than the members they brought returned")
    subtitle = _(
        "Sales to the members they brought for each unit of fee, highest fee on top, powers of ten, "
        "95 % interval; "
        "at the right: members"
    )
    least = (
        max(float(shown.loc[shown["estimate"] > 0, "estimate"].min()) / 8, 0.01)
        if (shown["estimate"] > 0).any()
        else 0.1
    )
    low, high = (np.maximum(shown[end].fillna(shown["estimate"]), least) for end in ("low", "high"))
    colours = [
        COLOURS["negative" if row.high < 1 else "positive" if row.low > 1 else "neutral"]
        for row in shown.itertuples()
    ]
    said = [numbers.count(count) for count in shown["n"]]
    with style.canvas(
        partners, title=title, subtitle=subtitle, n=int(each["n"].sum()), height=1.8 + 0.3 * len(shown)
    ) as (figure, axes):  # fmt: skip
        axes.set_xscale("log")
        names = [str(member) for member in shown["member_id"]]
        estimate = np.maximum(shown["estimate"], least)
        dot_list(axes, names, estimate, low, high, colours=colours, said=said, middle=1)
        ticks = [tick for tick in (0.01, 0.1, 1, 10, 100, 1000) if least / 2 <= tick <= float(high.max()) * 2]
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.set_xticks([], minor=True)
        axes.set_xlabel(_("sales for each unit of fee"))
    return style.picture(
        figure, partners, alt=_("Dots with intervals by partner. {sentence}.").format(sentence=title)
    )
