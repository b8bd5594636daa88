"""Check a learner's answer: not attempted, right (and why), or a hint that fits the mistake."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.workbook import exercise_checks
from helpers.workbook.verdict import Hint, Mistake, Verdict, mark
from helpers.workbook.verdict import mark as _

__all__ = ["Exercise", "Hint", "Mistake", "Verdict", "check", "close", "exercise", "mark", "registered"]

Checker = Callable[..., Hint | None]

_REGISTRY: dict[str, Exercise] = {}


class NotAttempted(Exception):
    """Say that the function a learner was to write still holds its dots."""


class LearnerError(Exception):
    """Carry an error out of a learner's own function, so that the hint can name it."""


@dataclass(frozen=True)
class Exercise:
    """One registered exercise: how its answer is judged and which mistakes are known."""

    name: str
    checker: Checker
    passes: str
    mistakes: tuple[Mistake, ...]


def exercise(name: str, *, passes: str, mistakes: Iterable[Mistake] = ()) -> Callable[[Checker], Checker]:
    """Register a checker for one exercise.

    Parameters
    ----------
    name : str
        Exercise id: the concept it practises and a number, for example "E6.1".
    passes : str
        Why the answer is right, said when it is; marked with `_`.
    mistakes : iterable of Mistake
        Answers that learners typically write; a test runs each and expects its hint.

    Returns
    -------
    callable
        A decorator. The function under it takes the answer (and what else the notebook hands to
        `check` by name) and returns None when it is right, or a `Hint`.

    Examples
    --------
    >>> from helpers.workbook.exercises import Hint, exercise, mark as _
    >>> @exercise("X0.1", passes=_("Two of five members are active."))
    ... def share_active(answer):
    ...     if close(answer, 2 / 3):
    ...         return Hint(_("You divided by the members seen; silent members count as well."))
    ...     return None if close(answer, 0.4) else Hint(_("Divide the active by all members."))
    >>> check("X0.1", 0.4)
    X0.1 · Right. Two of five members are active.

    Taught in: all
    """

    def register(checker: Checker) -> Checker:
        _REGISTRY[name] = Exercise(name, checker, passes, tuple(mistakes))
        return checker

    return register


def registered() -> dict[str, Exercise]:
    """Return every exercise of the course by id, reading the chapters' modules once.

    Returns
    -------
    dict of str to Exercise
        In the order in which the chapters declare them.

    Taught in: all
    """
    for module in sorted(found.name for found in pkgutil.iter_modules(exercise_checks.__path__)):
        importlib.import_module(f"{exercise_checks.__name__}.{module}")
    return dict(_REGISTRY)


def close(answer: Any, value: float, *, tolerance: float = 0.005) -> bool:
    """Say whether an answer is a number near the value, whatever else the answer may be.

    Parameters
    ----------
    answer : object
        What the learner gave.
    value : float
        The number wanted.
    tolerance : float, default 0.005
        Relative distance allowed (absolute for a value of 0).

    Returns
    -------
    bool
        False for anything that is not one number.

    Examples
    --------
    >>> close(0.3331, 1 / 3), close("a third", 1 / 3)
    (True, False)

    Taught in: all
    """
    try:
        number = float(answer)
    except (TypeError, ValueError):
        return False
    return bool(abs(number - value) <= tolerance * (abs(value) or 1.0))


def check(name: str, answer: Any, **given: Any) -> Verdict:
    """Judge an answer and say what to do next; never raises because of the answer.

    Parameters
    ----------
    name : str
        Exercise id, for example "P3.1".
    answer : object
        A value or a function. `...`, or a function that still returns `...` or raises
        NotImplementedError, counts as not attempted.
    **given
        What else the checker reads from the notebook, for example `community=community`.

    Returns
    -------
    Verdict
        Shows itself as a short message.

    Raises
    ------
    KeyError
        When no exercise has that id.

    Notes
    -----
    The message comes in the language that the calling notebook set in its parameters cell
    (its global name `language`).

    Examples
    --------
    >>> import helpers.workbook.exercises as exercises
    >>> @exercises.exercise("X0.2", passes="Four.")
    ... def two_and_two(answer):
    ...     return None if exercises.close(answer, 4) else exercises.Hint("Add, do not join.")
    >>> check("X0.2", ...)
    X0.2 · Not attempted yet. Replace the dots and run the cell again.
    >>> check("X0.2", 22)
    X0.2 · Not yet. Add, do not join.

    Taught in: all
    """
    known = _REGISTRY if name in _REGISTRY else registered()
    if name not in known:
        raise KeyError(f"There is no exercise {name}; known are {', '.join(known)}.")
    language = str(sys._getframe(1).f_globals.get("language", "en"))
    if _holds_dots(answer):
        return Verdict(name, "not attempted", _DOTS, language=language)
    try:
        hint = known[name].checker(_guarded(answer) if callable(answer) else answer, **given)
    except NotAttempted:
        return Verdict(name, "not attempted", _DOTS, language=language)
    except LearnerError as error:
        hint = Hint(_STOPPED, {"error": str(error)})
    except Exception as error:  # a checker meets answers of any shape; the lesson goes on
        hint = Hint(_UNREADABLE, {"kind": type(answer).__name__, "error": f"{type(error).__name__}: {error}"})
    if hint is None:
        return Verdict(name, "right", known[name].passes, language=language)
    return Verdict(name, "hint", hint.text, hint.values, language)


_DOTS = _("Replace the dots and run the cell again.")
_STOPPED = _("Your function stopped with an error: {error}")
_UNREADABLE = _(
    "The check could not read your answer (a {kind}; {error}). Look again at what the exercise asks for."
)


def _holds_dots(answer: Any) -> bool:
    if isinstance(answer, Mapping):
        return any(_holds_dots(part) for part in answer.values())
    if isinstance(answer, list | tuple | set | frozenset):
        return any(_holds_dots(part) for part in answer)
    return answer is ... or (isinstance(answer, np.ndarray) and answer.dtype == object and ... in answer.flat)


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """Tell the learner's own errors from the checker's."""

    def call(*arguments: Any, **named: Any) -> Any:
        try:
            value = function(*arguments, **named)
        except NotImplementedError:
            raise NotAttempted from None
        except Exception as error:
            raise LearnerError(f"{type(error).__name__}: {error}") from error
        if _holds_dots(value):
            raise NotAttempted
        return value

    return call
