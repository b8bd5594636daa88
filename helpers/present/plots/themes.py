"""What texts and segments care for, as figures."""

from __future__ import annotations

import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.dots import dot_list
from helpers.present.groups import placed
from helpers.present.language import term, translator
from helpers.present.style import COLOURS, SERIES, Picture


def distinctive_terms(
    terms: pd.DataFrame, *, groups: tuple[str, str] = ("promoters", "detractors")
) -> Picture:
    """Draw the words that mark two groups of texts out.

    Parameters
    ----------
    terms : DataFrame
        From `themes.distinctive`.
    groups : tuple of str, default ("promoters", "detractors")
        Groups drawn; the first two that there are where these are not.

    Returns
    -------
    Picture

    Taught in: 02 Positioning, 06 Evaluation
    """
    _ = translator(terms)
    there = list(dict.fromkeys(terms["group"])) if len(terms) else []
    shown = [name for name in groups if name in there] or there[:2]
    n = int(terms.drop_duplicates("group")["n"].sum()) if len(terms) else 0
    if not shown or n < 10:
        return style.too_little(terms, n=n)
    told = {name: terms.loc[terms["group"] == name, "term"].head(2).tolist() for name in shown}
    parts = [
        _("{group}: {words}").format(group=term(_, name), words=_(", ").join(f"“{word}”" for word in words))
        for name, words in told.items()
    ]
    title = _("Words that mark {parts}").format(parts=_("; ").join(parts))
    subtitle = _(
        "z of the log-odds against the other texts; number of texts with "
        "the word on the right; pale: could be chance"
    )
    longest = max(len(terms[terms["group"] == name]) for name in shown)
    with style.canvas(
        terms,
        title=title,
        subtitle=subtitle,
        n=n,
        cols=len(shown),
        squeeze=False,
        height=1.6 + 0.26 * longest,
    ) as (figure, panels):
        for axes, name, colour in zip(
            panels.flat, shown, (COLOURS["positive"], COLOURS["negative"]), strict=False
        ):
            own = terms[terms["group"] == name].reset_index(drop=True)
            shades = [colour if found else COLOURS["muted"] for found in own["significant"]]
            dot_list(
                axes,
                list(own["term"]),
                own["z"],
                own["z"] * 0,
                own["z"],
                colours=shades,
                said=[numbers.count(many) for many in own["n_texts"]],
            )
            axes.set_xlim(0)
            axes.set_title(
                _("{group} (n = {n} texts)").format(group=term(_, name), n=numbers.count(own["n"].iloc[0]))
            )
    return style.picture(figure, terms, alt=_("Lists of words by group. {sentence}.").format(sentence=title))


def topic_affinity(lift: pd.DataFrame, *, most: int = 14) -> Picture:
    """Draw which topics are favourites of a segment more, or less, than of everyone else.

    Parameters
    ----------
    lift : DataFrame
        From `affinity.lift`.
    most : int, default 14
        Pairs drawn, those that chance explains least.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(lift)
    enough = placed(lift[lift["estimate"].notna() & (lift["n"] >= 10)])
    if not len(enough):
        return style.too_little(lift, n=int(lift["n"].max()) if len(lift) else 0)
    # Cells with nobody in them have a ratio of any size; a reader would take it for the strongest.
    filled = enough[(enough["count"] > 0) & (enough["others_count"] > 0)]
    shown = (
        filled.nsmallest(most, "p")
        .sort_values("estimate", ascending=False, kind="stable")
        .reset_index(drop=True)
    )
    found = shown[shown["significant"]]
    if len(found):
        best = found.iloc[0]
        title = _("“{topic}” is {lift} times as often the favourite of “{segment}” as of the others").format(
            topic=term(_, best["topic"]),
            lift=numbers.decimal(best["estimate"]),
            segment=term(_, best["segment"]),
        )
    else:
        title = _("No segment prefers a topic beyond what chance would do")
    subtitle = _(
        "Share of a segment whose favourite topic it is, divided by that "
        "of all others; 95 % intervals; pale: could "
        "be chance among so many comparisons"
    )
    names = [
        _("{segment}: {topic}").format(segment=term(_, row["segment"]), topic=term(_, row["topic"]))
        for _place, row in shown.iterrows()
    ]
    colours = [
        COLOURS["muted"] if not sure else SERIES[0] if estimate > 1 else SERIES[1]
        for sure, estimate in zip(shown["significant"], shown["estimate"], strict=True)
    ]
    total = int(enough.drop_duplicates("segment")["n"].sum())
    with style.canvas(lift, title=title, subtitle=subtitle, n=total, height=1.4 + 0.26 * len(shown)) as (
        figure,
        axes,
    ):
        dot_list(
            axes,
            names,
            shown["estimate"],
            shown["low"],
            shown["high"],
            colours=colours,
            middle=1,
            said=[f"n = {numbers.count(many)}" for many in shown["n"]],
        )
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_formatter(lambda value, _position: numbers.decimal(value, 2 if value < 1 else 0))
    return style.picture(
        figure, lift, alt=_("Dots by segment and topic around one. {sentence}.").format(sentence=title)
    )


def affinity_map(lift: pd.DataFrame) -> Picture:
    """Draw the share of each segment whose favourite each topic is.

    Parameters
    ----------
    lift : DataFrame
        From `affinity.lift`.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(lift)
    enough = lift[lift["n"] >= 10]
    if not len(enough):
        return style.too_little(lift, n=int(lift["n"].max()) if len(lift) else 0)
    sizes = enough.drop_duplicates("segment").set_index("segment")["n"]
    overall = enough.groupby("topic")["count"].sum() / sizes.sum()
    top = overall.idxmax()
    title = _("“{topic}” is the favourite topic of {share} of all").format(
        topic=term(_, top), share=numbers.percent(overall[top])
    )
    subtitle = _(
        "Share of each segment's members whose favourite the topic is; ▲ "
        "more, ▼ less often than the others, beyond "
        "chance"
    )
    order = list(overall.sort_values(ascending=False, kind="stable").index)
    wide = enough.pivot(index="segment", columns="topic", values="share")[order]
    sign = enough.assign(sign=[_sign(row) for _place, row in enough.iterrows()]).pivot(
        index="segment", columns="topic", values="sign"
    )[order]
    text = wide.map(lambda value: numbers.percent(value, 0)) + sign
    wide.index = [f"{term(_, name)} (n = {numbers.count(sizes[name])})" for name in wide.index]
    wide.columns = [term(_, name).replace(" ", "\n") for name in wide.columns]
    with style.canvas(
        lift, title=title, subtitle=subtitle, n=int(sizes.sum()), height=1.9 + 0.3 * len(wide), width=8.4
    ) as (figure, axes):
        marks.heat_map(axes, wide, text=text, low=0, size=7.5)
        axes.xaxis.tick_top()
    return style.picture(
        figure, lift, alt=_("Heat map of segments by topics. {sentence}.").format(sentence=title)
    )


def _sign(row: pd.Series) -> str:
    if not row["significant"]:
        return ""
    return " ▲" if row["estimate"] > 1 else " ▼"
