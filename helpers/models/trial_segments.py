"""Ask a test for the effect in each segment, and count how many answers would look large by chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from helpers.community import Community
from helpers.metrics.discoveries import corrected
from helpers.models.trial_metrics import gap, ratio

ATTRIBUTES = ("source", "platform", "gender", "age_band", "city_tier")
SMALLEST = 30  # members in the smaller arm below which a segment is not asked


def traits(community: Community, units: pd.DataFrame) -> pd.DataFrame:
    """Sort the drawn members into segments by what was known before the start.

    Parameters
    ----------
    community : Community
        The opened community.
    units : DataFrame
        From `trial_units.units`.

    Returns
    -------
    DataFrame
        ``member_id`` and one column a way of cutting: the attributes that the list of members supplies,
        ``bought before`` and ``active before`` (in the time that `units` looked back on).

    Taught in: 05 Conversion
    """
    frame = units[["member_id"]].assign(
        **{
            "bought before": np.where(units["before_orders"] > 0, "yes", "no"),
            "active before": np.select(
                [units["before_active_days"] == 0, units["before_active_days"] <= 7],
                ["not at all", "up to 7 days"],
                "8 days or more",
            ),
        }
    )
    given = [name for name in ATTRIBUTES if community.has("members", name)]
    if not given:
        return frame
    listed = community.query(f"select member_id, {', '.join(given)} from members order by member_id")
    return frame.merge(listed, on="member_id", how="left")


def effects(
    units: pd.DataFrame, segments: pd.DataFrame, *, outcome: str = "bought", level: float = 0.05
) -> pd.DataFrame:
    """Measure the effect in each segment, alone and with a correction for their number.

    Parameters
    ----------
    units : DataFrame
        From `trial_units.units`.
    segments : DataFrame
        ``member_id`` and columns to cut by; members without a value are left out there.
    outcome : str, default "bought"
        Column of units.
    level : float, default 0.05
        Level of a single test, and share of false finds accepted among several.

    Returns
    -------
    DataFrame
        One row a segment, largest effect first: ``cut``, ``segment``, ``n_a``, ``value_a``, ``n_b``,
        ``value_b``, ``n``, ``estimate``, ``low``, ``high``, ``wide_low``, ``wide_high`` (interval widened
        for the number of segments), ``p_value``, ``other_p_value`` (against the rest of the drawn members:
        is the segment different at all?), and the columns of `discoveries.corrected`. Segments with
        fewer than 30 members in an arm are not asked.

    Taught in: 05 Conversion
    """
    known = units.merge(segments, on="member_id", how="left")
    treated, y = known["treated"].to_numpy(bool), known[outcome].to_numpy(float)

    def arms(part: np.ndarray) -> list[tuple[float, float, int]]:
        return [(*ratio(y[part & side]), int((part & side).sum())) for side in (~treated, treated)]

    parts = []
    for cut in [name for name in segments.columns if name != "member_id"]:
        values = known[cut]
        for segment in sorted(values.dropna().unique(), key=str):
            part = (values == segment).to_numpy(bool)
            if min((part & ~treated).sum(), (part & treated).sum()) >= SMALLEST:
                parts.append((cut, str(segment), part, values.notna().to_numpy(bool)))
    rows = []
    for cut, segment, part, known_part in parts:
        a, b = arms(part)
        others = arms(known_part & ~part)
        rest = gap(others[0], others[1])
        found, wide = gap(a, b), gap(a, b, 1 - level / len(parts))
        error = np.hypot(*((each["high"] - each["low"]) / (2 * -ndtri(0.025)) for each in (found, rest)))
        apart = (found["estimate"] - rest["estimate"]) / error if error > 0 else np.nan
        rows.append(
            {"cut": cut, "segment": segment, "n_a": a[2], "value_a": a[0], "n_b": b[2], "value_b": b[0],
             "n": a[2] + b[2], "estimate": found["estimate"], "low": found["low"], "high": found["high"],
             "wide_low": wide["low"], "wide_high": wide["high"], "p_value": found["p_value"],
             "other_p_value": 2 * float(ndtr(-abs(apart)))}
        )  # fmt: skip
    columns = ["cut", "segment", "n_a", "value_a", "n_b", "value_b", "n", "estimate", "low", "high"]
    table = pd.DataFrame(rows, columns=[*columns, "wide_low", "wide_high", "p_value", "other_p_value"])
    about = units.attrs.get("about", {})
    table = corrected(table, level=level).sort_values("estimate", ascending=False, ignore_index=True)
    table.attrs["about"] = about | {
        "metric": "effect by segment", "outcome": outcome, "unit": "share" if outcome == "bought" else "score"
    }  # fmt: skip
    return table
