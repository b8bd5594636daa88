"""Whatever the rows hold, rows in are rows used, set aside or excluded, and the views hold the used ones."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, DataError

cells = st.fixed_dictionaries(
    {
        "order_id": st.sampled_from(["1", "2", "3", "4", "", "1.2E+12", "17.0"]),
        "member_id": st.sampled_from(["a", "b", "bot", "", "NULL"]),
        "ordered_at": st.sampled_from(
            [
                "2026-03-01",
                "2026-03-02 10:00",
                "2026/3/5",
                "2026-02-30",
                "soon",
                "",
                "2999-01-01",
                "05/03/2026",
            ]
        ),
        "amount": st.sampled_from(["1", "-1", "0", "1,299.00", "x", "", "￥５"]),
        "status": st.sampled_from(["paid", "已退款", "交易关闭", ""]),
    }
)
torn = st.sampled_from(
    ["1,a", "1,a,b,c,d,e,f", '"open,a,2026-03-01,1,paid', 'a "quote" inside,a,2026-03-01,1,paid']
)


@given(rows=st.lists(cells, min_size=1, max_size=12), broken=st.lists(torn, max_size=2), line=st.booleans())
@settings(max_examples=40, deadline=None)
def test_no_row_is_lost(rows: list[dict[str, str]], broken: list[str], line: bool) -> None:
    frame = pd.DataFrame(rows)
    text = frame.to_csv(index=False, lineterminator="\n")
    lines = text.splitlines()
    lines[2:2] = broken
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "o.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (folder / "m.csv").write_text("member_id,role\na,member\nbot,bot\n", encoding="utf-8")
        orders = {"file": "o.csv", "grain": "line" if line else "order"}
        given_settings = {
            "privacy": {"pseudonyms": False},
            "tables": {"orders": orders, "members": {"file": "m.csv"}},
        }
        try:
            community = Community.open(folder, settings=given_settings)
        except DataError as error:
            assert "usable row" in str(error) or "Most rows" in str(error)
            return
    account = community.quality().set_index("table")
    assert (account["rows_in"] == account["used"] + account["set_aside"] + account["excluded"]).all()
    assert account.loc["orders", "rows_in"] == len(lines) - 1
    assert account.loc["orders", "set_aside"] == len(community.quarantine("orders"))
    ids = community.frame("orders")["order_id"]
    assert ids.is_unique
    assert len(ids) <= account.loc["orders", "used"]
    assert not set(community.frame("orders")["member_id"]) & {"bot", "", "NULL"}


@given(
    rows=st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 9)), min_size=1, max_size=30),
    last=st.integers(1, 9),
)
@settings(max_examples=30, deadline=None)
def test_used_rows_are_the_rows_of_the_view(rows: list[tuple[str, int]], last: int) -> None:
    frame = pd.DataFrame(
        {
            "member_id": [who for who, _ in rows],
            "occurred_at": [f"2026-03-0{day}" for _, day in rows],
            "event_type": "like",
        }
    )
    first = min(day for _, day in rows)
    community = Community.open(
        {"events": frame}, as_of=f"2026-03-0{max(first, last)}", settings={"exclude": {"members": ["nobody"]}}
    )
    account = community.quality().iloc[0]
    assert (
        account["used"] == len(community.frame("events")) == sum(day <= max(first, last) for _, day in rows)
    )
    assert account["rows_in"] == len(rows)
