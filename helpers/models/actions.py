"""What to do next week, for whom: one action for each member, and a contact list within the budget.

A rule table reads a member's state, segment, risk and value and names the next best action. The success
rates in it are **assumptions** until a control group has measured them: a part of everybody chosen is
therefore held back at random. Being likely to go is not the same as being open to persuasion.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from helpers.community import Community, DataError
from helpers.community.sentences import mark as _
from helpers.models import churn_labels

NEW_DAYS = 30
FIRST_PURCHASE_DAYS = 90
HIGH_RISK, MEDIUM_RISK = 0.5, 0.25
HIGH_VALUE = 0.8  # quantile among buyers
CORE = ("champions", "loyal")


@dataclass(frozen=True)
class Rule:
    """Say for whom an action is meant and what is assumed of it; an empty tuple means whoever.

    Parameters
    ----------
    action : str
        Name of the action.
    effect : {"keep", "win_back", "grow"}
        What success brings: ``keep`` a member's value times her risk, the others a member's value.
    success : float
        Share of contacts that succeed. An assumption.
    cost : float
        Cost of a contact, in units of the ordinary contact.
    states, segments, risks, values : tuple of str
        Which members the rule is for.
    """

    action: str
    effect: Literal["keep", "win_back", "grow"]
    success: float
    cost: float = 1.0
    states: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


# The first rule that fits is taken. Left alone: whom none fits, or whose contact costs more than it brings.
RULES = (
    Rule("onboarding_help", "grow", 0.05, states=("new",)),
    Rule("personal_message", "keep", 0.15, 3.0, states=("active",), risks=("high",), values=("high",)),
    Rule("welcome_back_offer", "keep", 0.10, 2.0, states=("active",), risks=("high",)),
    Rule("reminder", "keep", 0.05, states=("active",), risks=("medium",)),
    Rule("invite_to_co_create", "grow", 0.05, 2.0, states=("active",), segments=("champions",)),
    Rule("thank_and_ask_for_referral", "grow", 0.04, states=("active",), segments=CORE),
    Rule("first_purchase_voucher", "grow", 0.05, 2.0, states=("active",), values=("none",)),
    Rule("win_back_offer", "win_back", 0.03, 2.0, states=("gone",), values=("high", "normal")),
)
LEAVE_ALONE = "leave_alone"

_STANDING = """
with last_days as (
    select member_id, max(day) as last_day
    from {member_days}
    group by member_id
)
select
    people.member_id,
    date_diff('day', joined_day, cast($as_of as date)) as days_member,
    date_diff('day', last_day, cast($as_of as date)) as days_silent
from people
left join last_days on last_days.member_id = people.member_id
where left_day is null
order by people.member_id
"""

_FIRST_PURCHASES = """
with firsts as (
    select member_id, min(day) as first_day
    from orders
    where is_purchase
    group by member_id
)
select
    count(*) as waiting,
    count(*) filter (where first_day is not null) as bought
from people
left join firsts on firsts.member_id = people.member_id
where joined_day <= cast($start as date) and (first_day is null or first_day > cast($start as date))
"""


def first_purchase_rate(community: Community) -> float:
    """Give the share of members without a purchase ninety days ago who have bought since.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    float
        Between 0 and 1; 0 without orders or without anybody who waited.

    Taught in: 06 Evaluation
    """
    if not community.has("orders"):
        return 0.0
    start = community.as_of - dt.timedelta(days=FIRST_PURCHASE_DAYS)
    row = community.query(_FIRST_PURCHASES, start=start).iloc[0]
    return float(row["bought"]) / float(row["waiting"]) if row["waiting"] else 0.0


def _once(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    if frame["member_id"].duplicated().any():
        raise DataError(
            _("The table of {name} needs one row a member; some member_id occurs twice."), name=name
        )
    return frame


def _valued(community: Community, rows: pd.DataFrame, value: pd.DataFrame | None) -> pd.DataFrame:
    if value is None or value.empty:
        # Without money every member counts one: the gain is then members, not money.
        return rows.assign(value=1.0, value_level="normal")
    rows = rows.merge(_once(value, "values")[["member_id", "value"]], on="member_id", how="left")
    edge = float(value["value"].quantile(HIGH_VALUE))
    level = np.where(rows["value"].isna(), "none", np.where(rows["value"] >= edge, "high", "normal"))
    newcomer = value.loc[value["x"] == 0, "value"].median() if "x" in value else value["value"].median()
    waiting = first_purchase_rate(community) * (0.0 if pd.isna(newcomer) else float(newcomer))
    return rows.assign(value=rows["value"].fillna(waiting), value_level=level)


def _inactivity(community: Community, risk: pd.DataFrame) -> int:
    # Risks made by hand do not say after how many days of silence they call a member lost.
    known = risk.attrs.get("about", {}).get("inactivity")
    return int(churn_labels.return_curve(community).attrs["about"]["inactivity"] if known is None else known)


def _fits(rows: pd.DataFrame, rule: Rule) -> np.ndarray:
    fits = np.ones(len(rows), dtype=bool)
    for column, wanted in (
        ("state", rule.states),
        ("segment", rule.segments),
        ("risk_level", rule.risks),
        ("value_level", rule.values),
    ):
        if wanted:
            fits &= rows[column].isin(wanted).to_numpy()
    return fits


def decide(rows: pd.DataFrame, *, rules: Sequence[Rule] = RULES, contact_cost: float = 2.0) -> pd.DataFrame:
    """Apply the rules to members whose state, segment, risk and value are known.

    Parameters
    ----------
    rows : pandas.DataFrame
        state, segment, risk, risk_level, value, value_level; one row a member.
    rules : sequence of Rule, default RULES
        In order; the first that fits is taken.
    contact_cost : float, default 2
        Cost of an ordinary contact.

    Returns
    -------
    pandas.DataFrame
        action, cost, gain, in the order of the rows. Left alone: no rule fits, or the gain is not positive.

    Examples
    --------
    >>> rows = pd.DataFrame({"state": ["active"], "segment": ["at_risk"], "risk": [0.4],
    ...                      "risk_level": ["medium"], "value": [200.0], "value_level": ["normal"]})
    >>> decide(rows)
         action  cost  gain
    0  reminder   2.0   2.0

    Taught in: 06 Evaluation
    """
    share, worth = rows["risk"].to_numpy(float), rows["value"].to_numpy(float)
    action = np.full(len(rows), LEAVE_ALONE, dtype=object)
    gain, cost = np.zeros(len(rows)), np.zeros(len(rows))
    open_still = np.ones(len(rows), dtype=bool)
    for rule in rules:
        here = open_still & _fits(rows, rule)
        open_still &= ~here
        chance = np.nan_to_num(share, nan=1.0) if rule.effect == "keep" else 1.0
        expected = rule.success * chance * worth - rule.cost * contact_cost
        here &= expected > 0
        action[here], gain[here], cost[here] = rule.action, expected[here], rule.cost * contact_cost
    return pd.DataFrame({"action": action, "cost": cost, "gain": gain}, index=rows.index)


def candidates(
    community: Community,
    *,
    segments: pd.DataFrame,
    risk: pd.DataFrame,
    value: pd.DataFrame | None = None,
    rules: Sequence[Rule] = RULES,
    contact_cost: float = 2.0,
    contacted_lately: Collection[str] = (),
) -> pd.DataFrame:
    """Name the next best action for every member and what contacting her is expected to bring.

    Parameters
    ----------
    community : Community
        The opened community. Bots and staff are not in it, members who left are left out.
    segments : pandas.DataFrame
        member_id, segment; from :func:`helpers.models.rfm.assign`.
    risk : pandas.DataFrame
        member_id, risk and reasons; from :func:`helpers.models.churn.score`. May be empty: who
        was active lately is then active with an unknown risk.
    value : pandas.DataFrame, optional
        member_id, value; from :func:`helpers.models.lifetime_value.members`. Members without a purchase
        get the chance of a first purchase times the value of a buyer after one. Without it every member
        counts one.
    rules : sequence of Rule, default RULES
        In order; the first that fits is taken.
    contact_cost : float, default 2
        Cost of an ordinary contact, in the community's currency (in members without ``value``).
    contacted_lately : collection of str, optional
        Members not to be contacted again yet.

    Returns
    -------
    pandas.DataFrame
        One row a member, highest gain first: member_id, segment, state (new, active, gone, silent), risk,
        risk_level, value, value_level, action, cost, gain (expected, cost deducted), days_member,
        days_silent, and the reasons of ``risk``. Gone is who has been silent for the inactivity that ``risk``
        was made with (:func:`helpers.models.churn_labels.return_curve` where it does not say). Left alone:
        no rule fits, or the gain is not positive.

    Notes
    -----
    The levels (risk from one half, value in the top fifth) and success rates are conventions of this
    workbook, not findings: put your own in ``rules`` once a control group has measured them.

    Taught in: 06 Evaluation
    """
    if contact_cost < 0:
        raise ValueError("contact_cost is not negative")
    rows = community.query(_STANDING.format(member_days=community.member_days()), as_of=community.as_of)
    rows = rows[~rows["member_id"].isin(list(contacted_lately))]
    rows = rows.merge(_once(segments, "segments")[["member_id", "segment"]], on="member_id", how="left")
    rows = rows.assign(segment=rows["segment"].astype("str").fillna("unknown"))
    reasons = [column for column in risk.columns if column.startswith("reason_")]
    rows = rows.merge(_once(risk, "risks")[["member_id", "risk", *reasons]], on="member_id", how="left")
    rows = _valued(community, rows, value)
    share = rows["risk"].to_numpy(float)
    silent = rows["days_silent"].to_numpy(float, na_value=np.nan)
    inactivity = _inactivity(community, risk)
    # A member without a risk is not gone for that: there may have been too little data for a model.
    active = ~np.isnan(share) | (silent < inactivity)
    rows["state"] = np.select(
        [rows["days_member"].to_numpy(float) < NEW_DAYS, np.isnan(silent), active],
        ["new", "silent", "active"],
        "gone",
    )
    rows["risk_level"] = np.select(
        [np.isnan(share), share >= HIGH_RISK, share >= MEDIUM_RISK], ["unknown", "high", "medium"], "low"
    )
    frame = rows.assign(**decide(rows, rules=rules, contact_cost=contact_cost))
    columns = ["member_id", "segment", "state", "risk", "risk_level", "value", "value_level"]
    columns += ["action", "cost", "gain", "days_member", "days_silent", *reasons]
    frame = frame.sort_values(["gain", "member_id"], ascending=[False, True], ignore_index=True)[columns]
    return community.describe(
        frame,
        "next best action",
        n=len(frame),
        in_money=value is not None and not value.empty,
        contact_cost=contact_cost,
        left_out=len(set(contacted_lately)),
        inactivity=inactivity,
    )


def drawn(member_ids: Iterable[str], *, control: float, seed: int = 0) -> np.ndarray:
    """Draw the control by lot, once for each member: the lot is the same in every week.

    Parameters
    ----------
    member_ids : iterable of str
        Members.
    control : float
        Share that is held back.
    seed : int, default 0
        Another number draws anew.

    Returns
    -------
    array of bool
        Who is control. Each with the same chance, whoever else is asked about.

    Notes
    -----
    A keyed hash of the id stands for the lot (BLAKE2b, RFC 7693), so nothing has to be remembered: a member
    held back last week is not contacted this week for a new draw, which would spoil both arms.

    Examples
    --------
    >>> drawn(["a", "b", "c", "d"], control=0.5).tolist() == drawn(list("abcdef"), control=0.5)[:4].tolist()
    True

    Taught in: 06 Evaluation
    """
    lots = (
        hashlib.blake2b(str(one).encode("utf-8"), key=str(seed).encode("ascii"), digest_size=8).digest()
        for one in member_ids
    )
    return np.array([int.from_bytes(lot, "big") < control * 2**64 for lot in lots], dtype=bool)


def contact_list(
    plan: pd.DataFrame,
    *,
    budget: int | None = 200,
    money: float | None = None,
    control: float = 0.1,
    seed: int = 0,
) -> pd.DataFrame:
    """Choose whom to contact within a budget, and hold a random part of the chosen back as control.

    Parameters
    ----------
    plan : pandas.DataFrame
        From :func:`candidates`.
    budget : int or None, default 200
        Largest number of contacts; None for no limit.
    money : float, optional
        Largest cost of all contacts.
    control : float, default 0.1
        Share of the chosen who are not contacted, 0 to 0.5. The difference between the two arms next week
        is what the contacts did; nothing else measures it.
    seed : int, default 0
        Of the lot that makes a member control; see :func:`drawn`. The same in every week, or the control
        is no control.

    Returns
    -------
    pandas.DataFrame
        One row a member chosen, highest expected gain first: rank, arm (contact or control), and the
        columns of ``plan``. Members are held back independently of rank, action and of each other, and stay
        control as long as they are listed. Nobody is listed twice.

    Taught in: 06 Evaluation
    """
    if not 0 <= control <= 0.5:
        raise ValueError("control lies between 0 and 0.5")
    if (budget is not None and budget < 0) or (money is not None and money < 0):
        raise ValueError("budget and money are not negative")
    chosen = plan[plan["action"] != LEAVE_ALONE].reset_index(drop=True)
    held = drawn(chosen["member_id"], control=control, seed=seed)
    contacts, spent = (~held).cumsum(), np.where(held, 0.0, chosen["cost"]).cumsum()
    inside = np.ones(len(chosen), dtype=bool)
    if budget is not None:
        inside &= contacts <= budget
        # Controls after the last contact would have nobody to be compared with.
        inside &= np.where(held, contacts < budget, True)
    if money is not None:
        inside &= spent <= money + 1e-9
    chosen = chosen.assign(arm=np.where(held, "control", "contact"))[inside]
    frame = chosen.reset_index(drop=True)
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    frame.insert(2, "arm", frame.pop("arm"))
    about = plan.attrs["about"] | {
        "metric": "contact list",
        "population": "members with an action",
        "n": len(frame),
        "candidates": int((plan["action"] != LEAVE_ALONE).sum()),
        "members": len(plan),
        "budget": budget,
        "money": money,
        "control": control,
        "seed": seed,
        "randomised": control > 0,
    }
    frame.attrs["about"] = about
    return frame


def summary(contacts: pd.DataFrame) -> pd.DataFrame:
    """Sum the contact list up by action.

    Parameters
    ----------
    contacts : pandas.DataFrame
        From :func:`contact_list`.

    Returns
    -------
    pandas.DataFrame
        One row an action, highest gain first: action, n (chosen), contacts, controls, mean_risk, cost and
        gain (of the contacts). ``attrs["about"]`` adds detectable: the smallest difference in loss
        between contacts and controls that would be noticed four times in five (at 5 %), as a share.

    Taught in: 06 Evaluation
    """
    columns = ["action", "n", "contacts", "controls", "mean_risk", "cost", "gain"]
    contacted = (contacts["arm"] == "contact").to_numpy()
    frame = (
        contacts.assign(
            contacts=contacted.astype("int64"),
            controls=(~contacted).astype("int64"),
            cost=contacts["cost"].where(contacted, 0.0),
            gain=contacts["gain"].where(contacted, 0.0),
        )
        .groupby("action", as_index=False)
        .agg(
            n=("member_id", "size"),
            contacts=("contacts", "sum"),
            controls=("controls", "sum"),
            mean_risk=("risk", "mean"),
            cost=("cost", "sum"),
            gain=("gain", "sum"),
        )
        .sort_values(["gain", "action"], ascending=[False, True], ignore_index=True)
    )
    risk = float(contacts["risk"].mean()) if len(contacts) else float("nan")
    arms = contacted.sum(), (~contacted).sum()
    # 1.96 + 0.84: two-sided 5 %, power 80 %.
    noise = np.sqrt(risk * (1 - risk) * sum(1 / size for size in arms)) if min(arms) else np.nan
    frame.attrs["about"] = contacts.attrs["about"] | {
        "metric": "contact list by action",
        "detectable": float(2.8 * noise),
    }
    return frame[columns]
