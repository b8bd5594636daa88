"""What buyers will bring: purchases to come times spending to come, discounted, for each and by segment."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.community import Community, DataError, batches
from helpers.community.engine import identifier
from helpers.community.sentences import mark as _
from helpers.models import bgnbd, gamma_gamma, purchase_histories, training_sample
from helpers.models.purchase_histories import DAYS_A_WEEK

WEEKS_A_MONTH = 365.25 / 12 / DAYS_A_WEEK
SMALL = 30
_STEP = 1e-4  # of a log parameter, for the delta method


@dataclass(frozen=True)
class LifetimeModel:
    """Hold both fitted models of a community, or what was missing to fit them.

    Parameters
    ----------
    purchases : PurchaseModel or None
        BG/NBD model, times in weeks; None where there was too little data.
    spend : SpendModel or None
        Gamma-Gamma model in the community's currency; None where there was too little data.
    until : datetime.date
        Last day that was used.
    mean_spent : float
        Observed mean spending on a paid repeat day, used where no spending model could be fitted.
    independence : dict
        See :func:`helpers.models.gamma_gamma.independence`.
    problem : str
        Empty, or why there is no model, in a sentence.
    about : dict
        What results made from the model carry along.
    """

    purchases: bgnbd.PurchaseModel | None
    spend: gamma_gamma.SpendModel | None
    until: dt.date
    mean_spent: float
    independence: dict[str, float]
    problem: str = ""
    about: dict[str, Any] = field(default_factory=dict)

    def describe(self, frame: pd.DataFrame, metric: str, **more: Any) -> pd.DataFrame:
        """Attach what the model knows of itself to a result and return the result."""
        frame.attrs["about"] = self.about | {"metric": metric} | more
        return frame


def fit(
    community: Community, *, until: dt.date | None = None, sample: int = training_sample.SAMPLE
) -> LifetimeModel:
    """Fit how often buyers come back (BG/NBD) and how much they spend (Gamma-Gamma).

    Parameters
    ----------
    community : Community
        With orders.
    until : datetime.date, optional
        Last day to use; default the as-of date.
    sample : int, default 200,000
        Learn spending from at most about so many buyers, drawn as in :func:`purchase_histories.spending`;
        ``about["sampled"]`` then says how many of how many. How often buyers come back is learnt from all.

    Returns
    -------
    LifetimeModel
        Both models. With too few buyers who came back it holds none and says why in ``problem``; what
        is computed from it is then empty.

    Examples
    --------
    >>> orders = pd.DataFrame({"order_id": ["1"], "member_id": ["a"], "ordered_at": ["2026-05-01"],
    ...                        "amount": [9]})
    >>> fit(Community.open({"orders": orders})).problem[:15]
    'Too little data'

    Taught in: 06 Evaluation
    """
    until = until or community.as_of
    spent = purchase_histories.spending(community, until=until, sample=sample)
    money = float((spent["spent"] * spent["count"] / spent["paid"]).sum() / max(spent["count"].sum(), 1))
    purchases = spend = None
    problem = ""
    try:
        purchases = bgnbd.fit(purchase_histories.triples(community, until=until))
        spend = gamma_gamma.fit(spent)
    except DataError as error:
        problem = "" if purchases else str(error)
    about = community.about(
        "lifetime value",
        population="buyers",
        period=f"{community.first_day.isoformat()} – {until.isoformat()}",
        until=until.isoformat(),
        too_little=problem,
        **({"sampled": spent.attrs["sampled"]} if "sampled" in spent.attrs else {}),
    )
    return LifetimeModel(purchases, spend, until, money, gamma_gamma.independence(spent), problem, about)


def parameters(model: LifetimeModel) -> pd.DataFrame:
    """List the parameters of both models with 95 % intervals.

    Parameters
    ----------
    model : LifetimeModel
        From :func:`fit`.

    Returns
    -------
    pandas.DataFrame
        model, parameter, n, estimate, low, high. ``attrs["about"]`` adds converged, log_likelihood and
        independence.

    Taught in: 06 Evaluation
    """
    fitted = [("BG/NBD", model.purchases), ("Gamma-Gamma", model.spend)]
    tables = [found.parameters().assign(model=name) for name, found in fitted if found is not None]
    columns = ["model", "parameter", "n", "estimate", "low", "high"]
    frame = pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
    return model.describe(
        frame,
        "model parameters",
        at_bound=list(model.purchases.at_bound) if model.purchases else [],
        converged=all(found.converged for _name, found in fitted if found is not None),
        log_likelihood=model.purchases.log_likelihood if model.purchases else None,
        buyers=model.purchases.buyers if model.purchases else 0,
        repeaters=model.purchases.repeaters if model.purchases else 0,
        independence=model.independence,
    )


def margin_of(community: Community) -> float:
    """Give the share of turnover that is left after the cost of goods, 1 where costs are not known.

    Parameters
    ----------
    community : Community
        With orders.

    Returns
    -------
    float
        1 - cost / turnover over the purchases that have a cost; 1 where none has.

    Examples
    --------
    >>> orders = pd.DataFrame({"order_id": ["1"], "member_id": ["a"], "ordered_at": ["2026-05-01"],
    ...                        "amount": [10], "cost": [6]})
    >>> round(margin_of(Community.open({"orders": orders})), 2)
    0.4

    Taught in: 06 Evaluation
    """
    if not community.has("orders", "cost"):
        return 1.0
    sums = community.query(
        "select sum(net) as net, sum(cost) as cost from orders where is_purchase and cost is not null"
    ).iloc[0]
    if pd.isna(sums["net"]) or float(sums["net"]) <= 0:
        return 1.0
    return float(np.clip(1 - float(sums["cost"]) / float(sums["net"]), 0.0, 1.0))


class _Valuer:
    """Values of buyers at given parameters; the slow function is evaluated once for each (x, T)."""

    def __init__(self, histories: pd.DataFrame, model: LifetimeModel, months: int, discount: float) -> None:
        self.x = histories["x"].to_numpy(float)
        self.tx = histories["tx"].to_numpy(float)
        self.T = histories["T"].to_numpy(float)
        self.paid = histories["paid"].to_numpy(float)
        self.spent = histories["spent"].to_numpy(float)
        pairs, self.pair_of = np.unique(np.column_stack([self.x, self.T]), axis=0, return_inverse=True)
        self.pair_of = self.pair_of.ravel()
        self.pairs = pairs
        self.times = np.arange(1, months + 1) * WEEKS_A_MONTH
        self.factors = (1 + discount) ** -np.arange(1, months + 1)
        self.flat_spend = model.mean_spent

    def purchases(self, model: bgnbd.PurchaseModel, *, discounted: bool) -> np.ndarray:
        x, T = self.pairs[:, :1], self.pairs[:, 1:]
        if discounted:
            by_month = np.diff(model.purchases_if_alive(self.times, x, T), axis=1, prepend=0.0)
            # Month by month, so that a buyer's value does not depend on who is valued with her.
            if_alive = np.zeros(len(x))
            for month, factor in enumerate(self.factors):
                if_alive = if_alive + by_month[:, month] * factor
        else:
            if_alive = model.purchases_if_alive(self.times[-1], x, T)[:, 0]
        return if_alive[self.pair_of] * model.p_alive(self.x, self.tx, self.T)

    def spend(self, model: gamma_gamma.SpendModel | None) -> np.ndarray:
        # Without a spending model, or where its mean is not finite, everybody spends the observed mean.
        if model is None or not np.isfinite(model.mean):
            return np.full(len(self.x), self.flat_spend)
        return model.expected(self.paid, self.spent)

    def value(self, model: LifetimeModel) -> np.ndarray:
        assert model.purchases is not None
        return self.purchases(model.purchases, discounted=True) * self.spend(model.spend)

    def gradients(self, model: LifetimeModel, sums: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Differentiate sums of values with respect to all log parameters: one row a parameter."""
        assert model.purchases is not None
        rows = []
        spend, counts = self.spend(model.spend), self.purchases(model.purchases, discounted=True)
        for step in _STEP * np.eye(4):
            up, down = (model.purchases.at(model.purchases.logs + sign * step) for sign in (1, -1))
            change = self.purchases(up, discounted=True) - self.purchases(down, discounted=True)
            rows.append(sums(change * spend) / (2 * _STEP))
        if model.spend is not None and np.isfinite(model.spend.mean):
            for step in _STEP * np.eye(3):
                more, less = (model.spend.at(model.spend.logs + sign * step) for sign in (1, -1))
                rows.append(sums(counts * (self.spend(more) - self.spend(less))) / (2 * _STEP))
        return np.array(rows)


def _check_horizon(months: int, discount: float, margin: float) -> None:
    if months < 1 or discount < 0 or not 0 <= margin <= 1:
        raise ValueError("months is at least 1, discount not negative, margin between 0 and 1")


def members(
    community: Community,
    model: LifetimeModel,
    *,
    months: int = 12,
    discount: float = 0.01,
    margin: float | None = None,
    to: str | Path | None = None,
) -> pd.DataFrame:
    """Expect purchases, spending and discounted value of every buyer.

    Parameters
    ----------
    community : Community
        With orders.
    model : LifetimeModel
        From :func:`fit`.
    months : int, default 12
        How far to look ahead.
    discount : float, default 0.01
        Interest a month: money in a month is worth 1 / (1 + discount) of money today.
    margin : float, optional
        Share of turnover that is left after the cost of goods, 0 to 1; default :func:`margin_of`.
    to : str or pathlib.Path, optional
        Compute where the data are, batch by batch, and write the rows, in no order, to this table or Parquet
        path (see :func:`helpers.community.batches.write`); what is returned then is one row: n (buyers),
        purchases and value (sums).

    Returns
    -------
    pandas.DataFrame
        One row a buyer: member_id, x, tx, T (weeks), paid, spent, spent_so_far, p_alive, purchases
        (expected in these months), spend (expected on a purchase day), value (discounted margin). These
        are expectations: what one buyer then does scatters far more than their estimate. Empty where
        there is no model.

    Notes
    -----
    A buyer with a single purchase has p_alive 1 in the BG/NBD model; look at ``purchases`` instead.

    Taught in: 06 Evaluation
    """
    margin = margin_of(community) if margin is None else margin
    _check_horizon(months, discount, margin)
    about: dict[str, Any] = {"months": months, "discount": discount, "margin": margin}
    if to is not None:
        return model.describe(_valued_there(community, model, to, **about), "expected value", **about)
    rows = purchase_histories.members(community, until=model.until)
    return model.describe(_valued(model, rows, **about), "expected value", **about)


def _valued(
    model: LifetimeModel, rows: pd.DataFrame, *, months: int, discount: float, margin: float
) -> pd.DataFrame:
    if model.purchases is None:
        return rows.head(0).assign(p_alive=0.0, purchases=0.0, spend=0.0, value=0.0)
    valuer = _Valuer(rows, model, months, discount)
    return rows.assign(
        p_alive=model.purchases.p_alive(valuer.x, valuer.tx, valuer.T),
        purchases=valuer.purchases(model.purchases, discounted=False),
        spend=valuer.spend(model.spend),
        value=valuer.value(model) * margin,
    )


_KINDS = {"member_id": "varchar", "x": "bigint", "tx": "double", "T": "double", "paid": "bigint"}
_KINDS |= dict.fromkeys(("spent", "spent_so_far", "p_alive", "purchases", "spend", "value"), "double")


def _there(model: LifetimeModel, rows: pd.DataFrame, **how: Any) -> pd.DataFrame:
    return _valued(model, purchase_histories.in_weeks(rows), **how)


def _valued_there(community: Community, model: LifetimeModel, to: str | Path, **how: Any) -> pd.DataFrame:
    community.require("orders")
    numbers = ", ".join(
        f"cast({name} as double) as {name}"
        for name in ("x", "tx_days", "age_days", "paid", "spent", "spent_so_far")
    )
    text = f"select member_id, {numbers} from ({purchase_histories.sql(ordered=False)}) as known"
    change = partial(_there, dataclasses.replace(model, about={}), **how)
    written = batches.write(community, text, to, _KINDS, change, until=model.until)
    return community.query(
        f"""
select count(*) as n, coalesce(sum(cast(purchases as decimal(28, 9))), 0) as purchases,
    coalesce(sum(cast(value as decimal(28, 9))), 0) as value
from {identifier(written)}
order by n"""
    ).astype({"n": "int64", "purchases": "float64", "value": "float64"})


def _grouping(community: Community, by: str | pd.DataFrame) -> pd.DataFrame:
    if isinstance(by, pd.DataFrame):
        name = next(column for column in by.columns if column != "member_id")
        if by["member_id"].duplicated().any():
            raise DataError(
                _("The table of {name} needs one row a member; some member_id occurs twice."), name="segments"
            )
        people = community.query("select member_id from people order by member_id")
        return people.merge(by[["member_id", name]].rename(columns={name: "segment"}), how="left")
    community.require("members", by)
    return community.query(
        f"""
        select people.member_id, cast(members.{identifier(by)} as varchar) as segment
        from people
        left join members on members.member_id = people.member_id
        order by people.member_id
        """
    )


def by_segment(
    community: Community,
    model: LifetimeModel,
    *,
    by: str | pd.DataFrame = "source",
    months: int = 12,
    discount: float = 0.01,
    margin: float | None = None,
) -> pd.DataFrame:
    """Compare the expected value of buyers, and of members, between segments.

    Parameters
    ----------
    community : Community
        With orders (and members, when ``by`` is a column).
    model : LifetimeModel
        From :func:`fit`; one model for all, so that a small segment is not left to its own noise.
    by : str or pandas.DataFrame, default "source"
        A column of members, or a frame with member_id and one more column.
    months, discount, margin
        As in :func:`members`.

    Returns
    -------
    pandas.DataFrame
        One row a segment, highest first: segment, members, n (buyers), p_alive and purchases (means over
        buyers), estimate, low, high (value a buyer), per_member, per_member_low, per_member_high (value a
        member, never-buyers count 0), total, small.

    Notes
    -----
    Intervals join the uncertainty of the parameters (delta method) and that of which buyers happened
    to come (variance between buyers). They compare; they do not say that the source caused the value.

    Taught in: 06 Evaluation
    """
    columns = ["segment", "members", "n", "p_alive", "purchases", "estimate", "low", "high"]
    columns += ["per_member", "per_member_low", "per_member_high", "total", "small"]
    valued = members(community, model, months=months, discount=discount, margin=margin)
    more = {key: valued.attrs["about"][key] for key in ("months", "discount", "margin")}
    more["by"] = by if isinstance(by, str) else "segment"
    groups = _grouping(community, by)
    if valued.empty:
        return model.describe(pd.DataFrame(columns=columns), "expected value by segment", **more)

    groups = groups.assign(segment=groups["segment"].fillna("unknown"))
    rows = valued.merge(groups, on="member_id", how="left")
    names, segment_of = np.unique(rows["segment"].fillna("unknown").to_numpy(str), return_inverse=True)

    def sums(values: np.ndarray) -> np.ndarray:
        return np.bincount(segment_of, values, minlength=len(names))

    buyers = sums(np.ones(len(rows)))
    everyone = groups["segment"].value_counts().reindex(names).fillna(0).to_numpy(float)
    everyone = np.maximum(everyone, buyers)
    value = rows["value"].to_numpy(float)
    total, squares = sums(value), sums(value**2)
    gradients = _Valuer(rows, model, months, discount).gradients(model, sums) * more["margin"]
    variance = np.einsum("ik,ij,jk->k", gradients, _joint_covariance(model, len(gradients)), gradients)

    def interval(n: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        mean = total / n
        between = np.where(n > 1, (squares / n - mean**2) / np.maximum(n - 1, 1), np.nan)
        reach = 1.959964 * np.sqrt(np.maximum(between, 0) + variance / n**2)
        return mean, np.maximum(mean - reach, 0), mean + reach

    mean, low, high = interval(buyers)
    each, each_low, each_high = interval(everyone)
    frame = pd.DataFrame(
        {
            "segment": names,
            "members": everyone.astype("int64"),
            "n": buyers.astype("int64"),
            "p_alive": sums(rows["p_alive"].to_numpy(float)) / buyers,
            "purchases": sums(rows["purchases"].to_numpy(float)) / buyers,
            "estimate": mean,
            "low": low,
            "high": high,
            "per_member": each,
            "per_member_low": each_low,
            "per_member_high": each_high,
            "total": total,
            "small": buyers < SMALL,
        }
    )[columns]
    frame = frame.sort_values(["estimate", "segment"], ascending=[False, True], ignore_index=True)
    return model.describe(frame, "expected value by segment", randomised=False, **more)


def _joint_covariance(model: LifetimeModel, size: int) -> np.ndarray:
    covariance = np.zeros((size, size))
    assert model.purchases is not None
    covariance[:4, :4] = model.purchases.covariance
    if size > 4 and model.spend is not None:
        covariance[4:, 4:] = model.spend.covariance
    return covariance
