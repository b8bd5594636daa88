"""Members are drawn one by one: what independent seeds share out varies as independent members do."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from helpers.simulate import Scenario
from helpers.simulate.calendar import lay_out
from helpers.simulate.population import Members, draw_members

SEEDS = 300
GROUP_PLATFORMS = np.array([0, 1, 2, 3])


@pytest.fixture(scope="module")
def draws() -> list[Members]:
    first = Scenario.small()
    days = lay_out(first.start, first.days, history=180, weekly=1, mishap=None)
    return [draw_members(Scenario.small(seed=seed), days, GROUP_PLATFORMS) for seed in range(SEEDS)]


TRAITS = {
    "founders": lambda m: m.joined_day < 0,
    "late": lambda m: m.joined_day >= 60,
    "invited": lambda m: m.source == 0,
    "lurkers": lambda m: m.persona == 4,
    "women": lambda m: m.gender == 0,
    "young": lambda m: m.age == 0,
    "silent": lambda m: m.silent,
    "talkers": lambda m: m.talker,
    "wechat": lambda m: m.platform == 0,
    "lasting": lambda m: m.end_day > m.joined_day + 30,
}


@pytest.mark.parametrize("trait", TRAITS)
def test_shares_vary_between_seeds_as_a_binomial(draws: list[Members], trait: str) -> None:
    counts = np.array([TRAITS[trait](m)[m.role == 0].sum() for m in draws])
    sizes = np.array([(m.role == 0).sum() for m in draws])
    share = counts.sum() / sizes.sum()
    dispersion = ((counts - sizes * share) ** 2 / (sizes * share * (1 - share))).sum()
    low, high = chi2.ppf([0.0005, 0.9995], SEEDS - 1)
    assert low < dispersion < high


def test_total_and_brand_accounts_are_fixed(draws: list[Members]) -> None:
    roles = np.array([np.bincount(m.role, minlength=4) for m in draws])
    assert (roles == roles[0]).all()
    assert roles[0].tolist() == [294, 2, 2, 2]


def test_founders_and_false_accounts_are_as_many_as_expected() -> None:
    scenario = Scenario(seed=0, members=20_000, days=200, founders=0.2)
    days = lay_out(scenario.start, scenario.days, history=180, weekly=1, mishap=(156, 5, 5.0))
    members = draw_members(scenario, days, GROUP_PLATFORMS)
    names = np.array([persona.name for persona in scenario.personas])[members.persona]
    for found, chance in (
        ((members.joined_day < 0) & (members.role == 0), 0.2),
        (names == "false_account", 0.02),
    ):
        assert abs(found.sum() - 20_000 * chance) < 4 * np.sqrt(20_000 * chance * (1 - chance))
