"""Keep a log of what was tried: what it needed, what was found, how sure that is, what follows from it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtr

from helpers.community import Community
from helpers.metrics import break_even, campaigns
from helpers.metrics.assigned import selling_condition
from helpers.metrics.discoveries import discoveries
from helpers.metrics.gains import gains
from helpers.models.experiments import arms, differences

REVIEW = {
    "run again": 180,
    "stop": 180,
    "test again": 90,
    "no conclusion": 90,
}  # days after the last day of data
COLUMNS = [
    "campaign_id",
    "name",
    "kind",
    "ends",
    "outcome",
    "randomised",
    "units",
    "n",
    "expected",
    "estimate",
]
COLUMNS += [
    "low",
    "high",
    "after",
    "after_low",
    "after_high",
    "p_value",
    "adjusted",
    "decision",
    "review",
    "before_after",
    "before_low",
]
COLUMNS += ["before_high", "seemed", "was", "agrees", "open_period", "small"]


def log(community: Community, *, expected: dict[str, float] | None = None, after: int = 60) -> pd.DataFrame:
    """Write down every campaign and test: what was expected, what was found, and what is decided.

    Parameters
    ----------
    community : Community
        The opened community.
    expected : dict of str to float, optional
        What the plan promised, by campaign: orders, or clicks, per 100 members.
        Where nothing is said, a promotion is expected to cause the orders that it needs to break even.
    after : int, days, default 60
        How long after its end a campaign is followed.

    Returns
    -------
    pandas.DataFrame
        One row a campaign and treated arm, by its end: ``campaign_id``, ``name``, ``kind``, ``ends``,
        ``outcome`` (orders or clicks, per 100 members), ``randomised`` (a control was drawn),
        ``units`` (drawn), ``n`` (members in both arms), ``expected``, ``estimate``, ``low``, ``high``
        (treated less control), ``after``, ``after_low``, ``after_high`` (the same in the weeks after, of
        orders), ``p_value``, ``adjusted`` (for the number of tests in the log, Benjamini and
        Hochberg), ``decision`` (see Notes), ``review`` (when to look again), ``before_after``,
        ``before_low``, ``before_high`` (ratio of purchases to the stretch before), ``seemed`` and ``was``
        ("more", "less", "unclear": what before and after says, and the control), ``agrees``,
        ``open_period``, ``small``.

    Raises
    ------
    TableMissing
        When there are no campaigns with dates, or no orders.

    Notes
    -----
    "run again": the adjusted p-value is below 5 %, the whole interval lies above what was expected (above
    nothing where nothing was), and the weeks after did not clearly lose what the campaign won. "stop": the
    interval lies below what was expected, so it cannot be worth it in this form. "test again": the numbers
    allow both. "no conclusion": nobody was kept back by chance.

    Taught in: 05 Conversion
    """
    community.require("campaigns", "starts_at", "ends_at")
    community.require("orders")
    before = campaigns.before_after(community, every=True).set_index("campaign_id")
    clicked = _clicked(community)
    parts = [_sold(community, clicked, after), clicked]
    table = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=COLUMNS[:1])])
    kept_back = set(table["campaign_id"])
    rest = before[~before.index.isin(kept_back) & before.index.isin(_aimed(community))].reset_index()
    rest = rest[["campaign_id", "name", "kind"]].assign(outcome="orders", randomised=False, small=False)
    table = pd.concat([table, rest], ignore_index=True).reindex(columns=COLUMNS)
    if table.empty:
        table = table.astype({"randomised": bool})
        return community.describe(table, "decision log", population="campaigns", n=0, randomised=None)
    for column in ("expected", "estimate", "low", "high", "after", "after_low", "after_high"):
        table[column] = 100 * table[column].astype(float)
    table["p_value"] = table["p_value"].astype(float)
    table[["units", "n"]] = table[["units", "n"]].astype("Int64")
    table["expected"] = table["campaign_id"].map(expected or {}).astype(float).fillna(table["expected"])
    table["ends"] = pd.to_datetime(table["campaign_id"].map(before["ends"]))
    for column, source in (("before_after", "estimate"), ("before_low", "low"), ("before_high", "high")):
        table[column] = table["campaign_id"].map(before[source]).astype(float)
    table["adjusted"] = discoveries(table["p_value"].to_numpy(float))
    table["open_period"] = table["campaign_id"].map(before["open_period"]).fillna(False).astype(bool)
    table["small"] = table["small"].fillna(False).astype(bool)
    table["randomised"] = table["randomised"].astype(bool)
    hoped = table["expected"].fillna(0.0)
    table["decision"] = np.select(
        [
            ~table["randomised"] | table["estimate"].isna(),
            (table["adjusted"] < 0.05) & (table["low"] > hoped) & ~(table["after_high"] < 0),
            table["high"] < hoped,
        ],
        ["no conclusion", "run again", "stop"],
        "test again",
    )
    days = pd.to_timedelta(table["decision"].map(REVIEW), unit="D")
    table["review"] = pd.Timestamp(community.as_of) + days
    table["seemed"] = _said(table["before_low"] - 1, table["before_high"] - 1)
    table["was"] = _said(table["low"], table["high"])
    compared = table["randomised"] & table["before_after"].notna() & (table["outcome"] == "orders")
    table["agrees"] = (table["seemed"] == table["was"]).astype("boolean").where(compared)
    table = table.sort_values(["ends", "campaign_id"], ignore_index=True)
    return community.describe(
        table, "decision log", population="campaigns", n=len(table), randomised=None, unit="count"
    )


def _said(low: pd.Series, high: pd.Series) -> np.ndarray:
    return np.select([low > 0, high < 0], ["more", "less"], "unclear")


def _aimed(community: Community) -> list[str]:
    # Without a control, only campaigns that sell say something about selling.
    condition, _left_out = selling_condition(community)
    where = f"where {condition} " if condition else ""
    return community.query(f"select campaign_id from campaigns {where}order by campaign_id")[
        "campaign_id"
    ].tolist()


def _sold(community: Community, clicked: pd.DataFrame, after: int) -> pd.DataFrame:
    """Return what each test added in orders per member, with what it needed to pay."""
    if not community.has("assignments"):
        return pd.DataFrame()
    found = gains(community, after=after, every=True)
    # Tests of a post are judged by clicks on it.
    found = found[(found["outcome"] == "orders") & ~found["campaign_id"].isin(clicked.get("campaign_id", []))]
    later = found[found["phase"] == "after"].set_index(["campaign_id", "arm"])
    found = found[found["phase"] == "during"]
    later = later.reindex(pd.MultiIndex.from_frame(found[["campaign_id", "arm"]]))
    needed = pd.Series(dtype=float)
    if community.has("orders", "cost") and community.has("orders", "campaign_id"):
        sheet = break_even.side_by_side(community, after=0)
        needed = (sheet["orders_needed"] / sheet["n"]).groupby(sheet["campaign_id"]).first()
    return pd.DataFrame(
        {
            "campaign_id": found["campaign_id"],
            "name": found["name"],
            "kind": found["kind"],
            "outcome": "orders",
            "randomised": True,
            "units": found["units"],
            "n": found["n"] + found["control_n"],
            "expected": found["campaign_id"].map(needed).astype(float),
            "estimate": found["estimate"],
            "low": found["low"],
            "high": found["high"],
            "after": later["estimate"].to_numpy(),
            "after_low": later["low"].to_numpy(),
            "after_high": later["high"].to_numpy(),
            "p_value": found["p_value"],
            "small": found["small"],
        }
    )


def _clicked(community: Community) -> pd.DataFrame:
    """Return the tests of a post, judged by the share who clicked on it."""
    given = community.has("assignments") and community.has("campaigns", "content_id")
    if not (given and community.has("events", "content_id")):
        return pd.DataFrame()
    found = differences(arms(community))
    return pd.DataFrame(
        {
            "campaign_id": found["campaign_id"],
            "name": found["name"],
            "kind": "headline_test",
            "outcome": "clicks",
            "randomised": True,
            "units": found["n"],
            "n": found["n"],
            "expected": np.nan,
            "estimate": found["estimate"],
            "low": found["low"],
            "high": found["high"],
            "p_value": found["p_value"],
            "small": found["n"] < 60,
        }
    )


def next_tests(community: Community, *, reach: int | None = None, after: int = 60) -> pd.DataFrame:
    """Rank the promotions by what it would be worth to know for certain whether they pay.

    Parameters
    ----------
    community : Community
        The opened community.
    reach : int, optional
        Members whom the next round would reach; all who are members on the last day of data by default.
    after : int, days, default 60
        Time after the end that belongs to the gain.

    Returns
    -------
    pandas.DataFrame
        One row a promotion, most valuable first: ``campaign_id``, ``name``, ``kind``, ``estimate``, ``low``,
        ``high`` (lasting profit per member), ``error``, ``chance`` (that it pays, going by this test
        alone), ``reach``, ``value`` (expected loss of deciding now, for all reached: what a perfect test is
        worth at most), ``members`` (needed in both arms to halve the interval).

    Raises
    ------
    TableMissing
        When orders have no costs or campaigns, or there are no assignments.

    Notes
    -----
    Expected value of perfect information with a normal spread about the estimate and no other knowledge
    (Raiffa and Schlaifer 1961, *Applied Statistical Decision Theory*): error · (φ(z) - z Φ(-z)) with
    z = |estimate| / error. An upper bound: a real test does not remove all doubt, and what is known about
    other promotions is left out.

    Taught in: 05 Conversion
    """
    sheet = break_even.side_by_side(community, after=after)
    if reach is None:
        reach = int(
            community.query(
                "select count(*) as n from people where left_day is null or left_day > $day",
                day=community.as_of,
            )["n"].item()
        )
    sheet[["estimate", "error"]] = sheet[["estimate", "error"]].astype(float)
    z = sheet["estimate"].abs() / sheet["error"]
    lost = sheet["error"] * (np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) - z * ndtr(-z))
    drawn = gains(community, after=0)
    drawn = drawn[(drawn["outcome"] == "orders") & (drawn["phase"] == "during")].set_index(
        ["campaign_id", "arm"]
    )
    both = (drawn["n"] + drawn["control_n"]).reindex(pd.MultiIndex.from_frame(sheet[["campaign_id", "arm"]]))
    result = sheet[["campaign_id", "name", "kind", "estimate", "low", "high", "error"]].assign(
        chance=ndtr(sheet["estimate"] / sheet["error"]),
        reach=reach,
        value=lost * reach,
        members=4 * both.to_numpy(),
    )
    result = result.sort_values("value", ascending=False, ignore_index=True)
    return community.describe(
        result, "next tests", reach=reach, after=after, n=reach, randomised=True, unit="money"
    )
