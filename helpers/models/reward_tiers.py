"""Try out reward plans for invitations before paying for one: members, shams and what each one costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.special import expit, logit

MOST = 12  # invited members that a plan can pay for
PLANS: dict[str, tuple[float, ...]] = {
    "no reward": (),
    "same for each": (10,) * MOST,
    "first one only": (20,),
    "tiers at 1, 3, 6": (5, 0, 25, 0, 0, 50),
    "steep tiers": (2, 2, 2, 10, 10, 40, 10, 10, 60),
}


def _steps(offspring: pd.DataFrame, draws: int, rng: np.random.Generator) -> np.ndarray:
    # Chance to go from n to n + 1 brought, one row a draw: what is known of it, not its best guess.
    value, members = offspring["value"].to_numpy(int), offspring["members"].to_numpy(float)
    reached = np.array([members[value >= n].sum() for n in range(MOST + 1)])
    return rng.beta(reached[1:] + 0.5, reached[:-1] - reached[1:] + 0.5, size=(draws, MOST))


def _ladder(plan: Sequence[float]) -> np.ndarray:
    rewards = np.asarray(plan, dtype=float)
    if len(rewards) > MOST or (rewards < 0).any():
        raise ValueError(f"A plan lists up to {MOST} rewards of 0 or more, for the first invited member on.")
    return np.pad(rewards, (0, MOST - len(rewards)))


def farmed(plan: Sequence[float], *, account: float, caught: float) -> int:
    """Give how many empty accounts a plan is worth to somebody who farms rewards.

    Parameters
    ----------
    plan : sequence of float
        Reward for the first invited member, the second, and so on.
    account : float
        What an empty account costs the farmer, in the same currency.
    caught : float
        Share of empty accounts that are found before the reward is paid.

    Returns
    -------
    int
        The number at which the farmer's gain is largest; 0 when there is none.

    Examples
    --------
    >>> farmed((10, 10, 10), account=6, caught=0.0), farmed((10, 10, 10), account=6, caught=0.5)
    (3, 0)
    >>> farmed((2, 2, 60), account=6, caught=0.0)
    3

    Taught in: 05 Conversion
    """
    gain = np.append(0.0, np.cumsum(_ladder(plan) * (1 - caught) - account))
    return int(np.argmax(np.round(gain, 9)))


def simulate(
    offspring: pd.DataFrame,
    plans: Mapping[str, Sequence[float]] | None = None,
    *,
    members: int = 1000,
    response: tuple[float, float] = (0.25, 0.1),
    unit: float = 10.0,
    farmers: tuple[int, int] = (2, 1000),
    account: float = 4.0,
    caught: float = 0.3,
    budget: float | None = None,
    draws: int = 4000,
    seed: int = 0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Reckon what reward plans bring and cost, with everything that is not known drawn many times.

    A model, not data. Each member brings one more with a chance measured here (how many of those who
    brought n brought another); a reward raises its odds; farmers bring empty accounts for as long as that
    pays. What nobody knows before a test is how strongly rewards work: say it as a range.

    Parameters
    ----------
    offspring : pandas.DataFrame
        ``value`` and ``members``: from `helpers.metrics.k_factor.offspring`, empty accounts left out.
    plans : mapping of str to sequence of float, optional
        Reward for the first invited member, the second, …; `PLANS` without.
    members : int, default 1000
        Members to whom the plan is offered.
    response : tuple of (float, float), default (0.25, 0.1)
        Mean and standard deviation of what a reward of one `unit` adds to the log of the odds. An assumption.
    unit : float, default 10
        In the community's currency.
    farmers : tuple of (int, int), default (2, 1000)
        Members found to farm, of so many looked at.
    account : float, default 4
        What an empty account costs a farmer. An assumption.
    caught : float, default 0.3
        Share of empty accounts found before the reward is paid.
    budget : float, optional
        Most that may be paid.
    draws, seed : int
        How often everything uncertain is drawn; the same draws serve all plans.
    level : float, default 0.95
        Of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row a plan: ``plan``, ``counted`` (accounts that a report would show), ``shams``, ``genuine``,
        ``additional`` (genuine ones that would not have come without it), ``cost``, ``per_account``,
        ``per_genuine``, ``per_additional`` (cost divided by these), each with ``_low`` and ``_high`` but for
        the first; ``k`` (genuine members per member), ``in_budget`` (share of draws that keep to it),
        ``best`` (share of draws in which the plan brings most additional members within the budget).

    Notes
    -----
    Chances have beta posteriors (Jeffreys); the response is normal, cut at zero. The cost is that of the
    rewards alone. ``per_additional`` has no upper end where the plan may bring nobody.

    Examples
    --------
    >>> offspring = pd.DataFrame({"value": [0, 1, 2], "members": [900, 80, 20]})
    >>> found = simulate(offspring, {"none": (), "ten each": (10, 10, 10)}).set_index("plan")
    >>> bool(found.loc["none", "cost"] == 0), bool(found.loc["ten each", "additional"] > 0)
    (True, True)

    Taught in: 05 Conversion
    """
    rng = np.random.default_rng(seed)
    chance = _steps(offspring, draws, rng)
    strength = np.maximum(rng.normal(*response, draws), 0.0)[:, None] / unit
    found, looked = farmers
    farming = rng.beta(found + 0.5, looked - found + 0.5, draws)
    usual = np.cumprod(chance, axis=1).sum(axis=1) * members
    outcomes = {}
    for name, plan in (PLANS if plans is None else plans).items():
        rewards = _ladder(plan)
        reached = np.cumprod(expit(logit(chance) + strength * rewards), axis=1)
        accounts = farmed(plan, account=account, caught=caught)
        shams = farming * accounts * members
        paid = (reached @ rewards + farming * (1 - caught) * rewards[:accounts].sum()) * members
        genuine = reached.sum(axis=1) * members
        outcomes[name] = (shams, genuine, np.maximum(genuine - usual, 0.0), paid)
    rows = [_row(name, members, *each, level=level) for name, each in outcomes.items()]
    result = pd.DataFrame(rows)
    limit = np.inf if budget is None else float(budget)
    kept = np.array([cost <= limit for *_, cost in outcomes.values()])
    gain = np.where(kept, np.array([more for _, _, more, _ in outcomes.values()]), -1.0)
    winner = gain.argmax(axis=0)
    result["in_budget"] = kept.mean(axis=1)
    result["best"] = [(winner == place).mean() for place in range(len(result))]
    about = offspring.attrs.get("about", {})
    result.attrs["about"] = about | {
        "metric": "reward plans",
        "members": int(members),
        "budget": budget,
        "population": "a model, fed with what was measured",
        "randomised": None,
    }
    return result


def _row(
    name: str, members: int, shams: np.ndarray, genuine: np.ndarray, more: np.ndarray, cost: np.ndarray,
    *, level: float,
) -> dict[str, object]:  # fmt: skip
    # The middle of the draws, because a mean of ratios would follow the draws that bring nearly nobody.
    nothing = float(np.median(cost)) == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        each = {
            "counted": genuine + shams,
            "shams": shams,
            "genuine": genuine,
            "additional": more,
            "cost": cost,
            "per_account": cost / (genuine + shams),
            "per_genuine": cost / genuine,
            "per_additional": np.where(more > 0, cost / np.where(more > 0, more, 1.0), np.inf),
        }
    row: dict[str, object] = {"plan": name}
    for column, values in each.items():
        if nothing and column.startswith("per_"):
            values = np.full(len(values), np.nan)
        known = np.where(np.isnan(values), np.inf, values)
        ends = np.quantile(known, [0.5, (1 - level) / 2, (1 + level) / 2], method="nearest")
        middle, low, high = np.where(np.isfinite(ends), ends, np.nan)
        row[column] = middle
        if column != "counted":
            row |= {f"{column}_low": low, f"{column}_high": high}
    return row | {"k": float(np.median(genuine)) / members}


def growth(
    k: float, *, low: float | None = None, high: float | None = None, start: int = 1000, generations: int = 8
) -> pd.DataFrame:
    """Follow members who bring members who bring members, generation by generation.

    Parameters
    ----------
    k : float
        Genuine members whom a member brings.
    low, high : float, optional
        Its interval.
    start : int, default 1000
        Members who came by themselves.
    generations : int, default 8
        How many to follow.

    Returns
    -------
    pandas.DataFrame
        ``generation``, ``members`` (of that generation), ``total`` (so far), ``total_low``, ``total_high``,
        ``limit`` (where it ends: start / (1 - k); missing from 1 on), ``limit_low``, ``limit_high``.

    Notes
    -----
    The mean of a branching process with the same K in each generation (Harris 1963). Below 1 every
    campaign ends by itself: invitations multiply what other channels bring by 1 / (1 - K) and no more. From
    1 on the formula has no end, but people have: K falls as those who could be invited are members already.

    Examples
    --------
    >>> growth(0.5, start=100, generations=2)[["total", "limit"]].to_numpy().tolist()
    [[100.0, 200.0], [150.0, 200.0], [175.0, 200.0]]

    Taught in: 05 Conversion
    """
    if k < 0:
        raise ValueError(f"k is a mean number of members, 0 or more; got {k!r}")
    n = np.arange(int(generations) + 1)

    def total(rate: float | None) -> np.ndarray:
        return np.full(len(n), np.nan) if rate is None else start * np.cumsum(np.power(float(rate), n))

    def limit(rate: float | None) -> float:
        return start / (1 - rate) if rate is not None and rate < 1 else np.nan

    return pd.DataFrame(
        {
            "generation": n,
            "members": start * np.power(float(k), n),
            "total": total(k),
            "total_low": total(low),
            "total_high": total(high),
            "limit": limit(k),
            "limit_low": limit(low),
            "limit_high": limit(high),
        }
    )
