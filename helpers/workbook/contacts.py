"""The contact list of a report: whom to write to next week, ready for a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.community import Community
from helpers.models import actions, churn, lifetime_value, rfm
from helpers.present import features, tables
from helpers.present.language import about_of, term, translator
from helpers.workbook import exports

_PLAN, _LIST = ("contact_cost", "value_saved", "months", "inactivity"), ("budget", "control", "seed")
CONTACT_COST, VALUE_SAVED = 2.0, 100.0  # where no chapter says so


def settings(knobs: Mapping[str, Any] | None) -> dict[str, Any]:
    """Pick out of the parameters of the chapters those that the contact list depends on.

    Taught in: 06 Evaluation
    """
    knobs = knobs or {}
    return {name: knobs[name] for name in (*_PLAN, *_LIST) if knobs.get(name) is not None}


def plan(community: Community, *, knobs: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Name the next best action of every member as chapter 06 does.

    Parameters
    ----------
    community : Community
        The community.
    knobs : dict, optional
        Parameters of the chapters; `contact_cost`, `value_saved`, `months` and `inactivity` count.

    Returns
    -------
    pandas.DataFrame
        As :func:`helpers.models.actions.candidates` gives it.

    Taught in: 06 Evaluation
    """
    chosen = settings(knobs)
    model = churn.train(community, inactivity=chosen.get("inactivity"))
    value, cost = None, chosen.get("contact_cost", CONTACT_COST)
    if community.has("orders"):
        months = {"months": chosen["months"]} if "months" in chosen else {}
        value = lifetime_value.members(community, lifetime_value.fit(community), **months)
    else:  # a member counts one, so a contact costs the part of a member that it is worth
        cost = cost / chosen.get("value_saved", VALUE_SAVED)
    return actions.candidates(
        community,
        segments=rfm.assign(community),
        risk=churn.score(community, model),
        value=value,
        contact_cost=cost,
    )


def contact_list(
    community: Community,
    *,
    knobs: Mapping[str, Any] | None = None,
    reveal: bool = False,
    planned: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Compute the contact list as chapter 06 does.

    Parameters
    ----------
    community : Community
        The community.
    knobs : dict, optional
        Parameters of the chapters; `contact_cost`, `budget`, `control`, `seed` and `inactivity` count.
    reveal : bool, default False
        The ids of the data instead of pseudonyms.
    planned : pandas.DataFrame, optional
        From :func:`plan`, where it is known already.

    Returns
    -------
    pandas.DataFrame
        As :func:`helpers.models.actions.contact_list` gives it; empty when nobody is worth a contact.

    Taught in: 06 Evaluation
    """
    chosen = settings(knobs)
    planned = plan(community, knobs=knobs) if planned is None else planned
    people = actions.contact_list(planned, **{name: chosen[name] for name in _LIST if name in chosen})
    return revealed(people, community) if reveal else people


def revealed(people: pd.DataFrame, community: Community) -> pd.DataFrame:
    """Put the ids of the data in the place of pseudonyms.

    Taught in: 06 Evaluation
    """
    originals = community.reveal(people["member_id"])["original_id"]
    # Somebody who is no longer in the data has only a pseudonym.
    return people.assign(member_id=originals.where(originals.notna(), people["member_id"]).to_numpy())


def readable(people: pd.DataFrame) -> pd.DataFrame:
    """Put the list into the words of the community's language.

    Parameters
    ----------
    people : pandas.DataFrame
        From :func:`contact_list`.

    Returns
    -------
    pandas.DataFrame
        One row a member with rank, id, group, what to do, why, segment, risk, value, gain and cost under
        translated headers.

    Taught in: 06 Evaluation
    """
    about = about_of(people)
    _ = translator(about)
    reasons = [features.why(_, about, row) for row in people.to_dict("records")]
    groups = {"contact": _("contact"), "control": _("control: do not contact")}
    return pd.DataFrame(
        {
            _("Rank"): people["rank"],
            _("Member"): people["member_id"],
            _("Group"): people["arm"].map(groups),
            _("What to do"): [features.action_name(_, name) for name in people["action"]],
            _("Why"): reasons,
            _("Segment"): [term(_, name) for name in people["segment"]],
            _("Risk of leaving"): people["risk"].round(3),
            _("Expected value"): people["value"].round(2),
            _("Expected gain"): people["gain"].round(2),
            _("Cost of the contact"): people["cost"].round(2),
        }
    )


def preview(people: pd.DataFrame, *, rows: int = 10) -> tables.Table:
    """Show the head of the list.

    Taught in: 06 Evaluation
    """
    about = about_of(people)
    _ = translator(about)
    shares, money = (
        (_("Risk of leaving"),),
        (_("Expected value"), _("Expected gain"), _("Cost of the contact")),
    )
    units = {**dict.fromkeys(shares, "share"), **dict.fromkeys(money, "money")}
    return tables.show(readable(people), rows=rows, about=about, units=units)


def write(people: pd.DataFrame, folder: Path) -> None:
    """Write the list as `contact_list.csv` and `contact_list.xlsx` into a folder.

    Taught in: 06 Evaluation
    """
    _ = translator(people)
    shown = readable(people)
    exports.write_csv(shown, folder / "contact_list.csv")
    exports.write_xlsx(shown, folder / "contact_list.xlsx", sheet=_("Contact list"))
