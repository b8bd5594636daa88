"""Every format: known for what it is and for nothing else, and no record of it lost, damaged or not."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.community import Community, CommunityError, mapping
from helpers.community.delimited import Torn
from helpers.community.importers import IMPORTERS, Export, recognise
from tests.community.importers.samples import SAMPLES

TEXTS = (".txt", ".log", ".csv", ".tsv", ".json", ".jsonl", ".ndjson")
RECODED = ("GB18030", "UTF-16", "BOM")


def own(name: str) -> str:
    return name.partition(":")[0]


def files_of(path: Path) -> list[Path]:
    return sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]


def claims(path: Path) -> list[str]:
    export = Export(path)
    return [
        importer.name
        for importer in IMPORTERS.values()
        if importer.packed in (None, export.packed) and importer.recognise(export)
    ]


def counted(path: Path, name: str, table: str) -> tuple[int, int]:
    """Count the records of a table and those among them that cannot be used."""
    rows = list(IMPORTERS[name].rows(Export(path), table))
    return len(rows), sum(isinstance(row, Torn) for row in rows)


def opened(folder: Path, formats: dict[str, str]) -> Community:
    """Open a folder in which every file feeds every table that its format has."""
    lines = ["tables:"]
    for table in sorted({table for name in formats.values() for table in IMPORTERS[name].tables}):
        lines.append(f"  {table}:")
        for file, name in formats.items():
            if table in IMPORTERS[name].tables:
                lines.append(f"    - {{file: {file!r}, format: {name}}}")
    (folder / "community.yml").write_text("\n".join(lines), encoding="utf-8")
    return Community.open(folder)


def account_for_every_record(folder: Path, formats: dict[str, str]) -> None:
    account = opened(folder, formats).quality()
    assert (account["rows_in"] == account["used"] + account["set_aside"] + account["excluded"]).all()
    assert account["used"].sum() > 0
    lines = account.set_index(["file", "table"])
    for file, name in formats.items():
        for table in IMPORTERS[name].tables:
            rows, torn = counted(folder / file, name, table)
            line = lines.loc[(file, table)] if rows else {"rows_in": 0, "set_aside": 0}
            assert line["rows_in"] == rows and line["set_aside"] >= torn, (file, table)


def test_every_format_has_a_sample() -> None:
    assert {own(name) for name in SAMPLES} == set(IMPORTERS)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_its_own_format_and_no_other(name: str, tmp_path: Path) -> None:
    path = SAMPLES[name](tmp_path)
    assert claims(path) == [own(name)]
    found = recognise(path)
    assert found is not None and found.name == own(name)
    draft = mapping.guess(tmp_path)
    assert {one.format for one in draft.files} == {own(name)}
    for table, columns in found.tables.items():
        for row in found.rows(Export(path), table):
            if not isinstance(row, Torn):
                assert len(row[1]) == len(columns), table
                assert all(cell is None or isinstance(cell, str) for cell in row[1]), table


def test_no_record_of_a_sample_is_lost(tmp_path: Path) -> None:
    paths = {name: SAMPLES[name](tmp_path) for name in SAMPLES}
    assert len({path.name for path in paths.values()}) == len(SAMPLES), "two samples bear one name"
    account_for_every_record(tmp_path, {path.name: own(name) for name, path in paths.items()})


def _recoded(encoding: str) -> Callable[[bytes], bytes]:
    def written(data: bytes) -> bytes:
        try:
            return data.decode("utf-8-sig").encode(encoding)
        except UnicodeDecodeError:  # a sample that is not UTF-8 by itself
            return data

    return written


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "half cut": lambda data: data[: len(data) // 2 + 1],
    "doubled": lambda data: data + data,
    "GB18030": _recoded("gb18030"),
    "UTF-16": _recoded("utf-16"),
    "BOM": _recoded("utf-8-sig"),
    "empty": lambda data: b"",
}


@pytest.mark.once
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_export_is_read_or_named(damage: str, tmp_path: Path) -> None:
    formats, before = {}, {}
    for name in SAMPLES:
        path = SAMPLES[name](tmp_path)
        if path.suffix == ".zip" and damage not in ("half cut", "empty"):
            continue
        before[path] = {table: counted(path, own(name), table)[0] for table in IMPORTERS[own(name)].tables}
        for file in files_of(path):
            if file.suffix.lower() in TEXTS or file == path:
                file.write_bytes(DAMAGES[damage](file.read_bytes()))
    try:
        said = mapping.guess(tmp_path).said
    except CommunityError as error:
        said = [str(error)]
    for path, counts in before.items():
        found = recognise(path)
        if found is None:
            assert any(path.name in line for line in said), path.name
        else:
            try:
                after = {table: counted(path, found.name, table)[0] for table in found.tables}
            except CommunityError as error:
                assert any(one.name in str(error) for one in files_of(path)), str(error)
                continue
            formats[path.name] = found.name
            assert damage not in RECODED or path.is_dir() or after == counts, path.name
        if damage in RECODED and path.is_file() and path.suffix != ".json":  # JSON is UTF-8 by its own rules
            assert found is not None, path.name
    if formats and damage not in RECODED:  # what is read alike is accounted for alike
        account_for_every_record(tmp_path, formats)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_zip_of_a_folder_is_read_as_the_folder_is(name: str, tmp_path: Path) -> None:
    (tmp_path / "given").mkdir()
    path = SAMPLES[name](tmp_path / "given")
    if path.is_dir():
        packed = tmp_path / "packed.zip"
        with zipfile.ZipFile(packed, "w") as archive:
            for file in files_of(path):
                archive.write(file, file.relative_to(path).as_posix())
        assert claims(packed) == [own(name)]
        for table in IMPORTERS[own(name)].tables:
            assert counted(packed, own(name), table) == counted(path, own(name), table)


def test_chats_of_several_platforms_add_up_and_say_what_that_cannot_tell(tmp_path: Path) -> None:
    for name in ("qq", "telegram", "slack"):
        SAMPLES[name](tmp_path)
    draft = mapping.guess(tmp_path)
    assert {one.format for one in draft.files if one.table == "events"} == {"qq", "telegram", "slack"}
    said = [str(line) for line in draft.said]
    assert any("chats on 3 platforms" in line and "counts once on each" in line for line in said)
    draft.write()
    community = Community.open(tmp_path)
    platforms = community.query("select platform, count(*) as n from events group by platform order by 1")
    assert platforms["platform"].tolist() == ["qq", "slack", "telegram"]
    account = community.quality().query("table == 'events'")
    assert len(account) == 3
    assert (account["rows_in"] == account["used"] + account["set_aside"] + account["excluded"]).all()
