"""Recommendation in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, translator
from helpers.present.methods import method_name
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def recommendation_methods(compared: pd.DataFrame, *, metric: str = "recall") -> Reading:
    """Say which method finds most of what members read next, and whether it is worth more than popularity.

    Parameters
    ----------
    compared : DataFrame
        From `recommendation.compare`.
    metric : {"recall", "ndcg"}, default "recall"
        See the figure of the same name.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(compared)
    part = compared.loc[(compared["metric"] == metric) & ~compared["small"].astype(bool)]
    others = part.loc[part["method"] != "popular"].dropna(subset=["difference"])
    base = part.loc[part["method"] == "popular"]
    if not len(base) or not len(others):
        return too_little(_, _("recommendation"), int(compared["n"].max()) if len(compared) else 0)
    if "activity" in part:
        # In the group with most lists, as the others rest on fewer.
        largest = base.sort_values("lists", ascending=False)["activity"].iloc[0]
        others, base = others[others["activity"] == largest], base[base["activity"] == largest]
    best, popular = others.sort_values("estimate", ascending=False).iloc[0], base.iloc[0]
    first = _(
        "A list of {k} of what is popular lately held {popular} of what members read next (n = members)."
    ).format(k=numbers.count(about_of(compared).get("k", 10)), popular=rate_phrase(_, popular))
    second = _("“{method}” differs from that by {gain} points, list by list.").format(
        method=method_name(_, best["method"]),
        gain=numbers.interval(
            100 * best["difference"], 100 * best["difference_low"], 100 * best["difference_high"]
        ),
    )
    if best["difference_low"] > 0:
        third = _(
            "That is a gain: test it on a random half of the members, as only what was shown could be read."
        )
    elif best["difference_high"] < 0:
        third = _("So nothing that is computed beats the plain list: show what is popular and new.")
    else:
        third = _("That is no difference beyond chance: keep the plain list, which needs no model.")
    return reading(_, [first, second, third])


def cold_start(table: pd.DataFrame) -> Reading:
    """Say how much no list made in the evening could have held.

    Parameters
    ----------
    table : DataFrame
        From `recommendation.cold_start`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(table)
    n = int(table["n"].max()) if len(table) else 0
    if n < 30:
        return too_little(_, _("the cold start"), n)
    rows = table.set_index("kind")
    first = _(
        "On the {days} days after an evening, {posts} of first looks went to posts that had not been "
        "there yet, and "
        "{members} came from members of whom nothing was known."
    ).format(
        days=numbers.count(about_of(table).get("days", 3)),
        posts=rate_phrase(_, rows.loc["new_post"]),
        members=numbers.percent(rows.loc["new_member", "estimate"]),
    )
    if rows.loc["new_post", "estimate"] > 0.3:
        second = _(
            "Posts age faster than lists: make the list anew each morning, and keep places for new posts."
        )
    else:
        second = _("Most of what is read was there before, so that a list can know it.")
    return reading(_, [first, second])
