"""Rules for whom to contact, held against what people really did afterwards."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.metrics.intervals import bootstrap_mean


def _places(rules: Mapping[str, pd.Series], table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return for each rule the rows of the table from first to last choice; ties in the table's order."""
    return {
        name: np.argsort(-score.to_numpy(dtype=float), kind="stable") for name, score in rules.items()
    } | {"best possible": np.argsort(-table["outcome"].to_numpy(dtype=float), kind="stable")}


def gains(table: pd.DataFrame, rules: Mapping[str, pd.Series], *, steps: int = 50) -> pd.DataFrame:
    """Give the share of everything that came later which the first so many of each rule brought.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a person, with the column ``outcome``: what was seen afterwards.
    rules : dict of str to pandas.Series
        Name of a rule -> score known beforehand, one value a row of `table`; the highest are chosen first.
    steps : int, default 50
        Points of the curve.

    Returns
    -------
    pandas.DataFrame
        ``rule`` (yours, and ``best possible``, which knows the outcome), ``chosen`` (people), ``share`` of
        people, ``estimate`` (share of the outcome that they brought).

    Examples
    --------
    >>> people = pd.DataFrame({"outcome": [6.0, 0.0, 3.0, 1.0]})
    >>> curve = gains(people, {"mine": pd.Series([4, 3, 2, 1])}, steps=4)
    >>> curve.loc[curve["rule"] == "mine", "estimate"].tolist()
    [0.0, 0.6, 0.6, 0.9, 1.0]

    Taught in: 07 Case studies
    """
    outcome = table["outcome"].to_numpy(dtype=float)
    chosen = np.unique(np.rint(np.linspace(0, len(table), steps + 1)).astype(int))
    total = outcome.sum()
    parts = []
    for name, order in _places(rules, table).items():
        brought = np.concatenate([[0.0], np.cumsum(outcome[order])])[chosen]
        estimate = brought / total if total else np.full(len(chosen), np.nan)
        share = chosen / max(len(table), 1)
        parts.append(pd.DataFrame({"rule": name, "chosen": chosen, "share": share, "estimate": estimate}))
    return _described(pd.concat(parts, ignore_index=True), table)


def compare(
    table: pd.DataFrame, rules: Mapping[str, pd.Series], *, budget: int, against: str, seed: int = 0
) -> pd.DataFrame:
    """Compare what the first so many of each rule brought afterwards, per person chosen.

    Parameters
    ----------
    table, rules
        As for :func:`gains`.
    budget : int, people
        How many can be contacted.
    against : str
        The rule that the others are compared with.
    seed : int, default 0
        Of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        ``rule``, ``n`` (chosen), ``count`` (of them with any outcome), ``total``, ``estimate`` (outcome a
        person chosen), ``low``, ``high``, ``gap`` to the rule in `against` with ``gap_low``, ``gap_high``,
        ``shared`` (chosen by both), ``behind`` (how much less than the first rule) with ``behind_low``,
        ``behind_high``.

    Notes
    -----
    People are drawn again with replacement, each with what both rules made of her, so that the gap of two
    rules that mostly agree is not drowned in what they share. Nobody was contacted: the outcome shows whom
    a rule finds, not what a contact would change.

    Examples
    --------
    >>> people = pd.DataFrame({"outcome": [6.0, 0.0, 3.0, 1.0]})
    >>> rules = {"mine": pd.Series([4, 3, 2, 1]), "other": pd.Series([1, 2, 3, 4])}
    >>> compare(people, rules, budget=2, against="other")[["rule", "total", "gap"]].values.tolist()[0]
    ['mine', 6.0, 1.0]

    Taught in: 07 Case studies
    """
    outcome = table["outcome"].to_numpy(dtype=float)
    budget = min(budget, len(table))
    picked = {name: np.zeros(len(table), bool) for name in rules}
    for name in rules:
        picked[name][_places(rules, table)[name][:budget]] = True
    scale = len(table) / max(budget, 1)
    rows: list[dict[str, object]] = []
    for name, mine in picked.items():
        low, high = bootstrap_mean(outcome * mine * scale, seed=seed)
        gap = outcome * (mine.astype(float) - picked[against]) * scale
        below, above = bootstrap_mean(gap, seed=seed) if name != against else (np.nan, np.nan)
        behind = outcome * (next(iter(picked.values())).astype(float) - mine) * scale
        least, most = bootstrap_mean(behind, seed=seed) if rows else (np.nan, np.nan)
        rows.append(
            {
                "rule": name,
                "n": budget,
                "count": int((outcome[mine] > 0).sum()),
                "total": float(outcome[mine].sum()),
                "estimate": float(outcome[mine].sum() / max(budget, 1)),
                "low": low,
                "high": high,
                "gap": float(gap.mean()) if name != against else np.nan,
                "gap_low": below,
                "gap_high": above,
                "shared": int((mine & picked[against]).sum()),
                "behind": float(behind.mean()) if rows else np.nan,
                "behind_low": least,
                "behind_high": most,
            }
        )
    result = _described(pd.DataFrame(rows), table)
    result.attrs["about"] |= {"budget": budget, "against": against, "unit": "money"}
    return result


def _described(result: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    about = dict(table.attrs.get("about", {}))
    result.attrs["about"] = {**about, "metric": "contact rules", "n": len(table)}
    return result
