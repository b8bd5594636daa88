"""See where the brand stands in the members' minds: image ratings, a map of brands, points of difference."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtr
from statsmodels.stats.multitest import multipletests

from helpers.community import Community, TableMissing
from helpers.metrics.grouping import Segments, grouped_people
from helpers.metrics.intervals import mean_from_sums, percentiles

SMALL = 30
REPEATS = 1000

_LATEST = """
    latest as (
        select member_id, subject, item, score
        from (
            select member_id, subject, item, score,
                   row_number() over (
                       partition by member_id, subject, item order by answered_at desc, score desc
                   ) as place
            from surveys
            where kind = 'image' and subject is not null and item is not null
              and score is not null and member_id is not null
        ) as answers
        where place = 1
    )"""


def sql() -> str:
    """Show the query that takes each member's last rating of each brand on each attribute.

    Returns
    -------
    str
        The SQL text.

    Taught in: 02 Positioning
    """
    return f"with {_LATEST}\n    select * from latest order by member_id, subject, item"


def _require(community: Community) -> None:
    community.require("surveys", "kind", "subject", "item")
    there = community.query("select count(*) as n from surveys where kind = 'image'").loc[0, "n"]
    if not there:
        raise TableMissing("surveys", ["kind = image", "subject (the brand)", "item (the attribute)"])


def ratings(community: Community, *, segments: Segments = None) -> pd.DataFrame:
    """Average the image ratings of each brand on each attribute.

    Parameters
    ----------
    community : Community
        The opened community; surveys of kind "image" with subject (brand) and item (attribute).
    segments : DataFrame or str, optional
        A frame with member_id and segment, or a column of members; default all respondents together.

    Returns
    -------
    DataFrame
        segment, subject, item, n (respondents), estimate (mean), low, high (Student's t), small.

    Raises
    ------
    TableMissing
        If there are no such surveys.

    Taught in: 02 Positioning
    """
    _require(community)
    frame = community.query(
        f"""
        with grouped as ({grouped_people(community, segments)}
        ),{_LATEST}
        select coalesce(grouped.segment, 'all') as segment, subject, item,
               count(*) as n, sum(cast(score as decimal(18, 4))) as total,
               sum(cast(score as decimal(18, 4)) * cast(score as decimal(18, 4))) as squares
        from latest
        left join grouped on grouped.member_id = latest.member_id
        group by 1, 2, 3
        order by 1, 2, 3
        """
    )
    frame["estimate"] = frame["total"] / frame["n"]
    frame["low"], frame["high"] = mean_from_sums(frame["n"], frame["total"], frame["squares"])
    frame["small"] = frame["n"] < SMALL
    columns = ["segment", "subject", "item", "n", "estimate", "low", "high", "small"]
    return community.describe(frame[columns], "image_ratings", population="respondents", unit="score")


def _draws(
    answers: pd.DataFrame, seed: int, repeats: int
) -> tuple[np.ndarray, list[str], list[str], np.ndarray]:
    # Means by brand and attribute over resamples of respondents; the first is the sample itself.
    subjects, items = sorted(answers["subject"].unique()), sorted(answers["item"].unique())
    wide = answers.pivot(index="member_id", columns=["subject", "item"], values="score")
    wide = wide.reindex(columns=pd.MultiIndex.from_product([subjects, items]))
    given = wide.notna().to_numpy(dtype=float)
    score = wide.fillna(0).to_numpy(dtype=float)
    weights = np.random.default_rng(seed).multinomial(
        len(wide), np.full(len(wide), 1 / len(wide)), size=repeats
    )
    weights = np.vstack([np.ones(len(wide)), weights])
    n = weights @ given
    means = np.divide(weights @ score, n, out=np.full(n.shape, np.nan), where=n > 0)
    return means.reshape(-1, len(subjects), len(items)), subjects, items, given.sum(axis=0)


def brand_map(community: Community, *, seed: int = 0, repeats: int = REPEATS) -> pd.DataFrame:
    """Place brands and attributes on one map of two axes.

    Parameters
    ----------
    community : Community
        The opened community.
    seed : int, default 0
        Start of the random numbers.
    repeats : int, default 1000
        Resamples of respondents.

    Returns
    -------
    DataFrame
        kind ("brand" or "attribute"), name, x, y, and for brands the spread of the resamples: var_x,
        var_y, cov_xy, n. Empty with fewer than three brands or two attributes. `about["explained"]`: share
        of the differences between brands that each axis shows.

    Notes
    -----
    Principal components of the brand by attribute means, each attribute centred over the brands (Gabriel
    1971, biplot). An attribute's arrow points to where it is rated higher; only relative positions count.
    Resampled means are placed on the axes of the sample, so that ellipses need no rotation.

    Taught in: 02 Positioning
    """
    _require(community)
    answers = community.query(sql())
    columns = ["kind", "name", "x", "y", "var_x", "var_y", "cov_xy", "n"]
    means, subjects, items, given = _draws(answers, seed, repeats)
    complete = np.isfinite(means[0]).all()
    if len(subjects) < 3 or len(items) < 2 or not complete:
        return community.describe(
            pd.DataFrame(columns=columns), "brand_map", n=answers["member_id"].nunique()
        )
    centred = means - means.mean(axis=1, keepdims=True)
    _left, size, axes = np.linalg.svd(centred[0], full_matrices=False)
    axes = axes[:2]
    axes *= np.where(np.abs(axes).max(axis=1) == axes.max(axis=1), 1, -1)[:, None]
    places = centred @ axes.T
    spread = np.array([np.cov(places[1:, brand].T) for brand in range(len(subjects))])
    per_brand = given.reshape(len(subjects), len(items)).max(axis=1)
    brands = pd.DataFrame({"kind": "brand", "name": subjects, "x": places[0, :, 0], "y": places[0, :, 1]})
    brands["var_x"], brands["var_y"], brands["cov_xy"] = spread[:, 0, 0], spread[:, 1, 1], spread[:, 0, 1]
    brands["n"] = per_brand.astype(int)
    attributes = pd.DataFrame({"kind": "attribute", "name": items, "x": axes[0], "y": axes[1]})
    frame = pd.concat([brands, attributes], ignore_index=True)[columns]
    explained = (size**2 / max((size**2).sum(), 1e-12))[:2].round(6).tolist()
    n = int(answers["member_id"].nunique())
    return community.describe(frame, "brand_map", population="respondents", explained=explained, n=n)


def differences(
    community: Community, *, us: str = "us", level: float = 0.95, seed: int = 0, repeats: int = REPEATS
) -> pd.DataFrame:
    """Compare the own brand on each attribute with the best rival there.

    Parameters
    ----------
    community : Community
        The opened community.
    us : str, default "us"
        The own brand in the column subject.
    level : float, default 0.95
        Confidence level.
    seed : int, default 0
        Start of the random numbers.
    repeats : int, default 1000
        Resamples of respondents.

    Returns
    -------
    DataFrame
        item, n (ratings of the own brand), us, rival (the best one), rival_score, estimate (us − best
        rival), low, high, p, kind ("difference" ahead, "parity", "behind"), small; largest first.

    Raises
    ------
    ValueError
        If nobody rated the brand `us`, or no other.

    Notes
    -----
    Respondents are resampled whole and the best rival is found anew each time, as the best of several is
    a lucky one too. "difference" and "behind" hold the false discovery rate over the attributes
    (Benjamini & Hochberg 1995).

    Taught in: 02 Positioning
    """
    _require(community)
    answers = community.query(sql())
    known = sorted(answers["subject"].unique())
    if us not in known or len(known) < 2:
        raise ValueError(f"us={us!r} and one rival at least have to be rated; subjects: {', '.join(known)}")
    means, subjects, items, given = _draws(answers, seed, repeats)
    own = subjects.index(us)
    rivals = np.delete(means, own, axis=1)
    gaps = means[:, own] - np.nan_to_num(rivals, nan=-np.inf).max(axis=1)
    gaps = np.where(np.isfinite(gaps), gaps, np.nan)
    names = np.delete(np.array(subjects), own)
    frame = pd.DataFrame({"item": items, "n": given.reshape(len(subjects), -1)[own].astype(int)})
    frame["us"] = means[0, own]
    frame["rival"] = names[np.nan_to_num(rivals[0], nan=-np.inf).argmax(axis=0)]
    frame["rival_score"] = np.nan_to_num(rivals[0], nan=-np.inf).max(axis=0)
    frame["estimate"] = gaps[0]
    frame["low"], frame["high"] = percentiles(gaps[1:], level)
    error = np.nanstd(gaps[1:], axis=0, ddof=1) if len(gaps) > 2 else np.full(len(items), np.nan)
    error = np.where(error > 0, error, np.nan)
    frame["p"] = 2 * (1 - ndtr(np.abs(gaps[0]) / error))
    frame["kind"] = "parity"
    tested = frame["p"].notna()
    if tested.any():
        found = multipletests(frame.loc[tested, "p"], 1 - level, method="fdr_bh")[0]
        sign = np.where(frame.loc[tested, "estimate"] > 0, "difference", "behind")
        frame.loc[tested, "kind"] = np.where(found, sign, "parity")
    frame["small"] = frame["n"] < SMALL
    frame = frame.sort_values(["estimate", "item"], ascending=[False, True], kind="stable").reset_index(
        drop=True
    )
    n = int(answers["member_id"].nunique())
    return community.describe(frame, "brand_differences", population="respondents", unit="score", us=us, n=n)
