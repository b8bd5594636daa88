"""Goals: the worst first, never smaller than what can be told from chance."""

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community
from helpers.models import diagnosis, quarter_goals
from helpers.models.experiments import power


def row(measure, challenge, probability, **changes):
    state = "trouble" if probability > 0.9 else "unclear" if probability > 0.1 else "fine"
    usual = {"unit": "share", "n": 1000, "count": 300, "estimate": 0.3, "low": 0.27, "high": 0.33}
    usual |= {"side": "below", "threshold": 0.4, "missing": "", "chapter": "04 Interaction"}
    return (
        usual
        | {"measure": measure, "challenge": challenge, "probability": probability, "state": state}
        | changes
    )


def test_the_worst_come_first_and_three_are_enough():
    found = [
        row("members who write", "low participation", 0.5),
        row("members who buy", "no commercial value", 0.99),
        row("near-copies", "homogeneous content", 0.01),
        row("back after four weeks", "little value to members", 0.0),
        row("buyers who come back", "no commercial value", 0.2),
    ]
    goals = quarter_goals.goals(pd.DataFrame(found))
    assert goals["measure"].tolist() == ["members who buy", "members who write", "back after four weeks"]
    assert goals["reason"].tolist() == ["trouble", "unclear", "usual"]


@pytest.mark.parametrize("side", ["below", "above"])
def test_a_target_is_found_four_times_out_of_five(side):
    goal = quarter_goals.goals(
        pd.DataFrame([row("near-copies", "homogeneous content", 0.99, side=side)])
    ).iloc[0]
    assert (goal["difference"] > 0) == (side == "below")
    assert goal["arm"] == 500
    assert power(0.3, goal["difference"], 500) == pytest.approx(0.8, abs=0.005)


def test_ratios_aim_at_the_better_end_of_their_interval():
    changes = {"unit": "ratio", "estimate": 0.7, "low": 0.6, "high": 0.85}
    goal = quarter_goals.goals(pd.DataFrame([row("arrivals", "weak growth", 0.99, **changes)])).iloc[0]
    assert goal["target"] == 0.85
    assert np.isnan(goal["arm"])


def test_without_evidence_there_is_no_goal():
    events = pd.DataFrame({"member_id": ["a"], "event_type": ["like"], "occurred_at": ["2026-05-01"]})
    assert quarter_goals.goals(diagnosis.diagnose(Community.open({"events": events}))).empty
