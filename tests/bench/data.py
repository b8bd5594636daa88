"""Make the logs that the benchmark runs on: simulated communities of one year, 10^4 to 10^8 events.

Usage: ``python tests/bench/data.py 1e6 1e7 1e8``. A log up to 10^7 events is one community. A larger one is
made of communities of 10^7 with other seeds and other ids in the same year, brought into one order of time
month by month, so that it never stands in memory. Rows lie in order of time and events are numbered in that
order, as a platform writes its log.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
OUT = ROOT / "build" / "bench"

LARGEST = 10_000_000  # events of one community
TIES = 1_000_000  # events up to which ties are drawn as well
PER_MEMBER = 58  # events of a member, about
SEED = 8
KEPT = {
    "events": ["event_id", "member_id", "occurred_at", "event_type", "content_id", "group_id", "platform"]
    + ["parent_event_id", "reply_to"],
    "orders": ["order_id", "member_id", "ordered_at", "amount", "status", "refunded"],
}
WHEN = {"events": "occurred_at", "orders": "ordered_at"}
EVENT_IDS = ("event_id", "parent_event_id", "reply_to")
IDS = ("event_id", "member_id", "content_id", "group_id", "parent_event_id", "reply_to", "order_id")
ROW_GROUP = 1_000_000
STRIDE = 2 * LARGEST  # more than the events of one community


def community(events: int, seed: int, folder: Path, mark: str = "") -> None:
    """Simulate one community and write its log and its orders; `mark` goes before every id."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from helpers.simulate import Scenario, simulate
    from helpers.simulate.tables import blocks

    made = simulate(Scenario(members=max(events // PER_MEMBER, 100), seed=seed, texts=False))
    for table, columns in KEPT.items():
        writer = None
        for block in blocks(made, table):
            block = plain(block.select(columns))
            for at, name in enumerate(columns):
                if mark and name in IDS:
                    block = block.set_column(at, name, pc.binary_join_element_wise(mark, block[name], ""))
            writer = writer or pq.ParquetWriter(folder / f"{table}.parquet", block.schema, compression="zstd")
            writer.write_table(block, row_group_size=ROW_GROUP)
        if writer:
            writer.close()


def plain(rows: pa.Table) -> pa.Table:
    """Turn dictionaries into plain text, as exports hold it: pandas would make categories of them."""
    types = [pa.string() if pa.types.is_dictionary(field.type) else field.type for field in rows.schema]
    return rows.cast(pa.schema(list(zip(rows.column_names, types, strict=True))))


def merge(parts: list[Path], table: str, folder: Path) -> None:
    """Bring the rows of several communities into one order of time, a month at a time."""
    when, writer = WHEN[table], None
    times = [pq.read_table(part / f"{table}.parquet", columns=[when])[when] for part in parts]
    first, last = min(pc.min(one).as_py() for one in times), max(pc.max(one).as_py() for one in times)
    del times
    numbers = np.zeros(len(parts) * STRIDE if table == "events" else 0, dtype="int32")
    for month in pd.period_range(first, last, freq="M"):
        within = [(when, ">=", month.start_time), (when, "<", (month + 1).start_time)]
        found = [plain(pq.read_table(part / f"{table}.parquet", filters=within)) for part in parts]
        rows = pa.concat_tables(found)
        rows = rows.take(np.argsort(rows[when].to_numpy().astype("int64"), kind="stable"))
        if table == "events":
            rows = numbered(rows, numbers)
        writer = writer or pq.ParquetWriter(folder / f"{table}.parquet", rows.schema, compression="zstd")
        writer.write_table(rows, row_group_size=ROW_GROUP)
    if writer:
        writer.close()


def numbered(rows: pa.Table, numbers: np.ndarray) -> pa.Table:
    """Number events on in their order, for which `numbers` keeps what each was called in its community."""

    def places(ids: pa.ChunkedArray) -> np.ndarray:
        marks = pc.utf8_slice_codeunits(ids, 0, 1).dictionary_encode().combine_chunks()
        starts = np.array([ord(mark) - ord("a") for mark in marks.dictionary.to_pylist()]) * STRIDE
        within = pc.cast(pc.utf8_slice_codeunits(ids, 2), pa.int64()).to_numpy()
        return starts[marks.indices.to_numpy()] + within

    numbers[places(rows["event_id"])] = numbers.max() + 1 + np.arange(len(rows))
    for name in EVENT_IDS:
        known = rows[name].drop_null()
        if len(known) == 0:
            continue
        said = pc.cast(pa.array(numbers[places(known)]), pa.string())
        said = pc.binary_join_element_wise("e", pc.utf8_lpad(said, 9, "0"), "")
        column = pc.replace_with_mask(
            rows[name].combine_chunks(), rows[name].combine_chunks().is_valid(), said
        )
        rows = rows.set_column(rows.column_names.index(name), name, column)
    return rows


def ties(events: int, folder: Path) -> None:
    """Draw who turned to whom, as many ties as events, a few members far more often than the rest."""
    rng, members = np.random.default_rng(3), max(events // 10, 10)
    ends = [(members * rng.random(int(events * 1.05)) ** 3).astype(int) for _end in range(2)]
    drawn = pd.DataFrame(dict(zip(("source", "target"), ends, strict=True)))
    drawn = drawn[drawn["source"] != drawn["target"]].head(events).astype(str)
    weighed = drawn.value_counts().rename("weight").reset_index()
    weighed.to_parquet(folder / "ties.parquet", index=False)


def alone(call: str) -> None:
    """Run a call of this module in a process of its own, so that its memory is given back."""
    code = f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(HERE)!r}]; import data; data.{call}"
    subprocess.run([sys.executable, "-c", code], check=True)


def make(events: int, out: Path = OUT) -> Path:
    """Make the log of about that many events once, and return its folder."""
    folder = out / f"log-{events}"
    if (folder / "log.json").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    count = max(round(events / LARGEST), 1)
    if count == 1:
        alone(f"community({events}, {SEED}, data.Path({str(folder)!r}))")
        if events <= TIES:
            alone(f"ties({events}, data.Path({str(folder)!r}))")
    else:
        parts = [folder / f"part-{number}" for number in range(count)]
        for number, part in enumerate(parts):
            if not (part / "done").exists():
                part.mkdir(exist_ok=True)
                mark = chr(ord("a") + number)
                alone(f"community({LARGEST}, {SEED + number}, data.Path({str(part)!r}), {mark!r})")
                (part / "done").touch()
        for table in KEPT:
            listed = "[" + ", ".join(f"data.Path({str(part)!r})" for part in parts) + "]"
            alone(f"merge({listed}, {table!r}, data.Path({str(folder)!r}))")
        for part in parts:
            shutil.rmtree(part)
    rows = {table: pq.ParquetFile(folder / f"{table}.parquet").metadata.num_rows for table in KEPT}
    settings = "name: bench\nprivacy: {pseudonyms: false}\ntables:\n  events: {file: events.parquet}\n"
    (folder / "community.yml").write_text(settings, encoding="utf-8")
    (folder / "log.json").write_text(json.dumps(rows), encoding="utf-8")
    return folder


if __name__ == "__main__":
    for size in sys.argv[1:]:
        print(make(int(float(size))))
