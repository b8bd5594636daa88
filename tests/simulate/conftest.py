"""One small simulated community shared by the tests of the simulator."""

from __future__ import annotations

import pytest

from helpers.simulate import Mishap, Scenario, Simulation, simulate


@pytest.fixture(scope="session")
def medium() -> Simulation:
    """Return a community large enough for every mechanism to have happened."""
    return simulate(Scenario(seed=5, members=2500, days=200, mishap=Mishap()))
