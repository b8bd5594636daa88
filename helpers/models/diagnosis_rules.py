"""The rules of the diagnosis: which measure speaks for which challenge, from which threshold on, and why."""

from __future__ import annotations

from dataclasses import dataclass

CHALLENGES = (
    "weak growth",
    "homogeneous content",
    "low participation",
    "high running cost",
    "little value to members",
    "no commercial value",
)


@dataclass(frozen=True)
class Rule:
    """Say which side of which threshold of a measure speaks for a challenge.

    Parameters
    ----------
    challenge : str
        One of ``CHALLENGES``.
    measure : str
        Name of a measure in `helpers.models.diagnosis_signs`.
    side : {"below", "above"}
        On which side of the threshold the trouble lies.
    threshold : float
        Where it begins; a convention that `diagnosis.diagnose` lets one change.
    origin : {"rule of thumb", "by definition"}
        Where the threshold comes from. A rule of thumb is experience put into a number: no study stands
        behind it. By definition: beyond it the thing itself turns over, as when fewer come than left.
    chapter : str
        Chapter of this workbook that treats the challenge.
    """

    challenge: str
    measure: str
    side: str
    threshold: float
    origin: str
    chapter: str


_THUMB, _DEFINED = "rule of thumb", "by definition"
RULES = (
    Rule("weak growth", "arrivals", "below", 0.8, _THUMB, "02 Positioning"),
    Rule("weak growth", "active members", "below", 0.9, _THUMB, "06 Evaluation"),
    Rule("homogeneous content", "near-copies", "above", 0.2, _THUMB, "03 Content"),
    Rule("low participation", "members who write", "below", 0.1, _THUMB, "04 Interaction"),
    Rule("low participation", "members seen", "below", 0.5, _THUMB, "04 Interaction"),
    Rule("high running cost", "cost in orders", "above", 1.0, _THUMB, "06 Evaluation"),
    Rule("little value to members", "back after four weeks", "below", 0.15, _THUMB, "06 Evaluation"),
    Rule("little value to members", "recommendation", "below", 0.0, _DEFINED, "06 Evaluation"),
    Rule("little value to members", "questions answered", "below", 0.5, _THUMB, "04 Interaction"),
    Rule("no commercial value", "members who buy", "below", 0.15, _THUMB, "05 Conversion"),
    Rule("no commercial value", "buyers who come back", "below", 0.1, _THUMB, "05 Conversion"),
)
