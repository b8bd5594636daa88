"""Moderation and member posts: counted by hand, and held against the simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, TableMissing
from helpers.metrics import moderation, ugc


def _community(log: pd.DataFrame, *, messages: int = 40, as_of: str = "2026-05-31") -> Community:
    events = pd.DataFrame(
        {
            "event_id": [f"e{n}" for n in range(messages)],
            "member_id": [f"m{n % 5}" for n in range(messages)],
            "event_type": "message",
            "occurred_at": "2026-05-04 10:00",
        }
    )
    return Community.open({"events": events, "moderation": log}, as_of=as_of)


def _log(rows: list[tuple], **more: object) -> pd.DataFrame:
    columns = ["event_id", "member_id", "at", "handled_at", "queue", "score", "action", "reason"]
    return pd.DataFrame(rows, columns=columns).assign(**more)


def _rows() -> list[tuple]:
    at, later = "2026-05-04 10:00", "2026-05-04 12:00"
    flagged = [(f"e{n}", f"m{n % 5}", at, later, "filter", 0.6, "delete", "spam") for n in range(6)]
    flagged += [(f"e{n}", f"m{n % 5}", at, later, "filter", 0.7, "keep", "spam") for n in range(6, 10)]
    audit = [(f"e{n}", f"m{n % 5}", at, later, "audit", 0.1, "keep", "spam") for n in range(10, 19)]
    return [*flagged, *audit, ("e19", "m4", at, later, "audit", 0.4, "warn", "insult")]


def test_precision_and_recall_of_a_filter_checked_by_hand() -> None:
    found = moderation.filter_quality(_community(_log(_rows())), thresholds=(0.3, 0.5, 0.65))
    rows = found.set_index("threshold")
    assert rows["in_use"].tolist() == [False, True, False]
    # 30 messages passed, 10 were audited: each stands for three, so three breaches were missed.
    assert rows.loc[0.5, "precision"] == pytest.approx(6 / 10)
    assert rows.loc[0.5, "recall"] == pytest.approx(6 / (6 + 3))
    assert rows.loc[0.65, "recall"] == 0 and rows.loc[0.65, "flagged"] == 4
    assert rows.loc[0.3, "recall"] == pytest.approx(1) and rows.loc[0.3, "flagged"] == 13
    assert rows.loc[0.3, "precision"] == pytest.approx(9 / 13)
    for name in ("precision", "recall"):
        assert (rows[f"{name}_low"] <= rows[name] + 1e-9).all() and (
            rows[name] <= rows[f"{name}_high"] + 1e-9
        ).all()


@given(st.integers(0, 30), st.integers(1, 60), st.integers(0, 5))
@settings(max_examples=40, deadline=None)
def test_recall_of_the_threshold_in_use_follows_the_formula(hits: int, audited: int, missed: int) -> None:
    missed = min(missed, audited)
    rows = [(f"e{n}", "m", "2026-05-04", "2026-05-04", "filter", 0.8, "warn", "spam") for n in range(hits)]
    rows += [
        (
            f"e{100 + n}",
            "m",
            "2026-05-04",
            "2026-05-04",
            "audit",
            0.1,
            "warn" if n < missed else "keep",
            "spam",
        )
        for n in range(audited)
    ]
    found = moderation.filter_quality(_community(_log(rows), messages=200), thresholds=(0.5,)).iloc[0]
    weight = (200 - hits) / audited
    total = hits + weight * missed
    assert found["recall"] == pytest.approx(hits / total) if total else np.isnan(found["recall"])


def test_intervals_of_recall_hold_the_truth_as_often_as_they_say() -> None:
    # 120 breaches are flagged, 60 of 4,000 passed; what an audit of 400 finds is drawn again and again.
    def interval(missed: int) -> tuple[float, float]:
        day = "2026-05-04"
        rows = [(f"e{n}", "m", day, day, "filter", 0.8, "warn", "spam") for n in range(120)]
        actions = ["warn"] * missed + ["keep"] * (400 - missed)
        rows += [
            (f"e{200 + n}", "m", day, day, "audit", 0.1, action, "x") for n, action in enumerate(actions)
        ]
        row = moderation.filter_quality(_community(_log(rows), messages=4120), thresholds=(0.5,)).iloc[0]
        return row["recall_low"], row["recall_high"]

    drawn = np.random.default_rng(5).hypergeometric(60, 3940, 400, size=300)
    ends = {missed: interval(missed) for missed in sorted(set(drawn.tolist()))}
    held = np.mean([ends[missed][0] <= 120 / 180 <= ends[missed][1] for missed in drawn.tolist()])
    assert held > 0.92


def test_without_an_audit_recall_is_unknown() -> None:
    found = moderation.filter_quality(_community(_log(_rows()[:10])), thresholds=(0.5,)).iloc[0]
    assert found["precision"] == pytest.approx(0.6) and np.isnan(found["recall"])


def test_what_is_still_open_has_waited_at_least_until_now() -> None:
    rows = [
        ("e1", "m1", "2026-05-30 10:00", "2026-05-30 11:00", "filter", 0.6, "keep", "spam"),
        ("e2", "m1", "2026-05-31 00:00", None, "report", 0.2, "keep", "spam"),
    ]
    community = _community(_log(rows))
    seen = moderation.items(community)
    assert seen["hours"].tolist() == [1.0, 24.0] and seen["is_open"].tolist() == [False, True]
    assert seen["breach"].isna().tolist() == [False, True]
    curve = moderation.handling(community, by=None)
    assert curve.loc[curve["time"] == 1.0, "estimate"].iloc[0] == 0.5
    assert curve["estimate"].max() == 0.5
    assert moderation.workload(community)["open"].sum() == 1


def test_work_about_automatic_accounts_is_work_and_no_conduct_of_members() -> None:
    people = pd.DataFrame({"member_id": ["m0", "bot"], "role": ["member", "bot"]})
    events = pd.DataFrame(
        {
            "event_id": ["e0", "e1"],
            "member_id": ["m0", "bot"],
            "event_type": "message",
            "occurred_at": "2026-05-04 10:00",
        }
    )
    at, later = "2026-05-04 10:00", "2026-05-04 12:00"
    rows = [
        (f"e{n}", who, at, later, "filter", 0.6, "delete", "insult") for n, who in enumerate(("m0", "bot"))
    ]
    community = Community.open({"members": people, "events": events, "moderation": _log(rows)})
    assert moderation.items(community)["is_member"].tolist() == [True, False]
    assert moderation.workload(community)["count"].sum() == 2
    assert moderation.filter_quality(community, thresholds=(0.5,))["flagged"].tolist() == [1]
    assert moderation.repeats(community)["unseen"].iloc[0] == 1
    assert moderation.toxicity(community)["count"].sum() == 1


def test_second_breaches_count_only_after_the_first_was_decided() -> None:
    def row(number: int, member: str, at: str, handled: str, action: str = "warn") -> tuple:
        return (f"e{number}", member, at, handled, "filter", 0.7, action, "spam")

    rows = [
        row(0, "m0", "2026-01-01 10:00", "2026-01-01 12:00"),
        row(1, "m0", "2026-01-01 11:00", "2026-01-01 12:30"),  # before the first was decided
        row(2, "m1", "2026-01-01 10:00", "2026-01-01 12:00"),
        row(3, "m1", "2026-02-15 10:00", "2026-02-15 12:00"),  # within 60 days
        row(4, "m2", "2026-01-01 10:00", "2026-01-01 12:00", "delete"),
        row(5, "m2", "2026-04-01 10:00", "2026-04-01 12:00", "delete"),  # later than 60 days
        row(6, "m3", "2026-05-20 10:00", "2026-05-20 12:00"),  # not watched long enough
        row(7, "m4", "2026-01-01 10:00", "2026-01-01 12:00", "keep"),
    ]
    found = moderation.repeats(_community(_log(rows))).set_index("action")
    assert found.loc["all", ["n", "count", "unseen"]].tolist() == [3, 1, 1]
    assert found.loc["warn", ["n", "count"]].tolist() == [2, 1]
    assert found.loc["delete", ["n", "count"]].tolist() == [1, 0]


def test_the_rule_sheet_leaves_the_audit_out() -> None:
    sheet = moderation.rule_sheet(_community(_log(_rows())))
    assert sheet["reason"].tolist() == ["spam"]
    assert sheet.loc[0, ["n", "count", "usual_action", "usual_share"]].tolist() == [10, 6, "delete", 1.0]
    assert sheet.loc[0, "hours"] == 2


def test_toxicity_counts_found_insults_for_a_thousand_messages() -> None:
    rows = [("e1", "m1", "2026-05-04 11:00", "2026-05-04 12:00", "report", 0.3, "delete", "insult")]
    found = moderation.toxicity(_community(_log(rows)))
    assert found["n"].sum() == 40 and found["estimate"].iloc[-1] == pytest.approx(25)


def test_a_community_without_a_log_names_what_is_missing() -> None:
    events = pd.DataFrame({"member_id": ["m"], "occurred_at": "2026-05-04", "event_type": "message"})
    with pytest.raises(TableMissing):
        moderation.items(Community.open({"events": events}))


def test_posts_worth_asking_for_are_not_broken_and_their_authors_are_here() -> None:
    members = pd.DataFrame({"member_id": ["a", "b", "c"], "joined_at": "2026-01-01"})
    members["left_at"] = [None, "2026-05-20", None]
    written = pd.DataFrame(
        {"content_id": ["p", "q", "r", "s"], "author_id": ["a", "b", "c", "a"], "published_at": "2026-05-04"}
    ).assign(is_ugc=True, title="Tea")
    seen = pd.DataFrame({"content_id": np.repeat(["p", "q", "r", "s"], 30)})
    seen = seen.assign(
        member_id="c", event_type=["view"] * 20 + ["like"] * 10 + (["view"] * 25 + ["like"] * 5) * 3
    )
    log = pd.DataFrame({"at": ["2026-05-05"], "content_id": ["r"], "member_id": ["c"], "action": ["delete"]})
    tables = {"members": members, "contents": written, "moderation": log}
    community = Community.open(tables | {"events": seen.assign(occurred_at="2026-05-31")})
    sheet = ugc.rights_sheet(community)
    assert sheet["content_id"].tolist() == ["p"] and sheet.loc[0, "count"] == 10
    assert (sheet[["asked_on", "withdrawn_on"]] == "").all(axis=None)
    assert ugc.rights_sheet(community, leave_out=["p"])["content_id"].tolist() == ["s"]
    assert ugc.share(community)["count"].sum() == 4


def test_recall_on_the_demo_holds_the_truth() -> None:
    community = Community.open("demo")
    truth = community.truth("moderation")
    broken = truth[truth["is_breach"].astype(bool)]
    found = moderation.filter_quality(community, thresholds=(0.5,)).iloc[0]
    recall = (broken["score"] >= 0.5).mean()
    assert found["recall_low"] - 0.02 <= recall <= found["recall_high"] + 0.02
    flagged = truth[truth["score"] >= 0.5]
    assert found["precision"] == pytest.approx(flagged["is_breach"].astype(bool).mean(), abs=0.03)
