"""One moment of a community, kept so that other processes open it without reading a file or asking anybody.

The notebooks of a report run in processes of their own. All of them must show the same rows, those of the
moment at which the report began, and none of them should read the files again. So whoever opened the
community writes down what came of it: the engine's tables, the views over them, and what was said.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.community import delimited, reading
from helpers.community.checks import Checked
from helpers.community.contract import TABLES
from helpers.community.delimited import Torn
from helpers.community.engine import identifier, literal
from helpers.community.errors import DataError
from helpers.community.outsiders import Outsiders
from helpers.community.raw import Raw
from helpers.community.rules import Part
from helpers.community.sentences import from_plain, to_plain
from helpers.community.sentences import mark as _
from helpers.community.settings import Settings, TableSource

if TYPE_CHECKING:
    from helpers.community.door import Door
    from helpers.community.opening import Community

VARIABLE = "COMMUNITY_STORE"
ABOUT, ROWS = "moment.json", "moment.duckdb"
READ = ("raw_", "staged_", "seen_", "dropped_", "quarantine_")  # what is there before a day is chosen


@contextmanager
def shared(community: Community) -> Iterator[Path]:
    """Keep a community in a folder of its own as long as others open it from there.

    Parameters
    ----------
    community : Community
        The community; it must not be closed within.

    Yields
    ------
    pathlib.Path
        The folder, which its owner alone may read; other processes find it by ``COMMUNITY_STORE``.

    Taught in: all
    """
    with tempfile.TemporaryDirectory(prefix="community-", ignore_cleanup_errors=True) as folder:
        if community.engine.kind == "duckdb":  # a cluster is asked by every notebook itself
            keep(community, Path(folder))
        yield Path(folder)


def keep(community: Community, folder: Path) -> None:
    """Write an opened community into a folder, from which other processes may open it.

    Parameters
    ----------
    community : Community
        The community; its ``member_days`` and ``people`` are built, so that nobody builds them again.
    folder : pathlib.Path
        A folder that only its owner may read: it will hold people's data.

    Notes
    -----
    Rows that the engine left in files of its own stay there, so the community must not be closed before the
    others are done. A Parquet file that is read where it lies is copied, lest it change meanwhile.

    Raises
    ------
    DataError
        When such a file has changed since it was opened.
    """
    community.member_days()
    community.people()
    engine, door, settings = community.engine, community.door, community.settings
    copies = _copies(community, folder)
    engine.run(f"attach {literal(str(folder / ROWS))} as moment")
    names = [name for (name,) in engine.rows(_TABLES)]
    for name in names:
        engine.run(f"create table moment.{identifier(name)} as select * from memory.main.{identifier(name)}")
    engine.run("detach moment")
    views = [[name, _of_copies(sql, copies)] for name, sql in engine.rows(_VIEWS)]
    sources = [source for given in settings.tables.values() for source in given]
    plain = asdict(replace(settings, tables={}))
    about = {
        "source": str(settings.folder and settings.folder.resolve()),
        "settings": plain | {"folder": str(settings.folder), "as_of": _day(settings.as_of)},
        "bilingual": any(one.by_language for source in sources for one in source.columns.values()),
        "language": community.language,
        "tables": [_of_table(one) for one in door.tables.values()],
        "heard": to_plain(door.heard),
        "relations": {"tables": names, "views": views},
        "asked": _day(door.asked),
        "first_day": community.first_day.isoformat(),
        "as_of": community.as_of.isoformat(),
        "active_from": community.active_from.isoformat(),
        "outsiders": asdict(door.outsiders),
        "said": to_plain(door.said),
        "account": door.account,
        "event_types": community.event_types(),
    }
    unfinished = folder / f"{ABOUT}.part"
    unfinished.write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    unfinished.replace(folder / ABOUT)


def kept_for(source: Path, language: str) -> Moment | None:
    """Return the moment that the environment variable ``COMMUNITY_STORE`` points to, if it is one of this.

    Parameters
    ----------
    source : pathlib.Path
        Folder of the community.
    language : str
        Language in which it is opened.

    Returns
    -------
    Moment or None
        None where nothing is kept, or what is kept is of another community, or in another language and
        with texts that the data holds in both.
    """
    named = os.environ.get(VARIABLE)
    if not named or not Path(named, ABOUT).is_file():
        return None
    moment = Moment(Path(named))
    spoken = moment.about["language"] == language or not moment.about["bilingual"]
    return moment if spoken and moment.about["source"] == str(source.resolve()) else None


@dataclass(frozen=True)
class Moment:
    """Give back what was kept in a folder."""

    folder: Path

    @cached_property
    def about(self) -> dict[str, Any]:
        """What was written of the community beside its rows."""
        told: dict[str, Any] = json.loads((self.folder / ABOUT).read_text(encoding="utf-8"))
        return told

    @cached_property
    def settings(self) -> Settings:
        """The settings as they were; which file feeds which table is not among them."""
        told = self.about["settings"]
        roles, members = tuple(told["exclude_roles"]), tuple(told["exclude_members"])
        as_of, folder = told["as_of"] and dt.date.fromisoformat(told["as_of"]), Path(told["folder"])
        kept = {"as_of": as_of, "folder": folder, "exclude_roles": roles, "exclude_members": members}
        return Settings(**{**told, **kept})

    def let_in(self, door: Door, asked: dt.date | None) -> bool:
        """Give a door what came of the files then.

        Parameters
        ----------
        door : Door
            The door of a community that is being opened.
        asked : datetime.date or None
            The last day that is asked for.

        Returns
        -------
        bool
            Whether it was opened to that day then, so that days, views and account are there as well;
            otherwise they are still to be made.
        """
        about, engine = self.about, door.engine
        whole = _day(asked) in (about["asked"], about["as_of"] if asked else about["asked"])
        door.tables = {one["table"]: _table(one) for one in about["tables"]}
        door.said = from_plain(about["said"] if whole else about["heard"])
        if whole:
            days = ("first_day", "as_of", "active_from")
            door.first_day, door.as_of, door.active_from = (dt.date.fromisoformat(about[day]) for day in days)
            door.account, door.outsiders = about["account"], Outsiders(**about["outsiders"])
        engine.run(f"attach {literal(str(self.folder / ROWS))} as moment (read_only)")
        for name in about["relations"]["tables"]:
            if whole or name.startswith(READ):
                quoted = identifier(name)
                engine.run(f"create view {quoted} as select * from moment.main.{quoted}")
        for name, sql in about["relations"]["views"]:
            if whole or name.startswith(READ):
                engine.run(sql)
        return whole


def _copies(community: Community, folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for checked in community.door.tables.values():
        for part in checked.parts:
            if part.raw.lazy and part.source.file and part.source.format is None:
                path = reading.locate(part.source, community.settings.folder)
                copy = folder / f"{len(found)}{path.suffix}"
                shutil.copyfile(path, copy)
                if delimited.survey(copy, "binary", blanks=False).sha256 != part.raw.sha256:
                    text = _("{file}: the file was changed while it was read. Run the command again.")
                    raise DataError(text, file=part.raw.file)
                found[literal(str(path))] = literal(str(copy))
    return found


def _of_copies(sql: str, copies: dict[str, str]) -> str:
    for path, copy in copies.items():
        sql = sql.replace(path, copy)
    return sql


_TABLES = "select table_name from duckdb_tables() where database_name = 'memory' order by table_oid"
_VIEWS = "select view_name, sql from duckdb_views() where not internal order by view_oid"


def _day(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _of_table(checked: Checked) -> dict[str, Any]:
    parts = [
        {
            "file": part.raw.file,
            "sha256": part.raw.sha256,
            "torn": len(part.raw.torn),
            "rows": part.rows,
            "grain": part.source.grain,
        }
        for part in checked.parts
    ]
    return {
        "table": checked.table.name,
        "staged": checked.staged,
        "columns": checked.columns,
        "any_bad": checked.any_bad,
        "later": sorted(checked.later),
        "parts": parts,
    }


def _table(told: dict[str, Any]) -> Checked:
    parts = [
        Part(
            TableSource(told["table"], grain=one["grain"]),
            Raw("", one["file"], one["sha256"], torn=[Torn(0, "", "")] * one["torn"], lazy=True),
            {},
            one["rows"],
        )
        for one in told["parts"]
    ]
    columns, later = tuple(told["columns"]), set(told["later"])
    return Checked(TABLES[told["table"]], told["staged"], parts, columns, told["any_bad"], later)
