"""The brand's voice across platforms, in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.groups import capital
from helpers.present.language import term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def message_consistency(audit: pd.DataFrame) -> Reading:
    """Say how even the brand's message is, where it drifts, and show a post without it.

    Parameters
    ----------
    audit : DataFrame
        From `consistency.audit`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(audit)
    n = int(audit.groupby("message")["n"].sum().max()) if len(audit) else 0
    if n < 10:
        return too_little(_, _("the brand's message"), n)
    if audit["place"].nunique() < 2:
        return reading(_, [_("There is one place only: nothing to compare.")])
    tests = audit.attrs.get("about", {}).get("tests", {})
    drifting = audit[audit["drifts"]].sort_values("difference")
    terms = audit.attrs.get("about", {}).get("terms", {})
    said = [f"“{word}”" for words in terms.values() for word in words]
    message = _("Posts were looked through for {words}.")
    sentences = [message.format(words=_(", ").join(said))] if said else []
    uneven = {name: test for name, test in tests.items() if not numbers.is_missing(test["cramers_v"])}
    if uneven:
        name = max(uneven, key=lambda key: uneven[key]["cramers_v"])
        message = _(
            "How often posts carry the message differs by place with "
            "Cramér's V {v} (p {p}, n = {n} posts); 0 is the "
            "same everywhere."
        )
        p = numbers.p_value(uneven[name]["p"])
        sentences.append(
            message.format(
                v=numbers.decimal(uneven[name]["cramers_v"], 2),
                p=p if p.startswith("<") else f"= {p}",
                n=numbers.count(n),
            )
        )
    if len(drifting):
        worst = drifting.iloc[0]
        message = _("{place} drifts most: {rate}, against {others} elsewhere.")
        sentences.append(
            message.format(
                place=capital(term(_, worst["place"])),
                rate=rate_phrase(_, worst),
                others=numbers.percent(worst["others"]),
            )
        )
        if isinstance(worst["example"], str):
            message = _("A post there without it: “{title}”. Brief its authors first.")
            sentences.append(message.format(title=worst["example"]))
    else:
        sentences.append(_("No place falls behind the others beyond chance."))
    return reading(_, sentences)
