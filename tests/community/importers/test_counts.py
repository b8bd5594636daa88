"""Records of the samples counted by a line of plain Python each, that knows nothing of the importers."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from helpers.community import Community
from helpers.community.delimited import Torn
from helpers.community.importers import IMPORTERS, Export
from helpers.community.raw import AGAIN
from tests.community.importers.samples import SAMPLES

MAIN = ("events", "orders", "surveys")  # every record of an export belongs to one of them


def text_of(data: bytes) -> str:
    for encoding in ("utf-16" if data[:1] in b"\xff\xfe" else "utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("in no encoding that a sample has")


def rows(path: Path) -> list[list[str]]:
    """Give the rows below the header of a table, as Python's csv or openpyxl reads them."""
    if path.suffix == ".xlsx":
        sheet = openpyxl.load_workbook(path).active
        return [["" if cell is None else str(cell) for cell in row] for row in sheet.values][1:]
    return list(csv.reader(io.StringIO(text_of(path.read_bytes()), newline="")))[1:]


def matching(pattern: str) -> Callable[[Path], int]:
    return lambda path: len(re.findall(pattern, text_of(path.read_bytes()), re.MULTILINE))


def filled(column: int) -> Callable[[Path], int]:
    return lambda path: sum(bool(row[column]) for row in rows(path))


def different(column: int) -> Callable[[Path], int]:
    return lambda path: len({row[column] for row in rows(path)} - {""})


def in_json(path: Path) -> int:
    """Count the messages of every list named messages, at any depth, and in files of days of a workspace."""

    def within(value: object) -> int:
        if isinstance(value, dict):
            own = len(value["messages"]) if isinstance(value.get("messages"), list) else 0
            return own + sum(within(one) for one in value.values())
        return sum(within(one) for one in value) if isinstance(value, list) else 0

    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as packed:
            texts = {name: packed.read(name) for name in packed.namelist() if "MACOSX" not in name}
    else:
        texts = {one.as_posix(): one.read_bytes() for one in ([path] if path.is_file() else path.rglob("*"))
                 if one.suffix == ".json"}  # fmt: skip
    found = {name: json.loads(data) for name, data in texts.items()}
    return sum(len(v) if re.search(r"-\d\d\.json$", name) else within(v) for name, v in found.items())


def in_logs(path: Path) -> int:
    """Count lines that are neither empty nor about the log itself; a file that is no log counts once."""
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return sum(
        1
        if one.suffix == ".md"
        else len(re.findall(r"^(?!--- (?:Log|Day) |\s*$)", one.read_text("utf-8"), re.M))
        for one in files
    )


COUNTS: dict[str, Callable[[Path], int]] = {
    "irc": matching(r"^\["),
    "irc:folder": in_logs,
    "irc:weechat": matching(r"^2026"),
    "chat_tsv": matching(r"^2026-\d\d-\d\d \d\d:\d\d:\d\d\t"),
    "chat_tsv:four": matching(r"^1"),
    "wecom": matching(r"^\{"),
    "wecom:csv": lambda path: len(rows(path)),
    "qq": matching(r"^2026-\S+ \S+ .+[)>]$"),
    "wechat": lambda path: len(rows(path)),
    "wechat:named": lambda path: len(rows(path)),
    "taobao": lambda path: len(rows(path)),
    "taobao:book": lambda path: len(rows(path)),
    "youzan": different(0),
    "youzan:book": different(0),
    "shopify": filled(2),
    "survey": lambda path: len(rows(path)),
    "survey:book": lambda path: len(rows(path)),
    "matomo": lambda path: len(rows(path)),
    "matomo:events": lambda path: len(rows(path)),
    "telegram": in_json,
    "telegram:account": in_json,
    "slack": in_json,
    "slack:zip": in_json,
    "discord": in_json,
    "discord:csv": lambda path: len(rows(path)),
    "discord:folder": in_json,
    "discourse:archive": lambda path: len(rows(path)),
    "discourse:posts": lambda path: len(rows(path)),
    "discourse:actions": lambda path: len(rows(path)),
}
# Once more at the end: what begins anew there, such as a header, is no record of a member but is not lost.
ONCE_MORE = {"irc": 0, "irc:weechat": 0, "chat_tsv": 0, "wecom": 0, "qq": 0, "wechat": 1, "wechat:named": 1,
             "wecom:csv": 1, "taobao": 1, "discord:csv": 1, "discourse:posts": 1, "matomo:events": 1}  # fmt: skip
# Cut in the middle of a record, which counts as one.
CUT = ("irc", "irc:weechat", "chat_tsv", "wecom", "qq", "discourse:actions", "matomo:events", "taobao")


def read(path: Path, name: str) -> int:
    """Count the records that come out, used or not, of the tables that every record belongs to."""
    found = set()
    for table, row in IMPORTERS[name.partition(":")[0]].records(Export(path)):
        if table in MAIN:
            found.add((row.row if isinstance(row, Torn) else row[0]) % AGAIN)
    return len(found)


def test_every_sample_is_counted() -> None:
    assert set(COUNTS) == set(SAMPLES)


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "irc:folder"])
def test_every_record_comes_out(name: str, tmp_path: Path) -> None:
    path = SAMPLES[name](tmp_path)
    assert read(path, name) == COUNTS[name](path) > 0


@pytest.mark.parametrize("name", ONCE_MORE)
def test_every_record_of_an_export_written_twice_comes_out(name: str, tmp_path: Path) -> None:
    path = SAMPLES[name](tmp_path)
    once, data = COUNTS[name](path), path.read_bytes()
    path.write_bytes(data + data.removeprefix(b"\xef\xbb\xbf"))
    assert read(path, name) == 2 * once + ONCE_MORE[name]


@pytest.mark.parametrize("name", CUT)
@pytest.mark.parametrize("at", [0.6, 0.75, 0.9])
def test_every_record_of_an_export_that_was_cut_comes_out(name: str, at: float, tmp_path: Path) -> None:
    path = SAMPLES[name](tmp_path)
    text = text_of(path.read_bytes())
    path.write_bytes(text[: int(at * len(text))].encode("gb18030" if name == "taobao" else "utf-8"))
    assert read(path, name) == COUNTS[name](path) > 0


def test_a_folder_of_logs_counts_the_lines_of_all_of_them(tmp_path: Path) -> None:
    path = SAMPLES["irc:folder"](tmp_path)
    (tmp_path / "community.yml").write_text("tables: {events: {file: logs, format: irc}}", "utf-8")
    line = Community.open(tmp_path).quality().iloc[0]
    assert line["rows_in"] == in_logs(path) == line["used"] + line["set_aside"] + line["excluded"]
