"""The ninety-day plan: written from any tables, in both languages, edits kept, foreign text harmless."""

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community
from helpers.present import plots, readings
from helpers.workbook import plan

NASTY = "<script>alert(1)</script> | [x](http://y) *z* $1 $"


def tables(members=40):
    day = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(120), unit="D")
    events = pd.DataFrame({"occurred_at": np.repeat(day, members), "event_type": "view"})
    events["member_id"] = np.tile([f"m{at}" for at in range(members)], 120)
    events.loc[events.index % members < 10, "event_type"] = "message"
    orders = events.iloc[::29].rename(columns={"occurred_at": "ordered_at"}).drop(columns="event_type")
    orders = orders.assign(order_id=np.arange(len(orders)).astype(str), amount=20.0)
    return {"events": events, "orders": orders}


def composed(names=("events", "orders"), language="en", more=None, **options):
    found = {name: frame for name, frame in tables().items() if name in names}
    settings = {"title": NASTY}
    return plan.compose(Community.open(found | (more or {}), language=language, settings=settings), **options)


@pytest.mark.parametrize("names", [("events",), ("orders",), ("events", "orders")])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_part_stands_in_every_plan(names, language):
    made = composed(names, language)
    assert made.text.count("\n## ") == 7
    assert made.text.count("\n### ") == 3
    assert "2026-07-29" in made.text
    assert "{" not in made.text.replace("\\{", "")
    assert "None" not in made.text.replace("None of", "")
    assert "nan" not in made.text


def test_text_from_the_data_is_escaped():
    costs = pd.DataFrame({"at": ["2026-04-01"], "channel": "ad", "kind": [NASTY], "amount": [100]})
    made = composed(more={"costs": costs})
    assert "<script>" not in made.text
    page = made.html()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert 'href="http://y"' not in page
    assert "100" in made.text


def test_the_page_stands_alone_and_shows_the_tables():
    page = composed(budget=5000).html()
    assert "<table>" in page and "☐" in page
    assert "http://" not in page.replace("http://y", "").replace("http://www.w3.org", "")
    assert "5,000" in page


def test_what_was_edited_is_kept(tmp_path):
    made = composed()
    assert made.write(tmp_path) == ["plan.md", "plan.html"]
    assert made.write(tmp_path) == ["plan.md", "plan.html"]
    other = composed(hours=7)
    assert other.write(tmp_path) == ["plan.md", "plan.html"]
    kept = tmp_path / "plan.md"
    kept.write_text(kept.read_text(encoding="utf-8").replace("……", "Ann", 1), encoding="utf-8")
    assert made.write(tmp_path) == ["plan.new.md", "plan.html"]
    assert "Ann" in kept.read_text(encoding="utf-8")


def test_goals_are_drawn_and_read():
    goals = composed().goals
    assert plots.quarter_goals(goals).axes
    assert "Goal 1" in readings.quarter_goals(goals)
    assert plots.quarter_goals(goals.head(0)).axes
    assert readings.quarter_goals(goals.head(0))
