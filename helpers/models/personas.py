"""Find personas: groups of members who behave alike, with how sure the grouping is and a card for each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from helpers.community import Community, DataError, batches
from helpers.community.engine import identifier
from helpers.community.sentences import mark as _
from helpers.metrics import habits as hours_of
from helpers.metrics.grouping import grouped_people
from helpers.metrics.intervals import mean_from_sums, percentiles, wilson
from helpers.models import persona_choice, persona_features, training_sample
from helpers.models.persona_recipe import Recipe

LEAST_MEMBERS = 60
LIMIT = 100_000
SMALL = 30
DISTINCT = 0.5  # standard deviations from the average that make a trait worth naming
_DONE = "(select * from events where event_type not in ('join', 'leave')) as source"
# What a card names the commonest of: expression, rows counted, and the columns it needs.
_FAVOURITES = {
    "topic": (
        "contents.topic",
        f"{_DONE} join contents on contents.content_id = source.content_id",
        ("events", "content_id"),
        ("contents", "topic"),
    ),
    "platform": ("source.platform", _DONE, ("events", "platform")),
    "source": ("source.source", "members as source", ("members", "source")),
}


@dataclass(frozen=True)
class Personas:
    """Hold a grouping of members.

    Attributes
    ----------
    members : DataFrame
        member_id, segment ("A", "B", … from the largest; "barely_seen", "silent") and the features.
    choice : DataFrame
        How each number of groups did; see `persona_choice.choose`. Empty where there are too few members.
    k : int
        Number of groups; 0 where there are too few members to find any.
    features : list of str
        Names of the features.
    sampled : int
        How many members the groups were found on; all of `members` were then assigned to them.
    recipe : Recipe or None
        By which members who are not in `members` can be assigned too; None where there are no groups.

    Taught in: 02 Positioning
    """

    members: pd.DataFrame
    choice: pd.DataFrame
    k: int
    features: list[str]
    sampled: int
    recipe: Recipe | None = None

    @property
    def attrs(self) -> dict:
        """Say what the grouping is about, as a result table does."""
        return self.members.attrs


# From which equal shares are drawn: silent, barely seen, and by how many active days.
_STRATA = """
select
    people.member_id,
    case when days.n is null then 0 when days.n < {least} then 1 when days.n < 8 then 2
        when days.n < 30 then 3 else 4 end as stratum
from people
left join (select member_id, count(*) as n from {days} group by member_id) as days
    on days.member_id = people.member_id"""


def fit(
    community: Community,
    *,
    k: int | None = None,
    seed: int = 0,
    sample: int = training_sample.SAMPLE,
) -> Personas:
    """Group the members by behaviour.

    Parameters
    ----------
    community : Community
        The opened community.
    k : int, optional
        Number of personas, 2 to 26; default the recommended one.
    seed : int, default 0
        Start of the random numbers.
    sample : int, default 200,000
        Describe at most about so many members, the same share at every number of active days, drawn by lot
        (:func:`training_sample.by_lot`). ``about["sampled"]`` then says how many of how many; the others
        are assigned by :func:`assign`.

    Returns
    -------
    Personas
        The grouping. With fewer than 60 members to describe there is none: k is 0.

    Notes
    -----
    k-means on logarithms in standard deviations. Of more than 100,000 members so described the groups are
    found on 100,000, and every one joins the nearest.

    Taught in: 02 Positioning
    """
    if k is not None and not 2 <= k <= len(ascii_uppercase):
        raise ValueError(f"k is a number of personas from 2 to {len(ascii_uppercase)}, got {k!r}")
    drawn = None
    if training_sample.larger(community, sample):
        least = persona_features.LEAST_DAYS[community.basis]
        text = _STRATA.format(least=least, days=community.member_days())
        drawn = training_sample.by_lot(community, text, sample=sample, seed=seed)
    frame, habits = persona_features.described(community, members=drawn.table if drawn else None)
    names = list(frame.columns[2:])
    described = frame["state"] == "described"
    about = community.about("personas", population="members", n=len(frame))
    if drawn:
        community.engine.run(f"drop table {drawn.table}")
        about["sampled"] = drawn.told
    members = frame.rename(columns={"state": "segment"})
    scale = persona_features.Scale.of(frame.loc[described, names])
    values = scale.applied(frame.loc[described, names]).to_numpy()
    if len(values) < max(LEAST_MEMBERS, 10 * (k or 2)) or len(np.unique(values, axis=0)) <= (k or 2):
        members.loc[described, "segment"] = "ungrouped"
        members.attrs["about"] = about
        none = persona_choice.choose(values[:0])
        none.attrs["about"] = about | {"metric": "persona_choice", "n": 0}
        return Personas(members, none, 0, names, 0)
    some = values
    if len(values) > LIMIT:
        chosen = np.random.default_rng(seed).choice(len(values), LIMIT, replace=False)
        some = values[np.sort(chosen)]
    with threadpool_limits(1):  # one thread adds up in one order, so that every machine finds the same
        choice = persona_choice.choose(values, seed=seed)
        if k is None:
            k = int(choice.loc[choice["recommended"], "k"].iloc[0])
        grouped = persona_choice.kmeans(some, k, seed=seed)
        labels = grouped.predict(values)
    sizes = np.bincount(labels, minlength=k)
    order = np.lexsort((np.arange(k), -sizes))
    letter = {int(label): ascii_uppercase[place] for place, label in enumerate(order)}
    members.loc[described, "segment"] = [letter[label] for label in labels]
    members.attrs["about"] = about | {"k": k, "found_on": len(some)}
    choice.attrs["about"] = members.attrs["about"] | {"metric": "persona_choice", "n": len(some)}
    recipe = Recipe(community.basis, habits, scale, grouped.cluster_centers_[order])
    return Personas(members, choice, k, names, len(some), recipe)


def assign(community: Community, personas: Personas, *, to: str | Path) -> pd.DataFrame:
    """Write the persona of every member where the data are, also of those who were not drawn.

    Parameters
    ----------
    community : Community
        The community that was grouped.
    personas : Personas
        From `fit`.
    to : str or pathlib.Path
        Table or Parquet path (see :func:`helpers.community.batches.write`): member_id, segment.

    Returns
    -------
    DataFrame
        segment, n (all members), count, estimate (share).

    Raises
    ------
    DataError
        When no personas were found.

    Taught in: 02 Positioning
    """
    if personas.recipe is None:
        raise DataError(_("There are no personas to assign: too few members could be described."))
    text = persona_features.sql(community, ordered=False)
    kinds = {"member_id": "varchar", "segment": "varchar"}
    written = batches.write(community, text, to, kinds, personas.recipe.segments, as_of=community.as_of)
    frame = community.query(
        f"select segment, count(*) as count from {identifier(written)} group by segment order by segment"
    )
    frame.insert(1, "n", frame["count"].sum())
    frame["estimate"] = frame["count"] / frame["n"]
    return community.describe(frame, "persona sizes", population="members", n=int(frame["count"].sum()))


def traits(personas: Personas) -> pd.DataFrame:
    """Compare each persona with the average member, feature by feature.

    Parameters
    ----------
    personas : Personas
        From `fit`.

    Returns
    -------
    DataFrame
        segment, feature, n (members of the persona), mean (in the feature's unit), average (of all
        described members), estimate (difference in standard deviations of the logarithm), low, high.

    Taught in: 02 Positioning
    """
    letters = personas.members["segment"].isin(list(ascii_uppercase))
    members = personas.members[letters]
    columns = ["segment", "feature", "n", "mean", "average", "estimate", "low", "high"]
    if members.empty:
        frame = pd.DataFrame(columns=columns)
    else:
        raw = members[personas.features]
        long = (
            persona_features.scaled(raw)
            .assign(segment=members["segment"])
            .melt("segment", var_name="feature")
        )
        frame = long.groupby(["segment", "feature"])["value"].agg(
            n="size", total="sum", squares=lambda value: (value**2).sum()
        )
        means = raw.groupby(members["segment"]).mean().stack().rename_axis(["segment", "feature"])
        frame["mean"] = means
        frame = frame.reset_index()
        frame["average"] = frame["feature"].map(raw.mean())
        frame["estimate"] = frame["total"] / frame["n"]
        frame["low"], frame["high"] = mean_from_sums(frame["n"], frame["total"], frame["squares"])
        frame["place"] = frame["feature"].map(personas.features.index)
        frame = frame.sort_values(["segment", "place"]).reset_index(drop=True)[columns]
    frame.attrs["about"] = personas.attrs["about"] | {"metric": "persona_traits", "unit": "score"}
    return frame


def _favourites(community: Community, groups: str, column: object, source: object) -> pd.DataFrame:
    # The commonest value of each segment, and its share of what is counted.
    found = community.query(
        f"""
        with grouped as ({groups}
        ),
        counted as (
            select grouped.segment, {column} as value, count(*) as n
            from {source}
            join grouped on grouped.member_id = source.member_id
            where {column} is not null
            group by grouped.segment, {column}
        )
        select segment, value, n, sum(n) over (partition by segment) as total
        from counted
        order by segment, n desc, value
        """
    ).drop_duplicates("segment")
    found["share"] = found["n"] / found["total"]
    return found.set_index("segment")[["value", "share"]]


def cards(community: Community, personas: Personas) -> pd.DataFrame:
    """Sum each persona up on a card.

    Parameters
    ----------
    community : Community
        The community that was grouped.
    personas : Personas
        From `fit`.

    Returns
    -------
    DataFrame
        One row a persona, then barely_seen and silent: segment, n (all members), count, estimate (share),
        low, high (Wilson), more and less (features half a standard deviation above or below the average,
        strongest first, joined by commas), spend, spend_low, spend_high (mean money a member after
        refunds), buyers (share with a purchase), hour (in which they are most often there), topic,
        topic_share, platform, platform_share, source, source_share (commonest), small. What the tables
        cannot tell is missing.

    Taught in: 02 Positioning
    """
    groups = grouped_people(community, personas.members[["member_id", "segment"]])
    sizes = personas.members["segment"].value_counts()
    last = [name for name in ("ungrouped", "barely_seen", "silent") if name in sizes]
    order = [*sorted(set(sizes.index) - set(last)), *last]
    frame = pd.DataFrame({"segment": order})
    frame["n"] = len(personas.members)
    frame["count"] = sizes.reindex(order).to_numpy()
    frame["estimate"] = frame["count"] / frame["n"]
    frame["low"], frame["high"] = wilson(frame["count"], frame["n"])
    compared = traits(personas)
    for name, sign in (("more", 1), ("less", -1)):
        strong = compared[compared["estimate"].astype(float) * sign >= DISTINCT]
        strong = strong.sort_values("estimate", ascending=sign < 0, kind="stable")
        joined = strong.groupby("segment")["feature"].agg(",".join)
        frame[name] = frame["segment"].map(joined.astype(object)).astype(object).fillna("")
    frame = frame.join(_money(community, groups), on="segment")
    for name in ("topic", "platform", "source"):
        column, source, *needed = _FAVOURITES[name]
        if all(community.has(*need) for need in needed):
            favourite = _favourites(community, groups, column, source)
            frame[name] = frame["segment"].map(favourite["value"])
            frame[f"{name}_share"] = frame["segment"].map(favourite["share"])
    if community.has("events"):
        hours = hours_of.hours(community, segments=personas.members[["member_id", "segment"]])
        best = hours.sort_values(["estimate", "hour"], ascending=[False, True]).drop_duplicates("segment")
        frame["hour"] = frame["segment"].map(best.set_index("segment")["hour"])
    frame["small"] = frame["count"] < SMALL
    more = {name: told for name, told in personas.attrs["about"].items() if name == "sampled"}
    return community.describe(
        frame, "persona_cards", population="members", n=len(personas.members), k=personas.k, **more
    )


def _money(community: Community, groups: str) -> pd.DataFrame:
    columns = ["spend", "spend_low", "spend_high", "buyers"]
    if not community.has("orders"):
        return pd.DataFrame(columns=columns, dtype=float)
    found = community.query(
        f"""
        with grouped as ({groups}
        ),
        bought as (
            select member_id, cast(sum(net) as decimal(18, 2)) as spend,
                   max(case when is_purchase then 1 else 0 end) as buyer
            from orders
            group by member_id
        )
        select segment, count(*) as n, sum(coalesce(spend, 0)) as total,
               sum(coalesce(spend * spend, 0)) as squares, avg(coalesce(buyer, 0)) as buyers
        from grouped
        left join bought on bought.member_id = grouped.member_id
        group by segment
        order by segment
        """
    ).set_index("segment")
    found["spend"] = found["total"] / found["n"]
    found["spend_low"], found["spend_high"] = mean_from_sums(found["n"], found["total"], found["squares"])
    return found[columns]


def recovery(community: Community, personas: Personas, *, repeats: int = 100, seed: int = 0) -> pd.DataFrame:
    """Compare the personas found with those of the simulator: for teaching, on simulated data only.

    Parameters
    ----------
    community : Community
        A simulated community.
    personas : Personas
        From `fit`.
    repeats : int, default 100
        Resamples of members for the interval.
    seed : int, default 0
        Start of the random numbers.

    Returns
    -------
    DataFrame
        segment, truth, n (members of the segment), count, estimate (share of the segment).
        `about["adjusted_rand"]` with "low" and "high": 1 is the same grouping, 0 what chance gives.

    Raises
    ------
    TruthMissing
        If the community is not simulated.

    Notes
    -----
    Adjusted Rand index of Hubert & Arabie (1985), over the members that were grouped.

    Taught in: 02 Positioning
    """
    truth = community.truth("members")[["member_id", "persona"]].rename(columns={"persona": "truth"})
    grouped = personas.members[personas.members["segment"].isin(list(ascii_uppercase))]
    both = grouped[["member_id", "segment"]].merge(truth, on="member_id")
    frame = both.groupby(["segment", "truth"]).size().rename("count").reset_index()
    frame["n"] = frame.groupby("segment")["count"].transform("sum")
    frame["estimate"] = frame["count"] / frame["n"]
    found, known = both["segment"].to_numpy(), both["truth"].to_numpy()
    random = np.random.default_rng(seed)
    draws = []
    for _repeat in range(repeats if len(both) else 0):
        drawn = random.integers(0, len(both), len(both))
        draws.append(adjusted_rand_score(known[drawn], found[drawn]))
    low, high = percentiles(np.array(draws))
    score = {"adjusted_rand": adjusted_rand_score(known, found), "low": float(low), "high": float(high)}
    columns = ["segment", "truth", "n", "count", "estimate"]
    return community.describe(
        frame[columns], "persona_recovery", population="members grouped", n=len(both), **score
    )
