"""The contact list in words: each row's reason, and what the whole list is worth and can show."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.features import action_name, why
from helpers.present.language import about_of, join, term, translator
from helpers.present.readings.base import Reading, reading, too_little


def contact_words(contacts: pd.DataFrame) -> pd.DataFrame:
    """Put the contact list into words for those who will work from it.

    Parameters
    ----------
    contacts : DataFrame
        From `actions.contact_list`.

    Returns
    -------
    DataFrame
        rank, member_id, arm, segment, action, reason, risk, value, cost, gain: arm, segment and action in
        the language of the result, and the reason as a phrase.

    Taught in: 06 Evaluation
    """
    _ = translator(contacts)
    about = about_of(contacts)
    arms = {"contact": _("contact"), "control": _("control: do not contact")}
    listed = contacts.to_dict("records")
    frame = pd.DataFrame(
        {
            "rank": contacts["rank"],
            "member_id": contacts["member_id"],
            "arm": [arms[row["arm"]] for row in listed],
            "segment": [term(_, row["segment"]) for row in listed],
            "action": [action_name(_, row["action"]) for row in listed],
            "reason": [why(_, about, row) for row in listed],
            "risk": contacts["risk"],
            "value": contacts["value"],
            "cost": contacts["cost"],
            "gain": contacts["gain"],
        }
    )
    frame.attrs["about"] = about
    return frame


def contact_list(contacts: pd.DataFrame) -> Reading:
    """Say how long the list is, what it rests on, and what next week's comparison can show.

    Parameters
    ----------
    contacts : DataFrame
        From `actions.contact_list`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(contacts)
    about = about_of(contacts)
    members = about.get("members", 0)
    if not len(contacts) and members >= 30:
        text = _(
            "Of {members} members none has an action that should earn more than it costs, as far as their "
            "value and their risk of leaving are known."
        )
        return reading(_, [text.format(members=numbers.count(members))])
    if not len(contacts):
        return too_little(_, _("whom to contact"), about.get("members", 0))
    contacted = contacts["arm"] == "contact"
    most = contacts.loc[contacted, "action"].value_counts()
    first = _(
        "Of {members} members {candidates} have an action that should pay; {contacts} are contacted and "
        "{controls} are held back at random (seed {seed}). Most frequent: {action} ({n})."
    ).format(
        members=numbers.count(about.get("members")),
        candidates=numbers.count(about.get("candidates")),
        contacts=numbers.count(contacted.sum()),
        controls=numbers.count((~contacted).sum()),
        seed=about.get("seed"),
        action=action_name(_, most.index[0]),
        n=numbers.count(most.iloc[0]),
    )
    second = _(
        "Risk of going is not openness to persuasion: the rates of success are assumptions, and only the "
        "members held back show next week what the contacts did."
    )
    if not about.get("control"):
        second = _("Nobody is held back, so next week nobody will know what the contacts did.")
    return reading(_, [first, second])


def contact_summary(summary: pd.DataFrame) -> Reading:
    """Say what the list costs, what it should bring, and how large an effect it could show.

    Parameters
    ----------
    summary : DataFrame
        From `actions.summary`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(summary)
    about = about_of(summary)
    if not len(summary):
        return too_little(_, _("whom to contact"), 0)
    gain = float(summary["gain"].sum())
    sentences = [
        _("{n} contacts are expected to keep {gain} members.").format(
            n=numbers.count(summary["contacts"].sum()), gain=numbers.decimal(gain)
        )
    ]
    if about.get("in_money"):
        currency = about.get("currency")
        sentences = [
            _("{n} contacts cost {cost} and are expected to bring {gain} beyond that.").format(
                n=numbers.count(summary["contacts"].sum()),
                cost=numbers.money(summary["cost"].sum(), currency, 0),
                gain=numbers.money(gain, currency, 0),
            )
        ]
    if not numbers.is_missing(about.get("detectable")):
        sentences.append(
            _(
                "With {controls} members held back, a difference in loss under {least} points would mostly "
                "go unnoticed: add up several weeks before judging an action."
            ).format(
                controls=numbers.count(summary["controls"].sum()),
                least=numbers.decimal(100 * about["detectable"], 0),
            )
        )
    return reading(_, [join(_, sentences)])
