"""Share out the credit for orders among the channels that came before them, by rule and by Markov chain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.community.errors import SettingsError
from helpers.community.sentences import mark as _
from helpers.metrics.intervals import percentiles, resamples
from helpers.metrics.journeys import ARROW, paths

RULES = ("first", "last", "linear", "position", "markov")
ENDS = 0.4  # of the position rule: what the first and the last contact get, the middle shares the rest


def _weights(steps: list[str], at: dict[str, int], rule: str) -> np.ndarray:
    # What one path gives to each channel; sums to one.
    size, row = len(steps), np.zeros(len(at))
    if rule == "first":
        each = [1.0] + [0.0] * (size - 1)
    elif rule == "last":
        each = [0.0] * (size - 1) + [1.0]
    elif rule == "linear" or size < 3:
        each = [1.0 / size] * size
    else:
        each = [ENDS] + [(1 - 2 * ENDS) / (size - 2)] * (size - 2) + [ENDS]
    np.add.at(row, [at[name] for name in steps], each)
    return row


def _moves(steps: list[str], at: dict[str, int]) -> np.ndarray:
    # Which moves one path makes: from the start or a channel (rows) to a channel (columns).
    moves = np.zeros((len(at) + 1, len(at)))
    places = [at[name] for name in steps]
    np.add.at(moves, ([0, *(place + 1 for place in places[:-1])], places), 1.0)
    return moves


class _Plan:
    """Hold what each distinct path gives under every rule, and which moves it makes."""

    def __init__(self, texts: Sequence[str]) -> None:
        split = [text.split(ARROW) for text in texts]
        self.channels = sorted({name for steps in split for name in steps})
        at = {name: place for place, name in enumerate(self.channels)}
        size = len(at)
        self.gives = {
            rule: np.array([_weights(steps, at, rule) for steps in split]).reshape(-1, size)
            for rule in RULES
            if rule != "markov"
        }
        self.moves = np.array([_moves(steps, at) for steps in split]).reshape(-1, size + 1, size)

    def chain(self, won: np.ndarray, lost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the chance to convert and each channel's removal effect; one row a draw of path counts."""
        size, last = len(self.channels), self.gives["last"]
        inner = np.einsum("rj,jab->rab", won + lost, self.moves)
        good, bad = won @ last, lost @ last
        total = inner.sum(2) + np.concatenate([np.zeros((len(won), 1)), good + bad], axis=1)
        chance = np.divide(inner, total[:, :, None], out=np.zeros_like(inner), where=total[:, :, None] > 0)
        ends = np.divide(good, total[:, 1:], out=np.zeros_like(good), where=total[:, 1:] > 0)
        solved = np.linalg.inv(np.eye(size) - chance[:, 1:])
        hits = np.einsum("rab,rb->ra", solved, ends)
        visits = np.einsum("ra,rab->rb", chance[:, 0], solved)
        base = (chance[:, 0] * hits).sum(1)
        # Whoever reaches a channel at all reaches it once and goes on from there: what its removal costs.
        reached = visits / np.einsum("raa->ra", solved)
        removal = np.divide(
            reached * hits, base[:, None], out=np.full_like(hits, np.nan), where=base[:, None] > 0
        )
        return base, removal


def _shares(plan: _Plan, rule: str, won: np.ndarray, lost: np.ndarray) -> np.ndarray:
    if rule == "markov":
        removal = plan.chain(won, lost)[1]
        return removal / removal.sum(1, keepdims=True)
    given = won @ plan.gives[rule]
    total = won.sum(1, keepdims=True)
    return np.divide(given, total, out=np.full_like(given, np.nan), where=total > 0)


def removal(table: pd.DataFrame) -> pd.DataFrame:
    """Solve the Markov chain of the paths and take each channel out of it in turn.

    Parameters
    ----------
    table : pandas.DataFrame
        ``path`` (channels joined by ``" > "``), ``conversions`` and ``nulls`` (times it led nowhere).

    Returns
    -------
    pandas.DataFrame
        ``channel``, ``n`` (journeys with it), ``chance`` (that a journey converts), ``without`` (the same
        if whoever comes to the channel is lost), ``estimate`` (removal effect: the share of conversions
        lost), ``share`` (removal effects made to sum to one).

    Notes
    -----
    First-order absorbing chain of Anderl, Becker, von Wangenheim & Schumann (2016), *International Journal
    of Research in Marketing* 33, 457-474, solved as a linear system. A removal effect is a property of
    the paths that were recorded, not of what happens when a channel is switched off: whoever would have
    come by another road is lost in it.

    Examples
    --------
    >>> example = pd.DataFrame(
    ...     {"path": ["C1 > C2 > C3", "C1", "C2 > C3"], "conversions": [1, 0, 0], "nulls": [0, 1, 1]}
    ... )
    >>> removal(example)[["channel", "chance", "estimate", "share"]].round(3)
      channel  chance  estimate  share
    0      C1   0.333       0.5    0.2
    1      C2   0.333       1.0    0.4
    2      C3   0.333       1.0    0.4

    Taught in: 05 Conversion
    """
    used = table[table["path"] != ""]
    columns = ["channel", "n", "chance", "without", "estimate", "share"]
    if used.empty:
        result = pd.DataFrame(columns=columns)
    else:
        plan = _Plan(used["path"].tolist())
        won, lost = (used[name].to_numpy(float)[None, :] for name in ("conversions", "nulls"))
        base, effect = plan.chain(won, lost)
        through = (plan.gives["linear"] > 0).T @ (won + lost)[0]
        found = {"channel": plan.channels, "n": through.astype(int), "chance": base[0]}
        result = pd.DataFrame(found).assign(
            without=base[0] * (1 - effect[0]), estimate=effect[0], share=effect[0] / effect[0].sum()
        )
    result.attrs = {"about": {**table.attrs.get("about", {}), "metric": "removal", "unit": "share"}}
    return result[columns]


def credits(
    journeys: pd.DataFrame, *, rules: Sequence[str] = RULES, repeats: int = 400, seed: int = 0
) -> pd.DataFrame:
    """Share out the conversions and their money among the channels, by each rule, with intervals.

    Parameters
    ----------
    journeys : pandas.DataFrame
        Result of :func:`helpers.metrics.journeys.journeys`.
    rules : sequence of str, default RULES
        first (all to the first contact), last (all to the last), linear (the same to each), position (40 %
        to the first, 40 % to the last, 20 % to those between; halves where there are two), markov
        (by removal effects).
    repeats, seed : int
        Resamples of the bootstrap, which draws whole members, and the start of its random numbers.

    Returns
    -------
    pandas.DataFrame
        One row a rule and channel: ``rule``, ``channel``, ``n`` (conversions with a contact), ``estimate``,
        ``low``, ``high`` (conversions credited), ``share``, ``share_low``, ``share_high``, ``revenue``,
        ``revenue_low``, ``revenue_high``, ``removal``, ``removal_low``, ``removal_high`` (of markov, before
        they are made to sum to one), ``small`` (n < 30).

    Notes
    -----
    The interval says how the shares would come out with other members. It does not say whether a channel
    caused anything. Under markov, revenue follows the shares.

    Examples
    --------
    >>> rows = pd.DataFrame({"member_id": list("abcd"), "path": ["ad > kol", "ad", "kol", "ad > group"]})
    >>> rows = rows.assign(converted=[True, False, True, True], revenue=[10.0, 0.0, 20.0, 30.0])
    >>> credits(rows, rules=["last"], repeats=20)[["channel", "estimate", "revenue"]]
      channel  estimate  revenue
    0      ad       0.0      0.0
    1   group       1.0     30.0
    2     kol       2.0     30.0

    Taught in: 05 Conversion
    """
    unknown = [rule for rule in rules if rule not in RULES]
    if unknown:
        raise SettingsError(
            _("rules={unknown}: choose among {known}."), unknown=unknown, known=", ".join(RULES)
        )
    met = journeys[journeys["path"] != ""]
    about = dict(journeys.attrs.get("about", {}))
    table = paths(met)
    parts = []
    if len(table):
        plan = _Plan(table["path"].tolist())
        once = table[["conversions", "nulls", "revenue"]].to_numpy(float).T[:, None, :]
        drawn = _redraw(met, table["path"], repeats, seed)
        for rule in rules:
            parts.append(_one_rule(plan, rule, once, drawn))
    columns = ["rule", "channel", "n"]
    for name in ("estimate", "share", "revenue", "removal"):
        columns += [name, *(f"{name}_{end}" if name != "estimate" else end for end in ("low", "high"))]
    result = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    n = int(met["converted"].sum())
    result = result.assign(n=n, small=n < 30)[[*columns, "small"]]
    result.attrs = {"about": {**about, "metric": "credits", "n": n, "unit": "count", "randomised": False}}
    return result


def _redraw(met: pd.DataFrame, order: pd.Series, repeats: int, seed: int) -> np.ndarray:
    # Conversions, failures and money of each path in every resample of members.
    place = pd.Index(order).get_indexer(met["path"])
    member = pd.factorize(met["member_id"])[0]
    size = (int(member.max()) + 1, len(order))
    won = met["converted"].to_numpy(float)
    values = (won, 1 - won, met["revenue"].to_numpy(float))
    blocks = [sparse.csr_matrix((value, (member, place)), shape=size) for value in values]
    drawn = [
        np.stack([(block.T @ times.T).T for block in blocks])
        for times in resamples(np.ones(size[0]), seed=seed, repeats=repeats)
    ]
    return np.concatenate(drawn, axis=1)


def _values(plan: _Plan, rule: str, counts: np.ndarray) -> dict[str, np.ndarray]:
    won, lost, money = counts
    share = _shares(plan, rule, won, lost)
    by_path = rule != "markov"
    return {
        "estimate": share * won.sum(1, keepdims=True),
        "share": share,
        "revenue": money @ plan.gives[rule] if by_path else share * money.sum(1, keepdims=True),
        "removal": np.full_like(share, np.nan) if by_path else plan.chain(won, lost)[1],
    }


def _one_rule(plan: _Plan, rule: str, once: np.ndarray, drawn: np.ndarray) -> pd.DataFrame:
    part = pd.DataFrame({"rule": rule, "channel": plan.channels})
    draws = _values(plan, rule, drawn)
    for name, value in _values(plan, rule, once).items():
        low, high = percentiles(draws[name])
        prefix = "" if name == "estimate" else f"{name}_"
        part[name], part[f"{prefix}low"], part[f"{prefix}high"] = value[0], low, high
    return part
