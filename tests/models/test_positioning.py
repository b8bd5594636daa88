from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community, TableMissing
from helpers.models import positioning

MEANS = {
    "us": {"craft": 4.4, "price": 2.5, "calm": 3.5},
    "rival_a": {"craft": 3.0, "price": 4.0, "calm": 3.5},
    "rival_b": {"craft": 3.4, "price": 3.0, "calm": 3.4},
}


def opened(surveys: pd.DataFrame) -> Community:
    events = pd.DataFrame({"member_id": ["m0"], "occurred_at": ["2026-03-01 10:00"], "event_type": ["like"]})
    return Community.open({"events": events, "surveys": surveys})


def answers(means: dict[str, dict[str, float]], n: int, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    rows = [
        (f"m{i}", subject, item, float(np.clip(np.rint(random.normal(mean, 0.9)), 1, 5)))
        for subject, items in means.items()
        for item, mean in items.items()
        for i in range(n)
    ]
    frame = pd.DataFrame(rows, columns=["member_id", "subject", "item", "score"])
    return frame.assign(kind="image", answered_at="2026-02-01")


def test_ratings_are_the_means_of_the_last_answers():
    first = answers({"us": {"craft": 2.0}}, 4).assign(score=1.0)
    last = first.assign(score=[2.0, 3.0, 4.0, 5.0], answered_at="2026-02-02")
    table = positioning.ratings(opened(pd.concat([first, last])))
    assert table.loc[0, ["n", "estimate"]].tolist() == [4, 3.5]
    assert table.loc[0, "low"] == pytest.approx(3.5 - 3.182446 * np.std([2, 3, 4, 5], ddof=1) / 2, rel=1e-4)


def test_points_of_difference_and_parity_are_told_apart():
    table = positioning.differences(opened(answers(MEANS, 300)), repeats=300).set_index("item")
    assert table["kind"].to_dict() == {"craft": "difference", "calm": "parity", "price": "behind"}
    assert table.loc["craft", "rival"] == "rival_b"
    # Ratings end at 5, so the true gap is a little under the 1.0 of the means drawn from.
    large = answers(MEANS, 20_000, seed=1).groupby(["subject", "item"])["score"].mean()
    truth = large["us", "craft"] - large["rival_b", "craft"]
    assert table.loc["craft", "low"] < truth < table.loc["craft", "high"]


def test_equal_brands_are_rarely_called_different():
    equal = {brand: dict.fromkeys(("a", "b", "c", "d"), 3.0) for brand in ("us", "rival_a", "rival_b")}
    said = [
        positioning.differences(opened(answers(equal, 80, seed)), repeats=200)["kind"] for seed in range(12)
    ]
    assert sum(kind.ne("parity").any() for kind in said) <= 3


def test_the_map_shows_all_differences_of_three_brands():
    table = positioning.brand_map(opened(answers(MEANS, 200)), repeats=100)
    assert sum(table.attrs["about"]["explained"]) == pytest.approx(1, abs=1e-4)
    brands = table[table["kind"] == "brand"].set_index("name")
    arrows = table[table["kind"] == "attribute"].set_index("name")
    assert brands[["x", "y"]].sum().abs().max() < 1e-9
    # The own brand lies in the direction of what it is praised for, the cheap one towards price.
    side = brands[["x", "y"]].astype(float) @ arrows[["x", "y"]].astype(float).T
    assert side["craft"].idxmax() == "us"
    assert side["price"].idxmax() == "rival_a"
    assert (brands["var_x"] > 0).all()


def test_a_map_of_two_brands_is_empty_and_one_brand_is_refused():
    two = {name: MEANS[name] for name in ("us", "rival_a")}
    assert positioning.brand_map(opened(answers(two, 20)), repeats=10).empty
    with pytest.raises(ValueError, match="one rival"):
        positioning.differences(opened(answers({"us": MEANS["us"]}, 5)))


def test_one_respondent_gives_no_verdict():
    table = positioning.differences(opened(answers(MEANS, 1)), repeats=20)
    assert table["kind"].eq("parity").all()
    assert table["small"].all()


def test_missing_image_surveys_are_told():
    with pytest.raises(TableMissing, match="subject"):
        positioning.ratings(opened(pd.DataFrame({"answered_at": ["2026-02-01"], "score": [3.0]})))
    with pytest.raises(TableMissing, match="image"):
        positioning.brand_map(opened(answers(MEANS, 2).assign(kind="nps")))
