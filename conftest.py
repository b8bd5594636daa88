"""What every test lives by: no network but this machine's own, and this checkout's package."""

from __future__ import annotations

import ipaddress
import os
import socket
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent

# Kernels and command lines that tests start must find this checkout, and read and write UTF-8.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
os.environ["PYTHONUTF8"] = "1"
os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


class OutsideConnection(OSError):
    """Raised by any attempt to reach another machine."""


def _is_here(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a path: a Unix socket
    if address[0] in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(str(address[0]).split("%")[0]).is_loopback
    except ValueError:
        return False


def _guard(original: Any) -> Any:
    def connect(self: socket.socket, address: Any) -> Any:
        if not _is_here(address):
            raise OutsideConnection(f"a test tried to reach {address!r}")
        return original(self, address)

    return connect


socket.socket.connect = _guard(_connect)  # type: ignore[method-assign]
socket.socket.connect_ex = _guard(_connect_ex)  # type: ignore[method-assign]


@pytest.fixture
def root() -> Path:
    """Return the folder of the checkout."""
    return ROOT
