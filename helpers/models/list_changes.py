"""Say who came onto the contact list since the last report, who left it, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.models.actions import LEAVE_ALONE, RULES, Rule, decide

# What the rules read of a member.
_INPUTS = {
    "state": ("state",),
    "risk": ("risk_level", "risk"),
    "segment": ("segment",),
    "value": ("value_level", "value"),
}
KEPT = [
    "member_id", "segment", "state", "risk", "risk_level", "value", "value_level", "action", "gain",
]  # fmt: skip
_SHOWN = ["segment", "state", "risk", "value", "action", "gain", "place", "rank", "arm"]
COLUMNS = [
    "status", "member_id", "reason", *_SHOWN, *(f"{name}_before" for name in _SHOWN),
    "joined_day", "left_day", "days_silent", "active_since", "listed_since",
]  # fmt: skip


def remembered(
    plan: pd.DataFrame, listed: pd.DataFrame, *, as_of: dt.date, before: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Put down what the next report must know of everybody to explain what changed.

    Parameters
    ----------
    plan, listed : pandas.DataFrame
        From :func:`helpers.models.actions.candidates` and :func:`helpers.models.actions.contact_list`.
    as_of : datetime.date
        Day of this report.
    before : pandas.DataFrame, optional
        What the last report put down.

    Returns
    -------
    pandas.DataFrame
        One row a member, by id: member_id, segment, state, risk, risk_level, value, value_level, action,
        gain, ``place`` (among those with an action), ``rank`` and ``arm`` on the list, ``listed_since`` (day
        of the first of the reports in a row that list her). Rounded, so that the same data give the same
        rows.

    Taught in: 06 Evaluation
    """
    rows = plan[KEPT].assign(
        risk=plan["risk"].astype(float).round(4),
        value=plan["value"].astype(float).round(2),
        gain=plan["gain"].astype(float).round(2),
    )
    wanted = rows["action"] != LEAVE_ALONE
    rows["place"] = wanted.cumsum().where(wanted).astype("Int64")
    rows = rows.merge(listed[["member_id", "rank", "arm"]], on="member_id", how="left")
    rows["rank"] = rows["rank"].astype("Int64")
    today = as_of.isoformat()
    since = pd.Series(today, index=rows.index)
    if before is not None:
        known = before.loc[before["rank"].notna(), ["member_id", "listed_since"]].set_index("member_id")
        since = rows["member_id"].map(known["listed_since"].to_dict()).astype("object").fillna(today)
    rows["listed_since"] = since.where(rows["rank"].notna())
    return rows.sort_values("member_id", ignore_index=True)


def compare(
    community: Community,
    now: pd.DataFrame,
    before: pd.DataFrame,
    *,
    since: dt.date,
    contact_cost: float = 2.0,
    rules: Sequence[Rule] = RULES,
) -> pd.DataFrame:
    """Compare two contact lists of one community.

    Parameters
    ----------
    community : Community
        The opened community.
    now, before : pandas.DataFrame
        From :func:`remembered`: of this report and of the one before.
    since : datetime.date
        Day of the report before.
    contact_cost, rules
        As this report's :func:`helpers.models.actions.candidates` had them.

    Returns
    -------
    pandas.DataFrame
        One row a member on either list: ``status`` (entered, left, stayed), ``member_id``, ``reason``, what
        the list says of her now and, with the ending ``_before``, then; ``joined_day``, ``left_day``,
        ``days_silent``, ``active_since`` (first active day after `since`), ``listed_since``. Entered first,
        in the order of the list. The reason of who entered or left: ``joined``, ``unknown_before``, ``staff``
        (or left out by name), ``left_community``, ``gone_from_data``, ``state``, ``risk``, ``segment`` or
        ``value`` (the one change that made the difference), ``together`` (several changes), ``settings``
        (nothing about her changed), ``room`` and ``list_full`` (had or has an action, but
        others are expected to bring more). Of who stayed: ``action`` where another action fits now.

    Notes
    -----
    Whether a change made the difference is tried out: the rules are applied to the member as she is now,
    with that one thing as it was. Several stand together where each was needed, or each would have done.

    Taught in: 06 Evaluation
    """
    both = now.merge(before, on="member_id", how="outer", suffixes=("", "_before"), indicator="where")
    both = both[both["rank"].notna() | both["rank_before"].notna()].reset_index(drop=True)
    listed, was = both["rank"].notna(), both["rank_before"].notna()
    both["status"] = np.select([listed & was, listed], ["stayed", "entered"], "left")
    both = both.merge(_standing(community, both["member_id"], since), on="member_id", how="left")
    reason = pd.Series("", index=both.index, dtype=object)
    ways: dict[str, Callable[..., pd.Series]] = {"stayed": _stayed, "entered": _entered, "left": _left}
    for name, rows in both.groupby("status"):
        reason.loc[rows.index] = ways[str(name)](rows, since, rules, contact_cost)
    order = both["status"].map({"entered": 0, "left": 1, "stayed": 2})
    both = both.assign(reason=reason, _order=order)
    both = both.sort_values(["_order", "rank", "rank_before", "member_id"], ignore_index=True)
    both["listed_since"] = both["listed_since"].fillna(both["listed_since_before"])
    counts = {str(name): int(n) for name, n in both["status"].value_counts().items()}
    return community.describe(
        both[COLUMNS],
        "changes of the contact list",
        population="members on either list",
        since=since.isoformat(),
        n=len(both),
        **{name: counts.get(name, 0) for name in ("entered", "left", "stayed")},
        listed=int(listed.sum()),
    )


def _standing(community: Community, members: pd.Series, since: dt.date) -> pd.DataFrame:
    """Look up how the members stand today: joined, left, silent for how long, active since, staff."""
    engine = community.engine
    engine.register("list_members", pd.DataFrame({"member_id": members.astype(str)}))
    community.member_days()
    rows = community.query(
        """
with days as (
    select
        member_days.member_id,
        max(day) as last_day,
        min(case when day > cast($since as date) then day end) as active_since
    from member_days
    join list_members on list_members.member_id = member_days.member_id
    group by member_days.member_id
)
select
    list_members.member_id,
    people.joined_day,
    people.left_day,
    date_diff('day', last_day, cast($as_of as date)) as days_silent,
    active_since,
    people.member_id is not null as is_known
from list_members
left join people on people.member_id = list_members.member_id
left join days on days.member_id = list_members.member_id
order by list_members.member_id""",
        since=since,
        as_of=community.as_of,
    )
    return rows.assign(is_staff=rows["member_id"].isin(_left_out(community)))


def _left_out(community: Community) -> set[str]:
    """Return who is staff or excluded, under the ids that the report uses."""
    engine = community.engine
    if not engine.exists("left_out"):
        return set()
    query = "select member_id from left_out union all select member_id from staff_ids"
    if engine.exists("private_ids"):
        query = (
            f"select private_ids.member_id from private_ids join ({query}) as apart_ids "
            "on apart_ids.member_id = private_ids.original_id"
        )
    return {str(one) for (one,) in engine.rows(query)}


def _stayed(rows: pd.DataFrame, *_rest: object) -> pd.Series:
    return pd.Series(np.where(rows["action"] != rows["action_before"], "action", ""), index=rows.index)


def _entered(rows: pd.DataFrame, since: dt.date, rules: Sequence[Rule], contact_cost: float) -> pd.Series:
    unknown = rows["where"] == "left_only"
    joined = pd.to_datetime(rows["joined_day"]) > pd.Timestamp(since)
    room = rows["action_before"].notna() & (rows["action_before"] != LEAVE_ALONE)
    reason = pd.Series("", index=rows.index, dtype=object)
    asked = ~unknown & ~room
    reason[asked] = _difference(rows[asked], rules, contact_cost)
    return reason.mask(room, "room").mask(unknown, "unknown_before").mask(unknown & joined, "joined")


def _left(rows: pd.DataFrame, since: dt.date, rules: Sequence[Rule], contact_cost: float) -> pd.Series:
    missing = rows["where"] == "right_only"
    full = ~missing & (rows["action"] != LEAVE_ALONE)
    reason = pd.Series("", index=rows.index, dtype=object)
    asked = ~missing & ~full
    reason[asked] = _difference(rows[asked], rules, contact_cost)
    gone = rows["left_day"].notna()
    reason = (
        reason.mask(full, "list_full").mask(missing, "gone_from_data").mask(missing & gone, "left_community")
    )
    return reason.mask(missing & rows["is_staff"].fillna(False).astype(bool), "staff")


def _difference(rows: pd.DataFrame, rules: Sequence[Rule], contact_cost: float) -> pd.Series:
    """Name what made the difference between having an action and having none."""
    columns = [name for group in _INPUTS.values() for name in group]
    now = rows[columns]
    acts = (rows["action"] != LEAVE_ALONE).to_numpy()
    changed = {
        name: np.any([~_same(rows[column], rows[f"{column}_before"]) for column in group], axis=0)
        for name, group in _INPUTS.items()
    }
    reason = np.where(np.any(list(changed.values()), axis=0), "together", "settings").astype(object)
    causes = np.zeros(len(rows), dtype=int)
    for name in _INPUTS:
        group = list(_INPUTS[name])
        as_it_was = now.assign(**{column: rows[f"{column}_before"] for column in group})
        other = decide(as_it_was, rules=rules, contact_cost=contact_cost)["action"] != LEAVE_ALONE
        cause = changed[name] & (other.to_numpy() != acts)
        causes += cause
        reason[cause] = name
    reason[causes > 1] = "together"
    return pd.Series(reason, index=rows.index)


def _same(one: pd.Series, other: pd.Series) -> np.ndarray:
    return ((one == other) | (one.isna() & other.isna())).to_numpy(dtype=bool)
