"""The figures of a report as plain tables: the same data give the same bytes in every run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.community import Community, TableMissing
from helpers.metrics import activity, funnel, growth, retention
from helpers.models import rfm
from helpers.workbook import exports
from helpers.workbook.headlines import Headline
from helpers.workbook.history import rounded

FOLDER = "tables"
STEPS = ("click", "cart", "checkout", "order")  # of the funnel, as in chapter 05
WINDOW_DAYS = 7.0


def write(
    community: Community,
    folder: Path,
    *,
    figures: pd.DataFrame,
    headlines: list[Headline] | None = None,
    knobs: Mapping[str, Any] | None = None,
) -> list[str]:
    """Write the main tables of a report as CSV files, safe to open in a spreadsheet.

    Parameters
    ----------
    community : Community
        The community.
    folder : pathlib.Path
        The report's folder; the files go into `tables` in it.
    figures : pandas.DataFrame
        From `watched.measure`.
    headlines : list of Headline, optional
        Those of the first page.
    knobs : dict, optional
        Parameters of the chapters; `window_days` of the funnel counts.

    Returns
    -------
    list of str
        What was written, by path within the report. A table that the data do not allow is left out. No
        table has a row a member.

    Taught in: all
    """
    knobs = knobs or {}
    makers: dict[str, Callable[[], pd.DataFrame]] = {
        "headlines": lambda: pd.DataFrame(
            [(one.label, one.value, one.detail, one.n) for one in headlines or []],
            columns=["figure", "value", "detail", "n"],
        ),
        "figures": lambda: figures,
        "weekly_activity": lambda: activity.panel(community),
        "weekly_growth": lambda: growth.accounting(community),
        "weekly_cohorts": lambda: retention.cohorts(community),
        "segments": lambda: rfm.segments(community),
        "funnel": lambda: _funnel(community, knobs),
    }
    written = []
    for name, make in makers.items():
        try:
            table = make()
        except TableMissing:
            continue
        if len(table):
            written.append(save(table, folder, name))
    return written


def save(table: pd.DataFrame, folder: Path, name: str) -> str:
    """Write one table as `tables/NAME.csv` and return that path.

    Taught in: all
    """
    exports.write_csv(steady(table), folder / FOLDER / f"{name}.csv")
    return f"{FOLDER}/{name}.csv"


def steady(table: pd.DataFrame) -> pd.DataFrame:
    """Round what another order of adding would change, and write days as days.

    Taught in: all
    """
    shown = {}
    for name, values in table.items():
        if pd.api.types.is_float_dtype(values):
            # As objects: a column with a gap would otherwise turn into numbers with a point.
            shown[name] = values.map(lambda value: rounded(float(value)), na_action="ignore")
        elif pd.api.types.is_datetime64_any_dtype(values):
            shown[name] = values.dt.strftime("%Y-%m-%d")
        else:
            shown[name] = values
    return pd.DataFrame(shown)


def _funnel(community: Community, knobs: Mapping[str, Any]) -> pd.DataFrame:
    steps = funnel.available(community, STEPS)
    window = float(knobs.get("window_days") or WINDOW_DAYS)
    return funnel.measure(community, steps, window=window) if len(steps) > 1 else pd.DataFrame()
