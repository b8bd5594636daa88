"""Who will be lost next: trained on earlier cut-off days, tested on a later one, calibrated in between.

Three orders of the members are compared on the test day: days since the last visit (the baseline that
needs no model), a logistic regression (that explains) and gradient boosting (that predicts).
"""

from __future__ import annotations

import datetime as dt
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

from helpers.community import Community
from helpers.metrics.intervals import wilson
from helpers.models import churn_features, churn_labels

MODELS = ("recency", "logistic", "boosting")
FEWEST_MEMBERS = 50
FEWEST_OF_A_KIND = 10
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
        return 1 / (1 + np.exp(-(self.standard(features) @ self.coefficients + self.intercept)))


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


@dataclass
class ChurnModel:
    """Hold the trained models, the cut-off days and the rows of the test day.

    Parameters
    ----------
    scorer : Scorer or None
        Trained on the earlier days; None when the data are too few.
    rows : pandas.DataFrame
        All labelled rows: cut, role (train, calibrate, test), member_id, churned and the features.
    tested : pandas.DataFrame
        The rows of the test day with the scores of the three models.
    inactivity : int
        Days of silence that make a loss.
    chosen : str
        The model with the smaller log loss on the calibration day: logistic or boosting.
    problem : str
        Empty, or why there is no model: few_cuts, few_members, nobody_lost, everybody_lost.
    about : dict
        What results made from the model carry along.
    """

    scorer: Scorer | None
    rows: pd.DataFrame
    tested: pd.DataFrame
    inactivity: int
    chosen: str = "logistic"
    problem: str = ""
    seed: int = 0
    about: dict[str, Any] = field(default_factory=dict)

    def describe(self, frame: pd.DataFrame, metric: str, **more: Any) -> pd.DataFrame:
        """Attach what the model knows of itself to a result and return the result."""
        frame.attrs["about"] = self.about | {"metric": metric} | more
        return frame

    @property
    def columns(self) -> list[str]:
        """Return the names of the features."""
        return [name for name in self.rows.columns if name not in ("cut", "role", "member_id", "churned")]


def labelled(community: Community, cut: dt.date, inactivity: int) -> pd.DataFrame:
    """Join what was known on a cut-off day with what happened after it.

    Parameters
    ----------
    community : Community
        The opened community.
    cut : datetime.date
        Cut-off day.
    inactivity : int
        Days of silence that make a loss.

    Returns
    -------
    pandas.DataFrame
        cut, member_id, churned and the features, one row a member.

    Taught in: 06 Evaluation
    """
    known = churn_features.features(community, cut, inactivity=inactivity)
    rows = churn_labels.labels(community, cut, inactivity).merge(known, on="member_id", how="inner")
    rows.insert(0, "cut", pd.Timestamp(cut))
    return rows


def _problem(rows: pd.DataFrame, cuts: list[dt.date]) -> str:
    if len(cuts) < 2:
        return "few_cuts"
    tested = rows[rows["role"] == "test"]
    learnt = rows[rows["role"] != "test"]
    if min(len(tested), len(learnt)) < FEWEST_MEMBERS:
        return "few_members"
    if min(tested["churned"].sum(), learnt["churned"].sum()) < FEWEST_OF_A_KIND:
        return "nobody_lost"
    if min((1 - tested["churned"]).sum(), (1 - learnt["churned"]).sum()) < FEWEST_OF_A_KIND:
        return "everybody_lost"
    return ""


def _fitted(rows: pd.DataFrame, columns: list[str], seed: int) -> Scorer:
    training, held = rows[rows["role"] == "train"], rows[rows["role"] == "calibrate"]
    kinds = training["churned"].nunique() if len(training) else 0
    if kinds < 2 or held["churned"].nunique() < 2:
        # A single earlier day: half of the members train, the other half calibrate.
        rest = rows[rows["role"] != "test"].sort_values(["member_id", "cut"], kind="stable")
        half = rest.groupby("member_id", sort=False).ngroup() % 2 == 0
        training, held = rest[half], rest[~half]
    return Scorer(columns, seed).fit(training, held)


def _log_loss(churned: np.ndarray, risk: np.ndarray) -> float:
    risk = np.clip(risk, 1e-4, 1 - 1e-4)
    return float(-(churned * np.log(risk) + (1 - churned) * np.log(1 - risk)).mean())


def train(
    community: Community, *, inactivity: int | None = None, level: float = 0.10, cuts: int = 6, seed: int = 0
) -> ChurnModel:
    """Train churn models on earlier cut-off days and test them on the latest that can be labelled.

    Parameters
    ----------
    community : Community
        The opened community; orders alone are enough.
    inactivity : int, optional
        Days of silence that make a loss; default read from :func:`churn_labels.return_curve`.
    level : float, default 0.10
        Return rate under which a silence counts as a loss, for that default.
    cuts : int, default 6
        At most so many cut-off days, ``inactivity`` days apart: the latest is for the test, the one
        before for calibration, the earlier ones for training.
    seed : int, default 0
        Start of the random numbers.

    Returns
    -------
    ChurnModel
        The models, or with ``problem`` set and without models where the data are too few, nobody was
        lost, or everybody was.

    Taught in: 06 Evaluation
    """
    if inactivity is None:
        inactivity = churn_labels.return_curve(community, level=level).attrs["about"]["inactivity"]
    days = churn_labels.cutoffs(community, inactivity, most=cuts)
    roles = ["test", "calibrate"] + ["train"] * max(len(days) - 2, 0)
    tables = [
        labelled(community, day, inactivity).assign(role=role) for day, role in zip(days, roles, strict=False)
    ]
    rows = pd.concat(tables[::-1], ignore_index=True) if tables else pd.DataFrame(columns=_EMPTY)
    problem = _problem(rows, days)
    tested = rows[rows["role"] == "test"].reset_index(drop=True)
    about = community.about(
        "churn",
        population="members active before the cut-off day",
        period=days[0].isoformat() if days else None,
        inactivity=inactivity,
        problem=problem,
        cut=days[0].isoformat() if days else None,
        n=len(tested),
        lost=int(tested["churned"].sum()) if len(tested) else 0,
    )
    model = ChurnModel(None, rows, tested, inactivity, problem=problem, seed=seed, about=about)
    if problem:
        return model
    model.scorer = _fitted(rows, model.columns, seed)
    held = rows[rows["role"] == "calibrate"]
    risks = model.scorer.scores(held)
    loss = {name: _log_loss(held["churned"].to_numpy(), risks[f"{name}_risk"]) for name in MODELS[1:]}
    model.chosen = min(MODELS[1:], key=lambda name: loss[name])
    model.tested = pd.concat([tested, model.scorer.scores(tested)], axis=1)
    model.about["chosen"] = model.chosen
    return model


_EMPTY = ["cut", "member_id", "churned", "role", *churn_features.ALWAYS]


def cutoff_table(model: ChurnModel) -> pd.DataFrame:
    """List the cut-off days: what each is used for, and the share of members lost after it.

    Parameters
    ----------
    model : ChurnModel
        From :func:`train`.

    Returns
    -------
    pandas.DataFrame
        cut, role (train, calibrate, test), n, count (lost), estimate, low, high (Wilson), small.

    Taught in: 06 Evaluation
    """
    frame = model.rows.groupby(["cut", "role"], as_index=False).agg(
        n=("churned", "size"), count=("churned", "sum")
    )
    n, count = frame["n"].to_numpy(float), frame["count"].to_numpy(float)
    low, high = wilson(count, n)
    frame = frame.assign(estimate=count / n, low=low, high=high, small=n < 30)
    return model.describe(frame, "share lost by cut-off day")


def score(community: Community, model: ChurnModel, *, reasons: int = 3) -> pd.DataFrame:
    """Estimate for each member active today the risk of being lost in the days to come.

    The models are fitted again one cut-off day later than they were tested: the test day now calibrates
    and all earlier days train, so that nothing recent is wasted.

    Parameters
    ----------
    community : Community
        The community that the model was trained on.
    model : ChurnModel
        From :func:`train`.
    reasons : int, default 3
        How many reasons to name.

    Returns
    -------
    pandas.DataFrame
        One row a member active in the last ``inactivity`` days, highest risk first: member_id,
        risk (calibrated probability of the chosen model), recency (days), and for each reason
        ``reason_1`` (a feature that raises the risk against an average member, by the logistic
        regression and by itself; missing when none does) and ``reason_1_value`` (its value). Empty
        without a model.

    Taught in: 06 Evaluation
    """
    columns = ["member_id", "risk", "recency"]
    columns += [f"reason_{k}{part}" for k in range(1, reasons + 1) for part in ("", "_value")]
    if model.scorer is None:
        return model.describe(pd.DataFrame(columns=columns), "churn risk")
    later = model.rows.assign(role=model.rows["role"].map({"test": "calibrate"}).fillna("train"))
    scorer = _fitted(later, model.columns, model.seed)
    rows = churn_features.features(community, community.as_of, inactivity=model.inactivity)
    frame = rows[["member_id", "recency"]].assign(risk=scorer.scores(rows)[f"{model.chosen}_risk"])
    logistic = scorer.models["logistic"]
    pushes = logistic.pushes(rows)
    order = np.argsort(-pushes, axis=1, kind="stable")
    names = np.array(logistic.columns, dtype=object)
    values = rows[logistic.columns].to_numpy(float)
    everyone = np.arange(len(rows))
    for k in range(1, reasons + 1):
        if k > len(names):
            frame[f"reason_{k}"], frame[f"reason_{k}_value"] = pd.Series(dtype="str"), np.nan
            continue
        which = order[:, k - 1]
        raises = pushes[everyone, which] > 0
        frame[f"reason_{k}"] = pd.Series(names[which], dtype="str").where(raises)
        frame[f"reason_{k}_value"] = np.where(raises, values[everyone, which], np.nan)
    frame = frame.sort_values(["risk", "member_id"], ascending=[False, True], ignore_index=True)[columns]
    return model.describe(frame, "churn risk", n=len(frame), period=community.as_of.isoformat())
