"""Figures and readings of churn, lifetime value and the contact list, in both languages."""

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community
from helpers.models import (
    actions,
    churn,
    churn_evaluation,
    churn_labels,
    churn_leaks,
    lifetime_checks,
    lifetime_value,
)
from helpers.present import features, plots, readings
from helpers.present.language import translator


def tables(members, seed=4, days=260):
    rng = np.random.default_rng(seed)
    rows = []
    for k in range(members):
        start, rate = rng.integers(0, days - 20), min(0.05 + rng.gamma(1.2, 0.25), 0.9)
        life = min(rng.geometric(rng.beta(1.2, 60)), days - start)
        rows += [(f"m{k:04d}", day + start) for day in np.flatnonzero(rng.random(life) < rate)]
    events = pd.DataFrame(rows, columns=["member_id", "day"])
    events["occurred_at"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(events["day"], unit="D")
    events["event_type"] = rng.choice(["view", "like", "comment"], len(events))
    orders = events.iloc[::4][["member_id", "occurred_at"]].rename(columns={"occurred_at": "ordered_at"})
    orders = orders.assign(
        order_id=np.arange(len(orders)).astype(str), amount=rng.gamma(4, 20, len(orders)).round(2)
    )
    listed = pd.DataFrame({"member_id": sorted(set(events["member_id"]))})
    listed["source"] = ["offline" if k % 3 else "search" for k in range(len(listed))]
    listed["joined_at"] = "2026-01-01"
    return {"events": events.drop(columns="day"), "orders": orders, "members": listed}


def results_of(community, inactivity):
    model = churn.train(community, inactivity=inactivity)
    lifetime = lifetime_value.fit(community)
    segments = community.query("select member_id, 'loyal' as segment from people order by member_id")
    plan = actions.candidates(
        community,
        segments=segments,
        risk=churn.score(community, model),
        value=lifetime_value.members(community, lifetime),
    )
    contacts = actions.contact_list(plan, budget=60)
    return {
        "return_curve": churn_labels.return_curve(community),
        "churn_cutoffs": churn.cutoff_table(model),
        "churn_performance": churn_evaluation.performance(model),
        "churn_calibration": churn_evaluation.calibration(model),
        "churn_gains": churn_evaluation.gains(model),
        "churn_profit": churn_evaluation.profit(model, budget=50),
        "churn_importance": churn_evaluation.importance(model, repeats=2),
        "churn_odds": churn_evaluation.odds(model),
        "leak_test": churn_leaks.leak_test(community, inactivity=inactivity),
        "leak_demonstration": churn_leaks.demonstrate(community, model),
        "lifetime_parameters": lifetime_value.parameters(lifetime),
        "purchase_tracking": lifetime_checks.tracking(community),
        "purchase_frequency": lifetime_checks.frequency_fit(community, lifetime),
        "alive_map": lifetime_checks.alive_grid(lifetime),
        "value_by_segment": lifetime_value.by_segment(community, lifetime),
        "contact_list": contacts,
        "contact_summary": actions.summary(contacts),
    }


@pytest.fixture(scope="module")
def results():
    return results_of(Community.open(tables(400), as_of="2026-09-15"), 30)


@pytest.fixture(scope="module")
def nothing():
    given = {name: frame.head(3) for name, frame in tables(40).items()}
    return results_of(Community.open(given), 30)


def spoken(result, language):
    result = result.copy()
    result.attrs["about"] = result.attrs["about"] | {"language": language}
    return result


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_result_has_a_reading_without_open_placeholders(results, language):
    for name, result in results.items():
        said = getattr(readings, name)(spoken(result, language))
        assert len(said) > 20, name
        assert "{" not in said and "nan" not in said, said
        assert language == "en" or any("一" <= sign <= "鿿" for sign in said), said


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_figure_is_drawn_with_a_title_and_alt_text(results, language):
    for name, result in results.items():
        if hasattr(plots, name):
            picture = getattr(plots, name)(spoken(result, language))
            assert picture.png.startswith(b"\x89PNG"), name
            assert picture.figure.texts[0].get_text().split()[0] in picture.alt, name


@pytest.mark.parametrize("language", ["en", "zh"])
def test_too_little_data_is_said_and_drawn(nothing, language):
    for name, result in nothing.items():
        said = getattr(readings, name)(spoken(result, language))
        assert said and "{" not in said and "nan" not in said, name
        if hasattr(plots, name):
            assert getattr(plots, name)(spoken(result, language)).png.startswith(b"\x89PNG"), name


def test_contact_words_explain_each_row(results):
    words = readings.contact_words(results["contact_list"])
    assert len(words) == len(results["contact_list"])
    assert (words["reason"].str.len() > 0).all()
    assert set(words["arm"]) <= {"contact", "control: do not contact"}
    chinese = readings.contact_words(spoken(results["contact_list"], "zh"))
    assert "联系" in set(chinese["arm"])


def test_a_gain_that_may_be_chance_sends_the_reader_back_to_recency():
    frame = pd.DataFrame(
        {
            "model": ["recency", "logistic"],
            "n": 200,
            "count": 60,
            "estimate": [0.7, 0.71],
            "low": [0.62, 0.63],
            "high": [0.77, 0.78],
            "gain": [0.0, 0.01],
            "gain_low": [0.0, -0.02],
            "gain_high": [0.0, 0.04],
            "chosen": [False, True],
        }
    )
    frame.attrs["about"] = {"language": "en"}
    assert "may be chance" in readings.churn_performance(frame)
    assert "No model is clearly better" in plots.churn_performance(frame).alt


def test_a_planted_leak_is_named():
    frame = pd.DataFrame(
        {"feature": ["recency", "crm"], "n": 90, "leaks": [False, True], "suspicious": [False, True]}
    )
    frame.attrs["about"] = {"language": "en"}
    said = readings.leak_test(frame)
    assert said.startswith("crm change when rows are added")
    assert "crm alone order members almost perfectly" in said
    frame.attrs["about"]["sampled"] = {"n": 90, "of": 4000}
    assert "90 of 4,000" in readings.leak_test(frame)


def test_everybody_lost_is_blamed_on_the_community():
    frame = pd.DataFrame(columns=["model"])
    frame.attrs["about"] = {"language": "en", "problem": "everybody_lost", "n": 80, "lost": 80}
    assert "80 of 80" in readings.churn_performance(frame)


def test_overlapping_values_move_no_money():
    frame = pd.DataFrame(
        {"segment": ["kol", "ad"], "n": [100, 90], "members": [200, 200], "small": False,
         "estimate": [50.0, 45.0], "low": [40.0, 35.0], "high": [60.0, 55.0]}
    )  # fmt: skip
    frame.attrs["about"] = {"language": "en", "months": 12, "currency": "CNY"}
    assert "do not move money" in readings.value_by_segment(frame)
    frame["high"] = [60.0, 39.0]
    assert "Pay at most this much" in readings.value_by_segment(frame)


def test_an_unknown_risk_is_not_called_low():
    row = {"state": "active", "action": "invite_to_co_create", "risk": float("nan")}
    assert features.why(translator("en"), {}, row) == "comes and buys often"
    assert features.why(translator("en"), {}, row | {"risk": 0.1}) == "comes and buys often, low risk"
    assert features.why(translator("zh"), {}, row) == "常来常买"
