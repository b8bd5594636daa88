"""The draft of a community.yml: what was made of a folder's files, as text to read and correct."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from helpers.community import disk
from helpers.community.contract import TABLES
from helpers.community.errors import SettingsError
from helpers.community.importers import IMPORTERS
from helpers.community.raw import Raw
from helpers.community.sentences import CODE, Either, Sentence
from helpers.community.sentences import mark as _
from helpers.community.settings import FILE_NAME

Translate = Callable[[str], str]


@dataclass
class FileGuess:
    """Hold what was made of one file."""

    file: str
    table: str
    columns: dict[str, Any]
    unused: list[str]
    missing: list[str]
    grain: str = "order"
    decimal: str = "point"
    format: str = ""
    sheet: str = ""
    raw: Raw | None = field(default=None, repr=False)

    @property
    def label(self) -> str:
        """Return the name of the file, with its sheet where a workbook has several."""
        return f"{self.file}[{self.sheet}]" if self.sheet else self.file


@dataclass
class Guess:
    """Hold what was made of a folder: a settings text, and what to tell the person.

    Parameters
    ----------
    folder : pathlib.Path
        The folder.
    files : list of FileGuess
        Files that feed a table.
    lines : list of Sentence
        What was guessed and what could not be, one line each.
    """

    folder: Path
    files: list[FileGuess] = field(default_factory=list)
    lines: list[Sentence] = field(default_factory=list)

    def say(self, text: str, **values: Any) -> None:
        """Add a line to what is told."""
        self.lines.append(Sentence(text, **values))

    @property
    def said(self) -> list[str]:
        """What is told, in English."""
        return self.told(str)

    def told(self, translate: Translate) -> list[str]:
        """Return what was guessed and what could not be, in the language of a translator."""
        return [line.told(translate) for line in self.lines]

    def yaml(self, translate: Translate = str) -> str:
        """Return the text of a commented community.yml.

        Parameters
        ----------
        translate : callable, default str
            Gives the comments' words in another language.
        """
        name = quoted(self.folder.resolve().name)
        # Each line with what explains it; texts stand outside of f-strings so that they are collected.
        explained = (
            (
                "",
                _("What the workbook must know of this community. Lines with # explain; change the rest."),
            ),
            (f"name: {name}", ""),
            (f"# title: {{en: {name}, zh: ...}}", ""),
            ("timezone: Asia/Shanghai", _("times without a zone are local times of this zone")),
            ("day_starts_at: 0", _("hour at which a day begins, for example 4")),
            ("currency: CNY", ""),
            (f"language: {'en' if translate(CODE) == CODE else 'zh'}", _("en or zh")),
            ("# as_of: 2026-05-31", _("last day to count; without it the last day in the data")),
            (
                "privacy: {pseudonyms: true}",
                _("reports show hashed ids; the key lies in community.key"),
            ),
            ("exclude: {roles: [bot, staff], members: []}", ""),
            ("tables:" if self.files else "tables: {}", ""),
        )
        lines = [_explained(line, text, translate) for line, text in explained]
        for table in TABLES:
            mine = [guess for guess in self.files if guess.table == table]
            lines += ["", f"  {table}:"] if mine else []
            for guess in mine:
                entry = _entry(guess, translate)
                if len(mine) > 1:  # several files that add up are a list
                    entry = ["- " + entry[0], *("  " + line for line in entry[1:])]
                lines += ["    " + line for line in entry]
        return "\n".join(lines) + "\n"

    def write(self, *, overwrite: bool = False, translate: Translate = str) -> Path:
        """Write community.yml into the folder.

        Parameters
        ----------
        overwrite : bool, default False
            Whether an existing file may be replaced.
        translate : callable, default str
            Gives the comments' words in another language.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        SettingsError
            When there is one already.
        """
        path = self.folder / FILE_NAME
        if path.exists() and not overwrite:
            text = _("{file} is there already and is kept. Remove it, or ask to overwrite it (--overwrite).")
            raise SettingsError(text, file=FILE_NAME)
        disk.replace(path, self.yaml(translate))
        return path


def _explained(line: str, text: str, translate: Translate) -> str:
    if not text or not line:
        return line or f"# {translate(text)}"
    return f"{line:<23}   # {translate(text)}"


def _entry(guess: FileGuess, translate: Translate) -> list[str]:
    lines = [f"file: {quoted(guess.file)}"]
    if guess.format:
        importer = IMPORTERS[guess.format]
        title = Either(importer.title, importer.title_zh).told(translate)
        return [*lines, f"format: {guess.format}   # {title}"]
    if guess.sheet:
        lines.append(f"sheet: {quoted(guess.sheet)}")
    if guess.grain == "line":
        explained = translate(_("several rows with one order id are lines of one order"))
        lines.append(f"grain: line   # {explained}")
    if guess.decimal == "comma":
        numbers = translate(_("numbers like 1.299,00"))
        lines.append(f"decimal: comma   # {numbers}")
    lines.append("columns:")
    for name, source in guess.columns.items():
        column = TABLES[guess.table].column(name)
        meaning = Either(column.meaning, column.meaning_zh).told(translate)
        lines.append(f"  {name}: {flow(source)}   # {meaning}")
    required = translate(_("required, not found"))
    lines += [f"  # {name}: ...   # {required}" for name in guess.missing]
    if guess.unused:
        listed = ", ".join(" ".join(name.split())[:40] for name in guess.unused[:20])
        unused = translate(_("not used: {columns}")).format(columns=listed)
        lines.append(f"# {unused}")
    return lines


def quoted(text: str) -> str:
    """Write a text as YAML, always in quotes."""
    return yaml.safe_dump(text, allow_unicode=True, width=10_000, default_style='"').strip()


def flow(value: Any) -> str:
    """Write the source of a column as YAML on one line."""
    if isinstance(value, str):
        return quoted(value)
    return yaml.safe_dump(value, allow_unicode=True, width=10_000, default_flow_style=True).strip()
