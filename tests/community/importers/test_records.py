"""Tables read quickly are read as carefully, and halves of letters stop nothing."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, mapping
from helpers.community.delimited import quick_records, records

CELLS = st.text(st.sampled_from('ab茶 ,"\n'), max_size=6)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8), st.integers(0, 40))
def test_quick_and_careful_reading_agree(rows: list[tuple[str, str, str]], cut: int) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows([("x", "y", "z"), *rows])
    text = buffer.getvalue()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_text(text[: max(9, len(text) - cut)], encoding="utf-8", newline="")
        quick = list(quick_records(path, "utf-8", ",", 3, 1))
        assert quick == list(records(path, "utf-8", ",", 3, 1))


def test_half_of_a_letter_in_a_header_and_in_json(tmp_path: Path) -> None:
    header = b"member_id,occurred_at,event_type," + "注".encode()[:2]
    (tmp_path / "events.csv").write_bytes(header + b"\na,2026-03-01 10:00:00,message,x\n")
    mapping.guess(tmp_path).write()
    assert len(Community.open(tmp_path).frame("events")) == 1
    (tmp_path / "community.yml").unlink()
    (tmp_path / "events.csv").unlink()
    line = {"member_id": "a\ud83d", "occurred_at": "2026-03-01 10:00:00", "event_type": "message"}
    (tmp_path / "events.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    mapping.guess(tmp_path).write()
    assert len(Community.open(tmp_path).frame("events")) == 1
