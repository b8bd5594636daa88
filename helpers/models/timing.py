"""Ask when to post: the map of hours as it looks, and what is left of it when like is compared with like."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import statsmodels.api as sm

from helpers.community import Community
from helpers.metrics.content import REACTIONS, posts
from helpers.metrics.intervals import ratio_from_sums
from helpers.models.regression import design

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _placed(community: Community, reactions: Sequence[str], hours: int) -> pd.DataFrame:
    if 24 % hours:
        raise ValueError(f"hours={hours}: choose a length that divides 24, such as 2, 3 or 4.")
    community.require("contents", "published_at")
    table = posts(community, reactions=reactions)
    table = table[table["published_at"].notna()]
    at = pd.to_datetime(table["published_at"])
    return table.assign(weekday=at.dt.day_of_week, hour=at.dt.hour // hours * hours)


def _rates(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    wide = table.assign(
        yy=table["count"].astype(float) ** 2,
        xx=table["n"].astype(float) ** 2,
        xy=table["count"].astype(float) * table["n"],
    )
    sums = wide.groupby(by).agg(
        posts=("n", "size"), n=("n", "sum"), count=("count", "sum"), yy=("yy", "sum"), xx=("xx", "sum"),
        xy=("xy", "sum"),
    ).reset_index()  # fmt: skip
    low, high = ratio_from_sums(sums["posts"], sums["count"], sums["yy"], sums["n"], sums["xx"], sums["xy"])
    return sums.drop(columns=["yy", "xx", "xy"]).assign(
        estimate=sums["count"] / sums["n"],
        low=np.clip(low, 0, 1),
        high=np.clip(high, 0, 1),
        small=sums["posts"] < 30,
    )


def posting_times(
    community: Community, *, hours: int = 3, reactions: Sequence[str] = REACTIONS
) -> pd.DataFrame:
    """Give the reaction rate by weekday and hour of publishing.

    Parameters
    ----------
    community : Community
        The community.
    hours : int, default 3
        Length of a block of the day; has to divide 24.
    reactions : sequence of str, default ("like", "save", "comment", "share")
        A reader who left at least one of these events reacted.

    Returns
    -------
    DataFrame
        One row a weekday and block with a post: ``weekday`` (0 is Monday), ``hour`` (its first), ``posts``,
        ``n`` (readers), ``count``, ``estimate``, ``low``, ``high`` (posts as the units), ``small`` (fewer
        than 30 posts).

    Raises
    ------
    TableMissing
        When there are no contents, or the events do not say which post they belong to.

    Notes
    -----
    The map says when well received posts were published, not that the hour made them so: other people write
    other things at night. Columns of few posts differ by luck alone. See :func:`by_hour`.

    Taught in: 03 Content
    """
    table = _rates(_placed(community, reactions, hours), ["weekday", "hour"])
    return community.describe(
        table,
        "reaction rate by time of posting",
        population="readers of posts",
        hours=hours,
        reactions=list(reactions),
        randomised=False,
    )


def _ratios(table: pd.DataFrame, adjust: Sequence[str]) -> pd.DataFrame:
    # Poisson regression with readers as exposure; each block against the mean of the posts.
    blocks = pd.get_dummies(table["hour"], prefix="hour").astype(float)
    fitted = sm.GLM(
        table["count"],
        design(table, blocks, adjust),
        family=sm.families.Poisson(),
        offset=np.log(table["n"]),
    ).fit(cov_type="HC1")
    names = list(blocks.columns)
    contrast = np.eye(len(names)) - np.outer(np.ones(len(names)), blocks.mean().to_numpy())
    effect = contrast @ fitted.params[names].to_numpy()
    error = np.sqrt(np.diag(contrast @ fitted.cov_params().loc[names, names].to_numpy() @ contrast.T))
    return pd.DataFrame({"mid": effect, "low": effect - 1.96 * error, "high": effect + 1.96 * error})


def by_hour(
    community: Community,
    *,
    hours: int = 3,
    reactions: Sequence[str] = REACTIONS,
    adjust: Sequence[str] = ("author", "format", "topic", "purpose", "weekday"),
) -> pd.DataFrame:
    """Compare hours of publishing before and after author, format, topic, purpose and weekday are held fixed.

    Parameters
    ----------
    community : Community
        The community.
    hours : int, default 3
        Length of a block of the day.
    reactions : sequence of str, default ("like", "save", "comment", "share")
        A reader who left at least one of these events reacted.
    adjust : sequence of str, default ("author", "format", "topic", "purpose", "weekday")
        What is held fixed.

    Returns
    -------
    DataFrame
        One row a block with at least five posts: ``hour``, ``posts``, ``n``, ``count``, ``raw``,
        ``raw_low``, ``raw_high`` (the block's rate as a multiple of the average post's), ``estimate``,
        ``low``, ``high`` (the same, adjusted), ``small``.

    Notes
    -----
    Poisson regression with robust errors. What was not recorded, such as the care that went into a post,
    is not held fixed; only publishing at hours drawn by lot would tell.

    Taught in: 03 Content
    """
    table = _placed(community, reactions, hours)
    enough = table.groupby("hour")["n"].transform("size") >= 5
    table = table[enough].reset_index(drop=True)
    columns = [
        "hour",
        "posts",
        "n",
        "count",
        "raw",
        "raw_low",
        "raw_high",
        "estimate",
        "low",
        "high",
        "small",
    ]
    result = pd.DataFrame(columns=columns)
    if table["hour"].nunique() > 1 and table["count"].sum() > 0:
        raw, adjusted = _ratios(table, []), _ratios(table, adjust)
        result = _rates(table, ["hour"]).assign(
            raw=np.exp(raw["mid"]), raw_low=np.exp(raw["low"]), raw_high=np.exp(raw["high"]),
            estimate=np.exp(adjusted["mid"]), low=np.exp(adjusted["low"]), high=np.exp(adjusted["high"]),
        )[columns]  # fmt: skip
    return community.describe(
        result,
        "reaction rate by hour, as a multiple of the average",
        population="readers of posts",
        hours=hours,
        adjusted_for=list(adjust),
        unit="score",
        randomised=False,
    )
