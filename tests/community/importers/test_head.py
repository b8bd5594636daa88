"""A first look at an export reads its beginning only, and drafts what reading all of it would."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.community import mapping
from helpers.community.importers import IMPORTERS, Export
from tests.community.importers.samples import SAMPLES

VISITS = (
    "event_date,event_timestamp,event_name,user_pseudo_id,user_id,page_location,ecommerce.transaction_id,"
    "ecommerce.purchase_revenue"
)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_beginning_drafts_the_same_settings(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    SAMPLES[name](tmp_path)
    whole = mapping.guess(tmp_path).yaml()
    monkeypatch.setattr(mapping, "LOOKED_AT", 2)
    assert mapping.guess(tmp_path).yaml() == whole


def test_a_table_whose_only_row_is_the_last_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"20260301,177233{n:04}000000,page_view,b{n},m{n},https://x.example/,," for n in range(50)]
    rows.append("20260301,1772339999000000,purchase,b1,m1,https://x.example/,T-1,9.00")
    (tmp_path / "visits.csv").write_text("\n".join([VISITS, *rows]) + "\n", encoding="utf-8")
    monkeypatch.setattr(mapping, "LOOKED_AT", 10)
    draft = mapping.guess(tmp_path)
    assert {one.table for one in draft.files} == {"events", "orders"}
    assert not any("beginning" in str(line) for line in draft.lines)  # so all of it was read


def test_what_was_left_out_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    SAMPLES["taobao"](tmp_path)
    monkeypatch.setattr(mapping, "LOOKED_AT", 1)
    said = "\n".join(map(str, mapping.guess(tmp_path).lines))
    assert "feeds orders.\n" in said
    assert "only its beginning was looked at (about 1 row)" in said


@pytest.mark.parametrize("name", SAMPLES)
def test_no_more_records_come_out_than_are_asked_for(name: str, tmp_path: Path) -> None:
    path, importer = SAMPLES[name](tmp_path), IMPORTERS[name.partition(":")[0]]
    whole, head = Export(path), Export(path, 10**6)
    assert list(importer.records(head)) == list(importer.records(whole))
    assert not head.cut


@pytest.mark.parametrize("name", ["discord", "discord:csv", "discourse:posts", "discourse:actions"])
def test_what_a_file_may_feed_is_never_less_than_what_it_feeds(name: str, tmp_path: Path) -> None:
    path, importer = SAMPLES[name](tmp_path), IMPORTERS[name.partition(":")[0]]
    fed = {table for table, _ in importer.records(Export(path))}
    assert importer.may_feed is not None
    assert fed <= set(importer.may_feed(Export(path)))
