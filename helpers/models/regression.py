"""Fit rates to groups and numbers at once, however the groups happen to overlap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def design(table: pd.DataFrame, first: pd.DataFrame, adjust: Sequence[str]) -> pd.DataFrame:
    """Put columns and the groups that are held fixed side by side, leaving out what is said already.

    Parameters
    ----------
    table : DataFrame
        Rows to fit.
    first : DataFrame
        Columns of interest, kept as they are; same index.
    adjust : sequence of str
        Columns of `table` whose values become groups; unknown values are a group of their own.

    Returns
    -------
    DataFrame
        Numbers, without columns that follow from those before them: live shows, say, are a format and a
        purpose at once.

    Examples
    --------
    >>> table = pd.DataFrame({"format": ["live", "text", "text"], "purpose": ["live", "post", "post"]})
    >>> design(table, pd.DataFrame({"one": 1.0}, index=table.index), ["format", "purpose"]).columns.tolist()
    ['one', 'format_text']

    Taught in: 03 Content
    """
    groups = [
        pd.get_dummies(table[name].astype(object).fillna("unknown"), prefix=name, drop_first=True)
        for name in adjust
    ]
    wide = pd.concat([first, *groups], axis=1).astype(float)
    values = wide.to_numpy()
    kept = np.abs(np.diag(np.linalg.qr(values, mode="r"))) > 1e-8 * np.sqrt(len(wide))
    kept = np.append(kept, np.zeros(wide.shape[1] - len(kept), dtype=bool))
    kept[: first.shape[1]] = True
    return wide.loc[:, kept]
