"""Goals for ninety days: what the diagnosis found, the base rate, and the smallest target worth a test."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from helpers.models.diagnosis import summary
from helpers.models.experiments import minimum_effect

MOST = 3
# What is worked on when nothing is in trouble: newcomers, then those who buy, then those who write.
USUAL = ("back after four weeks", "members who buy", "members who write", "buyers who come back")


def goals(found: pd.DataFrame, *, most: int = MOST) -> pd.DataFrame:
    """Turn a diagnosis into at most three goals, each with a target that can be told from chance.

    Parameters
    ----------
    found : DataFrame
        From `diagnosis.diagnose`.
    most : int, default 3
        How many goals; more cannot be followed in ninety days.

    Returns
    -------
    pandas.DataFrame
        ``challenge``, ``measure``, ``unit``, ``n``, ``estimate``, ``low``, ``high`` (base), ``side`` (on
        which trouble lies), ``target``, ``difference`` (target less base), ``arm`` (how many in each half
        of a test; missing where no test by lot is meant), ``reason`` (trouble, unclear, usual) and
        ``chapter``.

    Notes
    -----
    Of a share, the target is the base moved by the smallest difference that two drawn halves of `n` show four
    times out of five (Fleiss, Levin and Paik 2003, ch. 4): a smaller target could be met and nobody would
    know. Of a ratio or a score it is the better end of the interval: what already lies within it needs no
    work to be seen again.

    Examples
    --------
    >>> row = {"challenge": "no commercial value", "measure": "members who buy", "unit": "share", "n": 2000,
    ...        "estimate": 0.10, "low": 0.088, "high": 0.114, "probability": 0.99, "state": "trouble",
    ...        "side": "below", "missing": "", "chapter": "05 Conversion", "threshold": 0.15, "count": 200}
    >>> round(float(goals(pd.DataFrame([row]))["target"].iloc[0]), 3)
    0.141

    Taught in: 08 Outlook
    """
    judged = found[found["missing"] == ""]
    short = summary(judged) if len(judged) else judged
    urgent = short[short["verdict"].isin(["trouble", "unclear"])] if len(judged) else judged
    chosen = list(urgent["measure"]) if len(judged) else []
    chosen += [name for name in USUAL if name in set(judged["measure"]) and name not in chosen]
    rows = []
    for name in chosen:
        row = judged[judged["measure"] == name].iloc[0]
        reason = row["state"] if row["state"] in ("trouble", "unclear") else "usual"
        rows.append(_goal(row) | {"reason": reason, "chapter": row["chapter"]})
    # Where even everybody would not be enough to tell, there is nothing to aim at.
    rows = [row for row in rows if np.isfinite(float(row["target"]))][:most]
    columns = [
        "challenge", "measure", "unit", "n", "estimate", "low", "high", "side", "target", "difference", "arm",
        "reason", "chapter",
    ]  # fmt: skip
    result = pd.DataFrame(rows, columns=columns)
    result.attrs["about"] = found.attrs.get("about", {}) | {"metric": "goals", "n": len(result)}
    return result


def _goal(row: pd.Series) -> dict[str, Any]:
    up = row["side"] == "below"
    kept = {
        name: row[name] for name in ("challenge", "measure", "unit", "n", "estimate", "low", "high", "side")
    }
    if row["unit"] != "share":
        target = row["high"] if up else row["low"]
        return kept | {"target": target, "difference": target - row["estimate"], "arm": np.nan}
    arm = int(row["n"]) // 2
    base = float(row["estimate"] if up else 1 - row["estimate"])
    smallest = minimum_effect(base, arm) if 0 < base < 1 and arm > 1 else np.nan
    difference = smallest if up else -smallest
    return kept | {"target": row["estimate"] + difference, "difference": difference, "arm": arm}
