"""Slack: users and their roles, threads, reactions, bots, direct messages, and a zip packed by hand."""

from __future__ import annotations

from pathlib import Path

from helpers.community import Community, mapping
from helpers.community.delimited import Torn
from helpers.community.importers import Export, recognise
from helpers.community.importers.slack import IMPORTER
from tests.community.importers.samples import SAMPLES


def by_id(folder: Path) -> Community:
    """Open a folder as init leaves it, but with the ids as they are, so that they can be looked at."""
    path = mapping.guess(folder).write()
    text = path.read_text(encoding="utf-8").replace("pseudonyms: true", "pseudonyms: false")
    path.write_text(text, encoding="utf-8")
    return Community.open(folder)


def test_from_the_zip_to_the_community(tmp_path: Path) -> None:
    SAMPLES["slack:zip"](tmp_path)
    community = by_id(tmp_path)
    account = community.quality().set_index("table")
    assert account.loc["events", ["rows_in", "used", "set_aside", "excluded"]].tolist() == [10, 5, 2, 3]
    members = community.frame("members").set_index("member_id")
    assert sorted(members.index) == ["U02", "U03"]  # neither the owner nor the bots
    assert members.loc["U02", "time_zone"] == "Europe/Berlin"
    assert members.loc["U03", "left_at"].isoformat() == "2026-03-02T05:20:00"
    found = community.frame("events").set_index("event_id")
    reply = found.loc["C01:1772327200.000300"]
    assert reply["reply_to"] == "C01:1772327107.000200"
    assert reply["occurred_at"].isoformat() == "2026-03-01T09:06:40"
    assert sorted(found["event_type"]) == ["join", "leave", "like", "like", "message"]
    assert community.frame("groups")["theme"].tolist() == ["general"]


def test_roles_and_bots_without_an_account(tmp_path: Path) -> None:
    path = SAMPLES["slack"](tmp_path)
    roles = {row[1][0]: row[1][2] for row in IMPORTER.rows(Export(path), "members")}  # type: ignore[index]
    assert roles == {"U01": "staff", "U02": "member", "U03": "member", "U04": "bot", "B01": "bot"}


def test_direct_messages_are_left_out_without_their_words(tmp_path: Path) -> None:
    path = SAMPLES["slack"](tmp_path)
    assert Torn(1, "a private message", "") in list(IMPORTER.rows(Export(path), "events"))
    assert "secret" not in str([*IMPORTER.rows(Export(path), "contents")])


def test_a_torn_day_names_its_file_and_costs_its_rest(tmp_path: Path) -> None:
    path = SAMPLES["slack"](tmp_path)
    day = path / "general" / "2026-03-01.json"
    text = day.read_text(encoding="utf-8")
    day.write_text(text[: text.index("parent_user_id")], encoding="utf-8")
    rows = list(IMPORTER.rows(Export(path), "events"))
    torn = [row for row in rows if isinstance(row, Torn) and "general/2026-03-01.json" in row.text]
    assert len(torn) == 1 and "ends in the middle" in torn[0].reason
    assert len(rows) == 10


def test_a_folder_of_other_json_is_not_claimed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "general").mkdir(parents=True)
    (other / "channels.json").write_text("[]", encoding="utf-8")
    assert recognise(other) is None
    (other / "general" / "2026-03-01.json").write_text("[]", encoding="utf-8")
    assert recognise(other) is None
