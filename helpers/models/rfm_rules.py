"""The names of the segments, as boxes of scores that tile all combinations."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """A box of scores and the name of the members inside: the ends belong to the box."""

    segment: str
    recency: tuple[int, int]
    frequency: tuple[int, int]
    monetary: tuple[int, int] = (1, 5)


# The boxes tile the 5 x 5 x 5 scores: no combination is in two of them and none is in no box.
RULES = (
    Rule("champions", recency=(4, 5), frequency=(4, 5), monetary=(4, 5)),
    Rule("loyal", recency=(4, 5), frequency=(4, 5), monetary=(1, 3)),
    Rule("loyal", recency=(3, 3), frequency=(4, 5)),
    Rule("potential_loyalist", recency=(4, 5), frequency=(2, 3)),
    Rule("new", recency=(5, 5), frequency=(1, 1)),
    Rule("promising", recency=(4, 4), frequency=(1, 1)),
    Rule("need_attention", recency=(3, 3), frequency=(3, 3)),
    Rule("about_to_sleep", recency=(3, 3), frequency=(1, 2)),
    Rule("cannot_lose", recency=(1, 2), frequency=(4, 5), monetary=(4, 5)),
    Rule("at_risk", recency=(1, 2), frequency=(4, 5), monetary=(1, 3)),
    Rule("at_risk", recency=(1, 2), frequency=(3, 3)),
    Rule("hibernating", recency=(2, 2), frequency=(1, 2)),
    Rule("lost", recency=(1, 1), frequency=(1, 2)),
)

# Those without a single purchase (or active day) have no scores, but they are members and are counted.
UNSCORED = {"orders": "no_purchase", "activity": "silent"}


def segment_case(unscored: str) -> str:
    """Write the rules as one SQL expression over the scores r, f and m.

    Parameters
    ----------
    unscored : str
        Name for members without scores.

    Returns
    -------
    str
        A `case` expression.

    Examples
    --------
    >>> segment_case("silent")[:58]
    "case when r is null then 'silent' when r between 4 and 5 a"

    Taught in: 02 Positioning
    """

    def inside(rule: Rule) -> str:
        sides = (("r", rule.recency), ("f", rule.frequency), ("m", rule.monetary))
        return " and ".join(f"{side} between {low} and {high}" for side, (low, high) in sides)

    boxes = " ".join(f"when {inside(rule)} then '{rule.segment}'" for rule in RULES)
    return f"case when r is null then '{unscored}' {boxes} end"
