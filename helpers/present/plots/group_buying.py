"""Group buying as a figure: how fast teams fill, and how many never do."""

from __future__ import annotations

import pandas as pd

from helpers.metrics.survival import kaplan_meier
from helpers.present import marks, numbers, style
from helpers.present.dots import dot_list
from helpers.present.language import Translate, about_of, term, translator
from helpers.present.style import COLOURS, SERIES, Picture


def team_completion(completion: pd.DataFrame) -> Picture:
    """Compare the share of teams that fill.

    Parameters
    ----------
    completion : DataFrame
        From `group_buying.completion`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(completion)
    n = int(completion["n"].sum()) if len(completion) else 0
    known = completion[completion["n"] >= 10].reset_index(drop=True)
    if not len(known):
        return style.too_little(completion, n=n)
    by = about_of(completion).get("by")
    share = numbers.percent(completion["count"].sum() / n, 0)
    if by is None or len(known) < 2:
        title = _("{share} of teams fill in time").format(share=share)
    else:
        worst, best = known.loc[known["estimate"].idxmin()], known.loc[known["estimate"].idxmax()]
        title = _("{share} of teams fill; {best}: {top}, {worst}: {bottom}").format(
            share=share,
            best=split_name(_, by, best[by]),
            top=numbers.percent(best["estimate"], 0),
            worst=split_name(_, by, worst[by]),
            bottom=numbers.percent(worst["estimate"], 0),
        )
    names = [_("all teams")] if by is None else [split_name(_, by, value) for value in known[by]]
    said = [
        _("{share} (n = {n})").format(share=numbers.percent(row.estimate, 0), n=numbers.count(row.n))
        for row in known.itertuples()
    ]
    subtitle = _("Share of teams with as many buyers as they need, 95 % interval")
    with style.canvas(completion, title=title, subtitle=subtitle, n=n, height=1.5 + 0.34 * len(known)) as (
        figure,
        axes,
    ):
        middle = completion["count"].sum() / n
        dot_list(axes, names, known["estimate"], known["low"], known["high"], said=said, middle=middle)
        axes.set_xlim(0, 1)
        marks.percent_axis(axes, which="x")
    return style.picture(figure, completion, alt=_("List of dots. {sentence}.").format(sentence=title))


def split_name(_: Translate, by: str, value: object) -> str:
    """Name one of the parts that completion was split by.

    Parameters
    ----------
    _ : callable
        From `translator`.
    by : str
        What was split by.
    value : object
        The part.

    Returns
    -------
    str
        Such as "teams of 3" or "teams opened 21-23 h".

    Taught in: 05 Conversion
    """
    if by == "team_size" and value != "unknown":
        return _("teams of {n}").format(n=value)
    if by == "hour":
        return _("opened {hours} h").format(hours=value)
    return term(_, value)


def team_time(durations: pd.DataFrame) -> Picture:
    """Draw the share of teams that have filled by each hour.

    Parameters
    ----------
    durations : DataFrame
        From `group_buying.durations`.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(durations)
    n = int(durations["n"].sum()) if len(durations) else 0
    if n < 10 or not durations["event"].any():
        return style.too_little(durations, n=n)
    by = about_of(durations).get("by")
    groups = [(None, durations)] if by is None else list(durations.groupby(by, sort=True))
    groups = [(name, part) for name, part in groups if part["n"].sum() >= 10][:5]
    whole = kaplan_meier(durations)
    half = whole.loc[1 - whole["estimate"] >= 0.5 * (1 - whole["estimate"].iloc[-1]), "time"].iloc[0]
    title = _("{share} of teams fill; half of these within {hours} hours").format(
        share=numbers.percent(1 - whole["estimate"].iloc[-1], 0), hours=numbers.count(half)
    )
    subtitle = _("Share of teams that have filled by each hour after opening, 95 % interval")
    with style.canvas(durations, title=title, subtitle=subtitle, n=n) as (figure, axes):
        ends = []
        for (name, part), colour in zip(groups, SERIES, strict=False):
            curve, shade = kaplan_meier(part), COLOURS["highlight"] if by is None else colour
            axes.step(curve["time"], 1 - curve["estimate"], where="post", color=shade)
            axes.fill_between(
                curve["time"], 1 - curve["high"], 1 - curve["low"], step="post", color=shade, alpha=0.15,
                linewidth=0,
            )  # fmt: skip
            said = numbers.percent(1 - curve["estimate"].iloc[-1], 0)
            label = said if by is None else f"{split_name(_, by, name)}: {said}"
            ends.append((curve["time"].iloc[-1], 1 - curve["estimate"].iloc[-1], label, shade))
        axes.set_ylim(0, 1)
        axes.set_xlim(0)
        marks.percent_axis(axes)
        axes.set_xlabel(_("hours since the team was opened"))
        marks.label_ends(axes, ends)
    return style.picture(figure, durations, alt=_("Rising steps. {sentence}.").format(sentence=title))
