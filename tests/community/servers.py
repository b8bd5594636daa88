"""Database servers of Debian's packages, started on this machine for the tests and gone after them."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PASSWORD = "s'e\\cret \"Ω%@:/"  # every letter that an address or a quoted text could trip over


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def as_nobody() -> list[str]:
    """Return what stands before a command that must not run as root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("a database server does not run as root, and there is no setpriv to become another user")
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    memory = Path("/dev/shm")  # no disk to wait for
    place = Path(tempfile.mkdtemp(prefix="workbook-", dir=memory if memory.is_dir() else None))
    try:
        if as_nobody():
            shutil.chown(place, "nobody", "nogroup")
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def run(*command: str | Path) -> None:
    given = [*as_nobody(), *map(str, command)]
    done = subprocess.run(given, capture_output=True, text=True, timeout=60, cwd="/", check=False)
    assert done.returncode == 0, done.stderr or done.stdout


@contextlib.contextmanager
def postgresql() -> Iterator[int]:
    """Start PostgreSQL with the user and database reader, and give its port."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("there is no PostgreSQL server here: apt-get install postgresql")
    programs = found[-1].parent
    with folder() as place:
        secret = place / "secret"
        secret.write_text(PASSWORD, encoding="utf-8")
        secret.chmod(0o644)
        options = ["--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C"]
        run(programs / "initdb", "-D", place / "data", "-U", "reader", "--no-sync", *options)
        port = free_port()
        started = f"-p {port} -h 127.0.0.1 -k {place} -F -c timezone=UTC"
        control = (programs / "pg_ctl", "-D", place / "data", "-w")
        # The server would keep the pipe of the test open: its words go to a file.
        run(*control, "-l", place / "log", "-o", started, "start")
        try:
            yield port
        finally:
            run(*control, "-m", "immediate", "stop")


@contextlib.contextmanager
def mariadb() -> Iterator[int]:
    """Start MariaDB, which speaks as MySQL does, with the user reader and the database shop."""
    server = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin")
    install = shutil.which("mariadb-install-db")
    if not server or not install:
        pytest.skip("there is no MariaDB server here: apt-get install mariadb-server")
    with folder() as place:
        port, data = free_port(), f"--datadir={place / 'data'}"
        small = ["--innodb-log-file-size=4M", "--innodb-buffer-pool-size=32M"]
        run(
            install,
            "--no-defaults",
            data,
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            *small,
        )
        quoted = PASSWORD.replace("\\", "\\\\").replace("'", "\\'")
        first = place / "first.sql"
        first.write_text(
            "set names utf8mb4;\n"
            "create database shop;\n"
            f"create user reader@127.0.0.1 identified by '{quoted}';\n"
            "grant all on shop.* to reader@127.0.0.1;\n",
            encoding="utf-8",
        )
        first.chmod(0o644)
        options = [
            "--bind-address=127.0.0.1",
            f"--port={port}",
            f"--socket={place / 's'}",
            "--skip-name-resolve",
        ]
        command = [server, "--no-defaults", "--character-set-server=utf8mb4", data, *options, *small]
        with (place / "log").open("w") as log:
            process = subprocess.Popen(
                [*as_nobody(), *command, f"--pid-file={place / 'pid'}", f"--init-file={first}"],
                stdout=log,
                stderr=log,
                cwd="/",
            )
        try:
            until = time.monotonic() + 30
            while "ready for connections" not in (place / "log").read_text(errors="replace"):
                assert process.poll() is None and time.monotonic() < until, (place / "log").read_text()
                time.sleep(0.05)
            yield port
        finally:
            process.kill()
            process.wait(30)
