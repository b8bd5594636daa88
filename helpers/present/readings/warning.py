"""Early warning and risks in words: what a threshold buys, and what the register says."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import Translate, about_of, translator
from helpers.present.outlook_words import (
    evidence,
    exposure_name,
    gap,
    level_name,
    response,
    risk_name,
    trigger,
)
from helpers.present.readings.base import Reading, reading, too_little


def alarm_trade_off(table: pd.DataFrame, *, chosen: float | None = None) -> Reading:
    """Say what the threshold in use catches, how soon, and what it costs in false alarms.

    Parameters
    ----------
    table : DataFrame
        From `early_warning.trade_off`.
    chosen : float, optional
        The threshold in use (its ``limit``); by default the first.

    Returns
    -------
    Reading

    Taught in: 08 Outlook
    """
    _ = translator(table)
    near = table if chosen is None else table[table["limit"] == chosen]
    near = near if len(near) else table
    if not len(near) or near["n"].iloc[0] < 2:
        return too_little(_, _("an alarm threshold"), int(near["n"].iloc[0]) if len(near) else 0)
    row = near.iloc[0]
    caught = _(
        "At a threshold that promises {limit} false alarm days a month for each signal, {count} of {n} "
        "simulated crises were caught: {share}."
    ).format(
        limit=numbers.decimal(row["limit"], 2),
        count=numbers.count(row["count"]),
        n=numbers.count(row["n"]),
        share=numbers.percent_interval(row["estimate"], row["low"], row["high"]),
    )
    soon = ""
    if row["count"] >= 2:
        soon = _(
            "The alarm came {delay} days after the beginning on average and {lead} days before the trough."
        ).format(
            delay=numbers.interval(row["delay"], row["delay_low"], row["delay_high"]),
            lead=numbers.interval(row["lead"], row["lead_low"], row["lead_high"]),
        )
    false = _(
        "On {days} quiet days all signals together raised {false} false alarm days a month: agree on who "
        "looks at each of them, or choose a threshold with fewer."
    ).format(
        days=numbers.count(row["quiet_days"]),
        false=numbers.interval(row["false_alarms"], row["false_alarms_low"], row["false_alarms_high"]),
    )
    return reading(_, [caught, soon, false])


def risk_register(table: pd.DataFrame) -> Reading:
    """Say to what the community is most exposed, and what is left to judgement.

    Parameters
    ----------
    table : DataFrame
        From `risk_register.register`.

    Returns
    -------
    Reading

    Taught in: 08 Outlook
    """
    _ = translator(table)
    known = table[table["missing"] == ""]
    if known.empty:
        return too_little(_, _("a risk register"), 0)
    sentences = []
    for level, text in (
        ("high", _("Exposure is serious in {names}.")),
        ("medium", _("It is moderate in {names}.")),
    ):
        names = [
            _("{risk} ({measure}: {evidence})").format(
                risk=risk_name(_, row["risk"]),
                measure=exposure_name(_, row["measure"]),
                evidence=evidence(row),
            )
            for row in known[known["exposure"] == level].to_dict("records")
        ]
        if names:
            sentences.append(text.format(names=_(", ").join(names)))
    if not sentences:
        sentences.append(_("No exposure that was measured is more than slight."))
    left = table[table["missing"] != ""]
    if len(left):
        unseen = _(", ").join(risk_name(_, name) for name in left["risk"])
        sentences.append(_("Not measured here: {names}; judge them in the team.").format(names=unseen))
    return reading(_, [*sentences, _("Give every line an owner and a day on which it is looked at again.")])


def _unmeasured(_: Translate, missing: str) -> str:
    if missing == "judgement":
        return gap(_, missing)
    return _("cannot tell: {missing}").format(missing=gap(_, missing))


def risk_words(table: pd.DataFrame) -> pd.DataFrame:
    """Put the risk register into words, with trigger and first response and an empty line for the owner.

    Parameters
    ----------
    table : DataFrame
        From `risk_register.register`.

    Returns
    -------
    DataFrame
        ``risk``, ``found`` (measure with interval), ``exposure``, ``impact``, ``trigger``, ``response``,
        ``owner`` (to be filled), in the language of the result.

    Taught in: 08 Outlook
    """
    _ = translator(table)
    rows = [
        {
            "risk": risk_name(_, row["risk"]),
            "found": _unmeasured(_, row["missing"])
            if row["missing"]
            else _("{measure}: {evidence}").format(
                measure=exposure_name(_, row["measure"]), evidence=evidence(row)
            ),
            "exposure": level_name(_, row["exposure"]),
            "impact": level_name(_, row["impact"]),
            "trigger": trigger(_, row["risk"]),
            "response": response(_, row["risk"]),
            "owner": "……",
        }
        for row in table.to_dict("records")
    ]
    result = pd.DataFrame(rows)
    result.attrs["about"] = about_of(table)
    return result
