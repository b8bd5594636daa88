"""The works of the benchmark with the workbook's own functions, as a notebook calls them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from works import CUT, DISCOUNT, INACTIVITY, MONTHS, QUIET, STEPS, TWO_STEPS, WINDOW, Answer

from helpers.community import Community
from helpers.metrics import (
    activity,
    cascades,
    funnel,
    growth,
    lifecycle,
    participation,
    response,
    retention,
    survival,
)
from helpers.models import churn_features, lifetime_value, rfm
from helpers.models import network as model

PARTS: dict[str, float] = {}  # seconds and processor seconds of opening, measured on the way


@contextmanager
def timed(part: str) -> Iterator[None]:
    """Keep what a part of the work took."""
    started = time.perf_counter(), time.process_time()
    yield
    PARTS[part] = time.perf_counter() - started[0]
    PARTS[f"{part}_cpu"] = time.process_time() - started[1]


def opened(folder: Path, *tables: str, **more: Any) -> Community:
    """Open the tables of a log."""
    settings = {
        "name": "bench",
        "privacy": {"pseudonyms": False},
        "tables": {table: {"file": f"{table}.parquet"} for table in tables},
    }
    with timed("opening"):
        return Community.open(folder, settings=settings, **more)


def metric_set(folder: Path) -> Answer:
    """Compute the metric set of chapter 06."""
    community = opened(folder, "events")
    contributions = participation.distribution(community)
    return {
        "rolling": activity.rolling(community),
        "panel": activity.panel(community),
        "stickiness": activity.stickiness(community),
        "day_n": retention.day_n(community),
        "weekly cohorts": retention.cohorts(community, by="week"),
        "monthly cohorts": retention.cohorts(community, by="month"),
        "survival": survival.kaplan_meier(survival.time_to_churn(community)),
        "growth": growth.accounting(community),
        "lifecycle": lifecycle.states(community),
        "transitions": lifecycle.transitions(community),
        "participation": contributions,
        "gini": participation.gini(contributions),
        "split": participation.split(contributions),
    }


def funnel_in_time(folder: Path) -> Answer:
    """Follow each member's first start through the steps within a window."""
    return {"funnel": funnel.measure(opened(folder, "events"), STEPS, window=WINDOW)}


def conversion(folder: Path) -> Answer:
    """Count how many took a second step within a window after their first."""
    return {"funnel": funnel.measure(opened(folder, "events"), TWO_STEPS, window=WINDOW)}


def daily_states(folder: Path) -> Answer:
    """Count who is about, dormant and lost at the end of every day."""
    states = lifecycle.states(
        opened(folder, "events"), every="day", dormant_after=QUIET[0], lost_after=QUIET[1]
    )
    wide = (
        states.pivot(index="period", columns="state", values="count").rename_axis(index="day").reset_index()
    )
    wide["about"] = wide["new"] + wide["active"] + wide["returning"]
    return {"states": wide}


def churn(folder: Path) -> Answer:
    """Compute every member's churn features on a day."""
    community = opened(folder, "events", "orders")
    return {"features": churn_features.features(community, pd.Timestamp(CUT).date(), inactivity=INACTIVITY)}


def segments(folder: Path) -> Answer:
    """Score every buyer by recency, frequency and money and name the segment."""
    return {"segments": rfm.assign(opened(folder, "orders"))}


def value(folder: Path) -> Answer:
    """Fit both models of lifetime value and value every buyer."""
    community = opened(folder, "orders")
    with timed("fit"):
        model = lifetime_value.fit(community)
    assert model.purchases is not None and model.spend is not None
    buyers = lifetime_value.members(community, model, months=MONTHS, discount=DISCOUNT, margin=1.0)
    sums = buyers[["p_alive", "purchases", "spend", "value"]].sum()
    fitted = {name: getattr(model.purchases, name) for name in ("r", "alpha", "a", "b")}
    fitted |= {name: getattr(model.spend, name) for name in ("p", "q", "gamma")}
    return {"models": pd.DataFrame([fitted]), "totals": pd.DataFrame([dict(sums) | {"buyers": len(buyers)}])}


def spread(folder: Path) -> Answer:
    """Measure every cascade and the reproduction number."""
    community = opened(folder, "events")
    measured = cascades.measure(community)
    return {
        "cascades": measured,
        "sizes": cascades.sizes(measured),
        "reproduction": cascades.reproduction(community),
    }


def replies(folder: Path) -> Answer:
    """Time the first reply to every message."""
    community = opened(folder, "events")
    waits = response.waits(community, what="messages")
    return {
        "curve": response.curve(waits),
        "answered": response.answered(community, what="messages"),
    }


def network(folder: Path) -> Answer:
    """Give PageRank, core numbers and reciprocity of who turned to whom."""
    ties = pd.read_parquet(folder / "ties.parquet")
    PARTS.update(opening=0.0, opening_cpu=0.0)
    net = model.build(ties)
    members = pd.DataFrame(
        {"member_id": net.members, "core": model.cores(net), "pagerank": model.pagerank(net)}
    )
    share = model.reciprocity(net, repeats=0)["estimate"].iloc[0]
    return {"members": members, "ties": pd.DataFrame([{"reciprocity": share}])}
