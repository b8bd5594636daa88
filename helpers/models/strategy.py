"""Say for each segment how to talk with it: what it does more and less than others, and what to try next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.community import Community
from helpers.metrics.grouping import grouped_people
from helpers.metrics.intervals import difference, wilson

# What a member can be seen doing, as sums of the counts of a day.
BEHAVIOURS = {
    "reading": "n_view",
    "liking": "n_like",
    "voting": "n_vote",
    "talking": "n_message + n_comment",
    "answering": "n_answer",
    "sharing": "n_share + n_invite",
    "checking in": "n_check_in",
    "live shows": "n_live_enter",
    "shopping": "n_click + n_coupon + n_cart",
    "buying": "n_order",
}
SMALL = 30


@dataclass(frozen=True)
class Way:
    """A way of talking with a segment: when it suits, what to try, and which behaviour should rise."""

    name: str
    suits: tuple[str, ...]  # the behaviour in which the segment stands out
    idea: str
    goal: str


# The one whose behaviour stands out most is taken. Rules of thumb of the trade: the test decides.
WAYS = (
    Way("responsibility", ("answering",), "ask by name to answer newcomers, thank in public", "answering"),
    Way("conversation", ("talking",), "open a weekly debate and let them choose its question", "answering"),
    Way("advocacy", ("sharing",), "give them one thing worth passing on, and credit it", "sharing"),
    Way("co-creation", ("buying",), "let them taste before the launch and ask what to change", "talking"),
    Way("shared deal", ("shopping",), "group offer that opens when three friends join", "sharing"),
    Way("challenge", ("checking in",), "seven-day challenge in which a check-in shows a cup", "sharing"),
    Way("live questions", ("live shows",), "collect questions before the show, answer in it", "shopping"),
    Way("one tap more", ("liking", "voting"), "poll under what they like, results with names", "sharing"),
    Way("reading aloud", ("reading",), "end notes with one question that takes a tap", "liking"),
)
FIRST_STEP = Way("first step", (), "one private message with one easy question", "reading")
NOTHING = Way("as everybody", (), "no programme of its own: the general rhythm", "reading")


def behaviours(
    community: Community, segments: pd.DataFrame | str, *, days: int = 60, level: float = 0.95
) -> pd.DataFrame:
    """Compare what each segment did in the last days with what the other members did.

    Parameters
    ----------
    community : Community
        The community.
    segments : DataFrame or str
        member_id and segment (from personas, RFM, anything), or a column of members. Make the segments
        from what happened *before* the days compared, or they will be found to do what they were made of.
    days : int, default 60
        Last days compared.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    DataFrame
        ``segment``, ``behaviour``, ``n`` (members of the segment who had not left), ``count`` (did it at
        least once), ``estimate``, ``low``, ``high``, ``others`` (share of all other members), ``ratio``
        (to the others), ``difference``, ``difference_low``, ``difference_high``, ``clear`` (the difference
        holds even though so many are looked at: Bonferroni), ``small``. Behaviours nobody shows are left
        out.

    Notes
    -----
    Newcombe's interval for the difference. Members without a segment are left out.

    Examples
    --------
    >>> events = pd.DataFrame({"member_id": list("aab"), "event_type": ["message", "view", "view"],
    ...                        "occurred_at": "2026-05-01"})
    >>> segments = pd.DataFrame({"member_id": ["a", "b"], "segment": ["x", "y"]})
    >>> table = behaviours(Community.open({"events": events}), segments)
    >>> table.loc[table["behaviour"] == "talking", ["segment", "estimate", "others"]].to_numpy().tolist()
    [['x', 1.0, 0.0], ['y', 0.0, 1.0]]

    Taught in: 04 Interaction
    """
    start = community.as_of - dt.timedelta(days=days - 1)
    at = range(len(BEHAVIOURS))
    columns = ", ".join(f"{text} as b{place}" for place, text in enumerate(BEHAVIOURS.values()))
    nothing = ", ".join("1" if name == "buying" else "0" for name in BEHAVIOURS)
    sums = ", ".join(f"sum(b{place}) as b{place}" for place in at)
    shares = ", ".join(f"sum(case when b{place} > 0 then 1 else 0 end) as b{place}" for place in at)
    community.member_days()
    found = community.query(
        f"""
with labels as ({grouped_people(community, segments)}
),
traces as (
    select member_id, {columns}
    from member_days
    where day >= cast($start as date)
    union all
    select member_id, {nothing}
    from orders
    where is_purchase and day >= cast($start as date)
),
done as (
    select member_id, {sums}
    from traces
    group by member_id
)
select labels.segment, count(*) as n, {shares}
from labels
join people on people.member_id = labels.member_id
left join done on done.member_id = labels.member_id
where labels.segment <> 'unknown' and (people.left_day is null or people.left_day >= cast($start as date))
group by labels.segment
order by labels.segment""",
        start=start,
    )
    found = found.rename(columns={f"b{at}": name for at, name in enumerate(BEHAVIOURS)})
    table = found.melt(["segment", "n"], var_name="behaviour", value_name="count")
    table = table.assign(n=table["n"].astype(int), count=table["count"].fillna(0).astype(int))
    table = table[table.groupby("behaviour")["count"].transform("sum") > 0]
    place = table["behaviour"].map(list(BEHAVIOURS).index)
    table = table.assign(place=place).sort_values(["segment", "place"], ignore_index=True)
    total = table.groupby("behaviour")[["n", "count"]].transform("sum")
    rest_n, rest = total["n"] - table["n"], total["count"] - table["count"]
    low, high = wilson(table["count"], table["n"], level)
    table = table.assign(estimate=table["count"] / table["n"], low=low, high=high)
    table["others"] = rest / rest_n.where(rest_n > 0)
    table["ratio"] = table["estimate"] / table["others"].where(table["others"] > 0)
    table["difference"] = table["estimate"] - table["others"]
    table["difference_low"], table["difference_high"] = difference(
        table["count"], table["n"], rest, rest_n, level
    )
    strict = difference(table["count"], table["n"], rest, rest_n, 1 - (1 - level) / max(len(table), 1))
    table["clear"] = (strict[0] > 0) | (strict[1] < 0)
    table["small"] = table["n"] < SMALL
    return community.describe(
        table.drop(columns="place"),
        "behaviour by segment",
        population="members who had not left",
        period=f"{start.isoformat()} – {community.as_of.isoformat()}",
        n=int(found["n"].sum()),
        days=days,
    )


def _needed(base: pd.Series, rise: float) -> pd.Series:
    # Members an arm to see a share rise from base by that part of itself, four times out of five.
    low, high = base, (base * (1 + rise)).clip(upper=1.0)
    middle = (low + high) / 2
    noise = float(ndtri(0.975)) * np.sqrt(2 * middle * (1 - middle))
    noise += float(ndtri(0.8)) * np.sqrt(low * (1 - low) + high * (1 - high))
    gap = (high - low).where(high > low)
    return np.ceil((noise / gap) ** 2)


def table(behaviours: pd.DataFrame, *, rise: float = 0.5) -> pd.DataFrame:
    """Derive the strategy: for each segment what stands out, which way suits, what to try and what to watch.

    Parameters
    ----------
    behaviours : DataFrame
        From :func:`behaviours`.
    rise : float, default 0.5
        By which part of itself the watched share should rise for the test to count.

    Returns
    -------
    DataFrame
        ``segment``, ``n``, ``most`` and ``least`` (of the behaviours clearly above and below the others
        those with the largest difference; empty if none), ``way``, ``idea``, ``goal`` (behaviour to watch),
        ``count``, ``estimate``, ``low``, ``high`` (its share now), ``needed`` (members in each half to see
        it rise), ``testable`` (the segment is large enough for a test of its own), ``small``.

    Notes
    -----
    A segment of which at most a third as many read or do anything as among the others gets a first step.
    The ways are rules of thumb: take them for hypotheses, draw half of the segment by lot, and compare.

    Examples
    --------
    >>> seen = pd.DataFrame({"segment": "x", "behaviour": ["talking", "answering"], "n": 400,
    ...     "count": [80, 8], "estimate": [0.2, 0.02], "low": [0.16, 0.01], "high": [0.24, 0.04],
    ...     "ratio": [2.0, 1.0], "difference": [0.1, 0.0], "clear": [True, False]})
    >>> table(seen)[["segment", "most", "way", "goal", "testable"]].to_numpy().tolist()
    [['x', 'talking', 'conversation', 'answering', False]]

    Taught in: 04 Interaction
    """
    ways = {behaviour: way for way in WAYS for behaviour in way.suits}
    columns = ["segment", "n", "most", "least", "way", "idea", "goal", "count", "estimate", "low", "high"]
    rows = []
    for segment, part in behaviours.groupby("segment", sort=False):
        part = part.set_index("behaviour")
        clear = part[part["clear"].astype(bool) & part["ratio"].notna()]
        above, below = (clear.loc[sign * clear["difference"] > 0, "difference"] for sign in (1, -1))
        quiet = len(part) and part["ratio"].dropna().max() <= 1 / 3
        most = "" if above.empty else str(above.idxmax())
        way = FIRST_STEP if quiet else ways.get(most, NOTHING)
        goal = way.goal if way.goal in part.index else str(part["estimate"].idxmin())
        rows.append(
            {"segment": segment, "n": int(part["n"].iloc[0]), "most": most}
            | {"least": "" if below.empty else str(below.idxmin())}
            | {"way": way.name, "idea": way.idea, "goal": goal}
            | part.loc[goal, ["count", "estimate", "low", "high"]].to_dict()
        )
    result = pd.DataFrame(rows, columns=columns).astype({"n": int, "count": int})
    needed = _needed(result["estimate"].astype(float), rise)
    testable = (result["n"] >= 2 * needed).fillna(False).astype(bool)
    result = result.assign(needed=needed.astype("Int64"), testable=testable, small=result["n"] < SMALL)
    result.attrs["about"] = dict(behaviours.attrs.get("about", {})) | {"metric": "strategy", "rise": rise}
    return result
