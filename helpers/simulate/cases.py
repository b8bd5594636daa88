"""The case studies: scenarios in which a mechanism is switched on, and the same ones with it off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from helpers.community.errors import SettingsError
from helpers.simulate.people import PERSONAS, PLATFORMS, SOURCES, Source
from helpers.simulate.scenario import Mechanisms, Scenario

FOLDER = Path(__file__).resolve().parents[2] / "datasets" / "cases"
DIRECTIONS = ("up", "down", "same")
_MECHANISMS = tuple(field.name for field in fields(Mechanisms))
_PERSONAS = tuple(persona.name for persona in PERSONAS[:6])
_SOURCES = tuple(source.name for source in SOURCES)
_FACTORS = ("share", "hazard", "rate", "price")
# Parameters of the scenario that are one number each, beyond seed, members and days.
_NUMBERS = tuple(
    field.name
    for field in fields(Scenario)
    if field.type == "float" and field.name not in ("staff", "kols", "bots")
) + ("staff", "kols")
# A case is about one mechanism: no mishap, no other tests, no outside customers, no texts.
_PLAIN: dict[str, Any] = {"mishap": None, "trials": False, "outsiders": 0.0, "texts": False, "gamers": 0.0}


@dataclass(frozen=True)
class Case:
    """Hold one case study: the scenario with the mechanism on, with it off, and what is expected to differ.

    Parameters
    ----------
    name : str
        Name of the file, such as ``k1_xiaomi``.
    concept : str
        Id of the section that tells it.
    title, mechanism : dict of str to str
        In English and in Chinese.
    on, off : Scenario
        The two scenarios: everything but the mechanisms switched is the same, the seed included.
    switched : dict of str to float
        Mechanisms and their strength while on; 0 while off.
    expected : dict of str to str
        Metric of the scorecard -> up, down or same, written down before anything was run.

    Notes
    -----
    One seed for both: every random stream that the mechanism does not touch draws the same numbers, so
    that the two communities are alike where the mechanism does nothing.

    Taught in: 07 Case studies
    """

    name: str
    concept: str
    title: dict[str, str]
    mechanism: dict[str, str]
    on: Scenario
    off: Scenario
    switched: dict[str, float]
    expected: dict[str, str]

    @property
    def community(self) -> dict[str, str]:
        """Title of the simulated community, in both languages: what its figures name as their source."""
        return {
            "en": f"simulated mechanism ({self.title['en']}), not the company's data",
            "zh": f"模拟机制（{self.title['zh']}），并非该公司的数据",
        }

    def scenario(self, mechanism: str) -> Scenario:
        """Return the scenario with the mechanism ``"on"`` or ``"off"``."""
        if mechanism not in ("on", "off"):
            raise SettingsError(f'mechanism={mechanism!r}: choose "on" or "off".')
        return self.on if mechanism == "on" else self.off


class _File:
    """Take values out of a file and say, when one is wrong, which, what was expected and what was found."""

    def __init__(self, given: object, at: str) -> None:
        self.at = at
        if not isinstance(given, Mapping):
            raise SettingsError(f"{at}: a case is a list of keys and values; found {_shown(given)}.")
        self.left = dict(given)

    def fail(self, key: str, expected: str, found: object) -> SettingsError:
        return SettingsError(f"{self.at}: {key} should be {expected}; found {_shown(found)}.")

    def take(self, key: str, kind: type | tuple[type, ...], expected: str, default: Any = None) -> Any:
        if key not in self.left:
            if default is None:
                raise SettingsError(f"{self.at}: {key} is missing; it should be {expected}.")
            return default
        value = self.left.pop(key)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.fail(key, expected, value)
        return value

    def texts(self, key: str) -> dict[str, str]:
        value = self.take(key, Mapping, "{en: …, zh: …}")
        if set(value) != {"en", "zh"} or not all(isinstance(text, str) for text in value.values()):
            raise self.fail(key, "{en: …, zh: …}", dict(value))
        return dict(value)

    def numbers(
        self, key: str, known: tuple[str, ...], default: Any = None, most: float = 1e9
    ) -> dict[str, float]:
        value = self.take(key, Mapping, f"numbers for any of {', '.join(known)}", default)
        for name, number in value.items():
            if name not in known:
                raise SettingsError(f"{self.at}: {key}.{name} is unknown. Known: {', '.join(known)}.")
            if isinstance(number, bool) or not isinstance(number, (int, float)) or not 0 <= number <= most:
                raise self.fail(f"{key}.{name}", f"a number from 0 to {most:g}", number)
        return {name: float(number) for name, number in value.items()}

    def finish(self) -> None:
        if self.left:
            raise SettingsError(f"{self.at}: {sorted(map(str, self.left))[0]} is no key of a case.")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def names(folder: Path = FOLDER) -> list[str]:
    """List the case studies.

    Parameters
    ----------
    folder : pathlib.Path
        Where the files are.

    Returns
    -------
    list of str
        Names without suffix, in order.

    Examples
    --------
    >>> names()[0]
    'k1_xiaomi'

    Taught in: 07 Case studies
    """
    return sorted(path.stem for path in folder.glob("*.yml"))


def load(name: str, folder: Path = FOLDER) -> Case:
    """Read one case study.

    Parameters
    ----------
    name : str
        Name of the file without suffix, see `names`.
    folder : pathlib.Path
        Where it is.

    Returns
    -------
    Case
        The scenarios with the mechanism on and off, and what is expected to differ.

    Raises
    ------
    SettingsError
        When there is no such case, or the file cannot be followed: names the key, what was expected and
        what was found.

    Examples
    --------
    >>> load("k6_pinduoduo").on.mechanisms.fission
    1.0

    Taught in: 07 Case studies
    """
    path = folder / f"{name}.yml"
    if not path.is_file():
        raise SettingsError(f"There is no case {name!r}. Known: {', '.join(names(folder)) or 'none'}.")
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise SettingsError(f"{path.name} is not readable as YAML: {_first_line(error)}.") from None
    return parse(given, name=name)


def _first_line(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    place = f"line {mark.line + 1}: " if mark else ""
    return f"{place}{getattr(error, 'problem', None) or str(error).splitlines()[0]}"


def parse(given: object, *, name: str) -> Case:
    """Turn what the file of a case holds into a case, or say what in it cannot be followed.

    Parameters
    ----------
    given : mapping
        Keys and values as YAML gives them.
    name : str
        Name of the case, for messages.

    Returns
    -------
    Case
        The case.

    Raises
    ------
    SettingsError
        See `load`.

    Taught in: 07 Case studies
    """
    file = _File(given, f"{name}.yml")
    concept = file.take("concept", str, "the id of a section, such as K1")
    title, mechanism = file.texts("title"), file.texts("mechanism")
    sizes = {key: file.take(key, int, "a whole number") for key in ("seed", "members", "days")}
    start = file.take("start", date, "a day like 2025-03-01", Scenario.start)
    numbers = file.numbers("community", _NUMBERS, {})
    people = _sources(file)
    both = file.numbers("both", _MECHANISMS, {}, most=2)
    switched = file.numbers("switched", _MECHANISMS, most=2)
    expected = file.take("expected", Mapping, "metric: up, down or same")
    for metric, direction in expected.items():
        if direction not in DIRECTIONS:
            raise file.fail(f"expected.{metric}", "up, down or same", direction)
    file.finish()
    silent = Mechanisms(**{**dict.fromkeys(_MECHANISMS, 0.0), **both})
    try:
        off = Scenario(**sizes, start=start, mechanisms=silent, sources=people, **{**_PLAIN, **numbers})
    except ValueError as error:
        raise SettingsError(f"{name}.yml: {error}.") from None
    on = replace(off, mechanisms=replace(silent, **switched))
    return Case(name, concept, title, mechanism, on, off, switched, dict(expected))


def _sources(file: _File) -> tuple[Source, ...]:
    """Return the channels of arrival with the case's own weights of personas, platforms and channels."""
    mix = file.numbers("personas", _PERSONAS, {})
    homes = file.numbers("platforms", PLATFORMS, {})
    changes = file.take("sources", Mapping, f"factors for any of {', '.join(_SOURCES)}", {})
    found = []
    for name in changes:
        if name not in _SOURCES:
            raise SettingsError(f"{file.at}: sources.{name} is unknown. Known: {', '.join(_SOURCES)}.")
    for source in SOURCES:
        own = _File(changes.get(source.name, {}), f"{file.at}, sources.{source.name}")
        factors = {key: own.take(key, (int, float), "a number", 1.0) for key in _FACTORS}
        coupon = own.take("coupon", (int, float), "a share", source.coupon)
        people = {**mix, **own.numbers("personas", _PERSONAS, {})}
        own.finish()
        weights = [w * people.get(p, 1.0) for p, w in zip(_PERSONAS, source.personas, strict=True)]
        places = [w * homes.get(p, 1.0) for p, w in zip(PLATFORMS, source.platforms, strict=True)]
        found.append(
            replace(
                source,
                share_first=source.share_first * factors["share"],
                share_last=source.share_last * factors["share"],
                hazard=source.hazard * factors["hazard"],
                rate=source.rate * factors["rate"],
                price=source.price * factors["price"],
                coupon=float(coupon),
                personas=tuple(weight / sum(weights) for weight in weights),
                platforms=tuple(place / sum(places) for place in places),
            )
        )
    return tuple(found)
