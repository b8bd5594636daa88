"""Whoever listens hears of every file that is read; nobody else pays for it."""

from __future__ import annotations

from pathlib import Path

from helpers.community import Community, mapping, progress

ORDERS = "order_id,member_id,ordered_at,amount\n1,a,2026-05-01,10\n2,b,2026-05-02,12.5\n"


def test_init_and_opening_tell_of_each_file(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    heard: list[str] = []
    with progress.telling(lambda what, done, total: heard.append(what.told(str))):
        mapping.guess(tmp_path).write()
        Community.open(tmp_path)
    Community.open(tmp_path)
    assert heard[0] == "Looking at orders.csv"
    assert "Reading orders.csv" in heard and "Checking the rows of orders.csv" in heard
    assert heard.count("Checking the rows of orders.csv") == 1


def test_long_files_are_told_of_in_rows(tmp_path: Path) -> None:
    # Blank lines make the file go row by row.
    rows = "".join(f"{n},m{n},2026-05-01,1\n" for n in range(60_000))
    (tmp_path / "orders.csv").write_text(ORDERS + "\n" + rows, encoding="utf-8")
    heard: list[int | None] = []
    with progress.telling(lambda what, done, total: heard.append(done)):
        Community.open(tmp_path)
    assert max(done for done in heard if done) >= 50_000
