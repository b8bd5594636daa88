"""The works that retentioneering answers, with its own functions.

It keeps the log in a pandas frame and asks DuckDB, as the workbook does; what differs is the queries.
"""

from __future__ import annotations

import os
from pathlib import Path

os.environ["RETENTIONEERING_NO_TRACK"] = "1"  # it would report its use to its makers

import pandas as pd
from retentioneering import Eventstream
from works import NO_ACTIVITY, TWO_STEPS, WINDOW, Answer

SCHEMA = {
    "path_cols": ["member_id"],
    "event_col": "event_type",
    "timestamp_col": "occurred_at",
    "event_type": "kind",
}


def read(folder: Path) -> pd.DataFrame:
    """Read the columns that are needed."""
    log = pd.read_parquet(folder / "events.parquet", columns=["member_id", "occurred_at", "event_type"])
    return log[~log["event_type"].isin(NO_ACTIVITY)]


def conversion(folder: Path) -> Answer:
    """Count how many took a second step within a window after their first."""
    log = read(folder)
    first = log[log["event_type"] == TWO_STEPS[0]].groupby("member_id")["occurred_at"].min()
    end = log["occurred_at"].max().normalize()
    late = first.index[first.dt.normalize() > end - pd.Timedelta(days=WINDOW)]
    watched = Eventstream(log[~log["member_id"].isin(late)], SCHEMA)
    row = watched.get_conversion_rate(*TWO_STEPS, within=f"{WINDOW}d").iloc[0]
    return {"funnel": pd.DataFrame({"step": [1, 2], "count": [row["paths_with_start"], row["converted"]]})}


def daily_states(folder: Path) -> Answer:
    """Count who is about, dormant and lost at the end of every day, from one row for each member and day."""
    states = Eventstream(read(folder), SCHEMA).to_daily_states().to_dataframe()
    counts = states.groupby(["occurred_at", "event_type"], observed=True).size().unstack(fill_value=0)
    here = ["new", "current", "reactivated", "resurrected", "at_risk_wau"]
    table = pd.DataFrame({"about": counts[here].sum(axis=1), "dormant": counts["at_risk_mau"]})
    # It stops following a member 30 days after the last event: whoever came and is neither is lost.
    table["lost"] = counts["new"].cumsum() - table["about"] - table["dormant"]
    return {"states": table.rename_axis("day").reset_index()}
