"""The works of the benchmark: what is asked, who answers it, and what makes two answers the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import pandas as pd

    Answer: TypeAlias = dict[str, pd.DataFrame]
else:
    Answer = dict  # a rival that needs no pandas is not made to import it

PASSIVE = ("view", "click", "live_enter")
ACTIVITY = PASSIVE + ("like", "save", "comment", "message", "share", "check_in", "vote", "answer", "invite")
ACTIVITY += ("coupon", "cart", "checkout")
NO_ACTIVITY = ("join", "leave", "mute", "live_leave")

STEPS = ["click", "cart", "checkout"]
TWO_STEPS = ["cart", "checkout"]
WINDOW = 7  # days
QUIET = (8, 31)  # days without activity from which on a member is dormant, and lost
CUT = "2026-04-30"  # last day that churn features may know
INACTIVITY = 28  # days: who was active in so many days up to the cut-off is listed
MONTHS = 12  # of lifetime value
DISCOUNT = 0.01  # a month
MONTH = 365.25 / 12 / 7  # weeks

Compared: TypeAlias = dict[str, tuple[list[str], list[str]]]


@dataclass(frozen=True)
class Work:
    """Say what is asked, and what of the answers is compared.

    Parameters
    ----------
    name : str
        Name of the functions ``name(folder)`` in the modules ``with_*``.
    title : str
        As it stands in the table.
    rivals : tuple of str
        Who else answers it: modules ``with_<rival>``.
    compared : dict
        Part of the answer: its key columns, and the columns that must be equal.
    tolerance : float
        Relative difference that two numbers may have.
    limit : bool
        Whether the plain scan, which answers nothing, is measured beside it.
    largest : int
        Events of the largest log on which it is measured.
    """

    name: str
    title: str
    rivals: tuple[str, ...]
    compared: Compared
    tolerance: float = 1e-9
    limit: bool = False
    largest: int = 100_000_000


_COHORTS = (["cohort", "period"], ["n", "count"])
_FEATURES = "recency rhythm overdue days_short days_medium days_long trend active_share tenure events_medium "
_FEATURES += "action_share talk_long like_long share_long check_in_long replies_long orders_long orders_all "
_FEATURES += "spent_all since_order"
_SHAPE = ["size", "depth", "breadth", "virality", "viewed", "complete"]

WORKS = (
    Work(
        "metric_set",
        "metric set of chapter 06",
        ("pandas", "polars"),
        {
            "rolling": (["window", "day"], ["n", "count"]),
            "panel": (
                ["period"],
                ["n", "count", "active_days", "events", "actions", "messages", "likes", "comments", "shares"]
                + ["views", "interactions", "viewed", "interaction_rate"],
            ),
            "stickiness": (["period"], ["n", "count"]),
            "day_n": (["day"], ["n", "count"]),
            "weekly cohorts": _COHORTS,
            "monthly cohorts": _COHORTS,
            "survival": (["time"], ["n", "count", "censored", "estimate"]),
            "growth": (["period"], ["active", "new", "retained", "resurrected", "lost"]),
            "lifecycle": (["last_day", "state"], ["count"]),
            "transitions": (["from", "to"], ["count"]),
            "participation": (["value"], ["members"]),
            "gini": (["population"], ["n", "count", "estimate"]),
            "split": (["population", "tier"], ["estimate"]),
        },
        limit=True,
    ),
    Work(
        "funnel_in_time",
        "funnel of three steps within 7 days",
        ("pandas", "polars"),
        {"funnel": (["step"], ["n", "count", "too_late"])},
    ),
    Work(
        "conversion",
        "conversion from one step to another within 7 days",
        ("retentioneering",),
        {"funnel": (["step"], ["count"])},
    ),
    Work(
        "daily_states",
        "life cycle by day",
        ("pandas", "polars", "retentioneering"),
        {"states": (["day"], ["about", "dormant", "lost"])},
    ),
    Work(
        "churn",
        "churn features",
        ("pandas", "polars"),
        {"features": (["member_id"], _FEATURES.split())},
    ),
    Work(
        "segments",
        "RFM segments",
        ("pandas", "polars"),
        {"segments": (["member_id"], ["recency_days", "frequency", "monetary", "r", "f", "m", "segment"])},
    ),
    Work(
        "value",
        "lifetime value, fit and every buyer",
        ("lifetimes", "clvkit"),
        {
            "models": ([], ["r", "alpha", "a", "b", "p", "q", "gamma"]),
            "totals": ([], ["buyers", "p_alive", "purchases", "spend", "value"]),
        },
        tolerance=0.01,
    ),
    Work(
        "spread",
        "cascades and reproduction number",
        ("pandas", "polars"),
        {
            "cascades": (["root_event_id"], _SHAPE),
            "sizes": (["size"], ["count"]),
            "reproduction": ([], ["n", "count"]),
        },
    ),
    Work(
        "replies",
        "time to the first reply",
        ("pandas", "polars"),
        {"curve": (["time"], ["n", "count", "estimate"]), "answered": (["within"], ["n", "count"])},
    ),
    Work(
        "network",
        "who turns to whom, as many ties as events: PageRank, cores, reciprocity",
        ("networkx",),
        # PageRank is not compared: networkx stops 0.1 short of it in sum, the workbook far later.
        {"members": (["member_id"], ["core"]), "ties": ([], ["reciprocity"])},
        largest=1_000_000,
    ),
)


def work_of(name: str) -> Work:
    """Find a work by its name."""
    return next(work for work in WORKS if work.name == name)
