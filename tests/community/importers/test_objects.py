"""JSON record by record: chunks, what is broken, what can be mended, and nothing raised at anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.community import CommunityError
from helpers.community.delimited import Torn
from helpers.community.importers import IMPORTERS, Export, objects
from helpers.community.importers.objects import Broken, Opened
from tests.community.importers.samples import SAMPLES

OURS = [name for name in SAMPLES if name.partition(":")[0] in ("telegram", "slack", "discord", "discourse")]
FILES = [name for name in OURS if name not in ("slack:zip",)]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


def found(path: Path, text: str, **options: Any) -> list[Any]:
    path.write_text(text, encoding="utf-8", newline="")
    return list(objects.records(Export(path), **options))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VALUES, max_size=6), st.sampled_from([None, 0, 1, 4]), st.integers(1, 9))
def test_records_are_those_of_the_json_module_however_short_the_chunks(
    tmp_path: Path, values: list[Any], indent: int | None, chunk: int
) -> None:
    text = json.dumps({"name": "a", "chats": {"list": [{"id": 7, "messages": values}]}}, indent=indent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(objects, "CHUNK", chunk)
        seen = found(tmp_path / "a.json", text, lists=("messages",), enter=("chats", "list"))
    assert seen == [Opened({"id": 7}, 2), *values]


OBJECTS = st.fixed_dictionaries(
    {"id": st.integers(0, 9), "inner": VALUES, "text": st.text("ab},\n {[", max_size=9)}
)
PLACES = ("},", "}", ",", '"', "{", "]")
DAMAGE = ("", "},\n  {", ",,", "oops", '"', "]", "\\x1f", "\r\n", "}{")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(OBJECTS, min_size=3, max_size=9), st.sampled_from([None, 0, 2]), st.integers(9, 99), st.data()
)
def test_many_records_at_once_give_what_each_by_itself_gives(
    tmp_path: Path, values: list[Any], indent: int | None, chunk: int, data: st.DataObject
) -> None:
    text = json.dumps({"id": 7, "messages": values, "more": [{}, {}]}, indent=indent)
    if data.draw(st.booleans()):
        pieces = text.split(place := data.draw(st.sampled_from(PLACES)))
        at = data.draw(st.integers(0, len(pieces) - 1))
        text = place.join(pieces[:at]) + data.draw(st.sampled_from(DAMAGE)) + place.join(pieces[at:])
    seen = []
    for trials in (0, objects.TRIALS):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(objects, "CHUNK", chunk)
            patch.setattr(objects, "TRIALS", trials)
            seen.append(found(tmp_path / "a.json", text, lists=("messages",)))
    assert seen[0] == seen[1]


def test_a_broken_record_costs_only_itself(tmp_path: Path) -> None:
    text = json.dumps([{"id": n, "inner": [{"a": 1}, {"a": 2}]} for n in range(4)], indent=1)
    seen = found(tmp_path / "a.json", text.replace('"id": 1', '"id": oops'))
    assert [one["id"] for one in seen[1:] if not isinstance(one, Broken)] == [0, 2, 3]
    assert seen[2].reason == "not JSON" and "oops" in seen[2].text


def test_an_escape_that_json_does_not_have_is_mended(tmp_path: Path) -> None:
    text = '[\n {"id": 1, "text": "a\\x1Fb"},\n {"id": 2, "text": "c\\\\x1F"}\n]'
    assert found(tmp_path / "a.json", text)[1:] == [
        {"id": 1, "text": "a\x1fb"},
        {"id": 2, "text": "c\\x1F"},
    ]


@pytest.mark.parametrize("indent", [None, 1])
def test_a_list_that_is_cut_gives_what_came_before(tmp_path: Path, indent: int | None) -> None:
    text = json.dumps([{"id": n} for n in range(5)], indent=indent)
    seen = found(tmp_path / "a.json", text[: text.index("3") + 1])
    assert seen[1:4] == [{"id": 0}, {"id": 1}, {"id": 2}]
    assert isinstance(seen[4], Broken) and "id" in seen[4].text and len(seen) == 5


def test_an_export_that_is_there_twice_is_read_twice(tmp_path: Path) -> None:
    seen = found(tmp_path / "a.json", '{"messages": [1, 2]}' * 2, lists=("messages",))
    assert [one for one in seen if not isinstance(one, Opened)] == [1, 2, 1, 2]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(FILES), st.data())
def test_damaged_bytes_never_end_in_a_traceback(tmp_path: Path, name: str, data: st.DataObject) -> None:
    path = SAMPLES[name](tmp_path)
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    file = data.draw(st.sampled_from(files))
    given_bytes = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(given_bytes) - 1))
        junk = st.sampled_from([b'"', b"{", b"]", b"\\x1f", b"\xff", b"\0", b"[" * 3000, b"null", b"\n"])
        given_bytes[at : at + data.draw(st.integers(0, 9))] = data.draw(junk)
    file.write_bytes(bytes(given_bytes))
    importer = IMPORTERS[name.partition(":")[0]]
    for table, columns in importer.tables.items():
        try:
            for row in importer.rows(Export(path), table):
                assert isinstance(row, Torn) or len(row[1]) == len(columns)
        except CommunityError as error:
            assert path.name in str(error) or file.name in str(error)
