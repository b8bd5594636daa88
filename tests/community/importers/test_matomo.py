"""Visits logs: events, orders and touches from both shapes, whoever wrote the clock in whatever unit."""

from __future__ import annotations

from pathlib import Path

from helpers.community import Community, mapping
from helpers.community.delimited import Torn
from helpers.community.importers import Export, matomo, matomo_words
from helpers.community.importers.importer import Row
from tests.community.importers import samples


def rows(path: Path, table: str) -> list[Row | Torn]:
    return list(matomo.IMPORTER.rows(Export(path), table))


def used(path: Path, table: str, *columns: str) -> list[tuple[str | None, ...]]:
    names = matomo.IMPORTER.tables[table]
    return [
        tuple(row[1][names.index(column)] for column in columns)
        for row in rows(path, table)
        if not isinstance(row, Torn)
    ]


def torn(path: Path, table: str) -> list[tuple[int, str]]:
    return [(row.row, row.reason) for row in rows(path, table) if isinstance(row, Torn)]


def test_events_of_google_analytics(tmp_path: Path) -> None:
    path = samples.ga(tmp_path)
    assert used(path, "events", "member_id", "event_type", "content_id") == [
        ("m1", "view", "https://tea.example/p?id=7"),
        ("m1", "cart", "https://tea.example/p?id=7"),
        ("333.444", "view", "https://tea.example/"),
        ("333.444", "level_up", "https://tea.example/"),
    ]
    assert torn(path, "events") == [(2, "written by the tool, not done by the visitor")]
    assert used(path, "orders", "order_id", "amount") == [("T-1", "120.00"), ("T-1", "-20.00")]
    assert torn(path, "orders") == [(9, "a purchase without a number of its transaction")]
    assert used(path, "touches", "member_id", "channel", "kind") == [("m1", "email", "click")]


def test_visits_of_matomo(tmp_path: Path) -> None:
    path = samples.matomo(tmp_path)
    assert used(path, "events", "member_id", "event_type", "event_id") == [
        ("m1", "view", "91:0"),
        ("c3d4", "view", "92:0"),
        ("c3d4", "play", "92:1"),
        ("m2", "click", "93:0"),
    ]
    assert torn(path, "events") == [(5, "a visit without any action")]
    assert used(path, "orders", "order_id", "amount", "channel") == [("T-9", "55.00", "search")]
    assert used(path, "touches", "channel", "campaign_id") == [("search", None), ("campaign", "spring")]


def test_a_refund_meets_its_order_and_times_are_local(tmp_path: Path) -> None:
    samples.ga(tmp_path)
    draft = mapping.guess(tmp_path)
    assert any("3 of 8 rows have no user id" in line for line in draft.said)
    draft.write()
    community = Community.open(tmp_path)
    order = community.query("select ordered_at, net, is_purchase from orders").iloc[0]
    assert (float(order["net"]), bool(order["is_purchase"])) == (100, True)
    assert str(order["ordered_at"]) == "2026-03-01 10:05:40"


def test_every_record_is_an_event_or_an_order(tmp_path: Path) -> None:
    path = samples.ga(tmp_path)
    assert len(rows(path, "events")) + len(rows(path, "orders")) == 8
    path = samples.matomo(tmp_path)
    assert len(rows(path, "events")) + len(rows(path, "orders")) == 6  # six actions, one visit without any


def test_clocks_in_seconds_and_in_words_are_read(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    text = "client_id,event_name,event_timestamp\na,page_view,1772330707\nb,page_view,2026-03-01 10:05:07\n"
    path.write_text(text, encoding="utf-8")
    assert used(path, "events", "occurred_at") == [("2026-03-01T02:05:07Z",), ("2026-03-01 10:05:07",)]


def test_addresses_keep_what_names_the_page() -> None:
    assert (
        matomo_words.page("https://a.example/p?id=7&gclid=x&utm_source=y#top") == "https://a.example/p?id=7"
    )
    assert matomo_words.page("https://a.example/茶") == "https://a.example/茶"
    assert matomo_words.page("https://[bad?x") == "https://[bad?x"
