"""What it is worth to contact the best so many by one rule or another, after what contacting costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.metrics.intervals import percentiles
from helpers.models.qini import paths

RULES = ("two_models", "doubly_robust", "churn_risk", "past_value", "random")
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def _drawn(
    frame: pd.DataFrame, rule: str, grid: np.ndarray, outcome: str, repeats: int, seed: int
) -> np.ndarray:
    if rule == "random":  # the straight line: each share of a lot gains its share of the whole
        ends = paths(
            frame.assign(nobody=0.0), "nobody", outcome=outcome, grid=[1.0], repeats=repeats, seed=seed
        )
        return ends * grid
    return paths(frame, rule, outcome=outcome, grid=grid, repeats=repeats, seed=seed)


def by_budget(
    frame: pd.DataFrame,
    *,
    rules: Sequence[str] = RULES,
    shares: Sequence[float] = SHARES,
    outcome: str = "value",
    contact_cost: float = 0.0,
    against: str = "random",
    repeats: int = 300,
    seed: int = 0,
) -> pd.DataFrame:
    """Value each rule at each budget: gain against nobody contacted, less the cost of contacting.

    Parameters
    ----------
    frame : DataFrame
        From `uplift.predict`: drawn members with ``treated``, the outcome and a column for each rule. The
        highest are contacted first; "random" needs no column. Rules without a column are left out.
    rules : sequence of str
        Columns.
    shares : sequence of float
        Budgets, as shares of the members.
    outcome : str, default "value"
        Money a member; with the discount already taken off, where there is one.
    contact_cost : float, money, default 0
        Cost of contacting one member.
    against : str, default "random"
        Rule that each is compared with, on the same draws.
    repeats : int, default 300
        How often members are drawn again.
    seed : int, default 0
        Start of the random numbers.

    Returns
    -------
    DataFrame
        One row a rule and budget: ``rule``, ``share``, ``members``, ``estimate``, ``low``, ``high`` (money
        for all contacted together), ``better``, ``better_low``, ``better_high`` (than `against`).

    Notes
    -----
    Among the members that a rule would contact, those whom the lot treated are compared with those whom it
    did not; that difference, times their number, is what the rule would have gained. The interval takes the
    rule as given. Whoever picks the best of many budgets from this table meets the winner's curse.

    Taught in: 05 Conversion
    """
    columns = ["rule", "share", "members", "estimate", "low", "high", "better", "better_low", "better_high"]
    grid = np.asarray(shares, dtype=float)
    rows = []
    if len(frame):
        given = [rule for rule in dict.fromkeys([*rules, against]) if rule in frame or rule == "random"]
        size = len(frame)
        found = {rule: size * _drawn(frame, rule, grid, outcome, repeats, seed) for rule in given}
        for rule in [rule for rule in rules if rule in found]:
            worth = found[rule] - contact_cost * size * grid
            better = found[rule] - found[against]
            (low, high), (least, most) = percentiles(worth[1:]), percentiles(better[1:])
            for at, share in enumerate(grid):
                rows.append(
                    {"rule": rule, "share": share, "members": round(share * size),
                     "estimate": worth[0, at], "low": low[at], "high": high[at], "better": better[0, at],
                     "better_low": least[at], "better_high": most[at]}
                )  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    unit = "money" if outcome not in ("bought", "orders") else "count"
    table.attrs["about"] = frame.attrs.get("about", {}) | {
        "metric": "value of targeting", "contact_cost": contact_cost, "against": against,
        "outcome": outcome, "unit": unit, "n": len(frame),
    }  # fmt: skip
    return table
