"""Learn what members need and where they tell you: survey items ranked by opportunity, feedback channels."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.community import Community, TableMissing
from helpers.metrics.intervals import percentiles, resamples, wilson

SMALL = 30
REPEATS = 1000

# A member who answers twice has one voice: the last answer.
_ANSWERS = """
    with placed as (
        select member_id, kind, item, score, scale_min, scale_max,
               row_number() over (
                   partition by member_id, kind, item order by answered_at desc, score desc
               ) as place
        from surveys
        where kind in ('need', 'satisfaction') and item is not null and score is not null
          and member_id is not null
    )
    select member_id, kind, item,
           case when score >= scale_max - (scale_max - scale_min) * 0.25 then 1 else 0 end as top
    from (
        select member_id, kind, item, score,
               coalesce(scale_min, 1) as scale_min, coalesce(scale_max, 5) as scale_max
        from placed
        where place = 1
    ) as latest
    order by member_id, kind, item"""


def sql() -> str:
    """Show the query that takes each member's last answer to each item.

    Returns
    -------
    str
        The SQL text.

    Taught in: 02 Positioning
    """
    return _ANSWERS


def _opportunity(importance: np.ndarray, satisfaction: np.ndarray) -> np.ndarray:
    return 10 * (importance + np.maximum(importance - satisfaction, 0))


def _shares(drawn: np.ndarray, asked: np.ndarray, top: np.ndarray) -> np.ndarray:
    n = drawn @ asked
    return np.divide(drawn @ top, n, out=np.full(n.shape, np.nan), where=n > 0)


def _draws(answers: pd.DataFrame, items: list[str], seed: int, repeats: int) -> np.ndarray:
    # One row a member, so that the two answers of one person stay together in every resample.
    asked, top = [], []
    for kind in ("need", "satisfaction"):
        wide = answers[answers["kind"] == kind].pivot(index="member_id", columns="item", values="top")
        wide = wide.reindex(index=sorted(answers["member_id"].unique()), columns=items)
        asked.append(wide.notna().to_numpy(dtype=float))
        top.append(wide.fillna(0).to_numpy(dtype=float))
    patterns, count = np.unique(np.hstack([*asked, *top]), axis=0, return_counts=True)
    need, happy, need_top, happy_top = np.split(patterns, 4, axis=1)
    blocks = [
        _opportunity(_shares(drawn, need, need_top), _shares(drawn, happy, happy_top))
        for drawn in resamples(count, seed=seed, repeats=repeats)
    ]
    return np.concatenate(blocks)


def _ranks(scores: np.ndarray) -> np.ndarray:
    order = np.argsort(-np.nan_to_num(scores, nan=-1.0), axis=1, kind="stable")
    return np.argsort(order, axis=1, kind="stable") + 1


def priorities(
    community: Community, *, seed: int = 0, repeats: int = REPEATS, first: int = 3
) -> pd.DataFrame:
    """Rank the needs of the members by how important and how badly served they are.

    Parameters
    ----------
    community : Community
        The opened community; surveys of kind "need" hold importance, "satisfaction" how well it is met.
    seed : int, default 0
        Start of the random numbers.
    repeats : int, default 1000
        Resamples of members.
    first : int, default 3
        Length of the list whose membership `p_first` speaks of.

    Returns
    -------
    DataFrame
        Sorted by opportunity: item, n (answers on importance), importance, importance_low,
        importance_high, n_satisfaction, satisfaction, satisfaction_low, satisfaction_high, opportunity,
        low, high, rank, rank_low, rank_high, p_first (share of resamples in which it is among the
        `first`), small. Importance and satisfaction are shares of the answers in the upper quarter of
        the scale (4 and 5 of 1–5).

    Raises
    ------
    TableMissing
        If there are no such surveys.

    Notes
    -----
    Opportunity = importance + max(importance − satisfaction, 0), each from 0 to 10: Ulwick (2005), *What
    Customers Want*. Above 10 he calls a need underserved; that line is a rule of thumb. Shares have Wilson
    intervals; scores and ranks are bootstrapped by member.

    Taught in: 02 Positioning
    """
    community.require("surveys", "kind", "item")
    answers = community.query(_ANSWERS)
    kinds = set(answers["kind"])
    if kinds != {"need", "satisfaction"}:
        raise TableMissing("surveys", ["kind = need with item", "kind = satisfaction with the same items"])
    grouped = answers.groupby(["item", "kind"])["top"].agg(["size", "sum"]).unstack("kind").dropna()
    frame = pd.DataFrame({"item": grouped.index.astype(str)})
    for kind, name, n in (("need", "importance", "n"), ("satisfaction", "satisfaction", "n_satisfaction")):
        size, top = grouped["size", kind].to_numpy(), grouped["sum", kind].to_numpy()
        frame[n] = size.astype(int)
        frame[name] = top / size
        frame[f"{name}_low"], frame[f"{name}_high"] = wilson(top, size)
    frame["opportunity"] = _opportunity(frame["importance"].to_numpy(), frame["satisfaction"].to_numpy())
    draws = _draws(answers, list(frame["item"]), seed, repeats)
    ranks = _ranks(draws)
    frame["low"], frame["high"] = percentiles(draws)
    frame["rank"] = _ranks(frame[["opportunity"]].to_numpy().T)[0]
    frame["rank_low"], frame["rank_high"] = np.quantile(ranks, [0.025, 0.975], axis=0, method="nearest")
    frame["p_first"] = (ranks <= first).mean(axis=0)
    frame["small"] = frame[["n", "n_satisfaction"]].min(axis=1) < SMALL
    frame = frame.sort_values("rank").reset_index(drop=True)
    return community.describe(frame, "needs", population="respondents", first=first)


def feedback_channels(community: Community) -> pd.DataFrame:
    """Give the share of all members who spoke up through each channel there is.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    DataFrame
        channel (survey, survey_comment, comment, message, vote, answer), n (all members), count,
        estimate, low, high, small; most used first. Only channels whose table was supplied.

    Raises
    ------
    TableMissing
        If there are neither surveys nor events.

    Taught in: 02 Positioning
    """
    parts = []
    if community.has("surveys", "member_id"):
        parts.append(
            "select distinct member_id, 'survey' as channel from surveys where member_id is not null"
        )
    if community.has("surveys", "member_id", "comment"):
        parts.append(
            "select distinct member_id, 'survey_comment' as channel from surveys "
            "where member_id is not null and trim(comment) <> ''"
        )
    if community.has("events"):
        parts.append(
            "select distinct member_id, event_type as channel from events "
            "where event_type in ('comment', 'message', 'vote', 'answer')"
        )
    if not parts:
        raise TableMissing("surveys", ["member_id", "answered_at", "score"])
    found = community.query(
        f"""
        with spoke as ({" union all ".join(parts)}),
        population as (select count(*) as n from people)
        select channel, n, count(*) as count
        from spoke
        cross join population
        group by channel, n
        order by count desc, channel
        """
    )
    found["estimate"] = found["count"] / found["n"]
    found["low"], found["high"] = wilson(found["count"], found["n"])
    found["small"] = found["n"] < SMALL
    return community.describe(found, "feedback_channels", population="members")
