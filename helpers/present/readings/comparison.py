"""Members beside outside customers, in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, term, translator
from helpers.present.readings.base import Reading, reading, too_little

LIMIT = 0.1


def covariate_balance(table: pd.DataFrame) -> Reading:
    """Name what members and outsiders differ in most, and whether weighting mends it.

    Parameters
    ----------
    table : DataFrame
        From `member_comparison.balance`.

    Returns
    -------
    Reading

    Taught in: 01 Definition
    """
    _ = translator(table)
    n = about_of(table).get("n", 0)
    if table.empty or table["naive"].isna().all() or n < 30:
        return too_little(_, _("how unlike members and outsiders are"), n)
    most = table.iloc[0]
    value = (
        _("fifth {n} of 5").format(n=most["value"])
        if most["covariate"] == "amount"
        else term(_, most["value"])
    )
    worst = table["like_members"].abs().max()
    sentences = [
        _("They differ most in {covariate} ({value}): {inside} of the members, {outside} of the outsiders "
          "(n = {n} buyers).").format(
            covariate=term(_, most["covariate"]), value=value, inside=numbers.percent(most["inside"]),
            outside=numbers.percent(most["outside"]), n=numbers.count(n),
        )
    ]  # fmt: skip
    if worst <= LIMIT:
        sentences.append(
            _("After weighting no value differs by more than {worst} standard deviations: in what is "
              "known, the "
              "two are alike.").format(worst=numbers.decimal(np.ceil(100 * worst) / 100, 2))
        )  # fmt: skip
    else:
        sentences.append(
            _("Even after weighting a value differs by {worst} standard deviations: read the weighted "
              "gap with care.")
            .format(worst=numbers.decimal(worst, 2))
        )  # fmt: skip
    return reading(_, sentences)


def propensity_overlap(table: pd.DataFrame) -> Reading:
    """Say whether there are outsiders like the members at all, and how many the weights leave.

    Parameters
    ----------
    table : DataFrame
        From `member_comparison.overlap`.

    Returns
    -------
    Reading

    Taught in: 01 Definition
    """
    _ = translator(table)
    if min(table["inside"].sum(), table["outside"].sum()) < 30:
        return too_little(_, _("the overlap"), int(table[["inside", "outside"]].sum().min()))
    about = about_of(table)
    shared = float(np.minimum(table["inside_share"], table["outside_share"]).sum())
    effective, n = about["effective"]["like_members"], about["n_outside"]
    first = _(
        "The two groups share {share} of their spread; weighted, the {n} outsiders tell as much as "
        "{effective}."
    )
    sentences = [
        first.format(
            share=numbers.percent(shared, 0), n=numbers.count(n), effective=numbers.count(round(effective))
        )
    ]
    alone = table.loc[(table["outside"] == 0) & (table["inside"] > 0), "inside"].sum() / table["inside"].sum()
    if alone > 0.01:
        sentences.append(
            _(
                "For {share} of the members there is no outsider like them: of these the comparison "
                "says nothing."
            ).format(share=numbers.percent(alone))
        )
    else:
        sentences.append(_("Nearly every member finds outsiders like her, so there is something to compare."))
    return reading(_, sentences)


def member_gap(table: pd.DataFrame) -> Reading:
    """Say what is left of the gap among like people, and what that does not prove.

    Parameters
    ----------
    table : DataFrame
        From `member_comparison.gap`.

    Returns
    -------
    Reading

    Taught in: 01 Definition
    """
    _ = translator(table)
    shown = table[table["estimate"].notna()]
    fewest = int(shown[["n_inside", "n_outside"]].min().min()) if len(shown) else 0
    if fewest < 30:
        return too_little(_, _("members beside outsiders"), fewest)
    rows = shown.set_index("method")
    naive, like = rows.loc["naive"], rows.loc["like_members"]
    phrase = [
        numbers.interval(100 * row["estimate"], 100 * row["low"], 100 * row["high"]) for row in (naive, like)
    ]
    sentences = [
        _("As they are, the shares who bought again differ by {naive} points, members less outsiders "
          "(n = {n} members, {m} outsiders); set beside outsiders like them, by {like} points.").format(
            naive=phrase[0], like=phrase[1], n=numbers.count(naive["n_inside"]),
            m=numbers.count(naive["n_outside"]),
        )
    ]  # fmt: skip
    if like["low"] > 0:
        sentences.append(
            _("What is known of them does not explain the gap away. What is not known, such as how much "
              "they liked the brand before, still may: claim no more than this until an experiment "
              "has been run.")
        )  # fmt: skip
    elif like["high"] < 0:
        sentences.append(
            _("Among like people members bought again less often: ask what they get outside that the "
              "community does not give.")
        )  # fmt: skip
    else:
        sentences.append(
            _("Among like people the gap may be nothing: do not claim that membership makes people buy.")
        )
    return reading(_, sentences)
