"""Who will be lost next: trained on earlier cut-off days, tested on a later one, calibrated in between.

Three orders of the members are compared on the test day: days since the last visit (the baseline that
needs no model), a logistic regression (that explains) and gradient boosting (that predicts).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.community import Community, batches
from helpers.community.engine import identifier
from helpers.metrics.intervals import wilson
from helpers.models import churn_features, churn_labels, training_sample
from helpers.models.churn_learners import Scorer

MODELS = ("recency", "logistic", "boosting")
FEWEST_MEMBERS = 50
FEWEST_OF_A_KIND = 10


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
    sampling : pandas.DataFrame or None
        Where only a sample was learnt from: cut, role, churned, activity, members, n (of them drawn).
    """

    scorer: Scorer | None
    rows: pd.DataFrame
    tested: pd.DataFrame
    inactivity: int
    chosen: str = "logistic"
    problem: str = ""
    seed: int = 0
    about: dict[str, Any] = field(default_factory=dict)
    sampling: pd.DataFrame | None = None

    def describe(self, frame: pd.DataFrame, metric: str, **more: Any) -> pd.DataFrame:
        """Attach what the model knows of itself to a result and return the result."""
        frame.attrs["about"] = self.about | {"metric": metric} | more
        return frame

    @property
    def columns(self) -> list[str]:
        """Return the names of the features."""
        return [name for name in self.rows.columns if name not in ("cut", "role", "member_id", "churned")]

    @property
    def tested_for(self) -> float:
        """Return how many members each row of the test day stands for: 1 unless a sample was drawn."""
        if self.sampling is None:
            return 1.0
        rows = self.sampling[self.sampling["role"] == "test"]
        return float(rows["members"].sum() / rows["n"].sum())


def labelled(
    community: Community, cut: dt.date, inactivity: int, *, strata: pd.DataFrame | None = None, seed: int = 0
) -> pd.DataFrame:
    """Join what was known on a cut-off day with what happened after it.

    Parameters
    ----------
    community : Community
        The opened community.
    cut : datetime.date
        Cut-off day.
    inactivity : int
        Days of silence that make a loss.
    strata : pandas.DataFrame, optional
        From :func:`training_sample.strata`: draw so many of each stratum; default everybody.
    seed : int, default 0
        Of the drawing.

    Returns
    -------
    pandas.DataFrame
        cut, member_id, churned and the features, one row a member.

    Taught in: 06 Evaluation
    """
    if strata is None:
        known = churn_features.features(community, cut, inactivity=inactivity)
        outcome = churn_labels.labels(community, cut, inactivity)
    else:
        drawn = training_sample.draw(community, cut, inactivity, strata, seed=seed)
        known = churn_features.features(community, cut, inactivity=inactivity, members=drawn)
        outcome = community.query(f"select member_id, churned from {drawn} order by member_id")
        outcome = outcome.astype({"churned": "int64"})
        community.engine.run(f"drop table {drawn}")
    rows = outcome.merge(known, on="member_id", how="inner")
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
    community: Community,
    *,
    inactivity: int | None = None,
    level: float = 0.10,
    cuts: int = 6,
    seed: int = 0,
    sample: int = training_sample.SAMPLE,
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
    sample : int, default 200,000
        Learn from at most about so many members of a cut-off day: from each stratum, lost or not by how
        active, the same share (see :mod:`helpers.models.training_sample`).

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
    tables, counts = [], []
    for day, role in zip(days, roles, strict=False):
        strata = training_sample.needed(community, day, inactivity, sample=sample)
        tables.append(labelled(community, day, inactivity, strata=strata, seed=seed).assign(role=role))
        if strata is not None:
            counts.append(strata.assign(cut=pd.Timestamp(day), role=role))
    # A day that was small enough to be used whole stands among the others as it is.
    sampling = pd.concat(counts[::-1], ignore_index=True) if counts else None
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
    if sampling is not None:
        about["sampled"] = training_sample.told(sampling)
    model = ChurnModel(None, rows, tested, inactivity, "logistic", problem, seed, about, sampling)
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
    rows = model.rows.assign(members=1) if model.sampling is None else model.sampling
    lost = rows["members"] * rows["churned"]
    frame = rows.assign(lost=lost).groupby(["cut", "role"], as_index=False)[["members", "lost"]].sum()
    frame = frame.rename(columns={"members": "n", "lost": "count"})
    n, count = frame["n"].to_numpy(float), frame["count"].to_numpy(float)
    low, high = wilson(count, n)
    frame = frame.assign(estimate=count / n, low=low, high=high, small=n < 30)
    return model.describe(frame, "share lost by cut-off day")


def score(
    community: Community, model: ChurnModel, *, reasons: int = 3, to: str | Path | None = None
) -> pd.DataFrame:
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
    to : str or pathlib.Path, optional
        Score where the data are, batch by batch, and write the rows to this table or Parquet path (see
        :func:`helpers.community.batches.write`), in no order; what is returned then is a summary.

    Returns
    -------
    pandas.DataFrame
        With `to`: one row a tenth of the scale of risks: risk_from, risk_to, n (members), expected (how many
        of them are lost). Otherwise one row a member active in the last ``inactivity`` days, highest risk
        first: member_id, risk (calibrated probability of the chosen model), recency (days), and for each
        reason ``reason_1`` (a feature that raises the risk against an average member, by the logistic
        regression and by itself; missing when none does) and ``reason_1_value`` (its value). Empty
        without a model.

    Taught in: 06 Evaluation
    """
    columns = ["member_id", "risk", "recency"]
    columns += [f"reason_{k}{part}" for k in range(1, reasons + 1) for part in ("", "_value")]
    if model.scorer is None:
        return model.describe(pd.DataFrame(columns=columns), "churn risk")
    later = model.rows.assign(role=model.rows["role"].map({"test": "calibrate"}).fillna("train"))
    judge = partial(_judged, _fitted(later, model.columns, model.seed), chosen=model.chosen, reasons=reasons)
    if to is not None:
        return _scored_there(community, model, judge, columns, to)
    rows = churn_features.features(community, community.as_of, inactivity=model.inactivity)
    frame = judge(rows).sort_values(["risk", "member_id"], ascending=[False, True], ignore_index=True)
    return model.describe(frame[columns], "churn risk", n=len(frame), period=community.as_of.isoformat())


def _judged(scorer: Scorer, rows: pd.DataFrame, *, chosen: str, reasons: int) -> pd.DataFrame:
    frame = rows[["member_id", "recency"]].assign(risk=scorer.scores(rows)[f"{chosen}_risk"])
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
    return frame


def _scored_there(
    community: Community,
    model: ChurnModel,
    judge: Callable[[pd.DataFrame], pd.DataFrame],
    columns: list[str],
    to: str | Path,
) -> pd.DataFrame:
    text = churn_features.sql(community, ordered=False)
    numbers = ", ".join(f"cast({name} as double) as {name}" for name in churn_features.names(community))
    given = churn_features.given(community, community.as_of, model.inactivity, text)
    kinds = {
        name: "varchar" if name == "member_id" or re.fullmatch(r"reason_\d+", name) else "double"
        for name in columns
    }
    written = batches.write(
        community, f"select member_id, {numbers} from ({text}) as known", to, kinds, judge, **given
    )
    frame = community.query(
        f"""
select least(cast(floor(risk * 10) as integer), 9) as tenth, count(*) as n,
    sum(cast(risk as decimal(18, 12))) as expected
from {identifier(written)}
group by least(cast(floor(risk * 10) as integer), 9)
order by tenth"""
    )
    frame.insert(0, "risk_from", frame["tenth"] / 10)
    frame.insert(1, "risk_to", (frame.pop("tenth") + 1) / 10)
    frame = frame.astype({"n": "int64", "expected": "float64"})
    return model.describe(
        frame, "churn risk", n=int(frame["n"].sum()), period=community.as_of.isoformat(), written=str(to)
    )
