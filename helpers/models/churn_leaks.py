"""Whether a feature knows the future: add rows after the cut-off and nothing may change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.models import churn_features, churn_labels, ranking, training_sample
from helpers.models.churn import ChurnModel, labelled
from helpers.models.churn_learners import Boosting

Features = Callable[..., pd.DataFrame]

_SUSPICIOUS = 0.98  # a single feature that orders members this well is rarely honest
_CLOCKS = {"events": "occurred_at", "orders": "ordered_at", "contents": "published_at"}


def _tables(community: Community, members: int) -> dict[str, pd.DataFrame]:
    # A sample of members keeps the test quick on a large log; ids in order, so that it is always the same.
    some = f"select member_id from people order by member_id limit {int(members)}"
    tables = {}
    for name, clock in _CLOCKS.items():
        if not community.has(name):
            continue
        owner = "author_id" if name == "contents" else "member_id"
        if name == "contents" and not community.has("contents", "author_id"):
            continue
        frame = community.query(f"select * from {name} where {owner} in ({some})")
        # Community days, not clock times: the copy is opened without the settings of the original.
        frame[clock] = pd.to_datetime(frame["day"])
        # A column that was not supplied is all empty; it must not look supplied in the copy.
        tables[name] = frame.drop(columns="day").dropna(axis=1, how="all")
    if community.has("members"):
        frame = community.query(f"select * from members where member_id in ({some})")
        frame["joined_at"], frame["left_at"] = frame["joined_day"], frame["left_day"]
        tables["members"] = frame.drop(columns=["joined_day", "left_day"]).dropna(axis=1, how="all")
    return tables


def _until(tables: dict[str, pd.DataFrame], cut: dt.date) -> dict[str, pd.DataFrame]:
    day = pd.Timestamp(cut)
    kept = {
        name: frame[pd.to_datetime(frame[_CLOCKS[name]]) <= day] if name in _CLOCKS else frame.copy()
        for name, frame in tables.items()
    }
    if "left_at" in kept.get("members", pd.DataFrame()):
        left = pd.to_datetime(kept["members"]["left_at"])
        kept["members"]["left_at"] = left.where(left <= day)
    return kept


def _invented(tables: dict[str, pd.DataFrame], cut: dt.date) -> dict[str, pd.DataFrame]:
    # Every other past row once more, a day after the cut-off, besides what truly came later.
    later = dict(tables)
    for name, clock in _CLOCKS.items():
        if name not in tables or name == "contents":
            continue
        frame = tables[name]
        again = frame[pd.to_datetime(frame[clock]) <= pd.Timestamp(cut)].iloc[::2].copy()
        again[clock] = pd.Timestamp(cut) + pd.Timedelta(days=1)
        for key in ("event_id", "order_id"):
            if key in again:
                again[key] = "invented-" + again[key].astype(str)
        later[name] = pd.concat([frame, again], ignore_index=True)
    return later


def leak_test(
    community: Community,
    *,
    inactivity: int,
    cut: dt.date | None = None,
    features: Features = churn_features.features,
    members: int = 2000,
    sample: int = training_sample.SAMPLE,
) -> pd.DataFrame:
    """Test each feature for knowledge of the time after the cut-off.

    The features are computed twice: from the rows up to the cut-off alone, and with the later rows, true
    and invented ones, added. A feature that differs for anybody leaks. A feature that alone orders members
    almost perfectly (area above 0.98) is named as suspicious: it may be a copy of the label.

    Parameters
    ----------
    community : Community
        The opened community.
    inactivity : int
        Days of silence that make a loss.
    cut : datetime.date, optional
        Cut-off day; default the latest that can be labelled.
    features : callable, default churn_features.features
        Called as ``features(community, cut, inactivity=...)``; returns member_id and one column a feature.
    members : int, default 2000
        So many members are computed twice.
    sample : int, default 200,000
        The areas are of at most about so many members, drawn as in :func:`helpers.models.churn.train`.

    Returns
    -------
    pandas.DataFrame
        One row a feature: feature, n (members), count (members for whom it changed), auc, low, high (alone,
        0.5 to 1), leaks, suspicious. Empty where no cut-off can be labelled.

    Taught in: 06 Evaluation
    """
    columns = ["feature", "n", "count", "auc", "low", "high", "leaks", "suspicious"]
    days = churn_labels.cutoffs(community, inactivity)
    cut = cut or (days[0] if days else None)
    if cut is None:
        return community.describe(pd.DataFrame(columns=columns), "leak test", problem="few_cuts")
    tables = _tables(community, members)
    # Both copies end on the same day, so that only the rows differ.
    end = max(community.as_of, cut + dt.timedelta(days=1))
    before = features(Community.open(_until(tables, cut), as_of=end), cut, inactivity=inactivity)
    after = features(Community.open(_invented(tables, cut), as_of=end), cut, inactivity=inactivity)
    both = before.merge(after, on="member_id", how="outer", suffixes=("_before", "_after"), indicator=True)
    strata = training_sample.needed(community, cut, inactivity, sample=sample)
    if strata is None:
        rows = churn_labels.labels(community, cut, inactivity)
        rows = rows.merge(features(community, cut, inactivity=inactivity), on="member_id")
    elif features is churn_features.features:
        rows = labelled(community, cut, inactivity, strata=strata)
    else:  # somebody's own features are of everybody
        drawn = training_sample.draw(community, cut, inactivity, strata)
        rows = community.query(f"select member_id, churned from {drawn} order by member_id")
        rows = rows.merge(features(community, cut, inactivity=inactivity), on="member_id")
        community.engine.run(f"drop table {drawn}")
    found = []
    for name in [column for column in before.columns if column != "member_id"]:
        one, other = both[f"{name}_before"].to_numpy(float), both[f"{name}_after"].to_numpy(float)
        changed = int((~np.isclose(one, other, equal_nan=True)).sum())
        auc, low, high = ranking.auc(rows["churned"], rows[name])
        if auc < 0.5:
            auc, low, high = 1 - auc, 1 - high, 1 - low
        found.append((name, len(both), changed, auc, low, high, changed > 0, bool(auc > _SUSPICIOUS)))
    frame = pd.DataFrame(found, columns=columns)
    more = {} if strata is None else {"sampled": training_sample.told(strata)}
    return community.describe(frame, "leak test", period=cut.isoformat(), inactivity=inactivity, **more)


def demonstrate(community: Community, model: ChurnModel, *, seed: int = 0) -> pd.DataFrame:
    """Show what two well-known mistakes promise, beside what an honest test finds.

    The same model is tested four ways: with the features of the cut-off day or with those of an export made
    half a label window later; on a later cut-off day or on rows chosen at random.

    Parameters
    ----------
    community : Community
        The opened community.
    model : ChurnModel
        From :func:`helpers.models.churn.train`; gives the cut-off days and the labels.
    seed : int, default 0
        Of the random split.

    Returns
    -------
    pandas.DataFrame
        features ("before the cut-off" or "exported later"), split ("by time" or "at random"), n, estimate,
        low, high (area under the curve of the gradient boosting), honest. Empty without a model.

    Taught in: 06 Evaluation
    """
    columns = ["features", "split", "n", "estimate", "low", "high", "honest"]
    if model.scorer is None:
        return model.describe(pd.DataFrame(columns=columns), "leaking features", unit="score")
    delay = dt.timedelta(days=max(model.inactivity // 2, 1))
    late = []
    for cut, rows in model.rows.groupby("cut"):
        some = None if model.sampling is None else training_sample.listed(community, rows["member_id"])
        seen = churn_features.features(
            community, cut.date() + delay, inactivity=model.inactivity + delay.days, members=some
        ).drop_duplicates("member_id")
        if some is not None:
            community.engine.run(f"drop table {some}")
        late.append(rows[["cut", "role", "member_id", "churned"]].merge(seen, on="member_id"))
    versions = {"before the cut-off": model.rows, "exported later": pd.concat(late, ignore_index=True)}
    random = np.random.default_rng(seed)
    found = []
    for features, rows in versions.items():
        by_time = (rows["role"] == "test").to_numpy()
        at_random = random.permutation(len(rows)) < by_time.sum()
        for split, tested in (("by time", by_time), ("at random", at_random)):
            fitted = Boosting(model.columns, seed).fit(rows[~tested], rows.loc[~tested, "churned"].to_numpy())
            score = fitted.score(rows[tested])
            estimate = ranking.auc(rows.loc[tested, "churned"], score)
            honest = features == "before the cut-off" and split == "by time"
            found.append((features, split, int(tested.sum()), *estimate, honest))
    return model.describe(pd.DataFrame(found, columns=columns), "leaking features", unit="score")
