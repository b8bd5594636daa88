"""Refuse every way out of this machine, in the tests and in each Python that they start.

Python imports a module of this name when it starts, so a folder on PYTHONPATH carries it to kernels and
command lines; `conftest.py` loads it for the tests themselves.
"""

from __future__ import annotations

import functools
import ipaddress
import socket
from typing import Any


class OutsideConnection(OSError):
    """Raised by any attempt to reach another machine."""


def _check(host: Any) -> None:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
    if name.lower().rstrip(".") in ("", "localhost"):
        return
    try:
        address = ipaddress.ip_address(name.split("%")[0])
        if address.is_loopback or address.is_unspecified:
            return
    except ValueError:
        pass  # a name, and not this machine's
    raise OutsideConnection(f"a test tried to reach {name!r}: tests use this machine only")


def _check_address(address: Any) -> None:
    if isinstance(address, tuple):  # others are paths of Unix sockets
        _check(address[0])


def _guard_connecting(original: Any) -> Any:
    @functools.wraps(original)
    def guarded(self: socket.socket, address: Any) -> Any:
        _check_address(address)
        return original(self, address)

    return guarded


def _guard_sending(original: Any, place: int) -> Any:
    @functools.wraps(original)
    def guarded(self: socket.socket, *arguments: Any) -> Any:
        if len(arguments) > place:
            _check_address(arguments[-1])
        return original(self, *arguments)

    return guarded


def _guard_looking_up(original: Any) -> Any:
    @functools.wraps(original)
    def guarded(host: Any, *more: Any, **named: Any) -> Any:
        _check(host)
        return original(host, *more, **named)

    return guarded


if not hasattr(socket, "outside_is_refused"):
    socket.outside_is_refused = True  # type: ignore[attr-defined]
    for _name in ("connect", "connect_ex"):
        setattr(socket.socket, _name, _guard_connecting(getattr(socket.socket, _name)))
    for _name, _place in (("sendto", 1), ("sendmsg", 3)):  # where an address can stand
        if hasattr(socket.socket, _name):  # Windows has no sendmsg
            setattr(socket.socket, _name, _guard_sending(getattr(socket.socket, _name), _place))
    for _name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr"):
        setattr(socket, _name, _guard_looking_up(getattr(socket, _name)))
