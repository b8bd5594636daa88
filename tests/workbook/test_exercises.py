"""The exercise machinery: three kinds of verdict, and nothing that an answer holds stops the lesson."""

import numpy as np
import pytest

from helpers.workbook import exercises
from helpers.workbook.exercises import Hint, check, close, exercise
from helpers.workbook.exercises import mark as _


@exercise("T1.1", passes=_("Three of four."))
def share(answer, n=4):
    """Expect the share, as a value or as a function of a list."""
    value = answer([1, 0, 1, 1]) if callable(answer) else answer
    if close(value, 3):
        return Hint(_("{value} is a count; divide it by {n}."), {"value": value, "n": n})
    return None if close(value, 3 / n) else Hint(_("Count, then divide."))


@pytest.fixture(autouse=True, scope="module")
def forget():
    yield
    exercises._REGISTRY.pop("T1.1", None)


def untouched(values):
    return ...


def unfinished(values):
    raise NotImplementedError


@pytest.mark.parametrize(
    "answer", [..., (1, ...), {"a": ...}, [[...]], np.array([1, ...], dtype=object), untouched, unfinished]
)
def test_dots_are_not_attempted(answer):
    assert check("T1.1", answer).state == "not attempted"


@pytest.mark.parametrize("answer", [0.75, "0.75", np.float64(0.7501), lambda seen: sum(seen) / len(seen)])
def test_a_right_answer_is_confirmed_with_its_reason(answer):
    verdict = check("T1.1", answer)
    assert verdict.state == "right"
    assert "Three of four." in str(verdict)


def test_a_typical_mistake_gets_its_own_hint_with_its_values():
    assert "3 is a count; divide it by 4." in str(check("T1.1", 3))
    assert "divide it by 4." in str(check("T1.1", sum))


def test_what_the_notebook_hands_over_reaches_the_checker():
    assert check("T1.1", 0.6, n=5).state == "right"


def test_an_error_in_the_learners_function_is_named():
    verdict = check("T1.1", lambda values: values["x"])
    assert verdict.state == "hint"
    assert "TypeError" in str(verdict)


@pytest.mark.parametrize("answer", [None, "half", {}, object()])
def test_an_answer_of_any_shape_gets_a_hint(answer):
    assert check("T1.1", answer).state == "hint"


def test_an_error_of_the_checker_is_a_hint_too():
    @exercise("T1.2", passes="x")
    def strict(answer):
        return answer["key"]

    verdict = check("T1.2", 5)
    exercises._REGISTRY.pop("T1.2")
    assert verdict.state == "hint"
    assert "int" in str(verdict)


def test_an_unknown_exercise_is_an_error_of_the_author():
    with pytest.raises(KeyError, match=r"no exercise T9\.9"):
        check("T9.9", 1)


def test_the_verdict_speaks_the_language_of_the_notebook():
    notebook = {"check": check, "language": "zh"}
    exec("verdict = check('T1.1', ...)", notebook)
    assert "Not attempted" not in str(notebook["verdict"])


def test_markdown_shows_no_mark_up_of_the_answer():
    shown = check("T1.1", lambda values: 1 / 0 if values else "<b>")._repr_markdown_()
    assert shown.startswith("> **T1.1** → ")
    assert "<b>" not in shown


def test_every_registered_exercise_has_a_reason_and_a_mistake():
    for name, found in exercises.registered().items():
        if not name.startswith(("X", "T")):
            assert found.passes, name
            assert found.mistakes, name
