"""Lifetime value with lifetimes' own functions."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter
from lifetimes.utils import summary_data_from_transaction_data
from works import DISCOUNT, MONTH, MONTHS, Answer


def purchases(folder: Path) -> tuple[pd.DataFrame, pd.Timestamp]:
    """Read the purchases that were kept, with what was paid after refunds, and the last day of the orders."""
    columns = ["member_id", "ordered_at", "amount", "status", "refunded"]
    orders = pd.read_parquet(folder / "orders.parquet", columns=columns)
    orders["net"] = (orders["amount"] - orders["refunded"]).round(2)
    kept = ~orders["status"].isin(["cancelled", "refunded"]) & (orders["net"] > 0)
    return orders.loc[kept, ["member_id", "ordered_at", "net"]], orders["ordered_at"].max().normalize()


def value(folder: Path) -> Answer:
    """Fit both models of lifetime value and value every buyer."""
    orders, end = purchases(folder)
    # Days brought to weeks: with days as the unit the fit of the same data takes other steps.
    buyers = summary_data_from_transaction_data(
        orders, "member_id", "ordered_at", "net", observation_period_end=end, freq="D", freq_multiplier=7
    )
    history = buyers["frequency"], buyers["recency"], buyers["T"]
    purchasing = BetaGeoFitter().fit(*history)
    again = buyers[buyers["frequency"] > 0]
    spending = GammaGammaFitter().fit(again["frequency"], again["monetary_value"])
    alive = purchasing.conditional_probability_alive(*history)
    expected = purchasing.conditional_expected_number_of_purchases_up_to_time(MONTHS * MONTH, *history)
    spend = spending.conditional_expected_average_profit(buyers["frequency"], buyers["monetary_value"])
    worth = spending.customer_lifetime_value(
        purchasing, *history, buyers["monetary_value"], time=MONTHS, discount_rate=DISCOUNT, freq="W"
    )
    names = {"p": "p", "q": "q", "v": "gamma"}
    fitted = purchasing.params_.to_dict() | spending.params_.rename(names).to_dict()
    totals = {"buyers": len(buyers), "p_alive": alive.sum(), "purchases": expected.sum()}
    totals |= {"spend": spend.sum(), "value": worth.sum()}
    return {"models": pd.DataFrame([fitted]), "totals": pd.DataFrame([totals])}
