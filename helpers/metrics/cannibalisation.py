"""Ask how many of the orders booked under a promotion would have come anyway, and what that discount cost."""

from __future__ import annotations

import pandas as pd

from helpers.community import Community
from helpers.metrics.gains import arms, daily, gains


def booked(community: Community) -> pd.DataFrame:
    """Add up what is booked under each promotion's name by those who were drawn to have it.

    A count of what happened and no effect: booked orders include those that would have come anyway.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    pandas.DataFrame
        One row a promotion and arm: ``campaign_id``, ``arm``, ``control`` (bool), ``booked`` (purchases),
        ``booked_revenue``, ``booked_discount``, ``booked_cost``, ``price`` (list price of a booked order,
        mean), ``discount`` (share of the list price given away), ``unit_cost`` (goods of a booked order).

    Raises
    ------
    TableMissing
        When orders do not say which campaign they belong to, or there are no assignments.

    Taught in: 05 Conversion
    """
    community.require("orders", "campaign_id")
    counted, days = arms(community), daily(community, after=0)
    columns = ["booked", "booked_revenue", "booked_discount", "booked_cost"]
    sums = days.groupby(["campaign_id", "arm"], as_index=False)[columns].sum()
    sides = counted.drop_duplicates(["campaign_id", "arm"])[["campaign_id", "arm", "control"]]
    result = sides.merge(sums, on=["campaign_id", "arm"], how="left").fillna(dict.fromkeys(columns, 0.0))
    orders = result["booked"].where(result["booked"] > 0)
    listed = result["booked_revenue"] + result["booked_discount"]
    result["price"] = listed / orders
    result["discount"] = result["booked_discount"] / listed.where(listed > 0)
    result["unit_cost"] = result["booked_cost"] / orders
    return result.reset_index(drop=True)


def anyway(community: Community) -> pd.DataFrame:
    """Set the orders booked under each promotion beside those that it caused.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    pandas.DataFrame
        One row a promotion and treated arm: ``campaign_id``, ``name``, ``kind``, ``unit``, ``arm``, ``n``,
        ``booked`` (purchases under its name), ``caused``, ``caused_low``, ``caused_high`` (further purchases
        in its days, from the comparison of the arms), ``anyway``, ``anyway_low``, ``anyway_high`` (booked
        less caused), ``estimate``, ``low``, ``high`` (their share of the booked), ``discount_booked``,
        ``wasted``, ``wasted_low``, ``wasted_high`` (discount on orders that would have come anyway),
        ``booked_control`` (bookings by members who should not have had it), ``open_period``, ``small``.

    Raises
    ------
    TableMissing
        When orders do not say which campaign they belong to, or there are no assignments.

    Notes
    -----
    The interval is that of the gain, with what is booked taken as it is. It may reach below 0 or above
    the number booked where the gain is uncertain; a share above 1 means that fewer were bought than without.

    Taught in: 05 Conversion
    """
    sums = booked(community)
    found = gains(community, after=0)
    found = found[(found["outcome"] == "orders") & (found["phase"] == "during")]
    leaked = sums[sums["control"]].groupby("campaign_id")["booked"].sum()
    table = found.merge(sums[~sums["control"]], on=["campaign_id", "arm"])
    number = table["booked"].where(table["booked"] > 0)
    result = table[["campaign_id", "name", "kind", "unit", "arm", "n", "booked"]].assign(
        caused=table["total"],
        caused_low=table["total_low"],
        caused_high=table["total_high"],
        anyway=table["booked"] - table["total"],
        anyway_low=table["booked"] - table["total_high"],
        anyway_high=table["booked"] - table["total_low"],
        discount_booked=table["booked_discount"],
    )
    for end, other in (("", ""), ("_low", "_low"), ("_high", "_high")):
        share = result[f"anyway{other}"] / number
        result[end.lstrip("_") or "estimate"] = share
        result[f"wasted{end}"] = share * result["discount_booked"]
    result["booked_control"] = result["campaign_id"].map(leaked)
    result[["open_period", "small"]] = table[["open_period", "small"]]
    order = [
        "campaign_id",
        "name",
        "kind",
        "unit",
        "arm",
        "n",
        "booked",
        "caused",
        "caused_low",
        "caused_high",
    ]
    order += ["anyway", "anyway_low", "anyway_high", "estimate", "low", "high", "discount_booked", "wasted"]
    order += ["wasted_low", "wasted_high", "booked_control", "open_period", "small"]
    return community.describe(
        result[order], "orders that would have come anyway", population="assigned members", randomised=True
    )
