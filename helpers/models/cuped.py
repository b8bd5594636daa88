"""CUPED: take out of an outcome what was known before the start, and see the same effect more sharply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from helpers.models.trial_metrics import gap, ratio

OUTCOMES = ("bought", "orders", "amount", "margin", "active_days")


def theta(outcome: Any, covariate: Any) -> float:
    """Give the slope by which an outcome follows what was known before.

    Parameters
    ----------
    outcome, covariate : array
        One value a member; the covariate from before the start.

    Returns
    -------
    float
        Covariance over the variance of the covariate; 0 where the covariate does not vary.

    Examples
    --------
    >>> theta([1, 2, 6], [0, 1, 2])
    2.5

    Taught in: 05 Conversion
    """
    y, x = np.asarray(outcome, dtype=float), np.asarray(covariate, dtype=float)
    spread = ((x - x.mean()) ** 2).sum() if len(x) else 0.0
    return float(((x - x.mean()) * (y - y.mean())).sum() / spread) if spread > 0 else 0.0


def adjust(outcome: Any, covariate: Any) -> np.ndarray:
    """Subtract from each member's outcome what could be expected before the start.

    Parameters
    ----------
    outcome, covariate : array
        One value a member.

    Returns
    -------
    array
        outcome - theta × (covariate - its mean): the same mean, and 1 - ρ² of the variance.

    Notes
    -----
    Deng, Xu, Kohavi and Walker (2013), "Improving the sensitivity of online controlled experiments by
    utilizing pre-experiment data", *WSDM*. The covariate must not be touched by the treatment.

    Examples
    --------
    >>> adjust([1, 2, 6], [0, 1, 2]).tolist()
    [3.5, 2.0, 3.5]

    Taught in: 05 Conversion
    """
    y, x = np.asarray(outcome, dtype=float), np.asarray(covariate, dtype=float)
    return y - theta(y, x) * (x - x.mean()) if len(x) else y


def compare(
    units: pd.DataFrame, outcomes: Sequence[str] = OUTCOMES, *, covariate: str | None = None
) -> pd.DataFrame:
    """Compare two arms as they are, and after taking out what was known before the start.

    Parameters
    ----------
    units : DataFrame
        From `trial_units.units`.
    outcomes : sequence of str
        Columns; each needs its ``before_…`` column, others are left out.
    covariate : str, optional
        One column from before the start for all outcomes; by default each outcome's own past.

    Returns
    -------
    DataFrame
        Two rows an outcome: ``outcome``, ``method`` (plain, cuped), ``n``, ``value_a`` (mean of the control
        arm), ``estimate``, ``low``, ``high``, ``p_value`` (Welch), ``correlation`` (ρ of outcome and
        covariate), ``saved`` (1 - ρ²'s complement, the share of the variance that goes), ``worth`` (members
        that a plain test would need for the same interval, as a multiple).

    Taught in: 05 Conversion
    """
    treated = units["treated"].to_numpy(bool)
    sizes = int((~treated).sum()), int(treated.sum())
    columns = ["outcome", "method", "n", "value_a", "estimate", "low", "high", "p_value"]
    columns += ["correlation", "saved", "worth"]
    rows = []
    for outcome in outcomes:
        known = covariate or f"before_{outcome}"
        if min(sizes) < 2 or outcome not in units or known not in units:
            continue
        y, x = units[outcome].to_numpy(float), units[known].to_numpy(float)
        varies = y.std() > 0 and x.std() > 0
        rho = float(np.corrcoef(x, y)[0, 1]) if varies else 0.0
        for method, values in (("plain", y), ("cuped", adjust(y, x))):
            a, b = (
                (*ratio(values[part]), size) for part, size in zip((~treated, treated), sizes, strict=True)
            )
            found = gap(a, b)
            rows.append(
                {"outcome": outcome, "method": method, "n": len(units), "value_a": a[0],
                 **{name: found[name] for name in ("estimate", "low", "high", "p_value")},
                 "correlation": rho, "saved": rho**2, "worth": 1 / max(1 - rho**2, 1e-12)}
            )  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    table.attrs["about"] = units.attrs.get("about", {}) | {"metric": "arms with CUPED", "unit": "score"}
    return table
