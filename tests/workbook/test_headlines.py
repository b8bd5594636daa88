"""The summary of a community that is small, short, or gone: fewer figures, never a crash."""

from datetime import timedelta

import pandas as pd
import pytest

from helpers.community import Community
from helpers.workbook.contacts import contact_list
from helpers.workbook.headlines import headlines
from helpers.workbook.summary import _cause, summary, warnings

JOINED = pd.DataFrame({"member_id": list("abc"), "joined_at": "2026-01-05"})


def _events(members, days):
    rows = [(member, day, "post") for member in members for day in days]
    return pd.DataFrame(rows, columns=["member_id", "occurred_at", "event_type"])


def _orders(members, days):
    rows = [(f"{member}-{day}", member, day, 10.0) for member in members for day in days]
    return pd.DataFrame(rows, columns=["order_id", "member_id", "ordered_at", "amount"])


SMALL = {
    "a single member": {"orders": _orders("a", ["2026-03-01"])},
    "a single day": {"events": _events("abc", ["2026-03-01"])},
    "everybody left": {
        "members": JOINED.assign(left_at="2026-02-01"),
        "events": _events("abc", ["2026-01-05", "2026-01-20"]),
    },
    "orders only": {"orders": _orders("abc", ["2026-03-01", "2026-03-20"])},
}


@pytest.mark.parametrize("tables", SMALL.values(), ids=SMALL)
@pytest.mark.parametrize("later", [0, 29])
def test_small_communities_have_a_summary(tables, later, tmp_path):
    for name, frame in tables.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False, encoding="utf-8")
    listed = "".join(f"  {name}: {name}.csv\n" for name in tables)
    (tmp_path / "community.yml").write_text(f"tables:\n{listed}", encoding="utf-8")
    community = Community.open(str(tmp_path))
    as_of = (community.as_of + timedelta(days=later)).isoformat()
    community = Community.open(str(tmp_path), as_of=as_of)
    figures = headlines(community)
    assert all(figure.n > 0 for figure in figures)
    assert isinstance(contact_list(community), pd.DataFrame)
    found = summary(community, tmp_path / "report")
    assert found["headlines"] == figures
    assert found["missing"] == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("no such\nthing"), "ValueError: no such thing"),
        (RuntimeError("cannot open '/home/some one/data/a.csv'"), "RuntimeError: cannot open …"),
        (RuntimeError(r"in C:\Users\me\a.csv, line 3"), "RuntimeError: in …, line 3"),
        (PermissionError(13, "Permission denied", "/srv/x"), "PermissionError: Permission denied"),
        (ValueError("orders/members differ"), "ValueError: orders/members differ"),
    ],
)
def test_causes_name_no_folder(error, said):
    assert _cause(error) == said


def test_chinese_findings_keep_row_example_and_remedy(tmp_path):
    orders = _orders("ab", ["2026-03-01", "no day"])
    orders.to_csv(tmp_path / "orders.csv", index=False, encoding="utf-8")
    (tmp_path / "community.yml").write_text("tables:\n  orders: orders.csv\n", encoding="utf-8")
    community = Community.open(str(tmp_path), language="zh")
    (shown,) = (warning for warning in warnings(community, []) if "orders.csv" in warning)
    assert shown.startswith("orders.csv，ordered_at 列，第 3, 5 行：不是日期")
    assert "no day" not in shown
    assert "形如“aa aaa”" in shown
    assert shown.endswith("请在 community.yml 中设置 tables.orders.dates，或让这些行留在隔离区。")
