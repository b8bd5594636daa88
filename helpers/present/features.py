"""Churn features and actions in plain words: the name of each, and a reason that a person understands."""

from __future__ import annotations

from typing import Any

from helpers.present import numbers
from helpers.present.language import Translate


def feature_name(_: Translate, name: str) -> str:
    """Name a churn feature in plain words; an unknown one keeps its own name.

    Taught in: 06 Evaluation
    """
    names = {
        "recency": _("days since the last visit"),
        "rhythm": _("usual days between visits"),
        "overdue": _("silence against the usual rhythm"),
        "days_short": _("active days, last week"),
        "days_medium": _("active days, last 4 weeks"),
        "days_long": _("active days, last 12 weeks"),
        "trend": _("change in active days"),
        "active_share": _("share of days active"),
        "tenure": _("days since joining"),
        "events_medium": _("actions and views, last 4 weeks"),
        "action_share": _("share of doing, not just viewing"),
        "talk_long": _("comments and messages"),
        "like_long": _("likes given"),
        "share_long": _("shares and invitations"),
        "check_in_long": _("check-ins"),
        "replies_long": _("replies received"),
        "orders_long": _("orders, last 12 weeks"),
        "orders_all": _("orders so far"),
        "spent_all": _("money spent so far"),
        "since_order": _("days since the last order"),
    }
    return names.get(name, name)


def buying_feature(_: Translate, name: str) -> str:
    """Name a churn feature where an active day is a purchase.

    Taught in: 06 Evaluation
    """
    names = {
        "recency": _("days since the last purchase"),
        "rhythm": _("usual days between purchases"),
        "days_short": _("purchase days, last 4 weeks"),
        "days_medium": _("purchase days, last 12 weeks"),
        "days_long": _("purchase days, last 26 weeks"),
        "trend": _("change in purchase days"),
        "active_share": _("share of days with a purchase"),
        "tenure": _("days since the first purchase"),
    }
    return names.get(name, feature_name(_, name))


def named(_: Translate, about: dict[str, Any], name: str) -> str:
    """Name a churn feature in the words of the community: visits, or purchases where only these are known.

    Taught in: 06 Evaluation
    """
    return (buying_feature if about.get("basis") == "orders" else feature_name)(_, name)


def reason(_: Translate, about: dict[str, Any], name: Any, value: Any) -> str:
    """Say what it is about a member that raises her risk.

    Taught in: 06 Evaluation
    """
    if numbers.is_missing(name):
        return ""
    if name == "overdue":
        return _("silent {times} times as long as usual").format(times=numbers.decimal(value))
    if name == "recency":
        return _("silent for {days} days").format(days=numbers.count(value))
    places = 0 if float(value).is_integer() or abs(value) >= 10 else 1
    return _("{what}: {value}").format(what=named(_, about, str(name)), value=numbers.decimal(value, places))


def why(_: Translate, about: dict[str, Any], row: dict[str, Any]) -> str:
    """Say why a member is on the contact list: one row of `actions.contact_list` as a dict.

    Taught in: 06 Evaluation
    """
    if row["state"] == "new":
        return _("joined {days} days ago").format(days=numbers.count(row["days_member"]))
    if row["state"] == "gone":
        silent = _("silent for {days} days").format(days=numbers.count(row["days_silent"]))
        if not about.get("in_money"):
            return silent
        worth = numbers.money(row["value"], about.get("currency"), 0)
        return _("{silent}, worth {value}").format(silent=silent, value=worth)
    if row["action"] == "first_purchase_voucher":
        return _("active, but no purchase yet")
    if row["action"] in ("invite_to_co_create", "thank_and_ask_for_referral"):
        if numbers.is_missing(row["risk"]):
            return _("comes and buys often")
        return _("comes and buys often, low risk")
    found = [
        reason(_, about, row.get(f"reason_{k}"), row.get(f"reason_{k}_value"))
        for k in (1, 2, 3)
        if f"reason_{k}" in row
    ]
    risk = _("risk {risk}").format(risk=numbers.percent(row["risk"], 0))
    return _("; ").join([risk, *(text for text in found if text)])


def model_name(_: Translate, name: str) -> str:
    """Name an order of members.

    Taught in: 06 Evaluation
    """
    names = {
        "recency": _("recency alone"),
        "logistic": _("logistic regression"),
        "boosting": _("gradient boosting"),
    }
    return names.get(name, name)


def action_name(_: Translate, name: str) -> str:
    """Name a next best action.

    Taught in: 06 Evaluation
    """
    names = {
        "onboarding_help": _("help to get started"),
        "personal_message": _("personal message"),
        "welcome_back_offer": _("welcome-back offer"),
        "reminder": _("reminder of what is new"),
        "invite_to_co_create": _("invitation to co-create"),
        "thank_and_ask_for_referral": _("thanks and a request to refer"),
        "first_purchase_voucher": _("first-purchase voucher"),
        "win_back_offer": _("win-back offer"),
        "leave_alone": _("leave alone"),
    }
    return names.get(name, name)


def problem(_: Translate, about: dict[str, Any]) -> str:
    """Say why there is no churn model.

    Taught in: 06 Evaluation
    """
    reasons = {
        "few_cuts": _(
            "The data are too short for a churn model: with a loss counted after {days} silent days, there "
            "must be at least two cut-off days with that many days before and after each."
        ),
        "few_members": _(
            "Too few members were active before the cut-off days for a churn model that could be tested (n "
            "= {n})."
        ),
        "nobody_lost": _(
            "Next to nobody was lost after the cut-off days ({lost} of {n}): there is no churn to predict."
        ),
        "everybody_lost": _(
            "Next to everybody was lost after the cut-off days ({lost} of {n}): no model can tell members "
            "apart. Look for the cause in the community, not in its members."
        ),
    }
    text = reasons.get(str(about.get("problem")), "")
    return text.format(
        days=numbers.count(about.get("inactivity")),
        n=numbers.count(about.get("n", 0)),
        lost=numbers.count(about.get("lost", 0)),
    )
