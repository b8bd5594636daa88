"""What campaigns did, in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import Translate, about_of, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def _name(row: pd.Series) -> str:
    return str(row["name"]) if isinstance(row["name"], str) and row["name"] else str(row["campaign_id"])


def campaign_effects(effects: pd.DataFrame) -> Reading:
    """Say which campaigns made a difference, and which only seemed to.

    Parameters
    ----------
    effects : DataFrame
        From `campaigns.effects`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(effects)
    if effects.empty:
        return Reading(
            _(
                "No campaign has a control: what the campaigns changed cannot be known. Keep back "
                "a random tenth of the members next time."
            )
        )
    best = effects.loc[effects["estimate"].idxmax()]
    sure = int((effects["low"] > 0).sum())
    sentences = [
        _(
            "{sure} of {all} campaigns with a control raised the share who bought by more "
            "than chance explains."
        ).format(sure=numbers.count(sure), all=numbers.count(len(effects))),
        _best(_, best),
        _money(_, effects),
    ]
    return reading(_, sentences)


def _best(_: Translate, best: pd.Series) -> str:
    gap = numbers.interval(100 * best["estimate"], 100 * best["low"], 100 * best["high"])
    values = {"name": _name(best), "gap": gap, "units": numbers.count(best["units"])}
    if best["unit"] == "group":
        return _(
            "Most came of {name}: {gap} percentage points, judged by its {units} groups, "
            "which is why the interval is wide."
        ).format(**values)
    return _("Most came of {name}: {gap} percentage points ({units} members assigned).").format(**values)


def _money(_: Translate, effects: pd.DataFrame) -> str:
    paid = effects[effects["revenue_low"] > 0]
    if len(paid):
        return _("Revenue rose for certain in {n} of them: repeat these.").format(n=numbers.count(len(paid)))
    return _(
        "None of them raised revenue for certain: more orders at a discount are not yet "
        "more money. Run the next one longer or for more members."
    )


def campaign_conversion(table: pd.DataFrame) -> Reading:
    """Say how many bought in campaigns and came back to buy again.

    Parameters
    ----------
    table : DataFrame
        From `campaigns.by_campaign`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    if table.empty or table["count"].max() < 5:
        return too_little(_, _("campaigns"), table["count"].sum() if len(table) else 0)
    best = table.loc[table["estimate"].idxmax()]
    sentences = [
        _("{name} converted most: {rate} of the members there bought in it.").format(
            name=_name(best), rate=rate_phrase(_, best)
        )
    ]
    watched = table[table["repurchase_n"] >= 30]
    if len(watched):
        again = watched.loc[watched["repurchase"].idxmax()]
        row = {
            "estimate": again["repurchase"],
            "low": again["repurchase_low"],
            "high": again["repurchase_high"],
            "n": again["repurchase_n"],
        }
        message = _("Buyers of {name} came back most often: {rate} bought again within {k} days.")
        sentences.append(
            message.format(name=_name(again), rate=rate_phrase(_, row), k=about_of(table).get("within", 60))
        )
    sentences.append(
        _("Many of these orders would have come anyway: only a control says what a campaign added.")
    )
    return reading(_, sentences)


def before_after(table: pd.DataFrame) -> Reading:
    """Say what happened around a campaign, and that this is not what it did.

    Parameters
    ----------
    table : DataFrame
        From `campaigns.before_after`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    shown = table[~table["left_edge"] & table["estimate"].notna()] if len(table) else table
    if shown.empty:
        return too_little(_, _("campaigns"), 0)
    best = shown.loc[shown["estimate"].idxmax()]
    first = _(
        "During {name} there were {during} purchases after {before} on the same weekdays "
        "before: {times} times as many."
    ).format(
        name=_name(best),
        during=numbers.count(best["during"]),
        before=numbers.count(best["before"]),
        times=numbers.interval(best["estimate"], best["low"], best["high"]),
    )
    crowded = int((shown["overlaps"] > 0).sum())
    second = _(
        "{n} of {all} campaigns ran beside another one, and season and payday are in every such comparison."
    ).format(n=numbers.count(crowded), all=numbers.count(len(shown)))
    return reading(
        _, [first, second, _("It describes what happened; to know what a campaign did, keep back a control.")]
    )
