"""Settings: every key is read, and what cannot be followed is named with the nearest that can."""

from __future__ import annotations

import datetime as dt
import string
from pathlib import Path

import duckdb
import pytest

from helpers.community import SettingsError, keys
from helpers.community import settings as settings_file


def test_every_key_is_read() -> None:
    settings = settings_file.parse(
        {
            "name": "tea",
            "title": {"en": "Tea", "zh": "茶"},
            "simulated": True,
            "timezone": "Europe/Paris",
            "day_starts_at": 4,
            "currency": "EUR",
            "language": "zh",
            "as_of": dt.date(2026, 5, 31),
            "privacy": {"pseudonyms": False},
            "exclude": {"roles": ["bot"], "members": ["m1", 2]},
            "tables": {
                "orders": {
                    "file": "data\\orders.csv",
                    "sheet": "May",
                    "header_row": 3,
                    "separator": "tab",
                    "encoding": "gb18030",
                    "columns": {
                        "order_id": 7,
                        "amount": {"product": ["Quantity", "UnitPrice"]},
                        "status": {"constant": "paid"},
                        "category": {"en": "kind", "zh": "类"},
                    },
                    "values": {"status": {"ok": "paid"}},
                    "dates": "%d/%m/%Y",
                    "decimal": "comma",
                    "grain": "line",
                    "zero_amount": "set_aside",
                    "orders_before_joining": "set_aside",
                },
                "events": "events.parquet",
            },
        }
    )
    assert settings.title_in("zh") == "茶"
    assert settings.exclude_members == ("m1", "2")
    orders = settings.tables["orders"][0]
    assert orders.file == "data/orders.csv"
    assert orders.dates == ("%d/%m/%Y",)
    assert orders.columns["amount"].names("en") == ("Quantity", "UnitPrice")
    assert orders.columns["category"].names("zh") == ("类",)
    assert settings.tables["events"][0].file == "events.parquet"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"langauge": "en"}, ("unknown key langauge", "Did you mean language?")),
        ({"language": "fr"}, ("language", "en or zh", "'fr'")),
        ({"day_starts_at": 24}, ("day_starts_at", "0 to 23")),
        ({"day_starts_at": True}, ("day_starts_at", "0 to 23")),
        ({"as_of": "31 May"}, ("as_of", "not a day")),
        ({"title": {"fr": "Thé"}}, ("title", "{en: …, zh: …}")),
        ({"privacy": {"pseudonym": True}}, ("privacy.pseudonym", "Did you mean pseudonyms?")),
        ({"exclude": {"role": ["bot"]}}, ("exclude.role", "Did you mean roles?")),
        ({"tables": {"orders": {"files": "x"}}}, ("tables.orders.files", "Did you mean file?")),
        ({"tables": {"orders": {"grain": "row"}}}, ("tables.orders.grain", "order or line")),
        ({"tables": {"orders": {"columns": {"amout": "x"}}}}, ("amout", "Did you mean amount?")),
        ({"tables": {"orders": {"columns": {"amount": {"sum": ["a"]}}}}}, ("amount", "product")),
        ({"tables": {"orders": {"values": {"state": {}}}}}, ("values.state", "Did you mean status?")),
        ({"tables": {"orders": {"values": {"status": "paid"}}}}, ("values.status", "their value: ours")),
        ({"tables": {"orders": {"header_row": 0}}}, ("header_row", "from 1")),
        ({"tables": {"orders": {"header_row": "none"}}}, ("names", "without a header row")),
        ({"tables": {"orders": {"file": "a/../../x.csv"}}}, ("outside the folder",)),
        ({"tables": {"orders": {"file": "~/x.csv"}}}, ("outside the folder",)),
        ([], ("expected keys with values",)),
    ],
)
def test_what_cannot_be_followed_is_named(given: object, words: tuple[str, ...]) -> None:
    with pytest.raises(SettingsError) as caught:
        settings_file.parse(given)
    for word in words:
        assert word in str(caught.value)


def test_a_folder_without_settings_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="python -m helpers init"):
        settings_file.read(tmp_path)


def test_a_settings_file_may_be_empty_or_begin_with_a_mark(tmp_path: Path) -> None:
    (tmp_path / "community.yml").write_text("", encoding="utf-8-sig")
    assert settings_file.read(tmp_path).name == tmp_path.name


@pytest.mark.parametrize(
    "dates", [["%Q"], ["%Y%"], ["abc"], "%d/%m/%Q", 3, [3], [["%Y"]], {"a": 1}, True, [""]]
)
def test_formats_of_dates_are_known_ones(dates: object) -> None:
    with pytest.raises(SettingsError, match=r"tables.orders.dates: expected a list of formats .*%d/%m/%Y"):
        settings_file.parse({"tables": {"orders": {"dates": dates}}})


def test_every_known_part_of_a_format_is_read_by_the_engine() -> None:
    parts = [f"%{letter}" for letter in string.ascii_letters] + [
        f"%-{letter}" for letter in string.ascii_letters
    ]
    for part in [*parts, "%%", "%Q%Y", "%Y%"]:
        try:
            duckdb.execute("select try_strptime(x, $1) from (values ('2026')) as t(x)", [part])
            read = True
        except duckdb.InvalidInputException:
            read = False
        assert (keys.DATE_FORMAT.fullmatch(part) is not None) == read, part


@pytest.mark.parametrize("separator", ["abc", "", '"', "\n", ["a"], True, 12])
def test_a_separator_is_one_character_or_a_word(separator: object) -> None:
    with pytest.raises(
        SettingsError, match=r"tables.orders.separator: expected one character, tab or whitespace"
    ):
        settings_file.parse({"tables": {"orders": {"separator": separator}}})


@pytest.mark.parametrize("separator", [";", "tab", "whitespace", "\\t", "\t", "|", None])
def test_usual_separators_are_taken(separator: object) -> None:
    settings = settings_file.parse({"tables": {"orders": {"separator": separator}}})
    assert settings.tables["orders"][0].separator == separator


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name: a\ncurrency: CNY\nname: b\n", "line 3: the key name"),
        ("tables:\n  orders: {file: a.csv}\n  orders: {file: b.csv}\n", "line 3: the key orders"),
        ('tables: {orders: {columns: {amount: a, "amount": b}}}\n', "line 1: the key amount"),
    ],
)
def test_a_key_that_is_there_twice_is_refused(tmp_path: Path, text: str, line: str) -> None:
    (tmp_path / "community.yml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=f"community.yml, {line} is there twice"):
        settings_file.read(tmp_path)


def test_keys_may_be_shared_and_then_changed(tmp_path: Path) -> None:
    text = "tables:\n  orders: &one {file: a.csv, separator: ';'}\n  costs: {<<: *one, file: b.csv}\n"
    (tmp_path / "community.yml").write_text(text, encoding="utf-8")
    costs = settings_file.read(tmp_path).tables["costs"][0]
    assert (costs.file, costs.separator) == ("b.csv", ";")


@pytest.mark.parametrize("text", ["- a\n- b\n", "tea\n", "3\n"])
def test_a_top_level_without_keys_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "community.yml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"^community.yml: expected keys with values, found"):
        settings_file.read(tmp_path)
