"""Posts compared, in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import Translate, about_of, term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def content_rates(table: pd.DataFrame) -> Reading:
    """Say which group of posts is received best, and how much of the certainty of the readers is real.

    Parameters
    ----------
    table : DataFrame
        From `content.rates`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(table)
    shown = table[table["n"] > 0]
    if shown.empty or shown["n"].sum() < 30:
        return too_little(_, _("reactions to posts"), shown["n"].sum() if len(shown) else 0)
    by = shown.columns[0]
    firm = shown[~shown["small"]] if (~shown["small"]).any() else shown
    best, worst = firm.iloc[0], firm.iloc[-1]
    if len(firm) == 1:
        said = _("Of the readers of {name}, {rate} reacted.").format(
            name=term(_, best[by]), rate=rate_phrase(_, best)
        )
        return reading(_, [said])
    said = _("Of the readers of {best}, {high} reacted, of those of {worst} {low}.").format(
        best=term(_, best[by]), high=rate_phrase(_, best), worst=term(_, worst[by]), low=rate_phrase(_, worst)
    )
    claimed = _rival(firm)
    effect = numbers.decimal(firm["design_effect"].median(), 0)
    honest = _(
        "Posts differ so much that the variance is about {effect} times what counting readers would claim."
    ).format(effect=effect)
    do = (
        _("Make more of {best} where it suits the message, and look at what its best posts have in common.")
        if best["low"] > worst["high"]
        else _("The intervals overlap: choose by effort, not by this table.")
    )
    lost = ""
    if claimed:
        lost = _("{n} comparisons of neighbours that readers alone would call clear are not.").format(
            n=claimed
        )
    return reading(_, [said, honest, lost, do.format(best=term(_, best[by]))])


def _rival(firm: pd.DataFrame) -> int:
    # Neighbours in the list that the naive intervals tell apart and the honest ones do not.
    upper, lower = firm.iloc[:-1].reset_index(drop=True), firm.iloc[1:].reset_index(drop=True)
    naive, honest = upper["naive_low"] > lower["naive_high"], upper["low"] > lower["high"]
    return int((naive & ~honest).sum())


def reaction_kinds(table: pd.DataFrame) -> Reading:
    """Say what readers do most and least.

    Parameters
    ----------
    table : DataFrame
        From `content.reaction_kinds`, without `by`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(table)
    if table.empty or table["n"].max() < 30:
        return too_little(_, _("reactions to posts"), table["n"].max() if len(table) else 0)
    first, last = table.iloc[0], table.iloc[-1]
    said = _("Of a hundred readers {high} {first} and {low} {last} ({interval}, {posts} posts).").format(
        first=term(_, first["kind"]), high=numbers.decimal(100 * first["estimate"]),
        last=term(_, last["kind"]), low=numbers.decimal(100 * last["estimate"]),
        interval=numbers.percent_interval(last["estimate"], last["low"], last["high"]),
        posts=numbers.count(last["posts"]),
    )  # fmt: skip
    do = _("Judge a post by the rarest of them that its purpose calls for, not by the easiest.")
    return reading(_, [said, do])


def shrunk_ranks(table: pd.DataFrame, *, top: int = 8) -> Reading:
    """Say how many of the leading posts still lead once small numbers are allowed for.

    Parameters
    ----------
    table : DataFrame
        From `shrinkage.shrink`.
    top : int, default 8
        How many posts are at the top.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(table)
    if len(table) < 2 or table["n"].sum() < 30:
        return too_little(_, _("a ranking of posts"), table["n"].sum() if len(table) else 0)
    about = about_of(table)
    shown = table.nsmallest(top, "rank")
    stay = int((shown["shrunk_rank"] <= len(shown)).sum())
    said = _(
        "Posts differ around {mean}, and what the others show weighs as much as {strength} readers of a "
        "post's own (n = {n} posts)."
    ).format(
        mean=numbers.percent(about.get("prior_mean")),
        strength=numbers.decimal(about.get("prior_strength"), 0),
        n=numbers.count(len(table)),
    )
    moved = _("Of the {top} leading posts {stay} keep a leading place.").format(top=len(shown), stay=stay)
    do = _("Learn from the posts that lead after shrinking; the others may have met a kind dozen of readers.")
    return reading(_, [said, moved, do])


def quality_thirds(*tables: pd.DataFrame) -> Reading:
    """Say whether posts that early readers valued were valued by later readers as well.

    Parameters
    ----------
    *tables : DataFrame
        From `content_quality.by_third`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(tables[0])
    kept = [table for table in tables if table["count"].sum() >= 10]
    if not kept:
        return too_little(_, _("the quality of posts"), tables[0]["n"].sum() if len(tables[0]) else 0)
    parts = []
    for table in kept:
        weak, strong = table.iloc[0], table.iloc[-1]
        parts.append(
            _("{kind}: {low} in the weakest third, {high} in the strongest").format(
                kind=term(_, about_of(table).get("kind", "")), low=rate_phrase(_, weak),
                high=rate_phrase(_, strong),
            )
        )  # fmt: skip
    said = _("What later readers did: {parts}.").format(parts=_("; ").join(parts))
    lead = kept[0]
    do = (
        _("After the first readers one knows enough to decide which posts to show again.")
        if lead.iloc[-1]["low"] > lead.iloc[0]["high"]
        else _("The first readers are too few here to decide which posts to show again.")
    )
    return reading(_, [said, do])


def quality_slopes(table: pd.DataFrame) -> Reading:
    """Say which reaction depends most on quality.

    Parameters
    ----------
    table : DataFrame
        From `content_quality.slopes`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(table)
    if table.empty:
        return too_little(_, _("the quality of posts"), 0)
    clear = table[table["low"] > 1]
    if clear.empty:
        return reading(_, [_("No reaction of later readers clearly goes with the score of a post.")])
    first, last = table.iloc[0], table.iloc[-1]
    held = _("With format, topic, purpose and author held fixed as far as they are known:")
    said = _(
        "One standard deviation of quality goes with {first} times the rate of {kind} and {last} times that "
        "of {other} (n = {n} posts)."
    ).format(
        first=numbers.interval(first["estimate"], first["low"], first["high"], 2),
        kind=term(_, first["kind"]),
        last=numbers.interval(last["estimate"], last["low"], last["high"], 2),
        other=term(_, last["kind"]),
        n=numbers.count(first["posts"]),
    )
    do = _("Watch {kind}: it depends most on what a post is worth.").format(kind=term(_, first["kind"]))
    adjusted = about_of(table).get("adjusted_for")
    return reading(_, [held if adjusted else "", said, do if len(table) > 1 else ""])


def first_reads(table: pd.DataFrame) -> Reading:
    """Say whether newcomers come back more often after a good first post.

    Parameters
    ----------
    table : DataFrame
        From `content_quality.first_reads`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(table)
    if table["n"].min() < 10:
        return too_little(_, _("the return after the first post"), table["n"].sum())
    weak, strong = table.iloc[0], table.iloc[-1]
    said = _(
        "Of the newcomers whose first post was of the strongest third {high} were active again, of those "
        "with the weakest third {low}."
    ).format(high=rate_phrase(_, strong), low=rate_phrase(_, weak))
    if strong["low"] > weak["high"]:
        do = _("That may be the post, or the kind of newcomer who meets such posts: show it first to half.")
    elif strong["high"] < weak["low"]:
        do = _(
            "The wrong way round: much read posts reach more casual newcomers. A comparison without a draw "
            "measures who reads."
        )
    else:
        do = _("One first post does not decide: nothing here says that it brings newcomers back.")
    return reading(_, [said, do])


def title_checks(table: pd.DataFrame) -> Reading:
    """Say which check titles fail most often, and what the comparison of clicks is worth.

    Parameters
    ----------
    table : DataFrame
        From `titles.checklist`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(table)
    known = table[table["n"] > 0]
    if known.empty:
        return too_little(_, _("titles"), 0)
    worst = known.loc[known["estimate"].idxmin()]
    said = _("The check that fails most often is “{check}”: {rate} pass.").format(
        check=term(_, worst["check"]), rate=rate_phrase(_, worst)
    )
    clear = known[(known["click_gap_low"] > 0) | (known["click_gap_high"] < 0)]
    more = _("No check goes with clearly more or fewer clicks.")
    if len(clear):
        line = clear.loc[clear["click_gap"].abs().idxmax()]
        more = _(
            "Titles that pass “{check}” differ in click rate by {gap} points ({interval}); as nobody drew "
            "them, that is a reason for a test and not its result."
        ).format(
            check=term(_, line["check"]), gap=numbers.points(line["click_gap"]),
            interval=f"{numbers.points(line['click_gap_low'])} – {numbers.points(line['click_gap_high'])}",
        )  # fmt: skip
    return reading(_, [said, more])


def compliance_checks(table: pd.DataFrame) -> Reading:
    """Say how many posts somebody has to look at, and which first.

    Parameters
    ----------
    table : DataFrame
        From `compliance.checklist`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(table)
    known = table[table["n"] > 0]
    if known.empty:
        return too_little(_, _("the rules for posts"), 0)
    if not known["count"].sum():
        return reading(_, [_("No post was flagged; a list of words finds only what is written plainly.")])
    first = known.loc[known["estimate"].idxmax()]
    said = _("The rule flagged most often is “{rule}”: {rate} of the posts it applies to.").format(
        rule=term(_, first["rule"]), rate=rate_phrase(_, first)
    )
    total = _("{n} flags are waiting for a person, personal data first: those posts hurt while they stand.")
    none = _("{n} flags are waiting for a person.")
    personal = known.loc[known["rule"] == "personal data", "count"].sum()
    return reading(_, [said, (total if personal else none).format(n=numbers.count(known["count"].sum()))])


def creative_brief(table: pd.DataFrame) -> Reading:
    """Say what the data recommend for the next piece of content, and which lines are a matter of taste.

    Parameters
    ----------
    table : DataFrame
        From `brief.lines`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(table)
    if table.empty:
        return too_little(_, _("a brief"), 0)
    lines = [
        _("{line}: {choice}").format(line=term(_, row["line"]), choice=term(_, row["choice"]))
        for _at, row in table.iterrows()
    ]
    said = _("What the data propose: {lines}.").format(lines=_("; ").join(lines))
    clear = [term(_, name) for name in table.loc[table["clear"].astype(bool), "line"]]
    if not clear:
        firm = _("No line clearly beats its next best: all of them are free to be decided by the idea.")
    elif len(clear) == len(table):
        firm = _("Every line clearly beats its next best.")
    else:
        firm = _("Only {clear} clearly beat the next best; the other lines are free.").format(
            clear=_join(_, clear)
        )
    return reading(_, [said, firm])


def _join(_: Translate, names: list[str]) -> str:
    return _(", ").join(names)
