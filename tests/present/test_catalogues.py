"""Every sentence exists in both languages, once, with the same placeholders."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from helpers.present.language import LOCALE

HELPERS = LOCALE.parents[1]
DATA_DRIVEN = "tables"  # its entries translate column names and values, which no source holds as a message


@cache
def _extracted() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    methods = [("**.py", "python"), ("**.j2", "jinja2")]
    places = extract_from_dir(str(HELPERS), method_map=methods, keywords={"_": None})
    for name, line, message, _comments, _context in places:
        found[message].append(f"helpers/{Path(name).as_posix()}:{line}")
    return dict(found)


@cache
def _catalogued() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in sorted((LOCALE / "zh").glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
        for message in catalogue:
            if message.id and not message.context:
                found[message.id].append((path.stem, message.string))
    return dict(found)


def _placeholders(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None}


def _listed(lines: list[str]) -> str:
    return "\n" + "\n".join(lines)


def test_every_message_has_a_chinese_translation() -> None:
    missing = [
        f'{places[0]}\nmsgid "{message}"'
        for message, places in _extracted().items()
        if not any(text for _name, text in _catalogued().get(message, []))
    ]
    assert not missing, _listed(missing)


def _plain_texts(path: Path) -> list[str]:
    # Errors that speak to the person in a text which is not marked: it would never be translated.
    errors = {"CommunityError", "DataError", "SettingsError", "TruthMissing"}
    calls = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    first = [node.args[0] for node in calls if getattr(node.func, "id", "") in errors and node.args]
    bare = [one for one in first if isinstance(one, ast.Constant | ast.JoinedStr | ast.BinOp)]
    return [f"{path.relative_to(HELPERS).as_posix()}:{one.lineno}: {ast.unparse(one)}" for one in bare]


def test_every_error_is_said_in_marked_words() -> None:
    # What the simulator says of a case is written and read by authors, in English.
    paths = [path for path in sorted(HELPERS.rglob("*.py")) if "simulate" not in path.parts]
    unmarked = [text for path in paths for text in _plain_texts(path)]
    assert not unmarked, _listed(unmarked)


def test_every_message_stands_in_one_catalogue_only() -> None:
    double = [
        f"{message!r}: {', '.join(name for name, _text in entries)}"
        for message, entries in _catalogued().items()
        if len(entries) > 1
    ]
    assert not double, _listed(double)


def test_no_catalogue_names_a_message_twice() -> None:
    # The parser keeps the last one of two, so the text itself is counted.
    double = []
    for path in sorted((LOCALE / "zh").glob("*.po")):
        entries = re.findall(r'^(?:msgctxt ".*"\n)?msgid ".+"$', path.read_text(encoding="utf-8"), flags=re.M)
        double += [f"{path.name}: {entry}" for entry in set(entries) if entries.count(entry) > 1]
    assert not double, _listed(double)


def test_translations_have_the_same_placeholders() -> None:
    different = [
        f"{name}.po: {message!r} has {_placeholders(message)}, {text!r} has {_placeholders(text)}"
        for message, entries in _catalogued().items()
        for name, text in entries
        if _placeholders(message) != _placeholders(text)
    ]
    assert not different, _listed(different)


def test_placeholders_have_names() -> None:
    nameless = [f"{places[0]}: {m!r}" for m, places in _extracted().items() if "" in _placeholders(m)]
    assert not nameless, _listed(nameless)


def test_no_translation_is_left_over() -> None:
    unused = [
        f"{name}.po: {message!r}"
        for message, entries in _catalogued().items()
        for name, _text in entries
        if name != DATA_DRIVEN and message not in _extracted()
    ]
    assert not unused, _listed(unused)


@pytest.mark.parametrize("path", sorted((LOCALE / "zh").glob("*.po")), ids=lambda path: path.name)
def test_no_translation_is_marked_as_doubtful(path: Path) -> None:
    assert "fuzzy" not in path.read_text(encoding="utf-8")
