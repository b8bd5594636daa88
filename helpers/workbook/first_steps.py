"""What to do first with a report: mend what the data lack, then read and write to members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from helpers.community import Community
from helpers.present import numbers
from helpers.present.language import translator

SHORT = 56  # days that tell no trend


def unmatched(community: Community) -> int:
    """Return how many buyers cannot be matched with those who take part; 0 where they can.

    Taught in: all
    """
    found = community.findings()
    return int(found.loc[found["rule"] == "buyers not matched", "rows"].sum())


def caution(community: Community) -> str:
    """Say, for the top of every page, what its figures of members suffer from; empty where all is well.

    Parameters
    ----------
    community : Community
        The community.

    Returns
    -------
    str
        One sentence or two.

    Taught in: all
    """
    _ = translator({"language": community.language})
    buyers = unmatched(community)
    if not buyers:
        return ""
    text = _(
        "The ids of shop and community do not match. “Members” here are {all} ids, among them {n} buyers who "
        "were never seen taking part: shares of members that are active are too low for that reason, those "
        "that are silent too high, and shares of members that buy say nothing."
    )
    people = community.query("select count(*) as n from people").iloc[0]["n"]
    return text.format(all=numbers.count(people), n=numbers.count(buyers))


def steps(
    community: Community, *, since: Mapping[str, Any] | None = None, contacts: Mapping[str, Any] | None = None
) -> list[str]:
    """Name what to do first, in order.

    Parameters
    ----------
    community : Community
        The community.
    since : dict, optional
        What the comparison with the last report says.
    contacts : dict, optional
        ``contacted`` and ``held``: how many members of the list are written to and held back.

    Returns
    -------
    list of str
        One sentence or two each; what keeps figures from being right comes first.

    Taught in: all
    """
    _ = translator({"language": community.language})
    said = []
    if buyers := unmatched(community):
        text = _(
            "Give shop and community the same ids: {n} buyers cannot be matched with anybody who takes part. "
            "A column of the orders with the ids of the community is enough; “Before you rely on it” says "
            "where to name it."
        )
        said.append(text.format(n=numbers.count(buyers)))
    if aside := int(community.quality()["set_aside"].sum()):
        text = _(
            "Mend the rows that were set aside ({n}): the lists under “Where this comes from” say which and "
            "why."
        )
        said.append(text.format(n=numbers.count(aside)))
    if since and since.get("day"):
        text = _("Read what moved since the report of {day}.")
        said.append(text.format(day=since["day"]))
    if contacts and contacts.get("contacted"):
        text = _("Write to the {n} members that the contact list names for it.")
        if contacts.get("held"):
            text = _(
                "Write to the {n} members that the contact list names for it, and not to the {held} that "
                "were drawn as a control: without them nobody will know what it did."
            )
        named = {"n": numbers.count(contacts["contacted"]), "held": numbers.count(contacts.get("held", 0))}
        said.append(text.format(**named))
    if community.has("events") and not community.has("members"):
        text = _(
            "Export the list of members with the day of joining, if the platform gives one: whoever never "
            "wrote or bought is in no figure yet."
        )
        said.append(text)
    days = (community.as_of - community.first_day).days + 1
    if days < SHORT:
        text = _(
            "Read levels, not trends: the data cover {days} days. Export again every week and make the "
            "report with --since-last."
        )
        said.append(text.format(days=numbers.count(days)))
    return said
