"""The codes, words and notices of WeChat: what kind of message a row is, and who came or went."""

from __future__ import annotations

import re
from functools import lru_cache

LONG = 20_000  # letters of a notice or quotation that are looked at
SYSTEM, QUOTE = "system", "quote"
KINDS = {1: "text", 3: "image", 34: "audio", 42: "link", 43: "short_video", 47: "image", 48: "link"}
KINDS |= {50: "audio", 62: "short_video", 10000: SYSTEM, 10002: SYSTEM}
PARTS = {1: "text", 6: "file", 8: "image", 51: "short_video", 57: QUOTE, 62: SYSTEM, 63: "live", 74: "file"}
SPOKEN = (
    ("引用", QUOTE),
    ("系统", SYSTEM),
    ("撤回", SYSTEM),
    ("拍一拍", SYSTEM),
    ("文本", "text"),
    ("图片", "image"),
    ("表情", "image"),
    ("语音", "audio"),
    ("视频", "short_video"),
    ("文件", "file"),
    *(
        (word, "link")
        for word in ("链接", "卡片", "小程序", "名片", "位置", "音乐", "转账", "红包", "合并", "公告")
    ),
)
SUB = 1 << 32  # newer versions keep the second code above the first in one number
CAME = (
    re.compile(r"^(?P<who>[^\n]+?)\s*通过扫描[^\n]*二维码加入"),
    re.compile(r"邀请(?P<who>[^\n]+?)加入了?群聊"),
    re.compile(r"^(?P<who>[^\n]+?)(?:通过[^\n]*)?加入了?群聊"),
    re.compile(r" invited (?P<who>[^\n]+?) to the group"),
    re.compile(r"^(?P<who>[^\n]+?) joined (?:the )?group"),
)
WENT = (
    re.compile(r"将(?P<who>[^\n]+?)移出了?群聊"),
    re.compile(r"^(?P<who>[^\n]+?)被[^\n]*移出了?群聊"),
    re.compile(r"^(?P<who>[^\n]+?)已?退出了?群聊"),
    re.compile(r" removed (?P<who>[^\n]+?) from the group"),
    re.compile(r"^(?P<who>[^\n]+?) (?:has )?left the group"),
)
TEMPLATE = re.compile(r"<template>(?:<!\[CDATA\[)?([^\]<]*)")
LINK = re.compile(r'<link name="(\w+)"')
USER = re.compile(r"<username>(?:<!\[CDATA\[)?([^\]<]+)")


@lru_cache(maxsize=4096)
def form(kind: str, part: str) -> str | None:
    """Say what kind of message a row is, by its two codes or its word; None when neither is known.

    Examples
    --------
    >>> form("49", "57"), form("244813135921", ""), form("图片", ""), form("?", "")
    ('quote', 'quote', 'image', None)
    """
    try:
        code = int(float(kind))
        second = int(float(part or 0))
    except (ValueError, OverflowError):
        return next((meant for word, meant in SPOKEN if word in kind), None)
    if code >= SUB:
        code, second = code % SUB, code // SUB
    return PARTS.get(second, "link") if code == 49 else KINDS.get(code, "other")


def notice(text: str) -> tuple[str, list[str]]:
    """Say whether a notice is of joining or leaving, and of which names.

    Examples
    --------
    >>> notice('"Ann"邀请"Bo、Cy"加入了群聊')
    ('join', ['Bo', 'Cy'])
    >>> notice('"Ann" 撤回了一条消息')
    ('', [])
    """
    text = text[:LONG]
    template = TEMPLATE.search(text)
    if template:  # the names stand apart, with their ids
        links = LINK.split(text)
        pairs = zip(links[1::2], links[2::2], strict=True)
        ids = {name: "、".join(USER.findall(body)) for name, body in pairs}
        text = re.sub(r"\$(\w+)\$", lambda found: ids.get(found[1], ""), template[1])
    for kind, patterns in (("join", CAME), ("leave", WENT)):
        for pattern in patterns:
            found = pattern.search(text)
            if found:
                names = re.split(r"、|, |(?<=你)和", found["who"])
                return kind, [name for one in names if (name := one.strip(" \"'“”「」\t"))]
    return "", []
