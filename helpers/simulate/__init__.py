"""Simulate a community whose truth is known."""

from helpers.simulate.people import Persona, Source
from helpers.simulate.scenario import Mechanisms, Mishap, Scenario, demo_scenario
from helpers.simulate.simulation import Simulation, simulate

__all__ = ["Mechanisms", "Mishap", "Persona", "Scenario", "Simulation", "Source", "demo_scenario", "simulate"]
