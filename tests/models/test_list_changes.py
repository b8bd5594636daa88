"""Why somebody came onto the contact list or left it: one constructed case for each reason."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community
from helpers.models import actions, list_changes
from helpers.present.change_words import list_reason
from helpers.present.language import translator

SINCE, TODAY = dt.date(2026, 5, 24), dt.date(2026, 5, 31)
CALM = {
    "segment": "promising", "state": "active", "risk": 0.1, "risk_level": "low", "value": 200.0,
    "value_level": "normal",
}  # fmt: skip
RISKY = {"risk": 0.7, "risk_level": "high"}
# member: how the rules saw her then, and now; None: not there
CASES = {
    "risk_rose": (CALM, CALM | RISKY),
    "risk_fell": (CALM | RISKY, CALM),
    "promoted": (CALM, CALM | {"segment": "champions"}),
    "demoted": (CALM | {"segment": "champions"}, CALM),
    "richer": (CALM | RISKY | {"value": 10.0}, CALM | RISKY),
    "poorer": (CALM | RISKY, CALM | RISKY | {"value": 10.0}),
    "came_back": (CALM | {"state": "gone", "risk": np.nan, "risk_level": "unknown"}, CALM),
    "fell_silent": (CALM, CALM | {"state": "gone", "risk": np.nan, "risk_level": "unknown"}),
    "grew_up": (CALM | {"state": "new"}, CALM),
    "both_at_once": (CALM | {"value": 20.0}, CALM | RISKY | {"value": 90.0}),
    "joined_since": (None, CALM | {"state": "new"}),
    "long_unknown": (None, CALM | RISKY),
    "has_left": (CALM | RISKY, None),
    "hired": (CALM | RISKY, None),
    "erased": (CALM | RISKY, None),
    "steady": (CALM | RISKY, CALM | RISKY),
    "other_action": (CALM | RISKY, CALM | {"risk": 0.3, "risk_level": "medium"}),
    "crowded_out": (CALM | RISKY | {"value": 150.0}, CALM | RISKY | {"value": 60.0}),
    "let_in": (CALM | RISKY | {"value": 60.0}, CALM | RISKY | {"value": 150.0}),
}
EXPECTED = {
    "risk_rose": ("entered", "risk"),
    "risk_fell": ("left", "risk"),
    "promoted": ("entered", "segment"),
    "demoted": ("left", "segment"),
    "richer": ("entered", "value"),
    "poorer": ("left", "value"),
    "came_back": ("left", "state"),
    "fell_silent": ("entered", "state"),
    "grew_up": ("left", "state"),
    "both_at_once": ("entered", "together"),
    "joined_since": ("entered", "joined"),
    "long_unknown": ("entered", "unknown_before"),
    "has_left": ("left", "left_community"),
    "hired": ("left", "staff"),
    "erased": ("left", "gone_from_data"),
    "steady": ("stayed", ""),
    "other_action": ("stayed", "action"),
    "crowded_out": ("left", "list_full"),
    "let_in": ("entered", "room"),
}
SAID = {
    "risk_rose": ("risk of leaving rose from 10 % to 70 %", "流失风险由 10 % 升至 70 %"),
    "risk_fell": ("risk of leaving fell from 70 % to 10 %", "流失风险由 70 % 降至 10 %"),
    "promoted": ("segment changed from promising to champions", "分群由“有潜力”变为“冠军客户”"),
    "richer": ("expected value rose from ¥10.00 to ¥200", "预期价值由 ¥10.00 升至 ¥200"),
    "came_back": ("active again since 2026-05-28", "自 2026-05-28 起重新活跃"),
    "fell_silent": ("silent for 120 days: counts as gone now", "已沉默 120 天：现算作流失"),
    "grew_up": ("no newcomer any more (joined on 2026-01-01)", "已不再是新人（2026-01-01 加入）"),
    "both_at_once": (
        "risk of leaving rose from 10 % to 70 %; expected value rose from ¥20.00 to ¥90.00",
        "流失风险由 10 % 升至 70 %；预期价值由 ¥20.00 升至 ¥90.00",
    ),
    "joined_since": ("joined on 2026-05-26", "2026-05-26 加入"),
    "long_unknown": ("not in the community in the last report", "上次报告时不在社群中"),
    "has_left": ("left the community on 2026-05-27", "2026-05-27 退出社群"),
    "hired": ("is staff or excluded now", "现为工作人员或已被排除"),
    "erased": ("no longer in the data", "数据中已无此人"),
    "other_action": (
        "reminder of what is new instead of welcome-back offer",
        "由“挽留优惠”改为“新鲜事提醒”",
    ),
    "let_in": (
        "up from place 12 to 6: expected value rose from ¥60.00 to ¥150",
        "由第 12 位升至第 6 位：预期价值由 ¥60.00 升至 ¥150",
    ),
}


@pytest.fixture(scope="module")
def community():
    here = [name for name in CASES if name != "erased"]
    members = pd.DataFrame({"member_id": here, "joined_at": "2026-01-01", "role": "member"})
    members = members.set_index("member_id")
    members.loc["joined_since", "joined_at"] = "2026-05-26"
    members["left_at"] = None
    members.loc["has_left", "left_at"] = "2026-05-27"
    members.loc["hired", "role"] = "staff"
    active = ["came_back", "steady", "hired", "joined_since"]
    events = pd.DataFrame({"member_id": [*active, "fell_silent", "came_back"], "event_type": "like"})
    events["occurred_at"] = ["2026-05-28"] * 4 + ["2026-01-31", "2026-01-05"]
    return Community.open({"members": members.reset_index(), "events": events}, as_of=TODAY)


def reported(community, when, *, short=0, before=None, contact_cost=2.0):
    """Return what a report would put down of the cases, as they were then (0) or are now (1).

    `short`: how many of those with an action the list has no room for.
    """
    rows = [{"member_id": name} | both[when] for name, both in CASES.items() if both[when] is not None]
    plan = pd.DataFrame(rows)
    plan = plan.assign(**actions.decide(plan, contact_cost=contact_cost))
    plan = plan.sort_values(["gain", "member_id"], ascending=[False, True], ignore_index=True)
    plan.attrs["about"] = community.about("next best action")
    budget = (plan["action"] != actions.LEAVE_ALONE).sum() - short
    listed = actions.contact_list(plan, budget=max(budget, 0), control=0.0)
    return list_changes.remembered(plan, listed, as_of=(SINCE, TODAY)[when], before=before)


@pytest.fixture(scope="module")
def compared(community):
    before = reported(community, 0, short=1)
    now = reported(community, 1, short=1, before=before)
    return list_changes.compare(community, now, before, since=SINCE)


def test_everybody_on_either_list_has_one_row(compared):
    assert compared["member_id"].is_unique
    assert compared["status"].tolist() == sorted(compared["status"], key=["entered", "left", "stayed"].index)
    about = compared.attrs["about"]
    assert about["entered"] + about["left"] + about["stayed"] == len(compared)


@pytest.mark.parametrize("name", EXPECTED)
def test_each_reason_is_found(compared, name):
    row = compared.set_index("member_id").loc[name]
    assert (row["status"], row["reason"]) == EXPECTED[name]


@pytest.mark.parametrize("name", SAID)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_reason_is_said_in_words(compared, name, language):
    about = compared.attrs["about"] | {"language": language}
    (row,) = compared[compared["member_id"] == name].to_dict("records")
    said = list_reason(translator(language), about, row)
    assert said.replace("\u00a0", " ") == SAID[name][language == "zh"]


def test_settings_are_the_reason_when_nothing_about_the_member_changed(community):
    before = reported(community, 0, contact_cost=2.0)
    same = reported(community, 0, contact_cost=50.0)
    changed = list_changes.compare(community, same, before, since=SINCE, contact_cost=50.0)
    gone = changed.set_index("member_id")
    assert set(gone.loc[["steady", "poorer"], "reason"]) == {"settings"}


def test_who_stays_keeps_the_day_of_her_first_report(compared):
    since = compared.set_index("member_id")["listed_since"]
    assert since["steady"] == "2026-05-24"
    assert since["let_in"] == "2026-05-31"


def test_an_empty_list_before_and_now_gives_no_rows(community):
    rows = reported(community, 1, short=99)
    assert list_changes.compare(community, rows, rows, since=SINCE).empty


def test_staff_is_known_under_a_pseudonym_too(tmp_path):
    settings = "tables: {members: members.csv, events: events.csv}\n"
    (tmp_path / "community.yml").write_text(settings, encoding="utf-8")
    events = "member_id,occurred_at,event_type\n" + "".join(f"{one},2026-05-30,like\n" for one in "abc")
    (tmp_path / "events.csv").write_text(events, encoding="utf-8")
    put_down = []
    for role in ("member", "staff"):
        rows = "".join(f"{one},2026-01-01,{role if one == 'b' else 'member'}\n" for one in "abc")
        (tmp_path / "members.csv").write_text(f"member_id,joined_at,role\n{rows}", encoding="utf-8")
        own = Community.open(tmp_path)
        ids = own.query("select member_id from people order by member_id")["member_id"]
        plan = pd.DataFrame([{"member_id": one} | CALM | RISKY for one in ids])
        plan = plan.assign(**actions.decide(plan))
        plan.attrs["about"] = own.about("next best action")
        listed = actions.contact_list(plan, control=0.0)
        put_down.append(list_changes.remembered(plan, listed, as_of=SINCE))
    compared = list_changes.compare(own, put_down[1], put_down[0], since=SINCE)
    assert compared.loc[compared["status"] == "left", "reason"].tolist() == ["staff"]
