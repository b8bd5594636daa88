"""Discourse: the list of users, an archive, posts and actions, what mirrors what, and what is private."""

from __future__ import annotations

import zipfile
from pathlib import Path

from helpers.community import Community, mapping
from helpers.community.delimited import Torn
from helpers.community.importers import Export, recognise
from helpers.community.importers.discourse import IMPORTER
from tests.community.importers.samples import SAMPLES

USERS = """\
id,name,username,email,title,created_at,last_seen_at,trust_level,approved,active,admin,moderator,staged
-1,system,system,no_email,,2020-01-01 00:00:00 UTC,,4,true,true,true,true,false
11,,kettle,kettle@example.com,,2026-01-01 00:00:00 UTC,2026-03-01 00:00:00 UTC,4,true,true,true,false,false
12,,leaf,leaf@example.com,,2026-02-01 00:00:00 UTC,2026-03-01 00:00:00 UTC,1,true,true,false,false,false
"""


def users(folder: Path) -> Path:
    path = folder / "user-list-260305-101010-3.csv"
    path.write_text(USERS, encoding="utf-8")
    return path


def test_from_users_posts_and_actions_to_the_community(tmp_path: Path) -> None:
    users(tmp_path)
    SAMPLES["discourse:posts"](tmp_path)
    SAMPLES["discourse:actions"](tmp_path)
    path = mapping.guess(tmp_path).write()
    text = path.read_text(encoding="utf-8").replace("pseudonyms: true", "pseudonyms: false")
    path.write_text(text.replace("[bot, staff]", "[bot]"), encoding="utf-8")
    community = Community.open(tmp_path)
    members = community.frame("members").set_index("member_id")
    assert members["role"].to_dict() == {"11": "staff", "12": "member"}
    assert members.loc["12", "joined_at"].isoformat() == "2026-02-01T08:00:00"
    found = community.frame("events").set_index("event_id")
    assert "kettle@example.com" not in str(members)
    assert found.loc["502", "reply_to"] == "501" and (found["event_type"] == "like").sum() == 1
    account = community.quality().query("table == 'events'")
    assert (account["rows_in"] == account["used"] + account["set_aside"] + account["excluded"]).all()
    assert account["rows_in"].sum() == 13


def test_roles_of_the_list_of_users(tmp_path: Path) -> None:
    path = users(tmp_path)
    found = recognise(path)
    assert found is not None and found.name == "discourse"
    rows = [row[1] for row in IMPORTER.rows(Export(path), "members")]  # type: ignore[index]
    assert [(row[0], row[2]) for row in rows] == [("-1", "bot"), ("11", "staff"), ("12", "member")]
    assert not list(IMPORTER.rows(Export(path), "events"))


def test_an_archive_is_of_the_member_in_its_name(tmp_path: Path) -> None:
    path = SAMPLES["discourse:archive"](tmp_path)
    rows = list(IMPORTER.rows(Export(path), "events"))
    assert [row[1][0] for row in rows[:2]] == ["ann", "ann"]  # type: ignore[index]
    assert rows[2] == Torn(4, "a private message", "")
    other = path.rename(tmp_path / "user-archive-tea-lover-260305-101010.csv")
    assert next(iter(IMPORTER.rows(Export(other), "events")))[1][0] == "tea-lover"  # type: ignore[index]


def test_private_messages_in_any_language(tmp_path: Path) -> None:
    text = SAMPLES["discourse:archive"](tmp_path).read_text(encoding="utf-8")
    for yes, no in (("是", "否"), ("Ja", "Nein"), ("Kyllä", "Ei")):
        path = tmp_path / f"user_archive-{yes}.csv"
        path.write_text(text.replace(",Yes,", f",{yes},").replace(",No,", f",{no},"), encoding="utf-8")
        rows = list(IMPORTER.rows(Export(path), "events"))
        assert [isinstance(row, Torn) for row in rows] == [False, False, True], yes


def test_a_mention_belongs_to_its_post(tmp_path: Path) -> None:
    path = SAMPLES["discourse:actions"](tmp_path)
    rows = list(IMPORTER.rows(Export(path), "events"))
    replies = [row[1] for row in rows if not isinstance(row, Torn) and row[1][2] == "comment"]
    assert [(row[0], row[8]) for row in replies] == [("11", "13")]
    alone = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([alone[0], alone[4]]), encoding="utf-8")
    (row,) = IMPORTER.rows(Export(path), "events")
    assert row[1][0] == "11" and row[1][8] == "13"  # type: ignore[index]


def test_the_zip_that_the_forum_sends(tmp_path: Path) -> None:
    text = SAMPLES["discourse:archive"](tmp_path).read_text(encoding="utf-8")
    path = tmp_path / "user_archive-ann-260305-101010-1.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("user_archive-ann-260305-101010-1/user_archive.csv", text)
        archive.writestr("user_archive-ann-260305-101010-1/badges.csv", "badge_id,badge_name\n1,Tea\n")
        archive.writestr("user_archive-ann-260305-101010-1/visits.csv", "")
    found = recognise(path)
    assert found is not None and found.name == "discourse"
    rows = list(IMPORTER.rows(Export(path), "events"))
    assert [row[1][0] for row in rows[:2]] == ["ann", "ann"] and len(rows) == 3  # type: ignore[index]
    assert list(IMPORTER.rows(Export(path.parent), "events")) == rows
