"""Whether a churn model is worth using: against the baseline, in probabilities, in money, and why."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from helpers.metrics.intervals import wilson
from helpers.models import ranking
from helpers.models.churn import MODELS, ChurnModel
from helpers.models.churn_learners import Logistic

_MOST_PERMUTED = 5000
SMALL = 30


def performance(model: ChurnModel) -> pd.DataFrame:
    """Compare how well the models order the members of the test day.

    Parameters
    ----------
    model : ChurnModel
        From :func:`helpers.models.churn.train`.

    Returns
    -------
    pandas.DataFrame
        One row a model (recency, the baseline; logistic; boosting): model, n, count (lost), estimate, low,
        high (area under the curve, DeLong), gain, gain_low, gain_high (over recency), brier (mean squared
        error of the calibrated risk), chosen. Empty without a model.

    Taught in: 06 Evaluation
    """
    columns = ["model", "n", "count", "estimate", "low", "high", "gain", "gain_low", "gain_high", "brier"]
    tested, rows = model.tested, []
    for name in MODELS if model.scorer else ():
        churned, score = tested["churned"].to_numpy(), tested[f"{name}_score"]
        difference = ranking.auc_difference(churned, score, tested["recency_score"])
        brier = float(((tested[f"{name}_risk"] - churned) ** 2).mean())
        rows.append((name, len(tested), churned.sum(), *ranking.auc(churned, score), *difference, brier))
    frame = pd.DataFrame(rows, columns=columns)
    frame["chosen"] = frame["model"] == model.chosen
    return model.describe(frame, "area under the curve", unit="score")


def calibration(model: ChurnModel, *, bins: int = 10) -> pd.DataFrame:
    """Compare predicted risks with what came true, in groups of equal size.

    Parameters
    ----------
    model : ChurnModel
        From :func:`helpers.models.churn.train`.
    bins : int, default 10
        At most so many groups; members with equal risks stay together.

    Returns
    -------
    pandas.DataFrame
        bin, predicted (mean risk), n, count (lost), estimate, low, high (Wilson), inside (the interval
        holds the prediction), small. Empty without a model.

    Taught in: 06 Evaluation
    """
    columns = ["bin", "predicted", "n", "count", "estimate", "low", "high", "inside", "small"]
    if model.scorer is None:
        return model.describe(pd.DataFrame(columns=columns), "calibration")
    risk = model.tested[f"{model.chosen}_risk"]
    groups = pd.qcut(risk, bins, labels=False, duplicates="drop").fillna(0)
    frame = (
        pd.DataFrame({"bin": groups, "risk": risk, "churned": model.tested["churned"]})
        .groupby("bin")
        .agg(predicted=("risk", "mean"), n=("churned", "size"), count=("churned", "sum"))
        .reset_index(drop=True)
    )
    n, count = frame["n"].to_numpy(float), frame["count"].to_numpy(float)
    low, high = wilson(count, n)
    frame = frame.assign(
        bin=np.arange(1, len(frame) + 1),
        estimate=count / n,
        low=low,
        high=high,
        inside=(low <= frame["predicted"]) & (frame["predicted"] <= high),
        small=n < SMALL,
    )
    kind = model.scorer.calibrations[model.chosen].kind
    return model.describe(frame[columns], "calibration", calibration=kind)


def gains(model: ChurnModel) -> pd.DataFrame:
    """Say what share of those who were lost is found among the top of each model's order.

    Parameters
    ----------
    model : ChurnModel
        From :func:`helpers.models.churn.train`.

    Returns
    -------
    pandas.DataFrame
        One row a model and tenth: model, share, contacts, n (lost), count (found), estimate, low, high,
        precision, lift. See :func:`helpers.models.ranking.gains`. Empty without a model.

    Taught in: 06 Evaluation
    """
    tables = [
        ranking.gains(model.tested["churned"], model.tested[f"{name}_score"]).assign(model=name)
        for name in (("recency", model.chosen) if model.scorer else ())
    ]
    columns = ["model", "share", "contacts", "n", "count", "estimate", "low", "high", "precision", "lift"]
    frame = pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
    return model.describe(frame, "share of the lost found")


def profit(
    model: ChurnModel,
    *,
    contact_cost: float = 2.0,
    value_saved: float | pd.Series = 100.0,
    success: float = 0.10,
    budget: int | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Follow the profit of contacting the riskiest members of the test day, with and without the model.

    Parameters
    ----------
    model : ChurnModel
        From :func:`helpers.models.churn.train`.
    contact_cost : float, default 2
        Money a contact, in the community's currency.
    value_saved : float or Series, default 100
        Money that a member is worth who stays: one number, or a Series by member_id (0 where missing).
    success : float, default 0.10
        Share of contacted members who would have been lost and stay because of it. This is an assumption:
        only a control group measures it.
    budget : int, optional
        Largest number of contacts.
    seed : int, default 0
        Of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        model (recency or the chosen one), contacts, share, count, profit, low, high, best, in_budget.
        ``attrs["about"]``: the assumptions, and best_contacts, best_profit, best_low, best_high (of the
        chosen model, within the budget). Empty without a model.

    Taught in: 06 Evaluation
    """
    columns = ["model", "contacts", "share", "count", "profit", "low", "high", "best", "in_budget"]
    given: dict[str, Any] = {"contact_cost": contact_cost, "success": success, "budget": budget}
    if model.scorer is None:
        return model.describe(pd.DataFrame(columns=columns), "profit of contacting", **given)
    members = model.tested["member_id"]
    value = (
        members.map(value_saved).fillna(0.0).to_numpy(float)
        if isinstance(value_saved, pd.Series)
        else np.full(len(members), float(value_saved))
    )
    tables = []
    for name in ("recency", model.chosen):
        # The score is what a contact is expected to earn, so that members worth more come first.
        order = model.tested[f"{name}_risk"] * value
        curve = ranking.profit(
            model.tested["churned"],
            # Equal calibrated risks keep the finer order of the raw score.
            order + 1e-9 * model.tested[f"{name}_score"] * value.mean(),
            contact_cost=contact_cost,
            value_saved=value,
            success=success,
            also=[] if budget is None else [round(budget / model.tested_for)],
            seed=seed,
        )
        tables.append(curve.assign(model=name))
    frame = pd.concat(tables, ignore_index=True)
    limit = len(members) if budget is None else round(budget / model.tested_for)
    frame["in_budget"] = frame["contacts"] <= limit
    if model.tested_for > 1:
        # Each member of the sample stands for others: contacts and money are those of all.
        sizes = ["contacts", "count", "profit", "low", "high"]
        frame[sizes] = frame[sizes] * model.tested_for
        frame[["contacts", "count"]] = frame[["contacts", "count"]].round().astype("int64")
    allowed = frame[frame["in_budget"] & (frame["model"] == model.chosen)]
    best = allowed.loc[allowed["profit"].idxmax()]
    return model.describe(
        frame[columns],
        "profit of contacting",
        value_saved=float(value.mean()),
        best_contacts=int(best["contacts"]),
        best_profit=float(best["profit"]),
        best_low=float(best["low"]),
        best_high=float(best["high"]),
        **given,
    )


def importance(model: ChurnModel, *, repeats: int = 8) -> pd.DataFrame:
    """Measure how much worse the chosen model orders members when one feature is shuffled.

    Parameters
    ----------
    model : ChurnModel
        From :func:`helpers.models.churn.train`.
    repeats : int, default 8
        Shuffles of each feature.

    Returns
    -------
    pandas.DataFrame
        One row a feature, most important first: feature, n, estimate (mean loss of area under the curve),
        low, high (the mean plus and minus two standard deviations of the shuffles). Features that say
        nearly the same cover for each other: both then look unimportant. Empty without a model.

    Taught in: 06 Evaluation
    """
    columns = ["feature", "n", "estimate", "low", "high"]
    if model.scorer is None:
        return model.describe(pd.DataFrame(columns=columns), "importance of features", unit="score")
    random = np.random.default_rng(model.seed)
    tested = model.tested
    if len(tested) > _MOST_PERMUTED:
        tested = tested.iloc[np.sort(random.choice(len(tested), _MOST_PERMUTED, replace=False))]
    churned = tested["churned"].to_numpy()
    chosen = model.scorer.models[model.chosen]
    whole = ranking.auc(churned, chosen.score(tested))[0]
    rows = []
    for name in chosen.columns:
        losses = []
        for _repeat in range(repeats):
            shuffled = tested.assign(**{name: random.permutation(tested[name].to_numpy())})
            losses.append(whole - ranking.auc(churned, chosen.score(shuffled))[0])
        mean, spread = float(np.mean(losses)), float(np.std(losses, ddof=1)) if repeats > 1 else 0.0
        rows.append((name, len(tested), mean, mean - 2 * spread, mean + 2 * spread))
    frame = pd.DataFrame(rows, columns=columns)
    frame = frame.sort_values(["estimate", "feature"], ascending=[False, True], ignore_index=True)
    return model.describe(frame, "importance of features", unit="score")


def odds(model: ChurnModel) -> pd.DataFrame:
    """Explain by the logistic regression: how the odds of being lost move with each feature.

    Parameters
    ----------
    model : ChurnModel
        From :func:`helpers.models.churn.train`.

    Returns
    -------
    pandas.DataFrame
        One row a feature, strongest first: feature, n (members), estimate (odds ratio for one standard
        deviation more of the squashed feature, the others held), low, high (95 %, robust to the same
        member standing in several rows). Empty without a model.

    Notes
    -----
    Cluster-robust (sandwich) covariance; White (1980), Liang & Zeger (1986). An odds ratio describes who
    leaves; it does not say that changing the feature would keep them.

    Taught in: 06 Evaluation
    """
    columns = ["feature", "n", "estimate", "low", "high"]
    if model.scorer is None:
        return model.describe(pd.DataFrame(columns=columns), "odds ratios", unit="score")
    rows = model.rows[model.rows["role"] != "test"]
    logistic = Logistic(model.scorer.models["logistic"].columns).fit(rows, rows["churned"].to_numpy())
    spread = _robust_spread(logistic, rows)
    frame = pd.DataFrame(
        {
            "feature": logistic.columns,
            "n": rows["member_id"].nunique(),
            "estimate": np.exp(logistic.coefficients),
            "low": np.exp(logistic.coefficients - 1.959964 * spread),
            "high": np.exp(logistic.coefficients + 1.959964 * spread),
            "strength": np.abs(logistic.coefficients),
        }
    )
    frame = frame.sort_values(["strength", "feature"], ascending=[False, True], ignore_index=True)
    return model.describe(frame[columns], "odds ratios", unit="score")


def _robust_spread(logistic: Logistic, rows: pd.DataFrame) -> np.ndarray:
    design = np.column_stack([logistic.standard(rows), np.ones(len(rows))])
    risk = logistic.score(rows)
    # The ridge of the fit (C = 1) belongs to its curvature; the intercept is not penalised.
    ridge = np.diag([1.0] * len(logistic.columns) + [0.0])
    bread = np.linalg.inv((design * (risk * (1 - risk))[:, None]).T @ design + ridge)
    residuals = design * (rows["churned"].to_numpy() - risk)[:, None]
    by_member = pd.DataFrame(residuals).groupby(rows["member_id"].to_numpy()).sum().to_numpy()
    covariance = bread @ (by_member.T @ by_member) @ bread
    return np.sqrt(np.diag(covariance))[:-1]
