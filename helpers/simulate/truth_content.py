"""The truth about content and interaction: quality, purposes, fatigue, questions, moderation, meetups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from helpers.simulate import moderation, service, ties
from helpers.simulate.columns import coded, moments
from helpers.simulate.contents import (
    COMMENTS_BY_PURPOSE,
    FAVOURITE,
    OTHER,
    PURPOSES,
    SHARES_BY_PURPOSE,
    VIEWS_BY_PURPOSE,
)
from helpers.simulate.copies import LOWER
from helpers.simulate.interactions import REACTION, SAVE
from helpers.simulate.meetups import WEEKS
from helpers.simulate.shelf import APPEAL
from helpers.simulate.tables import campaign_ids, event_ids
from helpers.simulate.traits import KOC_SKILL, KOC_TALK

if TYPE_CHECKING:
    from helpers.simulate.simulation import Simulation


def _quality() -> pd.DataFrame:
    """Return the log slopes on quality; views that somebody passed on (with a parent) bring no reactions."""
    slopes = {
        "view": (APPEAL, "chance of being met"),
        "like": (REACTION, "per view"),
        "comment": (REACTION, "per view"),
        "answer": (REACTION, "per view"),
        "share": (REACTION, "first shares per view"),
        "click": (REACTION, "per view"),
        "save": (SAVE, "per view"),
        "reply": (ties.DEPTH, "per comment that has one by another before it"),
        "reproduction": (0.35, "further shares per share"),
    }
    return pd.DataFrame([(name, *row) for name, row in slopes.items()], columns=["outcome", "slope", "of"])


def _purposes() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "purpose": PURPOSES,
            "view_factor": VIEWS_BY_PURPOSE,
            "comment_factor": COMMENTS_BY_PURPOSE,
            "share_factor": SHARES_BY_PURPOSE,
        }
    )


def _fatigue(sim: Simulation) -> pd.DataFrame:
    s = sim.scenario
    return pd.DataFrame(
        {
            "kind": ["mute", "leave"],
            "base": [s.mute_base, s.leave_base],
            "slope": [s.mute_slope, s.leave_slope],
            "who": [
                "interested all week, not yet muted",
                "interest ended before, still in the list",
            ],
            "count": [len(sim.fatigue.member), len(sim.fatigue.gone)],
        }
    )


def _questions(sim: Simulation) -> pd.DataFrame:
    q = sim.service
    return pd.DataFrame(
        {
            "content_id": sim.posts.labels()[q.post],
            "is_newcomer": q.newcomer,
            "staff_hazard": q.hazard,
            "answered_by_staff_at": moments(sim.scenario.start, q.answered, q.answered < 0).to_pandas(),
            **{f"staff_within_{h}h": q.answered_within(sim.posts, h) for h in (1, 24, 72)},
        }
    )


def _moderation(sim: Simulation) -> pd.DataFrame:
    w = sim.moderation.written
    return pd.DataFrame(
        {
            "content_id": coded(w.content, sim.posts.labels()).to_pandas().astype("str"),
            "event_id": event_ids(sim, w.event).to_pandas().astype("str"),
            "score": w.score,
            "breach_probability": w.chance.round(5),
            "is_breach": w.breach,
        }
    )


def _meetups(sim: Simulation) -> pd.DataFrame:
    number = {id(c.units): n for n, c in enumerate(sim.campaigns)}
    labels, names = sim.groups.labels(), campaign_ids(sim)
    rows = [
        (
            names[number[id(meetup.groups)]],
            labels[g],
            sim.scenario.meetup_factor,
            WEEKS,
            sim.extra_messages[g],
        )
        for meetup in sim.meetups
        for g in meetup.groups
    ]
    return pd.DataFrame(rows, columns=["campaign_id", "group_id", "factor", "weeks", "extra"]).astype(
        {"campaign_id": "str", "group_id": "str", "factor": float, "weeks": int, "extra": float}
    )


def _constants(sim: Simulation) -> pd.DataFrame:
    s = sim.scenario
    rows = [
        ("copies_first", s.copies[0], "chance that a post about deals is a copy, on the first day"),
        ("copies_last", s.copies[1], "the same on the last day"),
        ("copies_quality", -LOWER, "change of quality by being a copy"),
        ("koc_talk", KOC_TALK, "factor on how much a KOC talks"),
        ("koc_skill", KOC_SKILL, "sum on a KOC's skill as an author"),
        ("koc_reach", s.koc_reach, "factor on the shares that a KOC's share causes"),
        ("service_hazard", s.service * (1 + s.mechanisms.expert_answers), "staff answers per working hour"),
        ("service_newcomers", s.service_newcomers, "factor for askers who joined in the last 30 days"),
        ("service_gives_up", service.GIVES_UP, "working hours after which staff answer no more"),
        ("mentions_in_answers", ties.NAMED, "share of answers that name who is answered"),
        ("tie_same_circle", ties.SAME_CIRCLE, "factor on a tie within a circle of a group"),
        ("series_favourite", FAVOURITE / OTHER, "a post of the favourite series is met so much likelier"),
        ("breaches", s.breaches, "share of posts and messages that break a rule, before warnings"),
        ("audit", s.audit, "share audited among what the filter let pass"),
        ("flagged", moderation.FLAGGED, "score from which the filter flags"),
        ("reported", moderation.REPORTED, "share of unflagged breaches that are reported"),
        ("warned", moderation.WARNED, "share of found breaches whose author is warned (at random)"),
        ("warning", s.warning, "factor on an author's chance of a breach after a warning"),
    ]
    return pd.DataFrame(rows, columns=["name", "value", "meaning"])


def content_tables(sim: Simulation) -> dict[str, pd.DataFrame]:
    """Return the truth about content and interaction.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    dict of str to pandas.DataFrame
        quality (outcome, slope, of), purposes (purpose and its factors), fatigue (kind, base, slope,
        who, count), questions (content_id, is_newcomer, staff_hazard, answered_by_staff_at,
        staff_within_1h, _24h, _72h), moderation (content_id or event_id, score, breach_probability,
        is_breach), meetups (campaign_id, group_id, factor, weeks, extra), constants (name, value,
        meaning).

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> tables = content_tables(simulate(Scenario.small()))
    >>> float(tables["quality"].set_index("outcome").loc["save", "slope"])
    0.9

    Taught in: 03 Content
    """
    return {
        "quality": _quality(),
        "purposes": _purposes(),
        "fatigue": _fatigue(sim),
        "questions": _questions(sim),
        "moderation": _moderation(sim),
        "meetups": _meetups(sim),
        "constants": _constants(sim),
    }
