"""The diagnosis in words: what shows, what does not, what cannot be told, and where to begin."""

from __future__ import annotations

import pandas as pd

from helpers.models.diagnosis import summary
from helpers.present import numbers
from helpers.present.language import Translate, about_of, translator
from helpers.present.outlook_words import (
    amount,
    challenge_name,
    evidence,
    gap,
    measure_name,
    origin_name,
    verdict_name,
)
from helpers.present.readings.base import Reading, reading, too_little


def named(_: Translate, rows: pd.DataFrame) -> str:
    """List the challenges of some rows by name.

    Taught in: 08 Outlook
    """
    return _(", ").join(challenge_name(_, name) for name in rows["challenge"])


def challenges(found: pd.DataFrame) -> Reading:
    """Say which challenges show, which do not, and which the data cannot tell.

    Parameters
    ----------
    found : DataFrame
        From `diagnosis.diagnose`.

    Returns
    -------
    Reading

    Taught in: 08 Outlook
    """
    _ = translator(found)
    short = summary(found)
    if not short["judged"].sum():
        return too_little(_, _("a diagnosis"), 0)
    parts = {name: short[short["verdict"] == name] for name in ("trouble", "unclear", "fine", "cannot tell")}
    sentences = []
    for row in parts["trouble"].to_dict("records"):
        sentences.append(
            _(
                "{challenge}: {measure} {evidence}, n = {n}, beyond the threshold of {threshold} with a "
                "probability of {sure}; chapter {chapter} treats it."
            ).format(
                challenge=challenge_name(_, row["challenge"]).capitalize(),
                measure=measure_name(_, row["measure"]),
                evidence=evidence(row),
                n=numbers.count(row["n"]),
                threshold=amount(row["unit"], row["threshold"]),
                sure=_surely(row["probability"]),
                chapter=row["chapter"].split(" ")[0],
            )
        )
    if not sentences:
        sentences.append(_("None of the challenges lies beyond its threshold for sure."))
    for name, text in (
        ("unclear", _("Too close to call: {names}.")),
        ("fine", _("Not seen: {names}.")),
        ("cannot tell", _("The data cannot tell: {names}.")),
    ):
        if len(parts[name]):
            sentences.append(text.format(names=named(_, parts[name])))
    end = _("The thresholds are conventions: change those that do not fit, then begin with the surest.")
    return reading(_, [*sentences, end])


def _surely(probability: float) -> str:
    return "> " + numbers.percent(0.999) if probability > 0.999 else numbers.percent(probability)


def evidence_words(found: pd.DataFrame) -> pd.DataFrame:
    """Put the evidence of a diagnosis into words for a table.

    Parameters
    ----------
    found : DataFrame
        From `diagnosis.diagnose`.

    Returns
    -------
    DataFrame
        ``challenge``, ``measure``, ``n``, ``found`` (with interval), ``threshold`` (with its side and
        origin), ``sure`` (probability), ``verdict``, in the language of the result.

    Taught in: 08 Outlook
    """
    _ = translator(found)
    sides = {"below": _("below {threshold}, {origin}"), "above": _("above {threshold}, {origin}")}
    rows = [
        {
            "challenge": challenge_name(_, row["challenge"]),
            "measure": measure_name(_, row["measure"]),
            "n": row["n"],
            "found": gap(_, row["missing"]) if row["missing"] else evidence(row),
            "threshold": sides[row["side"]].format(
                threshold=amount(row["unit"], row["threshold"]), origin=origin_name(_, row["origin"])
            ),
            "sure": row["probability"],
            "verdict": verdict_name(_, row["state"]),
        }
        for row in found.to_dict("records")
    ]
    result = pd.DataFrame(rows).astype({"n": "Int64"})
    result.attrs["about"] = about_of(found)
    return result
