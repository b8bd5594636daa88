"""Cascades, recommendation, network and influence in figures and words, in both languages, and of nothing."""

import pandas as pd
import pytest

from helpers.metrics import cascades, ties
from helpers.models import influence, network, recommendation
from helpers.present import numbers, plots, readings

ABOUT = {"title": "Test", "simulated": False, "as_of": "2026-05-31", "language": "en", "currency": "CNY"}
LANGUAGES = ("en", "zh")


def said(frame, language="en", **about):
    frame = frame.copy()
    frame.attrs["about"] = ABOUT | about | {"language": language}
    return frame


def words(picture):
    return " ".join(text.get_text() for text in picture.figure.texts)


SIZES = cascades.sizes(
    pd.DataFrame({"size": [1] * 60 + [2] * 30 + [5] * 9 + [200], "complete": True, "virality": 1.0})
)
REPRODUCTION = pd.DataFrame(
    {
        "format": ["video", "text"],
        "cascades": [50, 60],
        "n": [300, 200],
        "count": [240, 60],
        "estimate": [0.8, 0.3],
        "low": [0.7, 0.2],
        "high": [0.9, 0.4],
        "expected_size": [5.0, 1.43],
        "small": False,
    }
)
TREE = pd.DataFrame(
    {
        "event_id": list("abcde"),
        "parent": [None, "a", "a", "b", "b"],
        "member_id": ["m1", "m2", "m3", "m4", "m5"],
        "depth": [0, 1, 1, 2, 2],
        "hours": [0.0, 1, 2, 3, 30],
        "below": [5, 3, 1, 1, 1],
        "viewed": 1,
    }
)
COMPARED = pd.DataFrame(
    {
        "metric": "recall",
        "method": ["popular", "item"],
        "n": 400,
        "lists": 900,
        "estimate": [0.2, 0.3],
        "low": [0.18, 0.27],
        "high": [0.22, 0.33],
        "difference": [None, 0.1],
        "difference_low": [None, 0.05],
        "difference_high": [None, 0.15],
        "small": False,
    }
).astype({"difference": float, "difference_low": float, "difference_high": float})
EDGES = pd.DataFrame(
    [(a, b, 4, 3) for a in "abcdef" for b in "abcdef" if a != b] + [(o, "a", 1, 1) for o in "ghijklmn"],
    columns=["source", "target", "weight", "days"],
)
RETENTION = pd.DataFrame(
    {
        "tie": ["none", "one_way", "mutual"],
        "n": [900, 80, 60],
        "count": [400, 60, 50],
        "estimate": [0.44, 0.75, 0.83],
        "low": [0.41, 0.64, 0.72],
        "high": [0.48, 0.83, 0.91],
        "small": False,
        "difference": [None, 0.31, 0.39],
        "difference_low": [None, 0.2, 0.27],
        "difference_high": [None, 0.4, 0.47],
        "alike": [None, 0.1, 0.12],
        "alike_low": [None, 0.0, 0.02],
        "alike_high": [None, 0.2, 0.22],
    }
)
SCORED = pd.DataFrame(
    {
        "member_id": [f"m{at}" for at in range(40)],
        "role": ["kol"] + ["member"] * 39,
        "score": [100 - at for at in range(40)],
        "low": [60] * 40,
        "high": [101 - at for at in range(40)],
        "stays": [1 - at / 40 for at in range(40)],
        "audience": range(40),
        "reach": range(40),
    }
)
PARTNERS = pd.DataFrame(
    {
        "member_id": ["all", "dear", "good"],
        "fee": [1500.0, 1000, 500],
        "posts": 3,
        "viewed": 10,
        "clicked": 2,
        "n": [60, 10, 50],
        "young": 0.1,
        "value": [3000.0, 300, 2700],
        "estimate": [2.0, 0.3, 5.4],
        "low": [1.2, 0.1, 3.0],
        "high": [3.0, 0.8, 8.0],
        "cost_per_member": [25.0, 100, 10],
        "payback": [30.0, None, 3],
        "small": False,
    }
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_drawn_in_both_languages(language):
    net = network.build(EDGES)
    pairs = ties.pairs(EDGES)
    curve = pd.DataFrame(
        {"hours": [1, 24, 168], "n": 90, "viewed": 900, "count": [90, 450, 900], "estimate": [0.1, 0.5, 1.0]}
    ).assign(low=lambda t: t["estimate"], high=lambda t: t["estimate"], small=False)
    wanted = pd.Series({f"m{at}": at < 10 for at in range(40)})
    precision = influence.precision(SCORED, wanted, k=10, by=("score", "audience", "reach"))
    pictures = [
        plots.cascade_sizes(said(SIZES, language)),
        plots.cascade_tree(said(TREE, language)),
        plots.reproduction(said(REPRODUCTION, language, by="format")),
        plots.reach_curve(said(curve, language)),
        plots.recommendation_methods(said(COMPARED, language)),
        plots.recommendation_methods(said(COMPARED.assign(activity="1-4"), language)),
        plots.network_core(
            said(network.core_profile(net), language), members=network.centrality(net), edges=EDGES
        ),
        plots.tie_strength(said(ties.strength(pairs).assign(n=50), language)),
        plots.tie_retention(said(RETENTION, language)),
        plots.influence_list(said(SCORED, language, top=20)),
        plots.ranking_precision(said(precision, language)),
        plots.partner_returns(said(PARTNERS, language)),
    ]
    for picture in pictures:
        assert len(picture.png) < 45_000 and picture.alt
        chinese = any("\u4e00" <= sign <= "\u9fff" for sign in picture.alt)
        assert chinese == (language == "zh")


def test_titles_are_findings():
    assert "shares hold" not in words(plots.cascade_sizes(said(SIZES)))
    assert numbers.percent(0.01) in words(plots.cascade_sizes(said(SIZES)))
    assert "through one member alone came 2" in words(plots.cascade_tree(said(TREE)))
    assert "Video is passed on most: 0.80" in words(plots.reproduction(said(REPRODUCTION, by="format")))
    assert "read by the same readers" in words(plots.recommendation_methods(said(COMPARED)))
    partners = plots.partner_returns(said(PARTNERS))
    assert "1 of 2 partners" in words(partners) and numbers.percent(2 / 3) in words(partners)
    assert len(plots.recommendation_methods(said(COMPARED.assign(activity="none"))).axes) == 1


def test_readings_say_what_to_do():
    assert "some posts travel better" in readings.cascade_sizes(said(SIZES))
    assert "The difference is beyond chance" in readings.reproduction(said(REPRODUCTION, by="format"))
    one = REPRODUCTION.drop(columns="format").head(1)
    assert "brings 5.0 shares on average" in readings.reproduction(said(one, by=None))
    assert "feeds itself" in readings.reproduction(said(one.assign(low=1.1, high=1.3)))
    assert "cannot be told" in readings.reproduction(said(one.assign(low=0.9, high=1.3)))
    half = pd.DataFrame(
        {"n": [90], "estimate": 20.0, "low": 18.0, "high": 22.0, "quarter": 9.0, "three_quarters": 30.0}
    )
    assert "30 hours or more" in readings.reach_curve(said(half))
    assert "2 of the 5 shares directly" in readings.cascade_tree(said(TREE))
    assert "a random half" in readings.recommendation_methods(said(COMPARED))
    worse = COMPARED.assign(difference_high=-0.01, difference_low=-0.1)
    assert "popular and new" in readings.recommendation_methods(said(worse))
    assert "know them by name" in readings.network_core(said(network.core_profile(network.build(EDGES))))
    assert "by lot" in readings.tie_retention(said(RETENTION))
    assert "dear was paid" in readings.partner_returns(said(PARTNERS))
    assert "20 of 40" in readings.influence_list(said(SCORED, top=20))


def test_cold_start_and_returned_ties_are_read():
    cold = pd.DataFrame(
        {
            "kind": ["new_post", "new_member", "reachable"],
            "n": 100,
            "count": [50, 5, 45],
            "estimate": [0.5, 0.05, 0.45],
            "low": [0.4, 0.02, 0.35],
            "high": [0.6, 0.1, 0.55],
        }
    )
    assert "each morning" in readings.cold_start(said(cold, days=3))
    assert "a list can know it" in readings.cold_start(said(cold.assign(estimate=0.1), days=3))
    table = network.reciprocity(network.build(EDGES))
    assert "chance alone" in readings.reciprocity(said(table))
    tied = pd.DataFrame({"tie": ["any", "mutual", "strong"], "n": 50, "count": 5, "estimate": 0.1})
    tied = tied.assign(low=0.05, high=0.2)
    assert "have a strong tie" in readings.tie_strength(
        said(ties.strength(ties.pairs(EDGES)).assign(n=40)), tied=tied
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_gives_too_little_and_no_error(language):
    empty = said(pd.DataFrame({"n": [], "estimate": []}), language)
    for name in ("cascade_sizes", "cascade_tree", "reproduction", "reach_curve"):
        assert getattr(readings, name)(empty)
        assert getattr(plots, name)(empty).png
    none = network.build(EDGES.head(0))
    profile = said(network.core_profile(none), language)
    assert plots.network_core(profile, members=network.centrality(none), edges=EDGES.head(0)).png
    assert readings.network_core(profile) and readings.reciprocity(said(network.reciprocity(none), language))
    nobody = said(recommendation.compare(pd.DataFrame()), language)
    assert plots.recommendation_methods(nobody).png and readings.recommendation_methods(nobody)
    strength = said(ties.strength(ties.pairs(EDGES.head(0))), language)
    assert plots.tie_strength(strength).png and readings.tie_strength(strength)
    few = said(RETENTION.assign(small=True), language)
    assert plots.tie_retention(few).png and readings.tie_retention(few)
    assert plots.influence_list(said(SCORED.head(3), language)).png
    assert readings.influence_list(said(SCORED.head(3), language))
    assert plots.partner_returns(said(PARTNERS.head(0), language)).png
    assert readings.partner_returns(said(PARTNERS.head(0), language))
