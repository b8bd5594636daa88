"""What learns churn: a logistic regression, boosted trees, and a curve that turns scores into risks."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

_MOST_ROWS = 200_000  # more training rows change nothing but the time
_ISOTONIC_FROM = 200  # of either kind: below it two parameters are all that can be learnt
_TOO_ALIKE = 0.8  # correlation above which the logistic regression keeps only the first of two


def squash(frame: pd.DataFrame) -> np.ndarray:
    """Return features on a scale on which a step from 1 to 2 weighs like one from 10 to 20."""
    values = frame.to_numpy(float)
    return np.sign(values) * np.log1p(np.abs(values))


def apart(frame: pd.DataFrame) -> list[str]:
    """Return features that vary and are not almost the same as an earlier one, in their order."""
    values = squash(frame)
    kept: list[int] = []
    for column in range(values.shape[1]):
        if values[:, column].std() < 1e-9:
            continue
        alike = [abs(np.corrcoef(values[:, column], values[:, other])[0, 1]) for other in kept]
        if not alike or max(alike) < _TOO_ALIKE:
            kept.append(column)
    return [frame.columns[column] for column in kept]


@dataclass
class Logistic:
    """Hold a logistic regression on squashed, standardised features."""

    columns: list[str]
    centre: np.ndarray = field(default_factory=lambda: np.zeros(0))
    scale: np.ndarray = field(default_factory=lambda: np.ones(0))
    coefficients: np.ndarray = field(default_factory=lambda: np.zeros(0))
    alone: np.ndarray = field(default_factory=lambda: np.zeros(0))
    intercept: float = 0.0

    def fit(self, features: pd.DataFrame, churned: np.ndarray) -> Logistic:
        """Fit on one row a member and cut-off day."""
        values = squash(features[self.columns])
        self.centre, self.scale = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-9)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            found = LogisticRegression(C=1.0, max_iter=500, tol=1e-8).fit(self.standard(features), churned)
        self.coefficients, self.intercept = found.coef_[0], float(found.intercept_[0])
        self.alone = self.standard(features).T @ (churned - churned.mean()) / len(churned)
        return self

    def pushes(self, features: pd.DataFrame) -> np.ndarray:
        """Return how far each feature pushes each member's log odds above an average member's.

        A feature counts only where its own relation with the loss points the same way: one that merely
        corrects another feature is no reason that a person would understand.
        """
        plain = np.where(self.coefficients * self.alone > 0, self.coefficients, 0.0)
        return self.standard(features) * plain

    def standard(self, features: pd.DataFrame) -> np.ndarray:
        """Return the features in standard deviations from the mean of the training rows."""
        return (squash(features[self.columns]) - self.centre) / self.scale

    def score(self, features: pd.DataFrame) -> np.ndarray:
        """Return the probability before calibration."""
        # Added up feature by feature, so that a member's score does not depend on who is scored with her.
        odds = np.full(len(features), self.intercept)
        for column, coefficient in zip(self.standard(features).T, self.coefficients, strict=True):
            odds = odds + column * coefficient
        return 1 / (1 + np.exp(-odds))


@dataclass
class Boosting:
    """Hold gradient-boosted trees on the features as they are."""

    columns: list[str]
    seed: int = 0

    def fit(self, features: pd.DataFrame, churned: np.ndarray) -> Boosting:
        """Fit on one row a member and cut-off day."""
        self.trees = HistGradientBoostingClassifier(
            max_iter=120,
            learning_rate=0.06,
            max_leaf_nodes=15,
            min_samples_leaf=25,
            l2_regularization=1.0,
            early_stopping=False,
            random_state=self.seed,
        )
        # Threads that wait for each other cost more than they bring on tables of this size, and one
        # thread adds in one order on every machine.
        with threadpool_limits(1, user_api="openmp"):
            self.trees.fit(features[self.columns].to_numpy(float), churned)
        return self

    def score(self, features: pd.DataFrame) -> np.ndarray:
        """Return the probability before calibration."""
        with threadpool_limits(1, user_api="openmp"):
            return self.trees.predict_proba(features[self.columns].to_numpy(float))[:, 1]


def _log_odds(score: np.ndarray) -> np.ndarray:
    clipped = np.clip(score, 1e-4, 1 - 1e-4)
    return np.log(clipped / (1 - clipped))


@dataclass
class Calibration:
    """Turn scores into probabilities that come true, learnt on a cut-off day of its own."""

    kind: str = "none"
    curve: Any = None

    def fit(self, score: np.ndarray, churned: np.ndarray) -> Calibration:
        """Fit a step curve with enough members of both kinds, else a line on the log-odds scale."""
        fewer = int(min(churned.sum(), len(churned) - churned.sum()))
        if fewer >= _ISOTONIC_FROM:
            self.kind = "isotonic"
            # Steps stay off 0 and 1: nobody is certain to go.
            self.curve = IsotonicRegression(y_min=1e-3, y_max=1 - 1e-3, out_of_bounds="clip")
            self.curve.fit(score, churned)
        elif fewer >= 1:
            self.kind = "sigmoid"
            self.curve = LogisticRegression(C=10.0).fit(_log_odds(score)[:, None], churned)
        return self

    def risk(self, score: np.ndarray) -> np.ndarray:
        """Return calibrated probabilities."""
        if self.kind == "isotonic":
            return self.curve.predict(score)
        if self.kind == "sigmoid":
            return self.curve.predict_proba(_log_odds(score)[:, None])[:, 1]
        return score


@dataclass
class Scorer:
    """Hold the three orders of members, fitted and calibrated."""

    columns: list[str]
    seed: int = 0
    models: dict[str, Any] = field(default_factory=dict)
    calibrations: dict[str, Calibration] = field(default_factory=dict)

    def fit(self, training: pd.DataFrame, held: pd.DataFrame) -> Scorer:
        """Fit on the training rows and calibrate on the rows held back."""
        if len(training) > _MOST_ROWS:
            chosen = np.random.default_rng(self.seed).choice(len(training), _MOST_ROWS, replace=False)
            training = training.iloc[np.sort(chosen)]
        churned = training["churned"].to_numpy()
        self.models = {
            "recency": Logistic(["recency"]),
            "logistic": Logistic(apart(training[self.columns])),
            "boosting": Boosting(self.columns, self.seed),
        }
        for name, model in self.models.items():
            model.fit(training, churned)
            self.calibrations[name] = Calibration().fit(model.score(held), held["churned"].to_numpy())
        return self

    def scores(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return for each model ``<model>_score`` and ``<model>_risk``, the calibrated probability."""
        out = {}
        for name, model in self.models.items():
            out[f"{name}_score"] = model.score(rows)
            out[f"{name}_risk"] = self.calibrations[name].risk(out[f"{name}_score"])
        return pd.DataFrame(out, index=rows.index)
