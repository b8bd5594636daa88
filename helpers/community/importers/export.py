"""What a platform gives: one file, a folder of files, or a zip of them, read without being unpacked."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any, TextIO, TypeVar

from helpers.community import delimited
from helpers.community.errors import DataError
from helpers.community.sentences import Sentence
from helpers.community.sentences import mark as _

LARGEST = 4 << 30  # bytes that a zip may hold unpacked
RATIO = 200  # a file in a zip that unpacks to more than this many times its size is a trap
MOST_FILES = 100_000
HEAD = 64  # lines by which a format is recognised
BLOCK = 1 << 20  # letters that are split into lines at once
T = TypeVar("T")


@dataclass(frozen=True)
class Export:
    """Give access to the files of an export by their names within it.

    Parameters
    ----------
    path : pathlib.Path
        A file, a folder, or a zip; never changed and never unpacked to disk.
    most : int, optional
        How many records, or lines, importers are given at most; all of them by default. Whether that left
        any out is told by ``cut``.
    """

    path: Path
    most: int | None = None

    @property
    def packed(self) -> bool:
        """Whether it is a folder or a zip, so that it holds files by name."""
        return self.path.is_dir() or self.path.suffix.lower() == ".zip"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The files it holds, by their path within it, sorted; for a single file its name.

        Raises
        ------
        DataError
            When a zip is damaged, holds too much, or holds names that lead out of it.
        """
        if self.path.is_dir():
            found = (one for one in self.path.rglob("*") if one.is_file() and not one.is_symlink())
            return tuple(sorted(one.relative_to(self.path).as_posix() for one in found))
        if not self.packed:
            return (self.path.name,)
        try:
            with zipfile.ZipFile(self.path) as archive:
                entries = [one for one in archive.infolist() if not one.is_dir()]
        except (zipfile.BadZipFile, OSError):
            raise DataError(_("{file}: this zip is damaged. Export it again."), file=self.path.name) from None
        for one in entries:
            inner = PurePosixPath(one.filename.replace("\\", "/"))
            if inner.is_absolute() or ".." in inner.parts or ":" in inner.parts[0]:
                raise DataError(
                    _("{file}: a file in it is named {inner!r}, outside the zip."),
                    file=self.path.name,
                    inner=one.filename,
                )
            if one.file_size > RATIO * max(one.compress_size, 1) and one.file_size > 1 << 20:
                raise DataError(
                    _(
                        "{file}: {inner} would unpack to {file_size:,} bytes out of {compress_size:,}. Unpack"
                        " it by hand if you trust it, and name the folder."
                    ),
                    file=self.path.name,
                    inner=one.filename,
                    file_size=one.file_size,
                    compress_size=one.compress_size,
                )
        if len(entries) > MOST_FILES or sum(one.file_size for one in entries) > LARGEST:
            raise DataError(
                _("{file}: too much is in this zip. Unpack it and name the folder."), file=self.path.name
            )
        return tuple(sorted(one.filename for one in entries))

    @cached_property
    def said(self) -> list[Sentence]:
        """What was decided while it was read, one line each, for the person; whole when all is read."""
        return []

    @property
    def cut(self) -> bool:
        """Whether anything was left out, because there was more than was asked for."""
        return "left_out" in self.__dict__

    def leave_out(self) -> None:
        """Tell that something was left out."""
        self.__dict__["left_out"] = True

    def head_of(self, records: Iterator[T]) -> Iterator[T]:
        """Pass on records, or no more of them than were asked for."""
        return records if self.most is None else self._first(records, self.most)

    def _first(self, records: Iterator[T], most: int) -> Iterator[T]:
        yield from islice(records, most)
        for _one in records:
            self.leave_out()
            break

    @cached_property
    def seen(self) -> delimited.Survey:
        """Hash, size and encoding of a single file, from one pass over its bytes."""
        return delimited.survey(self.path, "binary" if self.packed else None, blanks=False)

    @cached_property
    def sha256(self) -> str:
        """Hash of the bytes; of a folder, of its files' names and hashes."""
        if not self.path.is_dir():
            return self.seen.sha256
        whole = hashlib.sha256()
        for name in self.names:
            with (self.path / name).open("rb") as file:
                whole.update(f"{name}\0{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
        return whole.hexdigest()

    @cached_property
    def _archive(self) -> zipfile.ZipFile:
        # Its list of files is read once: a zip may hold a file for each day of each channel.
        return zipfile.ZipFile(self.path)

    def read_bytes(self, name: str) -> bytes:
        """Read one of the files whole."""
        if self.path.is_dir():
            return (self.path / name).read_bytes()
        if not self.packed:
            return self.path.read_bytes()
        try:
            return self._archive.read(name)
        except (zipfile.BadZipFile, RuntimeError, OSError, EOFError):
            raise DataError(
                _("{file}: {name} in it is damaged or has a password. Unpack it by hand."),
                file=self.path.name,
                name=name,
            ) from None

    def json(self, name: str) -> Any:
        """Read one of the files as JSON.

        Raises
        ------
        DataError
            Names the file and the line when it is not JSON.
        """
        try:
            return json.loads(self.read_bytes(name).decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise DataError(_("{name}: this is not UTF-8 text. Export it again."), name=name) from None
        except (json.JSONDecodeError, RecursionError) as error:
            line = getattr(error, "lineno", 1)
            raise DataError(
                _("{name}, line {line}: this is not JSON. Export it again."), name=name, line=line
            ) from None

    def text(self, name: str = "", encoding: str | None = None) -> TextIO:
        """Open one of the files as text, in whatever encoding it is written; all line ends become one."""
        if not self.packed:
            return self.path.open(encoding=encoding or self.seen.encoding, errors="replace")
        data = self.read_bytes(name)
        return io.StringIO(data.decode(encoding or delimited.encoding_of(data), errors="replace"), None)

    def blocks(self, name: str = "", encoding: str | None = None) -> Iterator[tuple[int, list[str]]]:
        """Read one of the files in blocks of lines, each with the number of its first line, from 1."""
        number, held = 1, list[str]()
        with self.text(name, encoding) as file:
            while piece := file.read(BLOCK):
                if self.most is not None and number > self.most:
                    self.leave_out()
                    return
                held.append(piece)
                if "\n" in piece:
                    lines = "".join(held).split("\n")
                    held = [lines.pop()]
                    yield number, _unmarked(lines) if number == 1 else lines
                    number += len(lines)
        if any(held):
            lines = ["".join(held)]
            yield number, _unmarked(lines) if number == 1 else lines

    def lines(self, name: str = "", encoding: str | None = None) -> Iterator[tuple[int, str]]:
        """Read one of the files line by line, numbered from 1, in whatever encoding it is written."""
        for number, lines in self.blocks(name, encoding):
            yield from enumerate(lines, start=number)

    def head(self, n: int = HEAD) -> list[str]:
        """Return the first lines of a single file, at most `HEAD`, to recognise its format."""
        return self._head[:n]

    @cached_property
    def _head(self) -> list[str]:
        return delimited.first_lines(self.path, self.seen.encoding, HEAD)


def _unmarked(lines: list[str]) -> list[str]:
    # A file may begin with a byte order mark.
    return [lines[0].removeprefix("\ufeff"), *lines[1:]]
