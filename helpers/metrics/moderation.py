"""Judge the moderation of a community: what the filter finds and misses, the work, and who does it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from helpers.community import calendar
from helpers.community.calendar import Every
from helpers.metrics import population
from helpers.metrics.intervals import percentiles, poisson_rate, wilson
from helpers.metrics.survival import kaplan_meier

if TYPE_CHECKING:
    from helpers.community import Community

HARMLESS = ("keep", "restored", "restore", "dismissed", "approved")
_DRAWS = 4000


def items(community: Community) -> pd.DataFrame:
    """List what came before the moderators, one row a decision.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    DataFrame
        item (the post or message), member_id, day, at, handled_at, hours (until decided; until the as-of date
        where it is open), is_open, queue, score, action, reason, breach (missing while open), is_member
        (false for automatic accounts and staff: looking at what they write is work, but says nothing of
        members). Bans of whole accounts, which are about no item, are left out.

    Raises
    ------
    TableMissing
        If there is no moderation log.

    Taught in: 04 Interaction
    """
    community.require("moderation", "action")
    frame = community.query(
        """
        select coalesce(content_id, event_id) as item, moderation.member_id, day, moderation.at, handled_at,
               queue, score, lower(action) as action, reason,
               moderation.member_id is null or people.member_id is not null as is_member
        from moderation
        left join people on people.member_id = moderation.member_id
        where content_id is not null or event_id is not null
        order by moderation.at, item, queue
        """
    )
    end = pd.Timestamp(community.as_of) + pd.Timedelta(days=1)
    handled = pd.to_datetime(frame["handled_at"])
    timed = community.has("moderation", "handled_at")
    is_open = (handled.isna() | (handled > end)) if timed else pd.Series(False, index=frame.index)
    waited = (handled.where(~is_open, end) - pd.to_datetime(frame["at"])).dt.total_seconds() / 3600
    breach = (~frame["action"].isin(HARMLESS)).astype(object).where(~is_open, None)
    frame = frame.assign(hours=waited if timed else np.nan, is_open=is_open, breach=breach)
    frame["is_member"] |= not community.has("members", "role")  # nobody is known to be anything else
    return community.describe(frame, "moderation", population="posts and messages looked at", n=len(frame))


def filter_quality(
    community: Community, *, thresholds: Sequence[float] = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8), seed: int = 0
) -> pd.DataFrame:
    """Ask of each threshold of the filter how much of what it flags is a breach, and how many it finds.

    Parameters
    ----------
    community : Community
        The opened community, with scores, decisions and an audit: posts and messages drawn at random among
        those that the filter let pass.
    thresholds : sequence of float
        Scores from which an item would be flagged.
    seed : int, default 0
        Start of the random numbers of the intervals.

    Returns
    -------
    DataFrame
        threshold, in_use (the lowest score that was flagged, rounded down to the nearest threshold), flagged
        (items; estimated below the threshold in use), per_day, precision, precision_low, precision_high,
        recall,
        recall_low, recall_high, audited, audited_breaches, passed (items that the filter let pass).

    Raises
    ------
    TableMissing
        If scores or queues are missing.

    Notes
    -----
    Everything flagged was looked at, so it counts once. Of what passed only the audit was looked at; each
    audited item stands for passed / audited items (inverse sampling). Intervals of recall draw the shares of
    the audit from their Jeffreys posterior, which holds when the audit found nothing at all; precision at
    and above the threshold in use is a plain share (Wilson). Reports by members are not drawn by chance and
    stay
    out of the reckoning.

    Taught in: 03 Content, 04 Interaction
    """
    community.require("moderation", "score", "queue")
    seen = items(community).query("is_member").dropna(subset=["breach", "score"])
    flagged = seen[seen["queue"] == "filter"].drop_duplicates("item")
    audit = seen[seen["queue"] == "audit"].drop_duplicates("item")
    days = (pd.Timestamp(community.as_of) - pd.to_datetime(seen["day"].min())).days + 1 if len(seen) else 0
    written = _written(community, seen["day"].min()) if len(seen) else 0
    passed = max(written - len(flagged), len(audit))
    each = passed / len(audit) if len(audit) else np.nan
    in_use = float(flagged["score"].min()) if len(flagged) else np.nan
    bad = flagged["breach"].astype(bool)
    bad_audit = audit["breach"].astype(bool)
    limits = sorted(set(thresholds))
    used = max((limit for limit in limits if limit <= in_use + 1e-9), default=None)
    rows = []
    for limit in limits:
        above, above_audit = flagged["score"] >= limit, audit["score"] >= limit
        hits, size = int((above & bad).sum()), int(above.sum())
        # Four kinds of audited items: breach or not, above the threshold or not.
        kinds = np.array(
            [(a & b).sum() for b in (bad_audit, ~bad_audit) for a in (above_audit, ~above_audit)]
        )
        estimate = (
            hits + each * kinds[0],
            bad.sum() + each * kinds[[0, 1]].sum(),
            size + each * kinds[[0, 2]].sum(),
        )
        draws = np.random.default_rng(seed).dirichlet(kinds + 0.5, size=_DRAWS) * passed
        if not above_audit.any():
            draws = np.column_stack([0 * draws[:, 0], draws[:, :2].sum(axis=1), 0 * draws[:, 2], draws[:, 3]])
        with np.errstate(invalid="ignore", divide="ignore"):
            recall = percentiles((hits + draws[:, 0]) / (bad.sum() + draws[:, 0] + draws[:, 1]))
            precision = percentiles((hits + draws[:, 0]) / (size + draws[:, 0] + draws[:, 2]))
        exact = used is not None and limit >= used
        if exact:
            precision = wilson(hits, size)
            estimate = hits, estimate[1], size
        # Where the audit found nothing the posterior stays off the very end that the estimate lies on.
        share = estimate[0] / estimate[1] if estimate[1] else np.nan
        recall = min(float(recall[0]), share), max(float(recall[1]), share)
        if not len(audit):
            recall = (np.nan, np.nan)
        rows.append(
            {
                "threshold": limit,
                "in_use": limit == used,
                "flagged": round(estimate[2]) if np.isfinite(estimate[2]) else size,
                "per_day": estimate[2] / days if days else np.nan,
                "precision": estimate[0] / estimate[2] if estimate[2] else np.nan,
                "precision_low": float(precision[0]),
                "precision_high": float(precision[1]),
                "recall": share if len(audit) else np.nan,
                "recall_low": float(recall[0]),
                "recall_high": float(recall[1]),
                "audited": len(audit),
                "audited_breaches": int(bad_audit.sum()),
                "passed": passed,
            }
        )
    frame = pd.DataFrame(rows)
    return community.describe(frame, "filter quality", population="posts and messages of members", n=written)


def _written(community: Community, since: object) -> int:
    # What the filter has seen: posts of members and their messages, from the first decision on.
    posts = "select count(*) as n from contents where coalesce(is_ugc, true) and day >= $since"
    messages = """
        select count(*) as n from events
        where event_type = 'message' and content_id is null and day >= $since
    """
    first = pd.Timestamp(str(since)).date()
    return sum(int(community.query(sql, since=first).loc[0, "n"]) for sql in (posts, messages))


def workload(community: Community, *, every: Every = "week") -> pd.DataFrame:
    """Count what came before the moderators, period by period.

    Parameters
    ----------
    community : Community
        The opened community.
    every : {"day", "week", "month"}, default "week"
        Length of a period.

    Returns
    -------
    DataFrame
        period, n (items decided), open (not yet decided), per_day (items a day), count (breaches), estimate
        (share
        of the decided that were breaches), low, high, open_period, left_edge, small.

    Taught in: 04 Interaction
    """
    seen = items(community)
    starts = [calendar.start_of(pd.Timestamp(day).date(), every) for day in seen["day"]]
    seen = seen.assign(period=pd.to_datetime(pd.Series(starts, index=seen.index, dtype=object)))
    breach = seen["breach"].fillna(False).astype(bool)
    sums = seen.assign(breach=breach, decided=~seen["is_open"]).groupby("period")
    sums = sums.agg(n=("decided", "sum"), open=("is_open", "sum"), count=("breach", "sum"))
    frame = calendar.periods(population.written_from(community), community.as_of, every)
    frame["period"] = pd.to_datetime(frame["period"])
    frame = frame.merge(sums, left_on="period", right_index=True, how="left")
    frame[["n", "open", "count"]] = frame[["n", "open", "count"]].fillna(0).astype(int)
    low, high = wilson(frame["count"], frame["n"])
    frame = frame.assign(
        per_day=(frame["n"] + frame["open"]) / frame["days"],
        estimate=frame["count"] / frame["n"].where(frame["n"] > 0),
        low=low,
        high=high,
        small=frame["n"] < 30,
    )
    order = ["period", "n", "open", "per_day", "count", "estimate", "low", "high"]
    frame = frame[order + ["open_period", "left_edge", "small"]]
    return community.describe(
        frame, "moderation workload", population="posts and messages looked at", every=every
    )


def handling(community: Community, *, by: Literal["queue", "shift"] | None = "shift") -> pd.DataFrame:
    """Estimate how long it takes until a decision, with those that still wait.

    Parameters
    ----------
    community : Community
        The opened community.
    by : {"queue", "shift"} or None, default "shift"
        How it came up, or when: ``office hours`` (Monday to Friday, 9 to 21) or ``nights and weekends``.

    Returns
    -------
    DataFrame
        `by`, time (hours), n (waiting until then), count (decided then), censored, estimate (share
        decided), low,
        high.

    Raises
    ------
    TableMissing
        If the log does not say when things were decided.

    Notes
    -----
    Kaplan-Meier, turned round. Items that still wait have waited *at least* so long; leaving them out would
    make a desk look quickest when it has stopped working. The audit is left out: nobody waits for it.

    Taught in: 04 Interaction
    """
    community.require("moderation", "handled_at")
    seen = items(community)
    seen = seen[seen["queue"].fillna("") != "audit"]
    at = pd.to_datetime(seen["at"])
    office = (at.dt.day_of_week < 5) & at.dt.hour.between(9, 20)
    spans = pd.DataFrame(
        {
            "time": seen["hours"].clip(lower=0).round(1),
            "event": ~seen["is_open"],
            "queue": seen["queue"].fillna("unknown"),
            "shift": np.where(office, "office hours", "nights and weekends"),
        }
    )
    kept = ["time", "event"] + ([by] if by else [])
    curve = kaplan_meier(spans[kept], by=by)
    curve = curve.assign(estimate=1 - curve["estimate"], low=1 - curve["high"], high=1 - curve["low"])
    population = "flagged or reported posts and messages"
    return community.describe(
        curve, "time to decision", population=population, by=by, randomised=False, n=len(spans)
    )


def repeats(
    community: Community, *, within: int = 60, by: Literal["action", "reason"] = "action"
) -> pd.DataFrame:
    """Follow members after their first breach, and count those who break a rule again.

    Parameters
    ----------
    community : Community
        The opened community.
    within : int, days, default 60
        How long each is followed.
    by : {"action", "reason"}, default "action"
        What was done about the first breach, or what it was.

    Returns
    -------
    DataFrame
        `by` (and a row ``all``), n (members followed for the whole time), count (with a second breach found
        after
        the first was decided), estimate, low, high, unseen (members whose time is not over yet), small.

    Notes
    -----
    Moderators choose the action: whoever is only warned has done less. Not randomised, so the rows say
    what came after an action, not what it did. Breaches nobody found are missing from both.

    Taught in: 04 Interaction
    """
    seen = items(community).query("is_member")
    broken = seen[seen["breach"].fillna(False).astype(bool) & seen["member_id"].notna()]
    broken = broken.assign(known=pd.to_datetime(broken["handled_at"]).fillna(pd.to_datetime(broken["at"])))
    first = broken.drop_duplicates("member_id").set_index("member_id")
    later = broken.merge(first["known"].rename("first_known"), left_on="member_id", right_index=True)
    again = later[pd.to_datetime(later["at"]) > later["first_known"]]
    again = again[pd.to_datetime(again["at"]) <= again["first_known"] + pd.Timedelta(days=within)]
    end = pd.Timestamp(community.as_of) + pd.Timedelta(days=1)
    watched = first["known"] + pd.Timedelta(days=within) <= end
    first = first.assign(watched=watched, again=first.index.isin(again["member_id"]) & watched)
    parts = [
        ("all", first),
        *sorted(first.groupby(first[by].fillna("unknown")), key=lambda part: str(part[0])),
    ]
    rows = [
        (str(name), int(part["watched"].sum()), int(part["again"].sum()), int((~part["watched"]).sum()))
        for name, part in parts
    ]
    frame = pd.DataFrame(rows, columns=[by, "n", "count", "unseen"])
    low, high = wilson(frame["count"], frame["n"])
    share = frame["count"] / frame["n"].where(frame["n"] > 0)
    frame = frame.assign(estimate=share, low=low, high=high, small=frame["n"] < 30)
    order = [by, "n", "count", "estimate", "low", "high", "unseen", "small"]
    return community.describe(
        frame[order],
        "repeat breaches",
        population="members with a breach",
        randomised=False,
        within=within,
        by=by,
    )


def rule_sheet(community: Community, *, within: int = 60) -> pd.DataFrame:
    """Fill a rule sheet from the log: what comes up, what is done about it, and what happens after.

    Parameters
    ----------
    community : Community
        The opened community.
    within : int, days, default 60
        How long members are followed after a first breach.

    Returns
    -------
    DataFrame
        reason, n (items decided), count (breaches), estimate (share that were breaches), low, high,
        usual_action,
        usual_share (of the breaches that it was used for), hours (median until a decision), again, again_low,
        again_high (share of members with another breach), again_n; most breaches first.

    Taught in: 04 Interaction
    """
    seen = items(community)
    decided = seen[~seen["is_open"] & (seen["queue"].fillna("") != "audit")]
    decided = decided.assign(
        reason=decided["reason"].fillna("unknown"), breach=decided["breach"].astype(bool)
    )
    after = repeats(community, within=within, by="reason").set_index("reason")
    rows = []
    for reason, group in decided.groupby("reason", sort=True):
        broken = group[group["breach"]]
        actions = broken["action"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
        known = after.loc[reason] if reason in after.index else None
        rows.append(
            {
                "reason": reason,
                "n": len(group),
                "count": len(broken),
                "usual_action": actions.index[0] if len(actions) else None,
                "usual_share": actions.iloc[0] / len(broken) if len(broken) else np.nan,
                "hours": group["hours"].median(),
                "again": known["estimate"] if known is not None else np.nan,
                "again_low": known["low"] if known is not None else np.nan,
                "again_high": known["high"] if known is not None else np.nan,
                "again_n": int(known["n"]) if known is not None else 0,
            }
        )
    columns = ["reason", "n", "count", "usual_action", "usual_share", "hours"]
    frame = pd.DataFrame(rows, columns=[*columns, "again", "again_low", "again_high", "again_n"])
    low, high = wilson(frame["count"], frame["n"])
    for place, (name, values) in enumerate(
        (("estimate", frame["count"] / frame["n"]), ("low", low), ("high", high))
    ):
        frame.insert(3 + place, name, values)
    frame = frame.sort_values(["count", "reason"], ascending=[False, True], ignore_index=True)
    return community.describe(
        frame,
        "rule sheet",
        population="flagged or reported posts and messages",
        randomised=False,
        within=within,
    )


def toxicity(community: Community, *, every: Every = "month", reason: str = "insult") -> pd.DataFrame:
    """Count the insults found for every thousand posts and messages.

    Parameters
    ----------
    community : Community
        The opened community.
    every : {"day", "week", "month"}, default "month"
        Length of a period.
    reason : str, default "insult"
        Which breaches.

    Returns
    -------
    DataFrame
        period, n (posts and messages of members), count (breaches found), estimate (for every thousand),
        low, high,
        open_period, left_edge, small.

    Notes
    -----
    Only what was found is counted: a better filter raises the number without one insult more. The audit
    is left out for the same reason. Exact Poisson intervals.

    Taught in: 04 Interaction
    """
    seen = items(community).query("is_member")
    found = seen[
        seen["breach"].fillna(False).astype(bool)
        & (seen["reason"] == reason)
        & (seen["queue"].fillna("") != "audit")
    ].drop_duplicates("item")
    written = community.query(
        f"""
        with written as (
            select day from events where event_type = 'message' and content_id is null
            union all
            select day from contents where coalesce(is_ugc, true)
        )
        select cast(date_trunc('{every}', day) as date) as period, count(*) as n
        from written
        group by 1
        order by 1
        """
    )
    frame = calendar.periods(population.written_from(community), community.as_of, every)
    frame = frame.drop(columns=["last_day", "days"])
    frame["period"] = pd.to_datetime(frame["period"])
    starts = [calendar.start_of(pd.Timestamp(day).date(), every) for day in found["day"]]
    counts = pd.Series(pd.to_datetime(pd.Series(starts, dtype=object))).value_counts()
    sizes = written.set_index(pd.to_datetime(written["period"]))["n"]
    frame["n"] = sizes.reindex(frame["period"]).fillna(0).astype(int).to_numpy()
    frame["count"] = counts.reindex(frame["period"]).fillna(0).astype(int).to_numpy()
    low, high = poisson_rate(frame["count"], frame["n"] / 1000)
    rate = frame["count"] / (frame["n"] / 1000).where(frame["n"] > 0)
    frame = frame.assign(estimate=rate, low=low, high=high, small=frame["n"] < 300)
    order = ["period", "n", "count", "estimate", "low", "high", "open_period", "left_edge", "small"]
    return community.describe(
        frame[order],
        "toxicity",
        population="posts and messages of members",
        unit="score",
        every=every,
        reason=reason,
    )
