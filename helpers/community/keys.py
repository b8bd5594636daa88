"""The keys of `community.yml`, read one by one: what is there, what was expected, and what was meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import Any, cast

from helpers.community.errors import SettingsError
from helpers.community.sentences import Sentence
from helpers.community.sentences import mark as _

CHOICES = {
    "grain": ("order", "line"),
    "decimal": ("point", "comma"),
    "zero_amount": ("keep", "set_aside"),
    "orders_before_joining": ("keep", "set_aside"),
    "language": ("en", "zh"),
    "kind": ("postgresql", "mysql", "duckdb"),
    "tls": ("prefer", "require", "verify"),
}
DATE_FORMAT = re.compile(r"(%-[djmyHIMS]|%[abcdfghjmnpuwxyzABGHIMSTUVWXYZ%]|[^%])+")  # what the engine reads
SEPARATORS = ("tab", "whitespace", "\\t")


def nearest(word: object, known: Any) -> Sentence:
    """Say which known word is meant, or list them all.

    Examples
    --------
    >>> str(nearest("timezon", ["timezone", "currency"]))
    'Did you mean timezone?'
    >>> str(nearest("xyz", ["timezone", "currency"]))
    'Known: timezone, currency.'
    """
    names = [str(name) for name in known]
    close = get_close_matches(str(word), names, n=1, cutoff=0.6)
    if close:
        return Sentence(_("Did you mean {name}?"), name=close[0])
    return Sentence(_("Known: {known}."), known=", ".join(names))


def either(options: Sequence[str]) -> Sentence:
    """List what may be chosen.

    Examples
    --------
    >>> str(either(["keep", "set_aside"]))
    'keep or set_aside'
    """
    said = Sentence(options[0])
    for option in options[1:]:
        said = Sentence(_("{one} or {other}"), one=said, other=option)
    return said


class Reader:
    """Read one mapping of the file, key by key, and complain about what is left over.

    Parameters
    ----------
    given : mapping
        What stands in the file.
    where : str
        Path of keys to it.
    at : str
        Name of the file, for messages.
    """

    def __init__(self, given: object, where: str, at: str) -> None:
        if not isinstance(given, Mapping):
            place = f"{at}, {where}" if where else at
            raise SettingsError(
                _("{place}: expected keys with values, found {given!r}."), place=place, given=given
            )
        self.given, self.where, self.at = dict(given), where, at
        self.known: list[str] = []

    def fail(self, key: str, expected: str | Sentence) -> SettingsError:
        """Return the error that a key holds something else than what was expected."""
        return SettingsError(
            _("{at}, {key}: expected {expected}, found {value!r}."),
            at=self.at,
            key=self.path(key),
            expected=Sentence(expected) if isinstance(expected, str) else expected,
            value=self.given.get(key),
        )

    def path(self, key: object) -> str:
        """Return the path of a key."""
        return f"{self.where}.{key}" if self.where else str(key)

    def take(self, key: str, types: type | tuple[type, ...], expected: str, default: Any = None) -> Any:
        """Return the value of a key when it is of these types, the default when there is none."""
        self.known.append(key)
        value = self.given.get(key)
        if value is None:
            return default
        wrong_bool = isinstance(value, bool) and types is not bool
        if wrong_bool or not isinstance(value, types):
            raise self.fail(key, expected)
        return value

    def text(self, key: str, default: Any = None) -> Any:
        """Return the value of a key as text."""
        value = self.take(key, (str, int, float), _("text"), default)
        return value if value is default else str(value)

    def choice(self, key: str) -> str:
        """Return the value of a key that has a few choices, the first when there is none."""
        options = CHOICES[key]
        value = self.text(key, options[0])
        if value not in options:
            raise self.fail(key, either(options))
        return cast(str, value)

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return the value of a key as texts."""
        value = self.take(key, (list, str, int), _("a list"), None)
        if value is None:
            return default
        return tuple(str(item) for item in (value if isinstance(value, list) else [value]))

    def formats(self, key: str) -> tuple[str, ...]:
        """Return formats of dates."""
        value = self.given.get(key)
        listed = value if isinstance(value, list) else [] if value is None else [value]
        good = all(isinstance(one, str) and "%" in one and DATE_FORMAT.fullmatch(one) for one in listed)
        if not good:
            raise self.fail(key, _('a list of formats of known parts, such as ["%d/%m/%Y %H:%M"]'))
        return self.texts(key)

    def separator(self, key: str) -> str | None:
        """Return the separator of a file."""
        value = self.take(key, str, _("one character, tab or whitespace"))
        if value is not None and value not in SEPARATORS and (len(value) != 1 or value in '"\r\n'):
            raise self.fail(key, _("one character, tab or whitespace"))
        return cast("str | None", value)

    def finish(self) -> None:
        """Complain about a key that nobody asked for."""
        for key in self.given:
            if key not in self.known:
                raise SettingsError(
                    _("{at}: unknown key {key}. {nearest}"),
                    at=self.at,
                    key=self.path(key),
                    nearest=nearest(key, self.known),
                )


def inside(file: str, where: str, at: str) -> str:
    """Return the name of a file with plain strokes; refuse one that is outside the folder."""
    plain = file.replace("\\", "/")
    path = PurePosixPath(plain)
    if path.is_absolute() or ":" in plain.split("/")[0] or ".." in path.parts or plain.startswith("~"):
        raise SettingsError(
            _("{at}, {where}: {file!r} is outside the folder. Copy the file into the folder."),
            at=at,
            where=where,
            file=file,
        )
    return plain
