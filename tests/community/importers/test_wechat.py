"""WeChat CSV: codes and words, notices, quotations, several chats in a file, no row lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from helpers.community import Community, mapping
from helpers.community.delimited import Torn
from helpers.community.importers import Export, wechat, wechat_codes
from tests.community.importers import samples

EVENTS = wechat.IMPORTER.tables["events"]
HEADER = samples.WECHAT.splitlines()[0]


def events(path: Path) -> list[dict[str, str | None] | Torn]:
    # Notices and mentions are given out last, when all names are known.
    rows = sorted(wechat.IMPORTER.rows(Export(path), "events"), key=lambda row: row[0])
    return [row if isinstance(row, Torn) else dict(zip(EVENTS, row[1], strict=True)) for row in rows]


def used(path: Path, *columns: str) -> list[Sequence[str | None]]:
    return [tuple(one[name] for name in columns) for one in events(path) if not isinstance(one, Torn)]


def test_messages_notices_and_quotations(tmp_path: Path) -> None:
    path = samples.wechat(tmp_path)
    assert used(path, "member_id", "event_type", "group_id") == [
        ("wxid_a01", "message", "100@chatroom"),
        ("wxid_a01", "message", "100@chatroom"),
        ("wxid_b02", "join", "100@chatroom"),  # the name is traced to the id that bears it
        ("茶友丙", "join", "100@chatroom"),  # who never writes has no id here
        ("wxid_me", "message", "100@chatroom"),
        ("wxid_b02", "message", "100@chatroom"),
        ("茶友丙", "leave", "100@chatroom"),
        ("wxid_d04", "message", "200@chatroom"),
    ]
    found = events(path)
    first, answer, thanks = found[0], found[4], found[5]
    assert isinstance(first, dict) and isinstance(answer, dict) and isinstance(thanks, dict)
    assert first["occurred_at"] == "2026-03-05T13:04:11Z"
    assert answer["reply_to"] == first["event_id"]
    assert thanks["mentions"] == "wxid_me"
    torn = [one for one in found if isinstance(one, Torn)]
    assert [(one.row, one.reason) for one in torn] == [
        (7, "a notice by the platform"),
        (10, "a private message"),
    ]
    assert torn[1].text == ""


def test_words_for_kinds_and_packed_texts(tmp_path: Path) -> None:
    path = samples.wechat_named(tmp_path)
    assert used(path, "member_id", "event_id", "reply_to") == [
        ("wxid_a01", "9001", None),
        ("wxid_me", "9002", "9001"),
        ("茶友丙", "9003", None),
    ]
    texts = [row[1][4] for row in wechat.IMPORTER.rows(Export(path), "contents") if not isinstance(row, Torn)]
    assert texts == ["新茶到了", "收到"]


def test_from_the_folder_to_local_times_and_all_rows(tmp_path: Path) -> None:
    samples.wechat(tmp_path)
    mapping.guess(tmp_path).write()
    community = Community.open(tmp_path)
    account = community.quality().set_index("table")
    assert account.loc["events", ["rows_in", "used", "set_aside"]].tolist() == [10, 8, 2]
    assert str(community.frame("events")["occurred_at"].min()) == "2026-03-05 21:04:11"
    assert sorted(community.frame("contents")["format"]) == ["audio", "image", "text", "text", "text"]
    assert sorted(community.frame("groups")["group_id"]) == ["100@chatroom", "200@chatroom"]


def test_rows_exported_twice_are_set_aside_one_by_one(tmp_path: Path) -> None:
    path = samples.wechat(tmp_path)
    text = path.read_text("utf-8-sig")
    path.write_text(text + text.split("\n", 1)[1], "utf-8-sig")
    mapping.guess(tmp_path).write()
    community = Community.open(tmp_path)
    account = community.quality().set_index("table")
    assert account.loc["events", ["rows_in", "used", "set_aside"]].tolist() == [20, 8, 12]
    assert len(community.quarantine("events")) == 12
    assert community.quarantine("events")["row"].max() < 100


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ('"甲"邀请"乙"加入了群聊', "join", ["乙"]),
        ('你邀请"乙、丙"加入了群聊  ', "join", ["乙", "丙"]),
        ('"甲"邀请你和"乙"加入了群聊', "join", ["你", "乙"]),
        ('"甲"邀请你加入了群聊，群聊参与人还有：乙、丙', "join", ["你"]),
        ('"乙"通过扫描"甲"分享的二维码加入群聊', "join", ["乙"]),
        ('" 乙"通过扫描你分享的二维码加入群聊', "join", ["乙"]),
        ("乙加入了群聊", "join", ["乙"]),
        ('"甲"将"乙"移出了群聊', "leave", ["乙"]),
        ('你被"甲"移出群聊', "leave", ["你"]),
        ('"乙"退出了群聊', "leave", ["乙"]),
        ('"Ann" invited "Bo, Cy" to the group chat', "join", ["Bo", "Cy"]),
        ('You removed "Bo" from the group chat', "leave", ["Bo"]),
        ('"甲" 撤回了一条消息', "", []),
        ('"甲" 拍了拍 "乙"', "", []),
        ("加入了群聊", "", []),
        (
            '<sysmsg type="delchatroommember"><template><![CDATA["$adder$"通过扫描"$from$"分享的二维码加入群聊]]>'
            '</template><link name="adder"><username><![CDATA[wxid_b]]></username></link>'
            '<link name="from"><username><![CDATA[wxid_a]]></username></link></sysmsg>',
            "join",
            ["wxid_b"],
        ),
    ],
)
def test_notices(text: str, kind: str, names: list[str]) -> None:
    assert wechat_codes.notice(text) == (kind, names)


def test_traps(tmp_path: Path) -> None:
    path = tmp_path / "chat.csv"
    rows = [
        "1,7,1,0,0,1772715851,,hi,,,tea,wxid_a,",
        "2,7,1,0,0,1772715852,,yo,,,tea,wxid_b,",
        "3,7,10000,0,0,1772715853,,tea退出了群聊,,,,,",  # which of the two?
        "4,7,244813135921,,0,1772715854,,<msg><title>so</title><svrid>17</svrid></msg>,,,c,wxid_c,",
        '5,7,1,0,0,1772715855,,"wxid_d:\nmy words",,,,,',
        "6,7,1,0,0,1.77E+09,,hi,2026-03-05 21:04:11,,c,wxid_c,",
        "7,7,?,0,0,1772715857,,hi,,,c,wxid_c,",
        "8,7,1,0,0,1772715858,,hi,,,,,",
        "9,7,1,0,1,1772715859",
        '1,7,1,0,0,1772715999,,"「tea：hi」\n- - - - - - - - -\nhello",,,c,wxid_c,',
    ]
    path.write_text("\n".join([HEADER, *rows]), "utf-8")
    found = events(path)
    assert [one.reason for one in found if isinstance(one, Torn)] == [
        "a notice about a name that several bear",
        "a type of message that is not known",
        "no sender",
        "not the 13 columns of the header",
    ]
    good = [one for one in found if isinstance(one, dict)]
    assert [one["member_id"] for one in good] == ["wxid_a", "wxid_b", "wxid_c", "wxid_d", "wxid_c", "wxid_c"]
    assert len({one["event_id"] for one in good}) == 6 and {one["group_id"] for one in good} == {"7"}
    assert good[-1]["reply_to"] == good[-2]["event_id"]  # the latest that said so
    said = [row[1][4] for row in wechat.IMPORTER.rows(Export(path), "contents") if not isinstance(row, Torn)]
    assert said == ["hi", "yo", "so", "my words", "hi", "hello"]
