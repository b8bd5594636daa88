"""Tests of the case studies' files: what they say, what they switch, and what is said of a broken one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from helpers.community.errors import SettingsError
from helpers.simulate import cases

NAMES = cases.names()
GOOD = yaml.safe_load((cases.FOLDER / "k6_pinduoduo.yml").read_text(encoding="utf-8"))


def test_there_is_a_case_for_each_section() -> None:
    """K1 to K7, in order."""
    assert [cases.load(name).concept for name in NAMES] == [f"K{n}" for n in range(1, 8)]


@pytest.mark.parametrize("name", NAMES)
def test_only_the_mechanism_differs(name: str) -> None:
    """On and off share everything else, the seed included."""
    case = cases.load(name)
    assert replace(case.on, mechanisms=case.off.mechanisms) == case.off
    for mechanism, strength in case.switched.items():
        assert getattr(case.on.mechanisms, mechanism) == strength > 0
        assert getattr(case.off.mechanisms, mechanism) == 0
    assert set(case.expected.values()) <= set(cases.DIRECTIONS)


def test_weights_of_a_channel_stay_shares() -> None:
    """Personas and platforms of each channel add up to one."""
    for source in cases.load("k6_pinduoduo").off.sources:
        assert sum(source.personas) == pytest.approx(1) and sum(source.platforms) == pytest.approx(1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"switched": {"fision": 1}}, r"switched\.fision is unknown"),
        (
            {"switched": {"fission": "much"}},
            r"switched\.fission should be a number from 0 to 2; found 'much'",
        ),
        ({"seed": "seven"}, "seed should be a whole number; found 'seven'"),
        ({"title": "Pinduoduo"}, "title should be"),
        ({"title": {"en": "Pinduoduo"}}, "title should be"),
        ({"expected": {"nps": "higher"}}, r"expected\.nps should be up, down or same; found 'higher'"),
        ({"sources": {"post": {}}}, r"sources\.post is unknown"),
        ({"sources": {"ad": {"shares": 2}}}, "shares is no key"),
        ({"personas": {"helper": -1}}, r"personas\.helper should be a number from 0"),
        ({"members": 3}, "members must be 20 or more"),
        ({"colour": "red"}, "colour is no key"),
    ],
)
def test_a_broken_file_says_what_is_wrong(change: dict[str, object], said: str) -> None:
    """The message names the file, the key and what was found."""
    with pytest.raises(SettingsError, match=said) as told:
        cases.parse({**GOOD, **change}, name="mine")
    assert "mine.yml" in str(told.value)


def test_what_is_missing_is_named() -> None:
    """Without a seed there is no case; nor is there one without a file, or in a file that is no YAML."""
    with pytest.raises(SettingsError, match="seed is missing"):
        cases.parse({key: value for key, value in GOOD.items() if key != "seed"}, name="mine")
    with pytest.raises(SettingsError, match="Known: k1_xiaomi"):
        cases.load("k9_none")
    with pytest.raises(SettingsError, match="found 3"):
        cases.parse(3, name="mine")


def test_a_file_that_is_no_yaml_names_the_line(tmp_path: Path) -> None:
    """The line at which reading stopped."""
    (tmp_path / "torn.yml").write_text("concept: K1\ntitle: {en: 'x\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"torn\.yml is not readable as YAML: line \d"):
        cases.load("torn", tmp_path)


def test_a_mechanism_is_on_or_off() -> None:
    """Nothing between."""
    with pytest.raises(SettingsError, match="on"):
        cases.load("k1_xiaomi").scenario("half")
