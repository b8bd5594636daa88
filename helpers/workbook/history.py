"""What each report leaves for the next: its figures and its list, one entry for each as-of day."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import json
import math
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.community import Community
from helpers.metrics import watched
from helpers.present.language import translator

FOLDER, ASIDE = "history", "set-aside"
FORMAT = 1
KEPT = 3  # reports whose members are kept, this one included: the fewer rows about people, the better
DIGITS = 10  # significant ones: sums in another order differ in the sixteenth
_NAME = re.compile(r"\d{4}-\d{2}-\d{2}\.json")
_FACTS = ("as_of", "community", "currency", "basis", "workbook", "definition", "parameters", "figures")


@dataclass(frozen=True)
class Entry:
    """One report as it was recorded.

    Parameters
    ----------
    facts : dict
        What its JSON file holds.
    members : pandas.DataFrame or None
        What it remembered of the members (`list_changes.remembered`); None where no longer kept.
    """

    facts: Mapping[str, Any]
    members: pd.DataFrame | None = None

    @property
    def as_of(self) -> dt.date:
        """The day that the report counted to."""
        return dt.date.fromisoformat(self.facts["as_of"])

    def figures(self) -> pd.DataFrame:
        """Return the figures as the report had them, one row each."""
        return pd.DataFrame(self.facts["figures"])


@dataclass(frozen=True)
class History:
    """The reports before this one.

    Parameters
    ----------
    entries : list of Entry
        By as-of day.
    damaged : list of str
        Names of files that could not be read.
    folder : pathlib.Path or None
        Where they lie.
    """

    entries: list[Entry] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    folder: Path | None = None

    def before(self, community: Community) -> Entry | None:
        """Return the latest report of this community with an earlier as-of day."""
        fit = [one for one in self.entries if one.as_of < community.as_of and _same(one, community)]
        return fit[-1] if fit else None

    def strangers(self, community: Community) -> list[Entry]:
        """Return the reports that cannot be compared: of another community, currency or basis."""
        return [one for one in self.entries if one.as_of < community.as_of and not _same(one, community)]


def _same(entry: Entry, community: Community) -> bool:
    return all(entry.facts[name] == getattr(community, name) for name in ("currency", "basis")) and (
        entry.facts["community"] == community.name
    )


# reading -----------------------------------------------------------------------------------------


def read(report: Path) -> History:
    """Read the history that a report carries.

    Parameters
    ----------
    report : pathlib.Path
        Folder of the report, which need not be there.

    Returns
    -------
    History
        Files that cannot be read are named in `damaged`; nothing is raised for them.

    Taught in: all
    """
    folder = report / FOLDER
    if not folder.is_dir():
        return History()
    entries, damaged = [], []
    for path in sorted(folder.iterdir()):
        if _NAME.fullmatch(path.name):
            try:
                facts = _facts(path)
            except (OSError, ValueError, TypeError, KeyError):
                damaged.append(path.name)
                continue
            members, torn = _members(path.with_suffix(".members.csv.gz"), facts)
            damaged += torn
            entries.append(Entry(facts, members))
    return History(entries, damaged, folder)


def _facts(path: Path) -> dict[str, Any]:
    facts = json.loads(path.read_text(encoding="utf-8"))
    if facts["format"] > FORMAT:
        raise ValueError("written by a later version")
    missing = [name for name in _FACTS if name not in facts]
    if (
        missing
        or facts["as_of"] != path.stem
        or any(set(watched.COLUMNS) - set(one) for one in facts["figures"])
    ):
        raise ValueError(f"incomplete: {missing}")
    dt.date.fromisoformat(facts["as_of"])
    return dict(facts)


def _members(path: Path, facts: Mapping[str, Any]) -> tuple[pd.DataFrame | None, list[str]]:
    if not path.exists():
        return None, []
    try:
        content = gzip.decompress(path.read_bytes())
        if hashlib.sha256(content).hexdigest() != facts.get("members_sha256"):
            raise ValueError("not what was written")
        whole = {"rank": "Int64", "place": "Int64"}
        texts = dict.fromkeys(["member_id", "segment", "arm", "listed_since"], "str")
        return pd.read_csv(
            io.BytesIO(content), dtype=texts | whole, keep_default_na=False, na_values=[""]
        ), []
    except (OSError, ValueError, EOFError, KeyError):
        return None, [path.name]


# writing -----------------------------------------------------------------------------------------


def entry(
    community: Community,
    figures: pd.DataFrame,
    *,
    members: pd.DataFrame | None = None,
    parameters: Mapping[str, Any] | None = None,
    counts: Mapping[str, int] | None = None,
    revised: pd.DataFrame | None = None,
    before: Entry | None = None,
) -> Entry:
    """Put down what this report found.

    Parameters
    ----------
    community : Community
        The community.
    figures : pandas.DataFrame
        From `watched.measure`.
    members : pandas.DataFrame, optional
        From `list_changes.remembered`; under the ids that the report uses, never those it reveals.
    parameters : dict, optional
        What the contact list was made with.
    counts : dict, optional
        Plain counts, such as members.
    revised : pandas.DataFrame, optional
        The figures of the report before, computed from today's data; columns as `figures`.
    before : Entry, optional
        The report before.

    Returns
    -------
    Entry

    Taught in: all
    """
    from helpers import __version__

    facts = {
        "format": FORMAT,
        "as_of": community.as_of.isoformat(),
        "first_day": community.first_day.isoformat(),
        "community": community.name,
        "simulated": community.simulated,
        "currency": community.currency,
        "basis": community.basis,
        "workbook": __version__,
        "definition": definition(community),
        "parameters": dict(parameters or {}),
        "counts": dict(counts or {}),
        "figures": _rows(figures),
        "before": before.facts["as_of"] if before else None,
        "revised": _rows(revised) if revised is not None else [],
        "members_sha256": hashlib.sha256(_csv(members)).hexdigest() if members is not None else None,
    }
    return Entry(json.loads(json.dumps(_plain(facts))), members)


def write(past: History, new: Entry | None, report: Path) -> None:
    """Write the history with a new entry into a fresh report.

    Parameters
    ----------
    past : History
        What the report before carried; its files are copied, the entry of the same day is replaced, and
        files that could not be read go into a folder of their own.
    new : Entry or None
        This report; None carries on what there was, for a report that could not be recorded.
    report : pathlib.Path
        The fresh folder.

    Taught in: all
    """
    folder = report / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    if new is None:
        if past.folder is not None:
            _carry(past, folder, {path.name for path in past.folder.glob("*.members.csv.gz")})
        return
    days = sorted({one.facts["as_of"] for one in past.entries} | {new.facts["as_of"]})
    keep = {day for day in days if day <= new.facts["as_of"]}
    with_members = set(sorted(keep)[-KEPT:]) | set(days[-KEPT:])
    if past.folder is not None:
        _carry(past, folder, {f"{day}.members.csv.gz" for day in with_members})
    name = new.facts["as_of"]
    (folder / f"{name}.members.csv.gz").unlink(missing_ok=True)
    if new.members is not None:
        packed = io.BytesIO()
        with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as file:
            file.write(_csv(new.members))
        (folder / f"{name}.members.csv.gz").write_bytes(packed.getvalue())
    text = json.dumps(new.facts, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8", newline="\n")


def _carry(past: History, folder: Path, members: set[str]) -> None:
    assert past.folder is not None
    for path in sorted(past.folder.iterdir()):
        if path.name in past.damaged:
            (folder / ASIDE).mkdir(exist_ok=True)
            shutil.copyfile(path, folder / ASIDE / path.name)
        elif path.name == ASIDE and path.is_dir():
            shutil.copytree(path, folder / ASIDE, dirs_exist_ok=True)
        elif _NAME.fullmatch(path.name) or path.name in members:
            shutil.copyfile(path, folder / path.name)


def definition(community: Community) -> dict[str, Any]:
    """Return what the settings say that changes the meaning of figures; names of files do not.

    Taught in: all
    """
    said = community.settings
    tables = {name: sorted({_meaning(source) for source in sources}) for name, sources in said.tables.items()}
    return {
        "timezone": said.timezone,
        "day_starts_at": said.day_starts_at,
        "exclude_roles": list(said.exclude_roles),
        "exclude_members": len(said.exclude_members),  # how many: they are ids of the data
        **{
            f"tables.{name}": hashlib.sha256(repr(one).encode()).hexdigest()[:12]
            for name, one in tables.items()
        },
    }


def _meaning(source: Any) -> str:
    parts = (
        "format",
        "columns",
        "values",
        "dates",
        "decimal",
        "grain",
        "zero_amount",
        "orders_before_joining",
    )
    return repr([(name, getattr(source, name)) for name in parts])


def frame(past: History, new: Entry, community: Community) -> pd.DataFrame:
    """Put the figures of all reports up to this one below each other.

    Parameters
    ----------
    past : History
        The reports before; later ones than this one are left out, as are those of other communities.
    new : Entry
        This report.
    community : Community
        For the `about` of the result.

    Returns
    -------
    pandas.DataFrame
        One row a report and figure: ``as_of``, the columns of `watched.measure`, ``revised`` and
        ``revised_n`` (the same figure as the report after it computed it from its own data; missing for the
        last), ``workbook`` (its version).

    Taught in: all
    """
    fit = [one for one in past.entries if one.as_of < new.as_of and _same(one, community)] + [new]
    later = {one.facts["before"]: pd.DataFrame(one.facts["revised"]) for one in fit}
    parts = []
    for one in fit:
        rows = one.figures().assign(as_of=one.facts["as_of"], workbook=one.facts["workbook"])
        again = later.get(one.facts["as_of"])
        if again is not None and len(again) and len(rows):
            again = again[["metric", "estimate", "n"]].set_axis(["metric", "revised", "revised_n"], axis=1)
            rows = rows.merge(again, on="metric", how="left")
        parts.append(rows)
    columns = ["as_of", *watched.COLUMNS, "revised", "revised_n", "workbook"]
    table = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=columns)])
    table = table.reindex(columns=columns).reset_index(drop=True)
    return community.describe(table, "history of the figures", n=len(fit), reports=len(fit))


def steps(past: History, community: Community) -> pd.DataFrame:
    """Return by how much each figure changed from report to report before this one.

    Parameters
    ----------
    past : History
        The reports before.
    community : Community
        The community; only its earlier reports count.

    Returns
    -------
    pandas.DataFrame
        ``metric``, ``change``: one row a figure and report that was compared with one before it, both days as
        that report computed them.

    Taught in: all
    """
    parts = []
    for one in past.entries:
        if one.as_of < community.as_of and _same(one, community) and one.facts["revised"]:
            both = one.figures().merge(
                pd.DataFrame(one.facts["revised"]), on="metric", suffixes=("", "_then")
            )
            moved = both[both["last"] != both["last_then"]]
            change = moved["estimate"].astype(float) - moved["estimate_then"].astype(float)
            parts.append(moved[["metric"]].assign(change=change))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["metric", "change"])


def _rows(figures: pd.DataFrame) -> list[dict[str, Any]]:
    return [_plain(row) for row in figures.reindex(columns=watched.COLUMNS).to_dict("records")]


def _csv(members: pd.DataFrame | None) -> bytes:
    if members is None:
        return b""
    return members.to_csv(index=False, lineterminator="\n").encode("utf-8")


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: no missing numbers, no types of numpy, as many digits as are known."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, Sequence):
        return [_plain(one) for one in value]
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if pd.isna(value):
        return None
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float):
        return rounded(value)
    return value


def rounded(value: float) -> float | None:
    """Round a number to as many digits as another machine, or another order of adding, would give.

    Examples
    --------
    >>> rounded(0.1 + 0.2), rounded(float("nan"))
    (0.3, None)

    Taught in: all
    """
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None


def changed(community: Community, before: Entry) -> list[str]:
    """Name the settings that are not as they were in an earlier report.

    Taught in: all
    """
    now, then = _plain(definition(community)), before.facts["definition"]
    return [name for name in sorted({*now, *then}) if now.get(name) != then.get(name)]


def notes(past: History, before: Entry | None, community: Community) -> list[str]:
    """Say what a reader should know of the history: damage, strangers, another version or definition.

    Taught in: all
    """
    from helpers import __version__

    _ = translator({"language": community.language})
    said = []
    if past.damaged:
        text = _(
            "These files of the history could not be read and were put aside in history/{folder}: {files}. "
            "The report goes on without them."
        )
        said.append(text.format(folder=ASIDE, files=_(", ").join(past.damaged)))
    if strangers := past.strangers(community):
        text = _(
            "The report of {day} in this place is of another community, currency or basis, and is not "
            "compared; it stays in the history."
        )
        said.append(text.format(day=strangers[-1].facts["as_of"]))
    if before is None:
        return said
    if before.facts["workbook"] != __version__:
        text = _(
            "The last report was made by version {then} of the workbook, this one by {now}. Both days are "
            "computed anew by this one."
        )
        said.append(text.format(then=before.facts["workbook"], now=__version__))
    if names := changed(community, before):
        text = _(
            "community.yml has changed since the last report ({names}). Both days are computed anew as it "
            "says now; what differs from the last report may come of that."
        )
        said.append(text.format(names=_(", ").join(names)))
    return said
