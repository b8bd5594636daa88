"""Uplift: predict for whom a treatment changes something, each member by models that never saw the member."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from threadpoolctl import threadpool_limits

from helpers.community import Community
from helpers.models import uplift_features
from helpers.models.churn_learners import squash
from helpers.models.trial_metrics import gap, ratio

MODELS = ("two_models", "doubly_robust")
FEWEST = 200  # members in an arm below which nothing is learnt
FEWEST_BUYERS = 20  # in an arm, for the same reason


def value_of_orders(community: Community, units: pd.DataFrame) -> np.ndarray:
    """Value each member's orders at average prices, less the discount that the arm was given.

    Single baskets vary so much that they drown the effect. Here an order counts with the average margin of
    all orders before the start (the average amount without costs), and an order under treatment is reduced
    by what its arm had more discount an order than the control arm: the treatment is taken to change how
    many orders come and what is given away on them, not what is in them.

    Parameters
    ----------
    community : Community
        The opened community.
    units : DataFrame
        From `trial_units.units`.

    Returns
    -------
    array
        Money a member.

    Taught in: 05 Conversion
    """
    about = units.attrs.get("about", {})
    if units.empty:
        return np.zeros(0)
    worth = "net - cost" if community.has("orders", "cost") else "net"
    cut = units["starts"].min().date()
    before = community.query(
        f"select sum({worth}) / nullif(count({worth}), 0) as worth from orders "
        "where is_purchase and day < cast($cut as date)",
        cut=cut,
    )["worth"].iloc[0]
    extra = 0.0
    if community.has("orders", "discount"):
        window = int(about.get("window") or 0)
        given = community.query(
            """
select lower(trim(assignments.arm)) as arm, sum(coalesce(orders.discount, 0)) / count(*) as discount
from assignments
inner join campaigns on campaigns.campaign_id = assignments.campaign_id
inner join orders on orders.member_id = assignments.unit_id and orders.is_purchase
where assignments.campaign_id = $campaign and orders.day >= cast($cut as date)
    and (($window > 0 and date_diff('day', cast($cut as date), orders.day) < $window)
        or ($window = 0 and orders.day <= coalesce(cast(campaigns.ends_at as date), orders.day)))
group by lower(trim(assignments.arm))
order by arm""",
            campaign=about.get("campaign", ""), cut=cut, window=window,
        ).set_index("arm")["discount"]  # fmt: skip
        names = [units.loc[units["treated"] == side, "arm"].iloc[0] for side in (True, False)]
        extra = float(given.get(names[0], 0.0) - given.get(names[1], 0.0))
    base = float(before) if pd.notna(before) else 0.0
    return units["orders"].to_numpy(float) * np.where(units["treated"], base - extra, base)


def examples(community: Community, units: pd.DataFrame) -> pd.DataFrame:
    """Lay out what uplift models learn from: arm, outcomes and features from before the start.

    Parameters
    ----------
    community : Community
        The opened community.
    units : DataFrame
        From `trial_units.units`.

    Returns
    -------
    DataFrame
        The rows of `units` with ``value`` (see :func:`value_of_orders`), ``churn_risk``, ``past_value``
        and the features, whose names stand in ``attrs["about"]["features"]``; no rows, and ``problem``
        there, where an arm has fewer than 200 members or 20 buyers.

    Taught in: 05 Conversion
    """
    about = units.attrs.get("about", {}) | {"metric": "uplift", "features": [], "problem": ""}
    sides = [units["treated"] == side for side in (False, True)] if len(units) else []
    if not sides or min(side.sum() for side in sides) < FEWEST:
        about["problem"] = "few members"
    elif min(units.loc[side, "bought"].sum() for side in sides) < FEWEST_BUYERS:
        about["problem"] = "few buyers"
    if about["problem"]:
        frame = units.iloc[:0].assign(value=0.0, churn_risk=0.0, past_value=0.0)
        frame.attrs["about"] = about
        return frame
    frame, names = uplift_features.features(community, units)
    frame["value"] = value_of_orders(community, units)
    frame.attrs["about"] = about | {"features": names}
    return frame


def _standard(values: np.ndarray) -> np.ndarray:
    squashed = squash(pd.DataFrame(values))
    return (squashed - squashed.mean(axis=0)) / np.maximum(squashed.std(axis=0), 1e-9)


def _fit(z: np.ndarray, y: np.ndarray, binary: bool) -> Any:
    # Strong shrinkage: an uplift is the difference of two predictions and has the noise of both.
    if binary and len(np.unique(y)) > 1:
        model = LogisticRegression(C=0.03, max_iter=400).fit(z, y)
        return lambda rows: model.predict_proba(rows)[:, 1]
    ridge = Ridge(alpha=300.0).fit(z, y)
    return ridge.predict


def predict(frame: pd.DataFrame, *, outcome: str = "bought", folds: int = 5, seed: int = 0) -> pd.DataFrame:
    """Predict each member's uplift by two kinds of model, fitted without that member.

    Parameters
    ----------
    frame : DataFrame
        From :func:`examples`.
    outcome : str, default "bought"
        What the treatment should change.
    folds : int, default 5
        Parts into which the members are divided; each is predicted by models fitted on the others.
    seed : int, default 0
        Start of the random numbers.

    Returns
    -------
    DataFrame
        `frame` with ``fold`` and two predictions of the difference that treatment makes: ``two_models``
        (a regression in each arm, one minus the other) and ``doubly_robust`` (boosted trees on the outcome
        corrected by such regressions, which were fitted without the member's own part too).

    Notes
    -----
    Two models: a T-learner; Kuenzel, Sekhon, Bickel and Yu (2019), *PNAS* 116, 4156-4165. Doubly robust:
    Kennedy (2023), *Electronic Journal of Statistics* 17, 3008-3049. The chance of treatment is known.

    Taught in: 05 Conversion
    """
    about = frame.attrs.get("about", {})
    names = list(about.get("features", []))
    if frame.empty or not names:
        result = frame.assign(fold=0, two_models=0.0, doubly_robust=0.0)
        result.attrs["about"] = about
        return result
    # Threads that wait for each other cost more than they bring on tables of this size.
    with threadpool_limits(1):
        fold, plain, robust = _cross_fit(frame, names, outcome, folds, seed)
    result = frame.assign(fold=fold, two_models=plain, doubly_robust=robust)
    result.attrs["about"] = about | {"outcome": outcome, "folds": folds}
    return result


def _cross_fit(
    frame: pd.DataFrame, names: list[str], outcome: str, folds: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    y, t = frame[outcome].to_numpy(float), frame["treated"].to_numpy(bool)
    chance, x = frame["chance"].to_numpy(float), frame[names].to_numpy(float)
    z, binary = _standard(x), set(np.unique(y)) <= {0.0, 1.0}
    fold = np.empty(len(frame), np.int64)
    random = np.random.default_rng(seed)
    for side in (t, ~t):
        fold[side] = random.permutation(np.arange(side.sum()) % folds)

    def both(rows: np.ndarray) -> list[np.ndarray]:
        return [_fit(z[rows & side], y[rows & side], binary)(z) for side in (~t, t)]

    # Nuisance models without parts j and k, for each pair: only they may correct outcomes of part j that
    # train the model which predicts part k.
    pairs = {(j, k): both((fold != j) & (fold != k)) for j in range(folds) for k in range(j + 1)}
    plain, robust = np.empty(len(frame)), np.empty(len(frame))
    for k in range(folds):
        there = fold == k
        a, b = pairs[k, k]
        plain[there] = (b - a)[there]
        corrected = np.zeros(len(frame))
        for j in range(folds):
            if j == k:
                continue
            a, b = pairs[max(j, k), min(j, k)]
            part = fold == j
            score = b - a + t * (y - b) / chance - ~t * (y - a) / (1 - chance)
            corrected[part] = score[part]
        trees = HistGradientBoostingRegressor(
            max_iter=60, learning_rate=0.05, max_leaf_nodes=4, min_samples_leaf=max(len(frame) // 25, 20),
            l2_regularization=5.0, early_stopping=False, random_state=seed,
        )  # fmt: skip
        trees.fit(x[~there], corrected[~there])
        robust[there] = trees.predict(x[there])
    return fold, plain, robust


def by_fifth(
    frame: pd.DataFrame, *, score: str = "doubly_robust", outcome: str = "bought", parts: int = 5
) -> pd.DataFrame:
    """Compare the uplift that was predicted with the one that was found, part by part.

    Parameters
    ----------
    frame : DataFrame
        From :func:`predict`.
    score : str, default "doubly_robust"
        Prediction.
    outcome : str, default "bought"
        Column that was predicted.
    parts : int, default 5
        Parts of equal size, by prediction.

    Returns
    -------
    DataFrame
        One row a part, from the lowest: ``part``, ``n``, ``predicted`` (mean), ``value_a`` (control),
        ``estimate``, ``low``, ``high`` (difference of the arms), ``small``.

    Taught in: 05 Conversion
    """
    columns = ["part", "n", "predicted", "value_a", "estimate", "low", "high", "small"]
    rows = []
    order = np.argsort(frame[score].to_numpy(float), kind="stable")
    for number, chosen in enumerate(np.array_split(order, parts) if len(frame) else [], start=1):
        rows_of = frame.iloc[chosen]
        sides = [rows_of[rows_of["treated"] == side][outcome] for side in (False, True)]
        a, b = ((*ratio(side), len(side)) for side in sides)
        found = gap(a, b)
        rows.append(
            {"part": number, "n": len(rows_of), "predicted": float(rows_of[score].mean()), "value_a": a[0],
             **{name: found[name] for name in ("estimate", "low", "high")}, "small": min(a[2], b[2]) < 30}
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    table.attrs["about"] = frame.attrs.get("about", {}) | {"metric": "uplift by part", "model": score}
    return table
