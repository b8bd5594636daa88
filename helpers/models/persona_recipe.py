"""What it takes to tell any member's persona: it travels to where the members are."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np
import pandas as pd

# By name: what travels takes along the functions that it names, and with a module all that it imports.
from helpers.models.persona_features import Habit, Scale, counted


@dataclass(frozen=True)
class Recipe:
    """Hold what it takes to assign any member to a persona, wherever the member's row is.

    Attributes
    ----------
    basis : str
        What an active day rests on.
    habits : dict of str to Habit
        How each feature is worked out.
    scale : Scale
        Of the features.
    centres : array
        One row a persona, from the largest.

    Taught in: 02 Positioning
    """

    basis: str
    habits: dict[str, Habit]
    scale: Scale
    centres: np.ndarray

    def segments(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Turn rows of `persona_features.sql` into member_id and segment."""
        number, state = counted(rows, self.basis)
        there = (state == "described").to_numpy()
        frame = pd.DataFrame({"member_id": rows["member_id"], "segment": state.astype(object)})
        features = pd.DataFrame({name: habit.of(number[there]) for name, habit in self.habits.items()})
        values = self.scale.applied(features).to_numpy()
        far = ((values[:, None, :] - self.centres[None]) ** 2).sum(axis=2)
        frame.loc[there, "segment"] = np.array(list(ascii_uppercase))[far.argmin(axis=1)]
        return frame
