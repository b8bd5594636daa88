"""A report is the old one or the new one, whoever kills, races or fills the disk."""

import errno
import json
import os
import subprocess
import sys
import threading
import time

import pytest
from typer.testing import CliRunner

from helpers.community import SettingsError, disk, privacy, turns
from helpers.workbook import cli, report, swap
from helpers.workbook.run import Outcome

ORDERS = "order_id,member_id,ordered_at,amount\n1,a,2026-03-01,5\n"


def written(target, text, *, files=5):
    with swap.whole(target) as fresh:
        for number in range(files):
            (fresh / f"{number}.html").write_text(text, encoding="utf-8")


def texts(target):
    return {path.read_text(encoding="utf-8") for path in target.iterdir()}


@pytest.fixture(params=["exchange", "portable"])
def way(request, monkeypatch):
    """Let folders change places as this system can, and as every system can."""
    if request.param == "portable":
        monkeypatch.setattr(swap, "_exchange", lambda *_both: False)
    return request.param


@pytest.mark.once
@pytest.mark.parametrize("way", ["exchange", "portable"])
def test_a_run_that_is_killed_leaves_the_old_report_or_the_new_one(way, tmp_path, root):
    command = [sys.executable, "-m", "tests.workbook.killed", str(tmp_path / "out"), "27", way]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, timeout=120)
    told = json.loads(done.stdout)
    for trial in told["trail"]:
        assert trial["found"] in ([trial["before"]], [trial["tried"]]), trial
    assert sum(trial["killed"] for trial in told["trail"]) >= 14  # some are through before they are killed
    assert told["last"] == [9999]
    assert told["rest"] == ["tea"]


def test_each_replaces_the_one_before_and_leaves_nothing_beside_it(way, tmp_path):
    for text in ("old", "new", "newest"):
        written(tmp_path / "out" / "tea", text)
        assert texts(tmp_path / "out" / "tea") == {text}
        assert [path.name for path in (tmp_path / "out").iterdir()] == ["tea"]


def test_what_the_dead_left_is_cleaned_up_and_what_others_own_is_not(way, tmp_path):
    target = tmp_path / "tea"
    written(target, "old")
    for name in (".tea-abcd_123", ".tea-b-abcd1234", ".tea-short", "tea-abcdefgh"):
        (tmp_path / name).mkdir()
    (tmp_path / ".tea.lock").write_bytes(b"")
    swap.tidy(target)
    assert {path.name for path in tmp_path.iterdir()} == {
        "tea",
        ".tea-b-abcd1234",
        ".tea-short",
        "tea-abcdefgh",
    }


def test_killed_between_the_two_steps_the_old_report_is_put_back(tmp_path):
    target = tmp_path / "tea"
    written(target, "old")
    (tmp_path / ".tea-abcdefgh").mkdir()
    target.rename(tmp_path / ".tea-abcdefgh" / "previous")
    swap.tidy(target)
    assert texts(target) == {"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["tea"]


def test_runs_at_once_write_one_after_the_other(way, tmp_path):
    target, seen = tmp_path / "tea", []
    inside = threading.Lock()

    def run(text):
        with swap.whole(target) as fresh:
            assert inside.acquire(blocking=False)
            for number in range(5):
                (fresh / f"{number}.html").write_text(text, encoding="utf-8")
                time.sleep(0.002)
            seen.append(text)
            inside.release()

    threads = [threading.Thread(target=run, args=(str(number),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 6
    assert texts(target) == {seen[-1]}
    assert [path.name for path in tmp_path.iterdir()] == ["tea"]


def test_who_waits_too_long_is_told(tmp_path):
    with swap.whole(tmp_path / "tea") as fresh:
        swap.tidy(tmp_path / "tea")
        assert fresh.is_dir()
        second = swap.whole(tmp_path / "tea", patience=0.1)
        with pytest.raises(SettingsError, match="Another run is writing"), second:
            pass
        (fresh / "index.html").write_text("first", encoding="utf-8")
    assert texts(tmp_path / "tea") == {"first"}


def test_a_disk_without_locks_is_written_all_the_same(tmp_path, monkeypatch):
    def refuse(_handle):
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(turns, "_lock", refuse)
    (tmp_path / ".tea-abcdefgh").mkdir()  # may be of a run that is alive
    written(tmp_path / "tea", "new")
    assert {path.name for path in tmp_path.iterdir()} == {"tea", ".tea-abcdefgh"}


# a full disk -------------------------------------------------------------------------------------


def fill(*_anything, **_more):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("where", ["page", "folder", "rename"])
def test_a_full_disk_is_said_and_leaves_the_old_report(where, tmp_path, monkeypatch):
    target = tmp_path / "tea"
    written(target, "old")
    with monkeypatch.context() as patched:
        if where == "page":
            patched.setattr("pathlib.Path.write_text", fill)
        elif where == "folder":
            patched.setattr("tempfile.mkdtemp", fill)
        else:
            patched.setattr(swap, "_exchange", lambda *_both: False)
            patched.setattr("pathlib.Path.rename", fill)
        with pytest.raises(SettingsError, match=r"The disk is full.*an earlier one is as it was"):
            written(target, "new")
    assert texts(target) == {"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["tea"]


@pytest.mark.skipif(sys.platform != "linux", reason="a small disk to fill is made with Linux' tmpfs")
def test_a_disk_that_is_really_full(tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(small)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        written(small / "tea", "old")
        with pytest.raises(SettingsError, match="The disk is full"):
            written(small / "tea", "new" * 100_000)
        assert texts(small / "tea") == {"old"}
        assert [path.name for path in small.iterdir()] == ["tea"]
        (small / "rest").write_bytes(b"x" * (os.statvfs(small).f_bavail * os.statvfs(small).f_bsize))
        with pytest.raises(SettingsError, match=r"cannot be written|disk is full"):
            privacy.key_for(small)
        assert not list(small.glob("community.key*"))
    finally:
        subprocess.run(["umount", str(small)], check=True)


@pytest.mark.parametrize("place", ["notebooks", "summary"])
def test_a_report_that_fills_the_disk_leaves_the_old_one(place, tmp_path, monkeypatch):
    data, out = tmp_path / "demo", tmp_path / "out"
    data.mkdir()
    (data / "orders.csv").write_text(ORDERS, encoding="utf-8")
    written(out / "demo", "old")

    def ran(chapters, *_all, **_more):
        cause = "OSError: [Errno 28] No space left on device" if place == "notebooks" else ""
        return [Outcome(name, notebook, cause=cause) for name, notebook in chapters.items()]

    monkeypatch.setattr(report, "run", ran)
    monkeypatch.setattr("helpers.workbook.summary.headlines", fill)
    told = CliRunner().invoke(cli.app, ["report", str(data), "--notebooks", "00", "--out", str(out)])
    assert told.exit_code == 2
    assert told.stderr.startswith("The disk is full, so the report in demo was not written")
    assert texts(out / "demo") == {"old"}
    assert [path.name for path in out.iterdir()] == ["demo"]


def test_any_other_command_says_that_the_disk_is_full(tmp_path, monkeypatch):
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    monkeypatch.setattr("tempfile.mkstemp", fill)
    told = CliRunner().invoke(cli.app, ["init", str(tmp_path)])
    assert (told.exit_code, told.stderr.startswith("The disk is full.")) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]


# the key -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("links", [True, False])
def test_runs_at_once_get_the_same_key(links, tmp_path, monkeypatch):
    if not links:
        monkeypatch.setattr(os, "link", lambda *_both: (_ for _ in ()).throw(OSError(errno.EPERM, "none")))
    for trial in range(10):
        folder, keys, start = tmp_path / str(trial), [], threading.Barrier(6)
        folder.mkdir()

        def ask(folder=folder, keys=keys, start=start):
            start.wait()
            keys.append(privacy.key_for(folder))

        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(keys) == 6
        assert len(set(keys)) == 1
        assert [path.name for path in folder.iterdir()] == ["community.key"]


def test_a_file_is_replaced_whole_or_kept(tmp_path, monkeypatch):
    path = tmp_path / "community.yml"
    disk.replace(path, "old")
    disk.replace(path, "new\n")
    assert path.read_bytes() == b"new\n"
    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.replace", fill)
        with pytest.raises(OSError, match="No space"):
            disk.replace(path, "newer")
    assert path.read_bytes() == b"new\n"
    assert [found.name for found in tmp_path.iterdir()] == ["community.yml"]
