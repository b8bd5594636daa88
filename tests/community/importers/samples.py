"""Small made-up exports, one or more a format: each writes itself into a folder and returns its path.

A key is the name of the importer, followed where there are several by a colon and a word: ``discord:csv``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Sample = Callable[[Path], Path]


def _written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding=encoding, newline="")
    return path


QQ = """\
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

2026-03-02 21:05:00 系统消息(10000)
茶友乙(10012)加入本群。

2026-03-02 21:06:00 系统消息(10000)
管理员开启了全员禁言

2026-03-03 08:00:00 茶友乙(10012)
早上好
"""


def qq(folder: Path) -> Path:
    return _written(folder / "chat.txt", QQ, "utf-8-sig")


SAMPLES: dict[str, Sample] = {
    "qq": qq,
}
