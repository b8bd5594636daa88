"""Ask whether a host sells better, when hosts do not get the same evenings nor the same products."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.stats import t as t_law
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from helpers.models.regression import design

STEPS = {
    "as they stand": [],
    "same products": ["product_id"],
    "same products and evenings": ["product_id", "content_id"],
}


def _informative(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Drop products and shows without an order: they say nothing about hosts, and have no finite effect."""
    while True:
        kept = np.ones(len(rows), dtype=bool)
        for name in names:
            kept &= (rows.groupby(name)["orders"].transform("sum") > 0).to_numpy()
        if kept.all():
            return rows
        rows = rows[kept]


def _fit(rows: pd.DataFrame, host: str, names: list[str], level: float) -> tuple[float, float, float]:
    """Return the factor of a host against the others, with its interval by show."""
    rows = _informative(rows, names).reset_index(drop=True)
    shows = rows["content_id"].nunique()
    missing = (float("nan"),) * 3
    if shows < 3 or rows.groupby(rows["host"] == host)["orders"].sum().min() == 0 or not rows["orders"].sum():
        return missing
    if rows["host"].eq(host).nunique() < 2:
        return missing
    first = pd.DataFrame({"constant": 1.0, "host": (rows["host"] == host).astype(float)})
    # A host who never shares a product or an evening with another cannot be told from them.
    rest = design(rows, first[["constant"]], names).to_numpy()
    mine = first["host"].to_numpy()
    left = mine - rest @ np.linalg.lstsq(rest, mine, rcond=None)[0]
    if float((left**2).sum()) < 1e-6 * len(left):
        return missing
    wide = design(rows, first, names)
    model = sm.GLM(rows["orders"], wide, family=sm.families.Poisson(), exposure=rows["n"])
    with warnings.catch_warnings():
        # Few parts are often fitted exactly; the interval by show says how little that means.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        fit = model.fit(cov_type="cluster", cov_kwds={"groups": pd.factorize(rows["content_id"])[0]})
    wide_by = float(t_law.ppf((1 + level) / 2, shows - 1)) * float(fit.bse["host"])
    middle = float(fit.params["host"])
    return float(np.exp(middle)), float(np.exp(middle - wide_by)), float(np.exp(middle + wide_by))


def host_effect(table: pd.DataFrame, *, host: str | None = None, level: float = 0.95) -> pd.DataFrame:
    """Compare one host with the others: as they stand, with the same products, in the same evenings.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `live_parts.parts`.
    host : str, optional
        The host to judge; the one who sells most per viewer-minute by default.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        One row a comparison: ``comparison`` (as they stand, same products, same products and evenings),
        ``host``, ``estimate`` (factor on the orders per viewer-minute), ``low``, ``high``, ``n``
        (viewer-minutes with products on screen), ``orders``, ``shows``, ``shared`` (shows with this host
        and another), ``shared_products``, ``possible`` (whether the data can make the comparison) and
        ``decided`` (whether 1 lies outside the interval). Empty with fewer than two hosts.

    Notes
    -----
    Poisson regression of the orders of each part, viewer-minutes as exposure, one effect a product and a
    show; standard errors by show, t with shows - 1 degrees of freedom (Cameron and Miller 2015, *Journal of
    Human Resources* 50, 317-372). Within an evening both hosts have the same audience, season and price
    level; across evenings they have not. Nobody drew by lot who hosts what, so a difference may also be in
    what the rundown does not say.

    Taught in: 05 Conversion
    """
    columns = ["comparison", "host", "estimate", "low", "high", "n", "orders", "shows", "shared"]
    columns += ["shared_products", "possible", "decided"]
    rows = table[(table["n"] > 0) & table["product_id"].notna() & table["host"].notna()]
    totals = rows.groupby("host")[["orders", "n"]].sum()
    result = pd.DataFrame(columns=columns)
    if len(totals) > 1:
        if host is None:
            host = str((totals["orders"] / totals["n"]).idxmax())
        mine = rows["host"] == host
        both = [
            set(rows.loc[mine, name]) & set(rows.loc[~mine, name]) for name in ("content_id", "product_id")
        ]
        result = pd.DataFrame(
            {
                "comparison": list(STEPS),
                "host": host,
                **dict(
                    zip(
                        ("estimate", "low", "high"),
                        zip(*(_fit(rows, host, names, level) for names in STEPS.values()), strict=True),
                        strict=True,
                    )
                ),
                "n": float(rows["n"].sum()),
                "orders": int(rows["orders"].sum()),
                "shows": int(rows["content_id"].nunique()),
                "shared": len(both[0]),
                "shared_products": len(both[1]),
            }
        )
        result["possible"] = result["estimate"].notna()
        result["decided"] = (result["low"] > 1) | (result["high"] < 1)
    result.attrs = dict(table.attrs)
    about = dict(result.attrs.get("about", {}))
    result.attrs["about"] = about | {"metric": "host effect", "randomised": False, "n": len(rows)}
    return result
