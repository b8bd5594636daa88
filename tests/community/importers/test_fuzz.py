"""Whatever bytes a file holds: it opens with every row accounted for, or the reader is told what is wrong."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.community import Community, CommunityError, mapping
from helpers.community.importers import IMPORTERS
from tests.community.importers.samples import SAMPLES

pytestmark = pytest.mark.once
BOUNDED = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".parquet", ".jsonl", ".json", ".zip")
PIECES = st.sampled_from(
    [b"", b"\0", b"\r", b"\n", b'"', b",", b"\t", b"{", b"]", b"\xff\xfe", b"\xef\xbb\xbf", b"\x80", b"=1+1",
     "\u202e\u200b".encode(), "\U0001f600".encode(), b"99999999999999999999", b"null", b"-1", b"[]", b"1e999"]
)  # fmt: skip
WOUNDS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.one_of(PIECES, st.binary(max_size=8))),
    min_size=1,
    max_size=4,
)


def wounded(data: bytes, wounds: list[tuple[float, int, bytes]]) -> bytes:
    """Take some bytes out at a few places and put others in."""
    for place, gone, piece in wounds:
        at = int(place * len(data))
        data = data[:at] + piece + data[at + gone :]
    return data


def opens_or_tells(folder: Path) -> None:
    try:
        account = Community.open(folder).quality()
    except CommunityError as error:
        assert str(error).strip() and "Traceback" not in str(error)
        return
    assert (account["rows_in"] == account["used"] + account["set_aside"] + account["excluded"]).all()
    assert (account[["used", "set_aside", "excluded"]] >= 0).all().all()


@pytest.mark.parametrize("name", SAMPLES)
@BOUNDED
@given(wounds=WOUNDS)
def test_a_wounded_export_opens_or_is_named(name: str, wounds: list[tuple[float, int, bytes]]) -> None:
    form = name.partition(":")[0]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        path = SAMPLES[name](folder)
        for file in [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]:
            file.write_bytes(wounded(file.read_bytes(), wounds))
        lines = [
            f"  {table}: {{file: {path.name!r}, format: {form}}}" for table in sorted(IMPORTERS[form].tables)
        ]
        (folder / "community.yml").write_text("\n".join(["tables:", *lines]), encoding="utf-8")
        opens_or_tells(folder)


@pytest.mark.parametrize("suffix", SUFFIXES)
@BOUNDED
@given(data=st.one_of(st.binary(max_size=400), st.text(max_size=200).map(lambda text: text.encode("utf-8"))))
def test_any_bytes_under_any_name_are_read_or_refused(suffix: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / f"orders{suffix}").write_bytes(data)
        with contextlib.suppress(CommunityError):
            mapping.guess(folder).write(overwrite=True)
        (folder / "community.yml").write_text(f"tables: {{orders: orders{suffix}}}", encoding="utf-8")
        opens_or_tells(folder)
