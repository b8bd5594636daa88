"""Lifetime value with clvkit's own functions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from clvkit import BGNBD, CustomerBase, GammaGamma
from works import DISCOUNT, MONTH, MONTHS, Answer


def value(folder: Path) -> Answer:
    """Fit both models of lifetime value and value every buyer."""
    columns = ["member_id", "ordered_at", "amount", "status", "refunded"]
    orders = pd.read_parquet(folder / "orders.parquet", columns=columns)
    end = orders["ordered_at"].max()
    orders["net"] = (orders["amount"] - orders["refunded"]).round(2)
    kept = ~orders["status"].isin(["cancelled", "refunded"]) & (orders["net"] > 0)
    base = CustomerBase.from_transactions(
        orders[kept],
        "member_id",
        "ordered_at",
        "net",
        time_unit="W",
        collapse="D",
        observation_period_end=end,
    )
    purchasing, spending = BGNBD().fit(base), GammaGamma().fit(base)
    alive, spend = (found.to_pandas() for found in (purchasing.probability_alive(), spending.predict()))
    # Its lifetime value counts in the unit of the history, here weeks; months are summed in the same way.
    ahead = [purchasing.predict(month * MONTH).to_pandas() for month in range(1, MONTHS + 1)]
    rows = np.vstack([np.asarray(one).ravel() for one in ahead])
    discounted = (1 + DISCOUNT) ** -np.arange(1.0, MONTHS + 1) @ np.diff(rows, axis=0, prepend=0)
    spend, alive = np.asarray(spend).ravel(), np.asarray(alive).ravel()
    totals = {"buyers": len(alive), "p_alive": alive.sum(), "purchases": rows[-1].sum(), "spend": spend.sum()}
    totals["value"] = float(discounted @ spend)
    fitted = dict(purchasing.params_) | {
        {"v": "gamma"}.get(k, k): v for k, v in dict(spending.params_).items()
    }
    return {"models": pd.DataFrame([fitted]), "totals": pd.DataFrame([totals])}
