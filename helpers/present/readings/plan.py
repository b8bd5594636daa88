"""The goals of a quarter in words."""

from __future__ import annotations

import pandas as pd

from helpers.present.language import translator
from helpers.present.plan_words import goal_sentence, why
from helpers.present.readings.base import Reading, reading, too_little


def quarter_goals(goals: pd.DataFrame) -> Reading:
    """Say each goal with its base, its target and why it was chosen.

    Parameters
    ----------
    goals : DataFrame
        From `quarter_goals.goals`.

    Returns
    -------
    Reading

    Taught in: 08 Outlook
    """
    _ = translator(goals)
    if goals.empty:
        return too_little(_, _("a goal"), 0)
    sentences = [
        _("Goal {number}: {goal} ({why}).").format(
            number=number, goal=goal_sentence(_, goal), why=why(_, goal["reason"])
        )
        for number, goal in enumerate(goals.to_dict("records"), start=1)
    ]
    return reading(_, [*sentences, _("Give each an owner, and agree today on the day it is judged.")])
