"""Moderation: breaches, the filter's scores, reports, audits, and what moderators decided and when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.simulate.calendar import Days
from helpers.simulate.contents import TOPICS, Posts
from helpers.simulate.log import CODE, NONE, Log
from helpers.simulate.population import NEVER, Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

ACTIONS = ("delete", "warn", "mute", "ban", "keep")
REASONS = ("spam", "advertisement", "insult", "off_topic", "rumour", "false_account")
QUEUES = ("filter", "report", "audit")
FLAGGED = 0.5  # score from which the filter flags
# Scores: two parameters of a beta distribution for breaches, harmless rows and harmless complaints.
SCORES = ((2.6, 2.0), (1.2, 8.0), (2.2, 3.2))
REPORTED, REPORTED_HARMLESS = 0.20, 0.0015  # share that members report
WARNED = 0.6  # share of found breaches whose author is warned; the others are only deleted
REASON_WEIGHTS = (0.10, 0.40, 0.25, 0.20, 0.05)
AT_WORK, AT_REST = 0.9, 0.12  # decisions per waiting row and hour, on working days 9 to 21 and otherwise


@dataclass
class Moderation:
    """Hold one value per decision in each array; -1 stands for no post, no message, no queue.

    `written` is all that could have been moderated.
    """

    written: Written
    time: np.ndarray
    handled: np.ndarray
    content: np.ndarray
    event: np.ndarray
    member: np.ndarray
    queue: np.ndarray
    score: np.ndarray
    action: np.ndarray
    reason: np.ndarray


@dataclass
class Written:
    """Hold one value per post or chat message of a member: what the filter saw and the truth."""

    time: np.ndarray
    content: np.ndarray
    event: np.ndarray
    member: np.ndarray
    chance: np.ndarray
    breach: np.ndarray
    score: np.ndarray


def _desk(days: Days, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a clock (hours) and the running number of decisions that a waiting row expects by then."""
    hours = np.arange((count + 60) * 24)
    working = ~days.off[days.history : days.history + count + 60][hours // 24]
    busy = working & (hours % 24 >= 9) & (hours % 24 < 21)
    return np.arange(len(hours) + 1), np.concatenate([[0.0], np.cumsum(np.where(busy, AT_WORK, AT_REST))])


def _handled(desk: tuple[np.ndarray, np.ndarray], time: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return when a moderator decides: fast in working hours, slow at night and on days off."""
    clock, expected = desk
    due = np.interp(time / 3600, clock, expected) + rng.exponential(size=len(time))
    return (np.interp(due, expected, clock) * 3600).astype(np.int64) + 20


def _breaches(
    scenario: Scenario, rows: Written, found: np.ndarray, decided: np.ndarray, warns: np.ndarray
) -> None:
    """Draw the breaches in order of time: after a warning that was given, the chance is lower.

    `chance` and `breach` of `rows` are set; a row comes to light when `found`, at `decided`, and its
    author is then warned or not. Only rows that would be breaches without a warning are walked through.
    """
    rng = stream(scenario.seed, "breaches")
    u = rng.random(len(rows.time))
    chance = rows.chance
    warned: dict[int, int] = {}
    for row in np.flatnonzero(u < chance).tolist():
        who = int(rows.member[row])
        calm = warned.get(who, NEVER) < rows.time[row]
        rows.breach[row] = u[row] < chance[row] * (scenario.warning if calm else 1.0)
        if rows.breach[row] and found[row] and warns[row]:
            warned[who] = min(warned.get(who, NEVER), int(decided[row]))
    first = np.full(int(rows.member.max(initial=0)) + 1, NEVER, np.int64)
    if warned:
        first[list(warned)] = list(warned.values())
    rows.chance = np.where(first[rows.member] < rows.time, chance * scenario.warning, chance)


def moderate(scenario: Scenario, days: Days, members: Members, posts: Posts, log: Log) -> Moderation:
    """Draw breaches of the rules and what the moderators saw and did.

    Parameters
    ----------
    scenario : Scenario
        ``breaches``: share of members' posts and messages that break a rule; ``audit``: share drawn at
        random among what the filter let pass; ``warning``: factor on an author's chance after one.
    days, members, posts
        The simulation so far.
    log : Log
        The closed log.

    Returns
    -------
    Moderation
        Sorted by time. Moderators decide rightly whatever they see; a breach that neither the filter
        flags nor a member reports nor the audit draws stays up.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> moderation = simulate(Scenario.small()).moderation
    >>> bool((np.diff(moderation.time) >= 0).all())
    True

    Taught in: 04 Interaction
    """
    rng = stream(scenario.seed, "moderation")
    column, desk = log.columns, _desk(days, scenario.days)
    ours = np.flatnonzero(members.real()[posts.author])
    chats = np.flatnonzero(
        (column["kind"] == CODE["message"]) & (column["content"] == NONE) & members.real()[column["member"]]
    )
    time = np.concatenate([posts.time[ours], column["time"][chats].astype(np.int64)])
    order = np.argsort(time, kind="stable")
    none = np.full(len(ours) + len(chats), -1)
    content, event = none.copy(), none.copy()
    content[: len(ours)], event[len(ours) :] = ours, chats
    member = np.concatenate([posts.author[ours], column["member"][chats].astype(np.int64)])
    time, content, event, member = time[order], content[order], event[order], member[order]
    # A few members are behind most breaches; those who talk much break rules less often per message.
    prone = rng.gamma(0.35, 1 / 0.35, len(members)) / np.sqrt(np.maximum(members.talk, 0.05))
    mean = prone[member].mean() if len(member) else 1.0
    rows = Written(
        time,
        content,
        event,
        member,
        np.minimum(scenario.breaches * prone[member] / mean, 0.25),
        np.zeros(len(time), bool),
        np.zeros(len(time)),
    )
    complaint = (content >= 0) & (posts.topic[content] == TOPICS.index("complaint"))
    drawn = [rng.beta(*SCORES[kind], len(time)) for kind in range(3)]
    u, v, w = rng.random((3, len(time)))
    flagged_if = drawn[0] >= FLAGGED
    reported_if, audited = u < REPORTED, v < scenario.audit
    told = time + rng.lognormal(8.0, 1.0, len(time)).astype(np.int64)
    checked = (time // 86400 + 1) * 86400 + 10 * 3600
    soon, later, last = (_handled(desk, at, rng) for at in (time + 2, told, checked))
    decided = np.where(flagged_if, soon, np.where(reported_if, later, last))
    warns = w < WARNED
    _breaches(scenario, rows, flagged_if | reported_if | audited, decided, warns)
    rows.score = np.round(np.where(rows.breach, drawn[0], np.where(complaint, drawn[2], drawn[1])), 3)

    flagged = rows.score >= FLAGGED
    reported = ~flagged & (u < np.where(rows.breach, REPORTED, REPORTED_HARMLESS))
    reason = np.where(complaint, 4, rng.choice(5, len(time), p=REASON_WEIGHTS))
    action = np.where(rows.breach, np.where(warns, 1, 0), 4)
    blocks: list[tuple[np.ndarray, ...]] = []
    for queue, here, at, by in (
        (0, flagged, time + 2, soon),
        (1, reported, told, later),
        (2, ~flagged & audited, checked, last),
    ):
        n = np.flatnonzero(here)
        blocks.append(
            (at[n], by[n], content[n], event[n], member[n], np.full(len(n), queue))
            + (rows.score[n], action[n], reason[n])
        )
    blocks += _accounts(scenario, members, log, desk, rng)
    parts = [np.concatenate(part) for part in zip(*blocks, strict=True)]
    keep = (parts[0] < scenario.days * 86400) & (parts[1] < scenario.days * 86400)
    order = np.flatnonzero(keep)[np.argsort(parts[0][keep], kind="stable")]
    return Moderation(rows, *(part[order] for part in parts))


def _accounts(
    scenario: Scenario,
    members: Members,
    log: Log,
    desk: tuple[np.ndarray, np.ndarray],
    rng: np.random.Generator,
) -> list[tuple[np.ndarray, ...]]:
    """Return what is done about automatic and false accounts: some spam deleted, the accounts banned."""
    column = log.columns
    spam = np.flatnonzero((column["kind"] == CODE["message"]) & (members.role[column["member"]] == 3))
    spam = spam[rng.random(len(spam)) < 0.06]
    seen = column["time"][spam].astype(np.int64) + 2
    n, missing = len(spam), np.full(len(spam), -1)
    false = np.array([p.name == "false_account" for p in scenario.personas])[members.persona]
    banned = np.flatnonzero(((members.role == 3) | false) & (members.left < NEVER))
    gone, none = members.left[banned], np.full(len(banned), -1)
    return [
        (seen, _handled(desk, seen, rng), missing, spam, column["member"][spam].astype(np.int64))
        + (np.zeros(n, np.int64), np.round(FLAGGED + rng.beta(3, 2, n) / 2, 3))
        + (np.zeros(n, np.int64), np.zeros(n, np.int64)),
        (gone, gone, none, none, banned, none, np.full(len(banned), np.nan))
        + (np.full(len(banned), 3), np.where(false[banned], 5, 0)),
    ]
