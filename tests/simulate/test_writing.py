from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

from helpers.simulate import Scenario, simulate, writing


def test_folder_holds_tables_settings_card_and_truth(tmp_path: Path) -> None:
    result = simulate(Scenario.small(seed=2))
    folder = result.write(tmp_path / "new" / "tea")
    settings = yaml.safe_load((folder / "community.yml").read_text(encoding="utf-8"))
    assert settings["simulated"] is True
    for name, table in settings["tables"].items():
        frame = pd.read_parquet(folder / table["file"])
        assert len(frame) == len(result.tables[name])
        for column in table.get("columns", {}).values():
            assert set(column.values()) <= set(frame.columns)
    assert {path.stem for path in (folder / "truth").iterdir()} == set(result.truth)
    assert "CC0" in (folder / "README.md").read_text(encoding="utf-8")


def test_texts_come_back_as_plain_texts(tmp_path: Path) -> None:
    folder = simulate(Scenario.small(seed=2)).write(tmp_path / "tea")
    assert "DictionaryArray" not in str(pq.read_schema(folder / "events.parquet"))
    assert str(pq.read_schema(folder / "events.parquet").field("member_id").type) == "string"


def test_writing_again_replaces(tmp_path: Path) -> None:
    simulate(Scenario.small(seed=2)).write(tmp_path / "tea")
    folder = simulate(Scenario.small(seed=2, members=100)).write(tmp_path / "tea")
    assert len(pd.read_parquet(folder / "members.parquet")) == 100
    assert [path.name for path in tmp_path.iterdir()] == ["tea"]


def test_foreign_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(FileExistsError, match="another folder"):
        simulate(Scenario.small()).write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_failure_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = simulate(Scenario.small(seed=2)).write(tmp_path / "tea")

    def fail(*_: object) -> str:
        raise OSError("disk full")

    monkeypatch.setattr(writing, "data_card", fail)
    with pytest.raises(OSError, match="disk full"):
        simulate(Scenario.small(seed=3, members=50)).write(folder)
    assert len(pd.read_parquet(folder / "members.parquet")) == 300
    assert [path.name for path in tmp_path.iterdir()] == ["tea"]
