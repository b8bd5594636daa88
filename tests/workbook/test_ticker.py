"""The line that says what is being done: patient, in the reader's language, without anybody's data."""

from __future__ import annotations

import io
import time

from helpers.community.progress import READING
from helpers.community.sentences import Sentence
from helpers.present.language import translator
from helpers.workbook.ticker import Ticker


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO, *steps: tuple[str, int | None, int | None], patience: float = 0.0) -> str:
    with Ticker(stream, translator("zh"), patience=patience, every=0.0) as ticker:
        for file, done, total in steps:
            before = stream.getvalue()
            ticker.hear(Sentence(READING, file=file), done, total)
            until = time.monotonic() + 20
            while patience == 0 and stream.getvalue() == before and time.monotonic() < until:
                time.sleep(0.02)
    return stream.getvalue()


def test_without_a_terminal_each_line_stands_alone() -> None:
    said = shown(io.StringIO(), ("a.csv", None, None), ("a.csv", 50_000, None), ("b.csv", 1, 4))
    assert said.splitlines() == ["正在读取 a.csv", "正在读取 a.csv 50,000", "正在读取 b.csv 25%"]


def test_in_a_terminal_the_line_moves_and_goes() -> None:
    said = shown(Terminal(), ("a.csv", None, None), ("b.csv", None, None))
    assert "正在读取 a.csv（0 秒）" in said and "正在读取 b.csv" in said
    assert "\n" not in said and said.endswith("\r")


def test_what_is_quick_is_not_told() -> None:
    assert shown(io.StringIO(), ("a.csv", None, None), patience=60.0) == ""


def test_numbers_of_people_in_names_of_files_are_masked() -> None:
    assert "13812345678" not in shown(io.StringIO(), ("13812345678.csv", None, None))
