"""Sort the products of live shows: which draw clicks, which turn clicks into orders, which earn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize
from scipy.special import gammaln
from scipy.stats import gamma as gamma_law

from helpers.community import Community
from helpers.metrics.live_parts import PER

ROUNDS = 200
QUADRANTS = {
    (True, True): "star",
    (True, False): "magnet",
    (False, True): "sleeper",
    (False, False): "filler",
}
ADVICE = {"star": "repeat", "magnet": "reprice", "sleeper": "explain", "filler": "replace"}


class Spread(NamedTuple):
    """Say how products vary around their shows: a gamma law with mean 1 and this strength (in counts)."""

    strength: float


def balance(
    count: npt.ArrayLike, exposure: npt.ArrayLike, *factors: npt.ArrayLike, rounds: int = ROUNDS
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Explain counts by exposure times one effect for each level of each factor.

    Parameters
    ----------
    count, exposure : array
        One entry a row.
    *factors : array
        Levels of each factor, one entry a row (product, show, host …).
    rounds : int, default 200
        Rounds of fitting each factor's totals in turn.

    Returns
    -------
    tuple of array and list of array
        Expected counts of the rows, and the effect of the row's level for each factor.

    Notes
    -----
    Iterative proportional fitting: the maximum-likelihood fit of a Poisson model with these factors
    (Deming and Stephan 1940; Bishop, Fienberg and Holland 1975).

    Examples
    --------
    >>> expected, effects = balance([10, 20, 20, 40], [1, 1, 1, 1], ["a", "b", "a", "b"], [1, 1, 2, 2])
    >>> expected.round(2).tolist(), round(float(effects[0][1] / effects[0][0]), 2)
    ([10.0, 20.0, 20.0, 40.0], 2.0)

    Taught in: 05 Conversion
    """
    counts, base = np.asarray(count, dtype=float), np.asarray(exposure, dtype=float)
    codes = [np.unique(np.asarray(levels).astype(str), return_inverse=True)[1].ravel() for levels in factors]
    effects = [np.ones(code.max(initial=0) + 1) for code in codes]
    for _round in range(rounds):
        for place, code in enumerate(codes):
            others = base.copy()
            for other, levels in enumerate(codes):
                if other != place:
                    others *= effects[other][levels]
            seen = np.bincount(code, counts, len(effects[place]))
            expected = np.bincount(code, others, len(effects[place]))
            effects[place] = np.divide(seen, expected, out=np.ones(len(seen)), where=expected > 0)
    each = [effect[code] for effect, code in zip(effects, codes, strict=True)]
    return base * np.prod(each, axis=0), each


def fit_spread(count: npt.ArrayLike, expected: npt.ArrayLike) -> Spread:
    """Learn how far rates differ from what is expected, beyond what chance does to small counts.

    Parameters
    ----------
    count, expected : array
        What was counted and what an average product would have brought, product by product.

    Returns
    -------
    Spread
        `strength` such that a product with as many expected counts of its own is believed half.

    Notes
    -----
    Maximum likelihood of the gamma-Poisson model with mean 1 (empirical Bayes; Casella 1985, *The American
    Statistician* 39, 83-87).

    Examples
    --------
    >>> usual = [15, 15, 20, 25]
    >>> fit_spread([2, 30, 5, 40], usual).strength < fit_spread([14, 16, 19, 26], usual).strength
    True

    Taught in: 05 Conversion
    """
    y, mean = np.asarray(count, dtype=float), np.asarray(expected, dtype=float)
    y, mean = y[mean > 0], mean[mean > 0]

    def cost(log_strength: npt.NDArray[np.float64]) -> float:
        k = float(np.exp(log_strength[0]))
        return float(-(gammaln(y + k) - gammaln(k) + k * np.log(k) - (y + k) * np.log(mean + k)).sum())

    if len(y) < 2:
        return Spread(10.0)
    found = minimize(cost, np.array([1.0]), method="L-BFGS-B", bounds=[(-4.0, 8.0)])
    return Spread(float(np.exp(found.x[0])))


def _index(count: np.ndarray, expected: np.ndarray, level: float) -> tuple[np.ndarray, ...]:
    """Return the shrunk ratio of counts to what is expected, with its interval."""
    k, tail = fit_spread(count, expected).strength, (1 - level) / 2
    shape, rate = count + k, expected + k
    low, high = (gamma_law.ppf(q, shape, scale=1 / rate) for q in (tail, 1 - tail))
    return shape / rate, low, high


def margins(community: Community) -> pd.Series:
    """Return what an order of each product leaves on average: after refunds and goods, in money.

    Parameters
    ----------
    community : Community
        The opened community, with products of orders. Without costs: the net amount.

    Returns
    -------
    pandas.Series
        Net amount less cost of an average placed order (cancelled ones leave nothing), by product.

    Taught in: 05 Conversion
    """
    community.require("orders", "product_id")
    live = community.has("campaigns", "kind") and community.has("orders", "campaign_id")
    chosen = "where campaign_id in (select campaign_id from campaigns where kind = 'live')" if live else ""
    table = community.query(
        f"""
select
    product_id, count(*) as n,
    sum(case when is_purchase then net - coalesce(cost, 0) else 0 end) as margin,
    sum(case when is_purchase then 1 else 0 end) as kept
from orders
{chosen}
group by product_id
order by product_id"""
    )
    kept = table["kept"].astype(float)
    return (table["margin"].astype(float) / kept.where(kept > 0)).set_axis(table["product_id"])


def selection(table: pd.DataFrame, *, margin: pd.Series | None = None, level: float = 0.95) -> pd.DataFrame:
    """Sort the products that were shown into a matrix of drawing clicks and turning them into orders.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `live_parts.parts`.
    margin : pandas.Series, optional
        Margin of an order by product, as of :func:`margins`.
    level : float, default 0.95
        Probability that the intervals hold.

    Returns
    -------
    pandas.DataFrame
        One row a product, best first: ``product_id``, ``showings``, ``n`` (viewer-minutes), ``clicks``,
        ``orders``, ``click_index`` with ``_low``, ``_high`` (clicks per viewer-minute, 1: as the
        average product in the same shows), ``order_index`` with ``_low``, ``_high`` (orders per
        click, likewise and with the same host), ``margin`` (of an order), ``worth`` with ``worth_low``,
        ``worth_high`` (margin per 100 viewer-minutes on screen; orders where no margin is known),
        ``quadrant`` (star, magnet, sleeper, filler), ``sure`` (both indices lie on one side of 1 with
        their whole interval) and ``advice`` (repeat, reprice, explain, replace where that is sure, a
        filler only if its worth is below the average too; show again elsewhere).

    Notes
    -----
    The show and the host are taken out of what a product is expected to bring (:func:`balance`), and
    products with few counts are pulled towards 1 (:func:`fit_spread`), so that no product is praised for
    its evening, nor for two lucky orders.

    Taught in: 05 Conversion
    """
    rows = table[(table["n"] > 0) & table["product_id"].notna()]
    columns = ["product_id", "showings", "n", "clicks", "orders"]
    if rows["product_id"].nunique() < 3 or not rows["clicks"].sum():
        empty = pd.DataFrame(columns=[*columns, "quadrant", "advice", "sure"])
        empty.attrs = dict(table.attrs)
        return empty
    host = rows["host"].fillna("nobody")
    show = rows["content_id"]
    rows = rows.assign(
        clicks_expected=_fair(rows["clicks"], rows["n"], rows["product_id"], [show]),
        orders_expected=_fair(rows["orders"], rows["clicks"], rows["product_id"], [show, host]),
    )
    sums = {name: (name, "sum") for name in ("n", "clicks", "orders", "clicks_expected", "orders_expected")}
    found = rows.groupby("product_id", as_index=False).agg(showings=("content_id", "size"), **sums)
    for name, single in (("clicks", "click"), ("orders", "order")):
        index = _index(found[name].to_numpy(float), found.pop(f"{name}_expected").to_numpy(float), level)
        found[f"{single}_index"], found[f"{single}_index_low"], found[f"{single}_index_high"] = index
    value = np.nan if margin is None else found["product_id"].map(margin).astype(float)
    found["margin"] = value
    per = (
        PER
        * (rows["orders"].sum() / rows["n"].sum())
        * found["margin"].fillna(1.0 if margin is None else 0.0)
    )
    found["worth"] = per * found["click_index"] * found["order_index"]
    # The two indices err independently: relative errors add like squares on the log scale.
    error = np.sqrt(
        sum(
            np.log(found[f"{name}_index_high"] / found[f"{name}_index_low"]) ** 2
            for name in ("click", "order")
        )
    )
    found["worth_low"], found["worth_high"] = (found["worth"] * np.exp(sign * error / 2) for sign in (-1, 1))
    keys = zip(found["click_index"] >= 1, found["order_index"] >= 1, strict=True)
    found["quadrant"] = [QUADRANTS[bool(draws), bool(sells)] for draws, sells in keys]
    sides = [
        (found[f"{name}_index_low"] > 1) | (found[f"{name}_index_high"] < 1) for name in ("click", "order")
    ]
    found["sure"] = sides[0] & sides[1]
    # A dear product may earn its minutes in a bad corner, and a corner may be chance.
    usual_worth = np.average(found["worth"], weights=found["n"])
    known = found["sure"] & ((found["quadrant"] != "filler") | (found["worth_high"] < usual_worth))
    found["advice"] = found["quadrant"].map(ADVICE).where(known, "show again")
    found = found.sort_values("worth", ascending=False, kind="stable", ignore_index=True)
    found.attrs = dict(table.attrs)
    about = dict(found.attrs.get("about", {}))
    found.attrs["about"] = about | {"metric": "product selection", "by_margin": margin is not None}
    return found


def _fair(count: pd.Series, exposure: pd.Series, product: pd.Series, others: list[pd.Series]) -> np.ndarray:
    """Return what an average product would have brought in each row, given everything but the product."""
    _expected, effects = balance(count, exposure, product, *others)
    fair = exposure.to_numpy(float) * np.prod(effects[1:], axis=0)
    return fair * count.sum() / fair.sum() if fair.sum() > 0 else fair
