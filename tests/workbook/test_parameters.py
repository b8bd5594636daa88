"""Parameters are refused before anything runs: unknown names, wrong types."""

import pytest

from helpers.community import SettingsError
from helpers.workbook.parameters import choose, knobs
from tests.workbook.notebooks import notebook

CHAPTERS = {"one": notebook(), "two": notebook(parameters='data = "demo"  # demo, or a folder')}


def test_knobs_come_with_default_and_help():
    found = knobs(notebook())
    assert list(found) == ["data", "as_of", "language", "weeks", "share", "deep"]
    assert (found["weeks"].default, found["weeks"].help) == (4, "how many weeks to look back")


def test_each_notebook_gets_the_parameters_that_it_knows():
    assert choose(CHAPTERS, {"data": "mine", "weeks": "9"}) == {
        "one": {"data": "mine", "weeks": 9},
        "two": {"data": "mine"},
    }


def test_an_unknown_name_is_refused_with_the_nearest_and_all_known():
    with pytest.raises(SettingsError) as refused:
        choose(CHAPTERS, {"week": 3})
    assert "'week'" in str(refused.value)
    assert "Did you mean weeks?" in str(refused.value)
    assert "how many weeks to look back" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "given", "read"),
    [
        ("weeks", "12", 12),
        ("share", "0.25", 0.25),
        ("share", 1, 1.0),
        ("deep", "true", True),
        ("deep", "no", False),
        ("as_of", "2026-05-31", "2026-05-31"),
        ("as_of", "None", None),
        ("data", "some folder", "some folder"),
    ],
)
def test_texts_become_what_the_notebook_expects(name, given, read):
    assert choose(CHAPTERS, {name: given})["one"][name] == read


@pytest.mark.parametrize(
    ("name", "given", "kind"),
    [
        ("weeks", "four", "a whole number"),
        ("weeks", 4.5, "a whole number"),
        ("weeks", True, "a whole number"),
        ("share", "half", "a number"),
        ("deep", "perhaps", "true or false"),
        ("as_of", "31.05.2026", "a date"),
        ("as_of", "2026-02-30", "a date"),
        ("data", 7, "a text"),
    ],
)
def test_a_value_of_another_kind_is_refused_with_the_kind_wanted(name, given, kind):
    with pytest.raises(SettingsError, match=kind) as refused:
        choose(CHAPTERS, {name: given})
    assert name in str(refused.value)


def test_a_notebook_without_a_parameters_cell_has_no_knobs():
    plain = notebook()
    plain.cells[1].metadata["tags"] = []
    assert knobs(plain) == {}


def test_a_default_of_another_kind_is_read_as_python():
    listed = notebook(parameters="days = [1, 7]  # which days")
    assert choose({"one": listed}, {"days": "[1, 30]"})["one"]["days"] == [1, 30]
    with pytest.raises(SettingsError):
        choose({"one": listed}, {"days": "30"})
