"""QQ group chats: both clock styles, names with brackets, system notices, placeholders, no line lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.community import Community, mapping
from helpers.community.importers import Export, qq, recognise
from helpers.community.importers.qq import Message

CHAT = """\
消息记录（此消息记录为文本格式，不支持重新导入）

================================================================
消息分组:我加入的群
================================================================
消息对象:茶友群
================================================================

2026-03-01 9:05:07 茶友甲(10011)
大家好
第二行

2026-03-01 21:04:11 【群主】小壶(老张)<kettle@example.com>
[图片]

2026/3/2 9:04:11 PM 茶友甲(10011)
晚上好 10:30:00 见

2026-03-02 21:05:00 系统消息(10000)
茶友乙(10012)加入本群。

2026-03-02 21:06:00 系统消息(10000)
管理员开启了全员禁言

2026-03-03 08:00:00 茶友乙(10012)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "茶友群.txt").write_text(CHAT, encoding="utf-8-sig")
    return tmp_path


def test_messages_have_clock_sender_and_all_their_lines(folder: Path) -> None:
    found = list(qq.messages(Export(folder / "茶友群.txt")))
    assert found[0] == Message(9, "2026-03-01 09:05:07", "10011", "大家好\n第二行")
    assert found[1] == Message(13, "2026-03-01 21:04:11", "kettle@example.com", "[图片]")
    assert found[2].at == "2026-03-02 21:04:11" and "10:30:00" in found[2].text


def test_it_is_recognised_by_its_content(folder: Path) -> None:
    importer = recognise(folder / "茶友群.txt")
    assert importer is not None and importer.name == "qq"
    (folder / "notes.txt").write_text("10:30:00 tea\n2026-03-01 a line\n", encoding="utf-8")
    assert recognise(folder / "notes.txt") is None


def test_every_record_is_used_or_set_aside(folder: Path) -> None:
    draft = mapping.guess(folder)
    draft.write()
    community = Community.open(folder)
    account = community.quality().set_index("table")
    assert account.loc["events", ["rows_in", "used", "set_aside"]].tolist() == [6, 5, 1]
    assert "notice by the platform" in community.quarantine("events")["rule"].iloc[0]
    kinds = community.frame("events").sort_values("occurred_at")["event_type"]
    assert kinds.tolist() == ["message", "message", "message", "join", "message"]
    posts = community.frame("contents").set_index("published_at").sort_index()
    assert posts["format"].tolist() == ["text", "image", "text", "text"]
    assert community.frame("groups")["theme"].tolist() == ["茶友群"]


def test_a_file_with_a_line_for_each_day(tmp_path: Path) -> None:
    path = tmp_path / "day.txt"
    path.write_text("日期: 2026-03-05\n\n下午 1\n21:04:11 a(10011)\nhi\n9:00:00 PM b(10012)\nyo\n", "utf-8")
    found = [one for one in qq.messages(Export(path)) if isinstance(one, Message)]
    assert [one.at for one in found] == ["2026-03-05 21:04:11", "2026-03-05 21:00:00"]
    torn = [one for one in qq.messages(Export(path)) if not isinstance(one, Message)]
    assert [(one.row, one.reason) for one in torn] == [(3, "before the first message")]


def test_groups_of_several_files_add_up(folder: Path) -> None:
    (folder / "二群.txt").write_text(CHAT.replace("茶友群", "二群"), encoding="gb18030")
    mapping.guess(folder).write()
    community = Community.open(folder)
    assert sorted(community.frame("groups")["theme"]) == sorted(["茶友群", "二群"])
    assert len(community.frame("events")) == 10


def test_two_exports_of_one_group_that_overlap_add_only_what_is_new(folder: Path) -> None:
    heading, _, later = CHAT.partition("2026-03-01 9:05:07")
    (folder / "later.txt").write_text(
        heading + "2026-03-01 9:05:07" + later.replace("管理员", "群主") + "好茶\n", encoding="utf-8"
    )
    (folder / "other_days.txt").write_text(
        CHAT.replace("2026-03", "2026-02").replace("2026/3", "2026/2"), encoding="utf-8"
    )
    mapping.guess(folder).write()
    community = Community.open(folder)
    texts = community.frame("contents")["text"].tolist()
    assert len(community.frame("events")) == 5 + 1 + 5 and texts.count("大家好\n第二行") == 2
