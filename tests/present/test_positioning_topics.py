"""The figures and readings of the positioning topics: with data, with next to none, in both languages."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.community import Community
from helpers.metrics import affinity, consistency, habits, needs, profile
from helpers.models import persona_choice, personas, platform_choice, positioning, rfm, themes
from helpers.present import numbers, plots, readings
from helpers.present.table_layout import Table
from helpers.simulate import Scenario, simulate


def results(community: Community) -> dict[str, pd.DataFrame]:
    found = personas.fit(community, k=3)
    segments = found.members[["member_id", "segment"]]
    criteria = platform_choice.criteria(community, competitors={"wechat": 2, "forum": 1})
    lift = affinity.lift(community, segments=segments)
    return {
        "rfm_segments": rfm.segments(community),
        "rfm_grid": rfm.grid(community),
        "persona_choice": found.choice,
        "persona_traits": personas.traits(found),
        "persona_cards": personas.cards(community, found),
        "member_profile": profile.table(community, segments=segments),
        "active_week": habits.week(community),
        "active_hours": habits.hours(community, segments=segments),
        "purchase_factors": profile.purchase_factors(community),
        "needs_priorities": needs.priorities(community, repeats=50),
        "feedback_channels": needs.feedback_channels(community),
        "brand_map": positioning.brand_map(community, repeats=50),
        "brand_differences": positioning.differences(community, repeats=50),
        "image_ratings": positioning.ratings(community, segments=segments),
        "platform_criteria": criteria,
        "platform_ranks": platform_choice.ranks(criteria, draws=200),
        "platform_audience": platform_choice.audience(community, segments=segments),
        "distinctive_terms": themes.distinctive(themes.comments(community)),
        "topic_affinity": lift,
        "affinity_map": lift,
        "message_consistency": consistency.audit(
            community, terms={"tea": ["tea", "茶"], "cup": ["cup", "杯"]}
        ),
    }


@pytest.fixture(scope="module", params=["en", "zh"])
def shown(request: pytest.FixtureRequest) -> dict[str, pd.DataFrame]:
    simulated = simulate(Scenario(members=500, days=120, mishap=None, survey_answers=0.5))
    end = f"_{request.param}"
    tables = {
        name: frame.rename(columns=lambda column: column.removesuffix(end))
        for name, frame in simulated.tables.items()
    }
    return results(Community.open(tables, language=request.param))


def has_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def test_every_result_is_drawn_and_read_in_its_language(shown):
    for name, result in shown.items():
        chinese = result.attrs["about"]["language"] == "zh"
        picture = getattr(plots, name)(result)
        said = getattr(readings, name)(result)
        alt = str(picture) if isinstance(picture, Table) else picture.alt
        assert has_chinese(said) == chinese or name in ("distinctive_terms", "message_consistency"), name
        assert has_chinese(alt) == chinese or name == "distinctive_terms", name
        assert "nan" not in said.lower() and "{" not in said, name


def test_nothing_at_all_is_said_to_be_too_little(shown):
    for name, result in shown.items():
        empty = result.iloc[:0].copy()
        empty.attrs = {"about": {**result.attrs["about"], "language": "en", "n": 0}}
        assert "too little" in getattr(readings, name)(empty), name
        if name != "persona_cards":
            assert "Too little" in getattr(plots, name)(empty).alt, name


def test_a_community_of_one_is_no_accident():
    event = {
        "member_id": "a", "occurred_at": "2026-01-05 10:00", "event_type": "like", "content_id": "c",
        "platform": "x",
    }  # fmt: skip
    content = {
        "content_id": "c",
        "published_at": "2026-01-01",
        "topic": "tea",
        "platform": "x",
        "title": "tea",
    }
    members = pd.DataFrame([{"member_id": "a", "gender": "f"}])
    one = Community.open(
        {"events": pd.DataFrame([event]), "contents": pd.DataFrame([content]), "members": members}
    )
    found = personas.fit(one)
    criteria = platform_choice.criteria(one)
    lift = affinity.lift(one, segments="gender")
    small = {
        "rfm_segments": rfm.segments(one),
        "rfm_grid": rfm.grid(one),
        "persona_choice": found.choice,
        "persona_traits": personas.traits(found),
        "member_profile": profile.table(one),
        "active_week": habits.week(one),
        "active_hours": habits.hours(one),
        "feedback_channels": needs.feedback_channels(one),
        "platform_criteria": criteria,
        "platform_ranks": platform_choice.ranks(criteria),
        "platform_audience": platform_choice.audience(one),
        "topic_affinity": lift,
        "affinity_map": lift,
        "message_consistency": consistency.audit(one, terms=["tea"]),
    }
    for name, result in small.items():
        assert "too little" in getattr(readings, name)(result), name
        assert "Too little" in getattr(plots, name)(result).alt, name
    assert profile.table(one)["suppressed"].all()


def table(about: dict, **columns: list) -> pd.DataFrame:
    frame = pd.DataFrame(columns)
    frame.attrs["about"] = {"language": "en", "metric": "test", **about}
    return frame


def test_rfm_reading_names_the_segment_that_carries_the_money():
    orders = pd.DataFrame({"member_id": [f"m{i % 20}" for i in range(60)] + ["rich"] * 6})
    orders["order_id"] = [f"o{i}" for i in range(len(orders))]
    orders["ordered_at"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(range(len(orders)), unit="D")
    orders["amount"] = [5.0] * 60 + [500.0] * 6
    segments = rfm.segments(Community.open({"orders": orders}))
    said = readings.rfm_segments(segments)
    share = segments.set_index("segment").loc["champions", "money_share"]
    assert said.startswith("Champions are") and numbers.percent(share) in said


def test_an_unstable_choice_is_called_one():
    choice = table(
        {}, k=[2, 3], n=[100, 100], silhouette=[0.2, 0.1], gap=[0.1, 0.1], gap_error=[0.01, 0.01],
        stability=[0.4, 0.3], low=[0.2, 0.1], high=[0.6, 0.5], jaccard=[0.5, 0.4], smallest=[0.4, 0.3],
        stable=[False, False],
        recommended=[True, False],
    )  # fmt: skip
    assert "No number of personas is stable" in readings.persona_choice(choice)
    assert "No number of personas is stable" in plots.persona_choice(choice).alt
    assert persona_choice.choose(choice[["k"]].to_numpy(dtype=float)).empty


def test_hidden_cells_are_marked_and_counted():
    profiled = table(
        {}, attribute=["gender"] * 3, value=["f", "m", "x"], segment=["all"] * 3, n=[60.0] * 3,
        count=[40.0, float("nan"), float("nan")], estimate=[0.67, float("nan"), float("nan")],
        low=[0.54, float("nan"), float("nan")], high=[0.77, float("nan"), float("nan")],
        suppressed=[False, True, True], small=[False] * 3,
    )  # fmt: skip
    assert "2 cells of the table are hidden" in readings.member_profile(profiled)
    axes = plots.member_profile(profiled).axes[0]
    assert [text.get_text() for text in axes.texts] == ["×", "×"]


def test_recovery_is_drawn_with_its_score():
    found = table(
        {"adjusted_rand": 0.61, "low": 0.58, "high": 0.64, "n": 90}, segment=["A", "A", "B"],
        truth=["lurker", "helper", "helper"], n=[50, 50, 40], count=[45, 5, 40], estimate=[0.9, 0.1, 1.0],
    )  # fmt: skip
    assert "0.61 (0.58–0.64)" in readings.persona_recovery(found)
    assert "0.61 (0.58–0.64)" in plots.persona_recovery(found).alt


def test_one_platform_leaves_no_choice():
    ranks = table({}, platform=["x"], n=[50], score=[0.5], low=[0.4], high=[0.6], rank=[1], p_1=[1.0])
    assert "nothing to choose from" in readings.platform_ranks(ranks)
