"""Learning from a stated sample and scoring all members where they are."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community
from helpers.models import (
    churn,
    churn_evaluation,
    churn_labels,
    churn_leaks,
    lifetime_value,
    personas,
    purchase_histories,
    rfm,
    training_sample,
    trial_units,
    uplift_features,
)
from helpers.present import readings


@pytest.fixture(scope="module")
def demo() -> Community:
    return Community.open("demo")


@pytest.fixture(scope="module")
def whole(demo: Community) -> churn.ChurnModel:
    return churn.train(demo, cuts=3)


@pytest.fixture(scope="module")
def sampled(demo: Community) -> churn.ChurnModel:
    return churn.train(demo, cuts=3, sample=900)


def test_a_community_below_the_limit_is_used_whole(whole: churn.ChurnModel) -> None:
    assert whole.sampling is None and "sampled" not in whole.about and whole.tested_for == 1


def test_the_same_share_is_drawn_from_every_stratum(
    demo: Community, whole: churn.ChurnModel, sampled: churn.ChurnModel
) -> None:
    table = sampled.sampling
    assert table is not None
    for _cut, rows in table.groupby("cut"):
        share = min(900 / rows["members"].sum(), 1)
        assert (abs(rows["n"] - rows["members"] * share) <= 1).all()
    drawn = sampled.rows.groupby(["cut", "churned"]).size()
    assert drawn.equals(table.groupby(["cut", "churned"])["n"].sum().rename(None))
    everybody = whole.rows.groupby(["cut", "churned"]).size()
    assert everybody.equals(table.groupby(["cut", "churned"])["members"].sum().rename(None))
    # Whoever is drawn has the features that she has among all.
    both = sampled.rows.merge(whole.rows, on=["cut", "member_id"], suffixes=("", "_all"))
    assert len(both) == len(sampled.rows)
    assert all(np.array_equal(both[name], both[f"{name}_all"]) for name in [*sampled.columns, "churned"])


def test_members_are_drawn_in_the_order_of_their_digests(demo: Community) -> None:
    cut = demo.as_of - dt.timedelta(days=40)
    table = training_sample.strata(demo, cut, 30, sample=400)
    name = training_sample.draw(demo, cut, 30, table, seed=5)
    drawn = set(demo.query(f"select member_id from {name}")["member_id"])
    span = dt.timedelta(days=30)
    days = demo.query(
        "select member_id, count(*) as days from member_days "
        "where day > cast($first as date) and day <= cast($cut as date) group by member_id",
        first=cut - span,
        cut=cut,
    )
    rows = churn_labels.labels(demo, cut, 30).merge(days, on="member_id")
    rows["activity"] = np.select([rows["days"] < 2, rows["days"] < 4, rows["days"] < 8], [1, 2, 3], default=4)
    rows["digest"] = [
        hashlib.md5(f"5 {cut.isoformat()} {one}".encode()).hexdigest() for one in rows["member_id"]
    ]
    expected: set[str] = set()
    for (churned, activity), group in rows.groupby(["churned", "activity"]):
        at = (table["churned"] == churned) & (table["activity"] == activity)
        expected |= set(group.sort_values("digest")["member_id"].head(int(table.loc[at, "n"].iloc[0])))
    assert drawn == expected


def test_the_table_of_days_counts_all_members(whole: churn.ChurnModel, sampled: churn.ChurnModel) -> None:
    columns = ["cut", "role", "n", "count", "estimate"]
    pd.testing.assert_frame_equal(
        churn.cutoff_table(sampled)[columns], churn.cutoff_table(whole)[columns], check_exact=True
    )
    assert sampled.about["sampled"]["of"] == len(whole.rows)


def test_risks_learnt_from_a_sample_hold_for_all(
    demo: Community, whole: churn.ChurnModel, sampled: churn.ChurnModel
) -> None:
    everybody = whole.tested
    assert sampled.scorer is not None
    risk = sampled.scorer.scores(everybody)[f"{sampled.chosen}_risk"]
    # The sum of the risks against the losses of all members, most of whom were not drawn.
    lost, error = everybody["churned"].sum(), np.sqrt((risk * (1 - risk)).sum())
    known = np.sqrt(len(everybody) ** 2 * 0.25 / 900)  # what 900 members let one know
    assert abs(risk.sum() - lost) < 4 * np.hypot(error, known)


def test_contacts_and_money_are_those_of_all(whole: churn.ChurnModel, sampled: churn.ChurnModel) -> None:
    of_all, of_some = (churn_evaluation.profit(model) for model in (whole, sampled))
    assert of_some["contacts"].max() == pytest.approx(of_all["contacts"].max(), abs=4)
    budget = churn_evaluation.profit(sampled, budget=500)
    assert budget.loc[budget["in_budget"], "contacts"].max() == pytest.approx(500, abs=4)


@pytest.mark.parametrize("kind", ["table", "file"])
def test_scores_written_aside_are_those_of_memory(
    demo: Community, whole: churn.ChurnModel, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpers.community.batches.ROWS", 500)

    def place(name: str) -> str | Path:
        return name if kind == "table" else tmp_path / f"{name}.parquet"

    def written(name: str) -> pd.DataFrame:
        at = place(name)
        rows = pd.read_parquet(at) if isinstance(at, Path) else demo.query(f"select * from {at}")
        return rows.sort_values("member_id", ignore_index=True)

    def same(name: str, frame: pd.DataFrame) -> None:
        frame = frame.sort_values("member_id", ignore_index=True)
        for column in frame.columns:
            one, other = written(name)[column], frame[column]
            if other.dtype == float:
                assert np.array_equal(one.to_numpy(float), other.to_numpy(float), equal_nan=True), column
            else:
                assert one.astype(object).where(one.notna(), None).tolist() == (
                    other.astype(object).where(other.notna(), None).tolist()
                ), column

    risks = churn.score(demo, whole)
    summary = churn.score(demo, whole, to=place("risks"))
    same("risks", risks)
    assert summary["n"].sum() == len(risks)
    assert summary["expected"].sum() == pytest.approx(risks["risk"].sum(), abs=1e-6)
    model = lifetime_value.fit(demo)
    values = lifetime_value.members(demo, model)
    total = lifetime_value.members(demo, model, to=place("values"))
    same("values", values)
    assert total["value"].iloc[0] == pytest.approx(values["value"].sum())
    counted = rfm.assign(demo, to=place("segments"))
    same("segments", rfm.assign(demo))
    assert counted["count"].sum() == len(written("segments"))


@pytest.fixture
def pulled(demo: Community, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note how many rows every question brings to this machine."""
    sizes: list[int] = []
    query = demo.engine.query

    def counted(sql: str, **params: object) -> pd.DataFrame:
        found = query(sql, **params)
        sizes.append(len(found))
        return found

    monkeypatch.setattr(demo.engine, "query", counted)
    return sizes


def test_personas_are_found_on_a_sample_and_hold_for_all(
    demo: Community, pulled: list[int], tmp_path: Path
) -> None:
    found = personas.fit(demo, k=4, sample=1500)
    told = found.attrs["about"]["sampled"]
    assert max(pulled) < 1510 and len(found.members) == told["n"]
    assert told["of"] == demo.engine.value("select count(*) from people")
    counted = personas.assign(demo, found, to=tmp_path / "personas.parquet")
    assert max(pulled) < 1510
    written = pd.read_parquet(tmp_path / "personas.parquet")
    assert len(written) == told["of"] == counted["count"].sum()
    # Whoever was drawn gets the persona again that she had; the others are shared out alike.
    both = found.members.merge(written, on="member_id", suffixes=("", "_there"))
    assert (both["segment"] == both["segment_there"]).all()
    drawn = found.members["segment"].value_counts(normalize=True)
    there = written["segment"].value_counts(normalize=True)
    assert (drawn - there).abs().max() < 0.04
    said = readings.persona_cards(personas.cards(demo, found))
    assert "drawn by lot" in said


def test_a_large_test_is_laid_out_and_learnt_from_in_part(demo: Community, pulled: list[int]) -> None:
    whole = trial_units.units(demo)
    pulled.clear()
    some = trial_units.units(demo, sample=300)
    assert max(pulled) <= 301 and some["member_id"].isin(whole["member_id"]).all()
    # The arms and their sizes are those of all; whoever is there has the same row.
    assert some.attrs["about"]["sizes"] == whole.attrs["about"]["sizes"]
    assert abs(some["chance"].iloc[0] - whole["chance"].iloc[0]) < 0.01
    both = some.drop(columns="chance").merge(whole.drop(columns="chance"))
    assert len(both) == len(some) and "drawn by lot" in readings.drawn_members(some)
    pulled.clear()
    frame, _names = uplift_features.features(demo, some, sample=500)
    assert len(frame) == len(some) and max(pulled) < 510


def test_what_leaks_is_shown_on_the_sample(
    demo: Community, sampled: churn.ChurnModel, pulled: list[int]
) -> None:
    rows = sampled.rows.groupby("cut").size().max()
    shown = churn_leaks.demonstrate(demo, sampled)
    assert len(shown) == 4 and max(pulled) <= rows
    pulled.clear()
    tested = churn_leaks.leak_test(demo, inactivity=sampled.inactivity, members=50, sample=400)
    assert tested.attrs["about"]["sampled"]["n"] <= 410


def test_spending_is_learnt_from_the_same_share_at_every_number_of_purchases(
    demo: Community, pulled: list[int]
) -> None:
    whole, some = purchase_histories.spending(demo), purchase_histories.spending(demo, sample=400)
    assert len(some) <= 405 < len(whole) and some.attrs["sampled"]["of"] == whole["count"].sum()
    share = some["count"].sum() / whole["count"].sum()
    paid = [frame.groupby(frame["paid"].clip(upper=5))["count"].sum() for frame in (some, whole)]
    assert (abs(paid[0] - paid[1] * share) <= 1).all()
    model = lifetime_value.fit(demo, sample=400)
    assert "drawn by lot" in readings.lifetime_parameters(lifetime_value.parameters(model))
