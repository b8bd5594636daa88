"""Write a simulated community into a folder, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from helpers.simulate import tables
from helpers.simulate.data_card import SETTINGS, data_card

if TYPE_CHECKING:
    from helpers.simulate.simulation import Simulation

# Sorted columns shrink to almost nothing when only the steps between rows are kept.
STEPPED = {
    "events": {"occurred_at": "DELTA_BINARY_PACKED", "event_id": "DELTA_BYTE_ARRAY"},
    "orders": {"ordered_at": "DELTA_BINARY_PACKED", "order_id": "DELTA_BYTE_ARRAY"},
    "contents": {"published_at": "DELTA_BINARY_PACKED", "content_id": "DELTA_BYTE_ARRAY"},
    "points": {"at": "DELTA_BINARY_PACKED"},
    "touches": {"at": "DELTA_BINARY_PACKED"},
    "members": {"member_id": "DELTA_BYTE_ARRAY"},
}


def _write_table(blocks: Iterable[pa.Table], path: Path, stepped: dict[str, str]) -> int:
    """Write a table block by block; without a schema of our own, so that any reader sees plain texts."""
    rows, writer = 0, None
    for block in blocks:
        if writer is None:
            writer = pq.ParquetWriter(
                path,
                block.schema,
                compression="zstd",
                compression_level=6,
                use_dictionary=[name for name in block.column_names if name not in stepped],
                column_encoding=stepped or None,
                store_schema=False,
            )
        writer.write_table(block)
        rows += block.num_rows
    if writer is not None:
        writer.close()
    return rows


def _write_all(sim: Simulation, folder: Path) -> None:
    rows = {
        name: _write_table(tables.blocks(sim, name), folder / f"{name}.parquet", STEPPED.get(name, {}))
        for name in tables.NAMES
    }
    (folder / "truth").mkdir()
    for name, frame in sim.truth.items():
        table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
        _write_table([table], folder / "truth" / f"{name}.parquet", {})
    (folder / "community.yml").write_text(SETTINGS, encoding="utf-8", newline="\n")
    (folder / "README.md").write_text(data_card(sim, rows), encoding="utf-8", newline="\n")


def write(sim: Simulation, folder: Path) -> Path:
    """Write the tables, community.yml, the data card and the truth.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.
    folder : pathlib.Path
        Folder to make or, when it holds a simulated community already, to replace.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    FileExistsError
        When the folder holds anything else.

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> with tempfile.TemporaryDirectory() as place:
    ...     made = simulate(Scenario.small()).write(Path(place) / "tiny")
    ...     (made / "events.parquet").exists()
    True

    Taught in: all
    """
    replaced = folder.exists() and any(folder.iterdir())
    if replaced and not (folder / "truth").is_dir():
        raise FileExistsError(
            f"{folder} holds files that are not a simulated community; choose another folder or empty it."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    # A sibling, so that moving it into place is one step on the same disk.
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        fresh.chmod(0o755)
        _write_all(sim, fresh)
        if folder.exists():
            shutil.rmtree(folder)
        fresh.rename(folder)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return folder
