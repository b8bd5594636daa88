"""The contact list of a report: whom to write to next week, ready for a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.community import Community
from helpers.models import actions, churn, lifetime_value, rfm
from helpers.present import tables
from helpers.present.language import term, translator
from helpers.workbook import exports

PREVIEW = ["rank", "member_id", "action", "segment", "risk", "value", "reason_1"]
_INNER = ("state", "risk_level", "value_level")  # how the action was chosen; the list shows what came of it
_PLAN, _LIST = ("contact_cost",), ("budget", "control", "seed")


def contact_list(
    community: Community, *, knobs: Mapping[str, Any] | None = None, reveal: bool = False
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

    Returns
    -------
    pandas.DataFrame
        rank, member_id, arm (contact or control), segment, risk, value, action, cost, gain and up to
        three reasons; empty when nobody is worth a contact.

    Taught in: 06 Evaluation
    """
    knobs = knobs or {}
    chosen = {name: knobs[name] for name in (*_PLAN, *_LIST, "inactivity") if knobs.get(name) is not None}
    model = churn.train(community, inactivity=chosen.get("inactivity"))
    value = None
    if community.has("orders"):
        value = lifetime_value.members(community, lifetime_value.fit(community))
    plan = actions.candidates(
        community,
        segments=rfm.assign(community),
        risk=churn.score(community, model),
        value=value,
        **{name: chosen[name] for name in _PLAN if name in chosen},
    )
    people = actions.contact_list(plan, **{name: chosen[name] for name in _LIST if name in chosen})
    people = people.drop(columns=[name for name in _INNER if name in people])
    if reveal and len(people):
        originals = community.reveal(people["member_id"])["original_id"].to_numpy()
        people = people.assign(member_id=originals)
    return people


def write(people: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Write the list as CSV and XLSX, in the words of the community's language.

    Parameters
    ----------
    people : pandas.DataFrame
        From :func:`contact_list`.
    folder : pathlib.Path
        Where to; the files are `contact_list.csv` and `contact_list.xlsx`.

    Returns
    -------
    pandas.DataFrame
        What was written: translated headers and words, numbers rounded to what they can carry.

    Taught in: 06 Evaluation
    """
    _ = translator(people)
    shown = people.copy()
    for name in shown.columns:
        if name != "member_id" and not pd.api.types.is_numeric_dtype(shown[name]):
            shown[name] = [None if pd.isna(value) else term(_, value) for value in shown[name]]
    shown = shown.round({"risk": 3, "value": 2, "gain": 2, "cost": 2})
    shown = shown.set_axis(tables.show(people.head(1)).headers, axis=1)
    exports.write_csv(shown, folder / "contact_list.csv")
    exports.write_xlsx(shown, folder / "contact_list.xlsx", sheet=_("Contact list"))
    return shown
