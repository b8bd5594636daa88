"""The committed demo community is what its parameters make, and tells the stories that the course needs."""

from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from helpers.simulate import Scenario, Simulation, demo_scenario, simulate

FOLDER = Path(__file__).parents[2] / "datasets" / "demo"


@pytest.fixture(scope="module")
def demo() -> Simulation:
    return simulate(demo_scenario())


def _same(made: pd.DataFrame, kept: pd.DataFrame) -> None:
    # Whole numbers, ids, texts and dates exactly; floats but for the last digits, which machines differ in.
    assert_frame_equal(made, kept, check_dtype=False, rtol=1e-9, atol=1e-12)


def test_tables_are_what_the_seed_makes(demo: Simulation) -> None:
    assert {path.stem for path in FOLDER.glob("*.parquet")} == set(demo.tables)
    for name, table in demo.tables.items():
        _same(table, pd.read_parquet(FOLDER / f"{name}.parquet"))


def test_truth_is_what_the_seed_makes(demo: Simulation) -> None:
    assert {path.stem for path in (FOLDER / "truth").glob("*.parquet")} == set(demo.truth)
    for name, table in demo.truth.items():
        _same(table, pd.read_parquet(FOLDER / "truth" / f"{name}.parquet"))


def test_settings_and_card_are_up_to_date(demo: Simulation, tmp_path: Path) -> None:
    fresh = demo.write(tmp_path / "demo")
    for name in ("community.yml", "README.md"):
        assert (fresh / name).read_text(encoding="utf-8") == (FOLDER / name).read_text(encoding="utf-8")


def test_size_is_as_promised(demo: Simulation) -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) <= 12e6
    assert (demo.tables["members"]["role"] != "customer").sum() == 8000
    assert 380_000 <= len(demo.tables["events"]) <= 480_000
    assert str(demo.tables["events"]["occurred_at"].max().date()) == "2026-05-31"


def test_every_column_is_described() -> None:
    card = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    for path in [*FOLDER.glob("*.parquet"), *(FOLDER / "truth").glob("*.parquet")]:
        missing = [column for column in pd.read_parquet(path).columns if f"`{column}`" not in card]
        assert not missing or path.stem in ("personas", "sources"), (path.name, missing)


def test_every_parameter_is_described() -> None:
    card = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    assert [field.name for field in fields(Scenario) if f"`{field.name}`" not in card] == []


def _known(demo: Simulation) -> pd.DataFrame:
    people = demo.tables["members"].merge(demo.truth["members"], on="member_id")
    people = people.merge(demo.truth["expectations"], on="member_id")
    return people[(people["joined_at"] >= "2025-06-01") & (people["persona"] != "false_account")]


def test_overall_retention_falls_though_no_channel_gets_worse(demo: Simulation) -> None:
    # Welcome tasks make those stay who got them in autumn; the rest shows what the channels bring.
    plans, drawn = demo.tables["campaigns"], demo.tables["assignments"].query("arm == 'treatment'")
    welcomed = drawn["campaign_id"].isin(plans.loc[plans["kind"] == "onboarding", "campaign_id"])
    people = _known(demo)
    people = people[~people["member_id"].isin(drawn.loc[welcomed, "unit_id"])]
    late = people["joined_at"] >= "2025-12-01"
    overall = people.groupby(late)["week_4"].mean()
    by_source = people.pivot_table(index="source", columns=late, values="week_4")
    mix = people.loc[late, "source"].value_counts(normalize=True)
    assert overall[True] < 0.93 * overall[False]
    assert 0.96 < (by_source[True] * mix).sum() / (by_source[False] * mix).sum() < 1.04
    assert (by_source[True] / by_source[False] > 0.9).all()


def test_advertising_brings_most_members_and_invitation_the_lasting_ones(demo: Simulation) -> None:
    people = _known(demo)
    assert people["source"].value_counts().idxmax() == "ad"
    retention = people.groupby("source")["week_4"].mean()
    assert retention.idxmax() == "invitation" and retention.idxmin() == "ad"
    assert retention["invitation"] > 1.6 * retention["ad"]


def test_coupon_newcomers_buy_at_once_and_little_later(demo: Simulation) -> None:
    orders = (
        demo.tables["orders"].query("status == 'completed'").merge(demo.tables["members"], on="member_id")
    )
    soon = orders["ordered_at"] < orders["joined_at"] + pd.Timedelta(days=7)
    size = demo.tables["members"]["source"].value_counts()
    first = orders[soon].groupby("source")["member_id"].nunique() / size
    spent = orders.groupby("source")["amount"].sum() / size
    assert first.idxmax() == "coupon"
    assert spent["coupon"] < 0.2 * spent["invitation"]


def test_participation_is_near_ninety_nine_one(demo: Simulation) -> None:
    members = demo.tables["members"]
    counted = members.loc[~members["role"].isin(["bot", "staff"]), "member_id"]
    events = demo.tables["events"]
    talk = events[events["event_type"].isin(["comment", "message", "answer"])].groupby("member_id").size()
    talk = talk.reindex(counted).fillna(0).sort_values(ascending=False)
    assert 0.05 < (talk > 0).mean() < 0.2
    assert talk.iloc[: len(talk) // 100].sum() / talk.sum() > 0.35
    assert talk.iloc[: len(talk) // 10].sum() / talk.sum() > 0.9


def test_weekends_are_busier(demo: Simulation) -> None:
    events = demo.tables["events"]
    by_day = events.groupby(events["occurred_at"].dt.day_of_week)["member_id"].size()
    assert by_day.idxmax() in (5, 6) and by_day.idxmin() in (0, 1, 2)


def _arms(demo: Simulation, campaign: str, hit: pd.Series) -> tuple[float, float]:
    """Return the difference of the arms' shares and how many standard errors it is."""
    rows = demo.tables["assignments"].query("campaign_id == @campaign")
    found = rows["unit_id"].isin(hit)
    treated = rows["arm"].isin(["treatment", "b"])
    one, other = found[treated], found[~treated]
    gap = one.mean() - other.mean()
    return gap, gap / (one.var() / len(one) + other.var() / len(other)) ** 0.5


def test_welcome_tasks_and_the_first_headline_show_and_the_second_does_not(demo: Simulation) -> None:
    plan, events = demo.tables["campaigns"], demo.tables["events"]
    campaign = plan.query("kind == 'onboarding'")["campaign_id"].iloc[0]
    joined = demo.tables["assignments"].query("campaign_id == @campaign").set_index("unit_id")["assigned_at"]
    day = (events["occurred_at"].dt.normalize() - events["member_id"].map(joined).dt.normalize()).dt.days
    assert 1000 <= len(joined) <= 1600
    assert _arms(demo, campaign, events.loc[day.between(22, 28), "member_id"])[1] > 2
    clicks = events.query("event_type == 'click'")
    shown = []
    for row in plan.query("kind == 'headline_test'").itertuples():
        clicked = clicks.loc[clicks["content_id"] == row.content_id, "member_id"]
        shown.append(_arms(demo, row.campaign_id, clicked)[1])
    assert shown[0] > 2 > abs(shown[1])


def test_members_come_back_more_but_partly_because_of_who_they_are(demo: Simulation) -> None:
    truth = demo.truth["membership"].iloc[0]
    orders = demo.tables["orders"].query("status == 'completed'").sort_values("ordered_at")
    first = orders.groupby("member_id")["ordered_at"].transform("min").dt.normalize()
    since = (orders["ordered_at"].dt.normalize() - first).dt.days
    again = orders.loc[orders["member_id"].duplicated() & (since <= 90), "member_id"]
    watched = orders.loc[first <= "2026-03-02", "member_id"].unique()
    outside = watched[pd.Series(watched).isin(demo.truth["outsiders"]["member_id"])]
    share_outside = pd.Series(outside).isin(again).mean()
    assert truth["repeat_90_members"] - share_outside > 1.1 * truth["att"] > 0
