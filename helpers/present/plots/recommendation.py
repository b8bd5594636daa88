"""Recommendation as a figure: what each method finds, beside plain popularity."""

from __future__ import annotations

import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.dots import dot_list
from helpers.present.language import about_of, translator
from helpers.present.methods import method_name
from helpers.present.style import COLOURS, Picture


def _seen(activity: object) -> str:
    return "0" if activity == "none" else str(activity)


def recommendation_methods(compared: pd.DataFrame, *, metric: str = "recall") -> Picture:
    """Compare methods with popularity, with intervals; in one panel for each group where there are groups.

    Parameters
    ----------
    compared : DataFrame
        From `recommendation.compare`.
    metric : {"recall", "ndcg"}, default "recall"
        Share of what members looked at that the list holds, or the same with places weighed.

    Returns
    -------
    Picture

    Taught in: 03 Content
    """
    _ = translator(compared)
    part = compared.loc[(compared["metric"] == metric) & ~compared["small"].astype(bool)]
    if not len(part):
        return style.too_little(compared, n=int(compared["n"].max()) if len(compared) else 0)
    k = numbers.count(about_of(compared).get("k", 10))
    best = part.sort_values("estimate", ascending=False).iloc[0]
    found = numbers.percent(best["estimate"])
    if best["method"] == "popular":
        title = _("Nothing beats what is popular lately: {found} of what members read next").format(
            found=found
        )
    else:
        message = (
            _("“{method}” finds most where {seen} posts were seen before: {found} of what is read next")
            if "activity" in part
            else _("“{method}” finds most: {found} of what members read next")
        )
        title = message.format(
            method=method_name(_, best["method"]), found=found, seen=_seen(best.get("activity"))
        )
    if metric == "recall":
        subtitle = _(
            "Share of what members looked at next that a list of {k} posts held (recall), 95 % interval"
        )
    else:
        subtitle = _(
            "Lists of {k} posts, earlier places weighing more (NDCG, 1 is a perfect list), 95 % interval"
        )
    groups = list(dict.fromkeys(part["activity"])) if "activity" in part else [None]
    rows = part["method"].nunique()
    with style.canvas(
        compared, title=title, subtitle=subtitle.format(k=k), n=int(part["n"].max()), cols=len(groups),
        height=1.7 + 0.36 * rows, sharey=True, squeeze=False,
    ) as (figure, grid):  # fmt: skip
        right = float(part["high"].max()) * 1.08
        for axes, group in zip(grid[0], groups, strict=True):
            shown = part if group is None else part[part["activity"] == group]
            shown = shown.sort_values("estimate", ascending=False) if group is None else shown
            colours = [COLOURS["neutral" if name == "popular" else "highlight"] for name in shown["method"]]
            names = [method_name(_, name) for name in shown["method"]]
            dot_list(axes, names, shown["estimate"], shown["low"], shown["high"], colours=colours)
            axes.set_xlim(0, right)
            marks.percent_axis(axes, which="x")
            if group is not None:
                axes.set_title(_("seen before: {seen}").format(seen=_seen(group)))
    return style.picture(
        figure, compared, alt=_("Dots with intervals by method. {sentence}.").format(sentence=title)
    )
