from itertools import pairwise

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from helpers.community.contract import EVENT_TYPES, TABLES
from helpers.simulate import Simulation, tables
from helpers.simulate.columns import to_pandas

# Columns beyond the contract: further attributes, and texts in two languages.
FURTHER = {
    "members": {"platform", "group_id", "interest"},
    "contents": {"title_en", "title_zh", "text_en", "text_zh"},
    "groups": {"name_en", "name_zh", "theme_en", "theme_zh"},
    "campaigns": {"name_en", "name_zh"},
    "surveys": {"comment_en", "comment_zh"},
}
IN_TWO_LANGUAGES = {
    "contents": {"title", "text"},
    "groups": {"theme"},
    "campaigns": {"name"},
    "surveys": {"comment"},
}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_table_has_the_columns_of_the_contract(medium: Simulation, name: str) -> None:
    columns = set(medium.tables[name].columns)
    assert columns - set(TABLES[name].names) == FURTHER.get(name, set())
    assert set(TABLES[name].names) - columns == IN_TWO_LANGUAGES.get(name, set())


@pytest.mark.parametrize("name", sorted(TABLES))
def test_required_columns_are_full_and_keys_unique(medium: Simulation, name: str) -> None:
    table = medium.tables[name]
    required = [column for column in TABLES[name].required if column in table]
    assert len(table) and not table[required].isna().any().any()
    if key := list(TABLES[name].key):
        assert not table.duplicated(key).any()


def test_event_types_are_known(medium: Simulation) -> None:
    assert set(medium.tables["events"]["event_type"]) <= set(EVENT_TYPES)


@pytest.mark.parametrize(
    "table, column, target, key",
    [
        ("events", "member_id", "members", "member_id"),
        ("events", "content_id", "contents", "content_id"),
        ("events", "group_id", "groups", "group_id"),
        ("events", "parent_event_id", "events", "event_id"),
        ("contents", "author_id", "members", "member_id"),
        ("orders", "member_id", "members", "member_id"),
        ("orders", "campaign_id", "campaigns", "campaign_id"),
        ("assignments", "campaign_id", "campaigns", "campaign_id"),
        ("surveys", "member_id", "members", "member_id"),
        ("members", "invited_by", "members", "member_id"),
        ("campaigns", "content_id", "contents", "content_id"),
        ("costs", "member_id", "members", "member_id"),
        ("costs", "campaign_id", "campaigns", "campaign_id"),
        ("points", "member_id", "members", "member_id"),
        ("moderation", "content_id", "contents", "content_id"),
    ],
)
def test_references_lead_somewhere(
    medium: Simulation, table: str, column: str, target: str, key: str
) -> None:
    given = medium.tables[table][column].dropna()
    assert len(given) and given.isin(medium.tables[target][key]).all()


def test_replies_answer_an_event_or_a_post_that_came_before(medium: Simulation) -> None:
    events, contents = medium.tables["events"], medium.tables["contents"]
    times = pd.concat(
        [events.set_index("event_id")["occurred_at"], contents.set_index("content_id")["published_at"]]
    )
    for column in ("reply_to", "parent_event_id"):
        rows = events[events[column].notna()]
        assert (times.loc[rows[column]].to_numpy() <= rows["occurred_at"].to_numpy()).all()


def test_nothing_happens_before_joining_or_after_leaving(medium: Simulation) -> None:
    members = medium.tables["members"].query("role != 'customer'").set_index("member_id")
    clocks = {"events": "occurred_at", "orders": "ordered_at", "surveys": "answered_at", "points": "at"}
    for name, clock in clocks.items():
        table = medium.tables[name].join(members[["joined_at", "left_at"]], on="member_id", how="inner")
        assert (table[clock] >= table["joined_at"]).all()
        assert not (table[clock] > table["left_at"]).any()


def test_no_post_is_seen_before_it_is_published(medium: Simulation) -> None:
    contents = medium.tables["contents"].set_index("content_id")["published_at"]
    events = medium.tables["events"].dropna(subset="content_id")
    assert (contents.loc[events["content_id"]].to_numpy() <= events["occurred_at"].to_numpy()).all()


def test_money_adds_up(medium: Simulation) -> None:
    orders = medium.tables["orders"]
    assert (orders["amount"] > 0).all() and (orders["refunded"] >= 0).all()
    assert (orders["refunded"] <= orders["amount"]).all()
    whole = orders["status"] != "completed"
    assert (orders["refunded"] == orders["amount"])[whole].all()
    partly = ~whole & (orders["refunded"] > 0)
    assert whole.sum() > 10 and partly.sum() > 5
    cents = orders[["amount", "refunded", "discount", "cost"]] * 100
    assert ((cents - cents.round()).abs() < 1e-6).all().all()


def test_arms_are_balanced_and_drawn_at_random(medium: Simulation) -> None:
    assignments, campaigns = medium.tables["assignments"], medium.tables["campaigns"].set_index("campaign_id")
    assert not assignments.duplicated(["campaign_id", "unit_id"]).any()
    for campaign, rows in assignments.groupby("campaign_id"):
        plan = campaigns.loc[campaign]
        if not plan["is_randomised"]:
            assert set(rows["arm"]) == {"treatment"}
            continue
        share = rows["arm"].isin(["treatment", "b"]).mean()
        meant = 0.7 if "Double 11" in plan["name_en"] else 0.5
        assert share == pytest.approx(meant, abs=0.01 + 1.8 / len(rows) ** 0.5)
        if plan["unit"] == "member":
            members = medium.tables["members"].set_index("member_id").loc[rows["unit_id"]]
            newcomers = plan["kind"] == "onboarding"
            began = rows.set_index("unit_id")["assigned_at"] if newcomers else plan["starts_at"]
            assert (members["joined_at"] <= began).all()
            assert members["role"].isin(["member"] if newcomers else ["member", "kol"]).all()
            early = members["joined_at"].rank().to_numpy()
            treated = rows["arm"].isin(["treatment", "b"]).to_numpy()
            assert abs(early[treated].mean() - early[~treated].mean()) < 0.12 * len(rows)


def test_ids_say_nothing_about_arrival(medium: Simulation) -> None:
    members = medium.tables["members"]
    assert abs(members["member_id"].rank().corr(members["joined_at"].rank())) < 0.06


def test_events_and_ids_follow_time(medium: Simulation) -> None:
    events = medium.tables["events"]
    assert events["occurred_at"].is_monotonic_increasing and events["event_id"].is_monotonic_increasing
    assert all(len(one) == len(two) for one, two in pairwise(events["event_id"].iloc[[0, 1, -1]]))


def test_bots_staff_and_false_accounts_are_there(medium: Simulation) -> None:
    roles = medium.tables["members"]["role"].value_counts()
    assert set(roles.index) == {"member", "staff", "kol", "bot", "customer"}
    assert (medium.tables["moderation"]["reason"] == "false_account").sum() == medium.truth["mishap"][
        "false_accounts"
    ].iloc[0]


def test_blocks_join_to_the_same_table(medium: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "BLOCK", 10_007)
    parts = [to_pandas(block) for block in tables.blocks(medium, "events")]
    assert len(parts) > 2
    assert_frame_equal(pd.concat(parts, ignore_index=True), medium.tables["events"])
