"""Whether the lifetime-value model can be believed: fitted on the past, held against what came later."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.community.calendar import start_of
from helpers.metrics.intervals import wilson
from helpers.models import lifetime_value, purchase_histories
from helpers.models.lifetime_value import LifetimeModel
from helpers.models.purchase_histories import DAYS_A_WEEK

_MOST = 7  # this many repeat purchases and more are one row

_REPEATS = """
    firsts as (
        select member_id, min(day) as first_day
        from orders
        where is_purchase
        group by member_id
    ),
    repeats as (
        select orders.member_id, orders.day
        from orders
        join firsts on firsts.member_id = orders.member_id
        where orders.is_purchase and orders.day > firsts.first_day
            and firsts.first_day <= cast($cut as date)
        group by orders.member_id, orders.day
    )"""


def middle(community: Community) -> dt.date:
    """Give the day in the middle of the data, the usual cut between fitting and checking."""
    return community.first_day + (community.as_of - community.first_day) // 2


def _spread(expected: np.ndarray, gradients: np.ndarray, model: LifetimeModel) -> np.ndarray:
    # What the parameters leave open, and the chance of a Poisson count around the expectation.
    assert model.purchases is not None and model.purchases.covariance is not None
    variance = np.einsum("ik,ij,jk->k", gradients, model.purchases.covariance, gradients)
    return 1.959964 * np.sqrt(np.maximum(variance, 0) + expected)


def tracking(community: Community, *, cut: dt.date | None = None) -> pd.DataFrame:
    """Track repeat purchases week by week against a model that saw only the time before the cut.

    Parameters
    ----------
    community : Community
        With orders.
    cut : datetime.date, optional
        Last day the model may see; default the middle of the data.

    Returns
    -------
    pandas.DataFrame
        One row a week: period (its Monday), n (buyers acquired by then and by the cut), count (repeat
        purchase days of buyers acquired by the cut), expected, low, high (95 %: parameters and chance),
        cumulative, cumulative_expected, holdout (after the cut), open_period, left_edge. Empty where
        there is too little data before the cut.

    Notes
    -----
    Fader, Hardie & Lee (2005), figure of cumulative repeat transactions. Buyers differ more than a
    Poisson count does, so that a few more weeks than 5 % lie outside the band.

    Taught in: 06 Evaluation
    """
    community.require("orders")
    cut = cut or middle(community)
    model = lifetime_value.fit(community, until=cut)
    columns = ["period", "n", "count", "expected", "low", "high", "cumulative", "cumulative_expected"]
    columns += ["holdout", "open_period", "left_edge"]
    if model.purchases is None:
        return model.describe(pd.DataFrame(columns=columns), "repeat purchases", cut=cut.isoformat())
    firsts = community.query(
        f"with {_REPEATS.strip()} select first_day, count(*) as n from firsts "
        "where first_day <= cast($cut as date) group by first_day order by first_day",
        cut=cut,
    )
    repeats = community.query(
        f"with {_REPEATS.strip()} select day, count(*) as count from repeats group by day order by day",
        cut=cut,
    )
    first_week = start_of(pd.Timestamp(firsts["first_day"].min()).date(), "week")
    weeks = pd.date_range(first_week, community.as_of, freq="7D")
    start = pd.Timestamp(first_week)
    week_of = (pd.to_datetime(repeats["day"]) - start).dt.days // DAYS_A_WEEK
    count = np.bincount(week_of, repeats["count"], minlength=len(weeks)).astype("int64")
    # Ages in weeks at the end of each week, one row for each day on which buyers were acquired; the last
    # week ends with the data.
    born = (pd.to_datetime(firsts["first_day"]) - start).dt.days.to_numpy()[:, None]
    last = (pd.Timestamp(community.as_of) - start).days
    ends = np.minimum(np.arange(len(weeks) + 1) * DAYS_A_WEEK - 1, last)[None, :]
    ages, age_of = np.unique(np.maximum(ends - born, 0), return_inverse=True)
    age_of = age_of.reshape(len(born), -1)
    size = firsts["n"].to_numpy(float)

    def weekly(logs: np.ndarray) -> np.ndarray:
        assert model.purchases is not None
        grown = model.purchases.at(logs).expected_purchases(ages / DAYS_A_WEEK)[age_of]
        return size @ np.diff(grown, axis=1)

    logs = model.purchases.logs
    expected = weekly(logs)
    gradients = np.array([(weekly(logs + s) - weekly(logs - s)) / 2e-4 for s in 1e-4 * np.eye(4)])
    reach = _spread(expected, gradients, model)
    frame = pd.DataFrame(
        {
            "period": weeks,
            "n": np.searchsorted(born[:, 0], ends[0, 1:], side="right"),
            "count": count,
            "expected": expected,
            "low": np.maximum(expected - reach, 0),
            "high": expected + reach,
            "cumulative": count.cumsum(),
            "cumulative_expected": expected.cumsum(),
            "holdout": weeks > pd.Timestamp(cut),
            "open_period": weeks + pd.Timedelta(days=6) > pd.Timestamp(community.as_of),
            "left_edge": weeks < pd.Timestamp(community.first_day),
        }
    )
    frame["n"] = np.concatenate([[0], size.cumsum()])[frame["n"]].astype("int64")
    return model.describe(frame[columns], "repeat purchases", cut=cut.isoformat())


def holdout(community: Community, *, cut: dt.date | None = None) -> pd.DataFrame:
    """Compare expected and actual purchases after a cut, by how often buyers had come before it.

    Parameters
    ----------
    community : Community
        With orders.
    cut : datetime.date, optional
        Last day the model may see; default the middle of the data.

    Returns
    -------
    pandas.DataFrame
        One row for each number of repeat purchases before the cut: x (7 stands for 7 and more), n
        (buyers), actual (mean purchase days after the cut), low, high (95 % interval of that mean),
        expected (mean by the model). Empty where there is too little data.

    Taught in: 06 Evaluation
    """
    community.require("orders")
    cut = cut or middle(community)
    model = lifetime_value.fit(community, until=cut)
    columns = ["x", "n", "actual", "low", "high", "expected"]
    weeks = (community.as_of - cut).days / DAYS_A_WEEK
    more = {"cut": cut.isoformat(), "weeks": weeks}
    if model.purchases is None or weeks <= 0:
        return model.describe(pd.DataFrame(columns=columns), "purchases after the cut", **more)
    before = purchase_histories.members(community, until=cut)
    after = community.query(
        """
        select member_id, count(*) as bought
        from (
            select member_id, day
            from orders
            where is_purchase and day > cast($cut as date)
            group by member_id, day
        ) as days
        group by member_id
        order by member_id
        """,
        cut=cut,
    )
    rows = before.merge(after, how="left", on="member_id")
    bought = rows["bought"].fillna(0).to_numpy(float)
    expected = model.purchases.expected_purchases(weeks, rows["x"], rows["tx"], rows["T"])
    grouped = (
        pd.DataFrame({"x": rows["x"].clip(upper=_MOST), "bought": bought, "expected": expected})
        .groupby("x")
        .agg(
            n=("bought", "size"),
            actual=("bought", "mean"),
            spread=("bought", "std"),
            expected=("expected", "mean"),
        )
        .reset_index()
    )
    reach = 1.959964 * grouped["spread"] / np.sqrt(grouped["n"])
    frame = grouped.assign(low=np.maximum(grouped["actual"] - reach, 0), high=grouped["actual"] + reach)
    return model.describe(
        frame[columns],
        "purchases after the cut",
        total_actual=float(bought.sum()),
        total_expected=float(expected.sum()),
        **more,
    )


def frequency_fit(community: Community, model: LifetimeModel) -> pd.DataFrame:
    """Compare how many buyers came back 0, 1, 2 … times with what the model says.

    Parameters
    ----------
    community : Community
        With orders.
    model : LifetimeModel
        From :func:`helpers.models.lifetime_value.fit`.

    Returns
    -------
    pandas.DataFrame
        One row for each number of repeat purchases: x (7 stands for 7 and more), n (buyers), count,
        estimate, low, high (share of buyers, Wilson), expected (share by the model), expected_count.

    Notes
    -----
    Fader, Hardie & Lee (2005), equation of P(X(t) = x). A good fit here is needed, not sufficient.

    Taught in: 06 Evaluation
    """
    columns = ["x", "n", "count", "estimate", "low", "high", "expected", "expected_count"]
    if model.purchases is None:
        return model.describe(pd.DataFrame(columns=columns), "repeat purchases per buyer")
    triples = purchase_histories.triples(community, until=model.until)
    ages = triples.groupby("T")["count"].sum()
    n = int(ages.sum())
    shares = [
        float(model.purchases.probability(x, ages.index.to_numpy(float)) @ ages.to_numpy(float)) / n
        for x in range(_MOST)
    ]
    shares.append(max(1 - sum(shares), 0.0))
    count = np.bincount(triples["x"].clip(upper=_MOST), triples["count"], minlength=_MOST + 1)
    low, high = wilson(count, n)
    frame = pd.DataFrame(
        {
            "x": np.arange(_MOST + 1),
            "n": n,
            "count": count.astype("int64"),
            "estimate": count / n,
            "low": low,
            "high": high,
            "expected": shares,
            "expected_count": np.array(shares) * n,
        }
    )
    return model.describe(frame, "repeat purchases per buyer")


def alive_grid(model: LifetimeModel, *, weeks: float | None = None, most: int = 12) -> pd.DataFrame:
    """Lay out the probability that a buyer is still there over repeat purchases and time since the last.

    Parameters
    ----------
    model : LifetimeModel
        From :func:`helpers.models.lifetime_value.fit`.
    weeks : float, optional
        Age of the buyer since the first purchase; default 52, or the length of the data if shorter.
    most : int, default 12
        Largest number of repeat purchases.

    Returns
    -------
    pandas.DataFrame
        x (from 1), silent (weeks since the last purchase), T (age), p_alive, purchases (expected in the
        next 52 weeks).

    Notes
    -----
    After the same silence the *more* frequent buyer is the more likely lost: it is longer, measured in
    her own rhythm.

    Taught in: 06 Evaluation
    """
    columns = ["x", "silent", "T", "p_alive", "purchases"]
    span = (model.until - dt.date.fromisoformat(model.about["first_day"])).days / DAYS_A_WEEK
    age = min(52.0, span) if weeks is None else weeks
    if model.purchases is None or age <= 0:
        return model.describe(pd.DataFrame(columns=columns), "probability of being alive")
    x = np.repeat(np.arange(1, most + 1), 27)
    silent = np.tile(np.linspace(0, age, 27), most)
    frame = pd.DataFrame(
        {
            "x": x,
            "silent": silent,
            "T": age,
            "p_alive": model.purchases.p_alive(x, age - silent, age),
            "purchases": model.purchases.expected_purchases(52, x, age - silent, age),
        }
    )
    return model.describe(frame, "probability of being alive", n=model.purchases.buyers)
