"""Ids behind a key, personal data found and masked."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pandas as pd
import pytest

from helpers.community import Community, SettingsError, privacy

ORDERS = "order_id,member_id,ordered_at,amount\n1,alice,2026-03-01,5\n2,bob,2026-03-02,6\n"
MEMBERS = "member_id,invited_by\nalice,\nbob,alice\n"
YML = "tables: {orders: {file: orders.csv}, members: {file: members.csv}}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(privacy.KEY_VARIABLE, raising=False)
    for name, text in (("orders.csv", ORDERS), ("members.csv", MEMBERS), ("community.yml", YML)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_nothing_that_leaves_the_engine_shows_an_id(folder: Path) -> None:
    community = Community.open(folder)
    for table in ("orders", "members", "people", "member_days"):
        shown = community.query(f"select * from {table}").to_csv()
        assert "alice" not in shown
        assert "bob" not in shown
    members = community.frame("members").dropna(subset=["invited_by"])
    assert set(members["invited_by"]) < set(community.frame("orders")["member_id"])


def test_pseudonyms_stay_the_same_and_can_be_revealed(folder: Path) -> None:
    first, second = (Community.open(folder).frame("orders")["member_id"].tolist() for _ in range(2))
    assert first == second
    revealed = Community.open(folder).reveal([*first, "m000000000000"])
    assert revealed["original_id"].tolist()[:2] == ["alice", "bob"]
    assert revealed["original_id"].isna().tolist() == [False, False, True]


def test_frames_keep_their_ids_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame({"order_id": [1], "member_id": ["a"], "ordered_at": ["2026-03-01"], "amount": [1]})
    community = Community.open({"orders": frame})
    assert community.reveal(["a"])["original_id"].tolist() == ["a"]
    monkeypatch.delenv(privacy.KEY_VARIABLE, raising=False)
    with pytest.raises(SettingsError, match="COMMUNITY_KEY"):
        Community.open({"orders": frame}, settings={"privacy": {"pseudonyms": True}})
    monkeypatch.setenv(privacy.KEY_VARIABLE, "secret")
    hidden = Community.open({"orders": frame}, settings={"privacy": {"pseudonyms": True}})
    assert hidden.frame("orders")["member_id"].tolist() == privacy.pseudonymise(["a"], b"secret")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights otherwise")
def test_the_key_is_readable_by_its_owner_only(folder: Path) -> None:
    Community.open(folder)
    assert stat.S_IMODE((folder / "community.key").stat().st_mode) == 0o600


def test_pseudonyms_that_would_be_equal_are_longer() -> None:
    short = privacy.shorten(["a" * 12 + "1" * 16, "a" * 12 + "2" * 16, "b" * 28])
    assert short == ["m" + "a" * 12 + "1" * 16, "m" + "a" * 12 + "2" * 16, "m" + "b" * 12]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("打我电话13812345678谢谢", "打我电话[mobile number]谢谢"),
        ("+86 138-1234-5678", "[mobile number]"),
        ("write to tea.fan+1@example.com.cn!", "write to [e-mail]!"),
        ("身份证11010519491231002X。", "身份证[resident id]。"),
        ("card 4111 1111 1111 1111", "card [bank card]"),
        ("微信号：tea_lover88", "[WeChat id]"),
        ("order 110105194912310021 is late", "order 110105194912310021 is late"),
        ("12345678901 cups", "12345678901 cups"),
        ("2026-03-01 10:00", "2026-03-01 10:00"),
    ],
)
def test_personal_data_is_masked_and_numbers_are_not(text: str, masked: str) -> None:
    assert privacy.mask(pd.Series([text])).tolist() == [masked]


def test_personal_data_is_reported_without_showing_it(folder: Path) -> None:
    (folder / "members.csv").write_text("member_id,手机号\nalice,13812345678\n", encoding="utf-8")
    findings = Community.open(folder).findings()
    found = findings[findings["rule"] == "personal data: mobile number"]
    assert len(found) == 2
    assert not findings["message"].str.contains("13812345678").any()
