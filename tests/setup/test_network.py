"""The suite itself must not reach out: its guard is tested like everything else."""

import asyncio
import socket
import subprocess
import sys

import pytest

REFUSED = "tried to reach"


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 443)])
def test_a_connection_to_another_machine_is_refused(address):
    with socket.socket() as outside, pytest.raises(OSError, match=REFUSED):
        outside.connect(address)
    with socket.socket() as outside, pytest.raises(OSError, match=REFUSED):
        outside.connect_ex(address)


def test_a_datagram_to_another_machine_is_refused():
    with socket.socket(type=socket.SOCK_DGRAM) as outside:
        with pytest.raises(OSError, match=REFUSED):
            outside.sendto(b"x", ("192.0.2.1", 53))
        with pytest.raises(OSError, match=REFUSED):
            outside.sendto(b"x", 0, ("192.0.2.1", 53))


@pytest.mark.skipif(not hasattr(socket.socket, "sendmsg"), reason="this system has no sendmsg")
def test_a_message_to_another_machine_is_refused():
    with socket.socket(type=socket.SOCK_DGRAM) as outside, pytest.raises(OSError, match=REFUSED):
        outside.sendmsg([b"x"], [], 0, ("192.0.2.1", 53))


@pytest.mark.parametrize("look_up", [socket.gethostbyname, lambda name: socket.getaddrinfo(name, 443)])
def test_names_of_other_machines_are_not_looked_up(look_up):
    with pytest.raises(OSError, match=REFUSED):
        look_up("example.org")


def test_this_machine_can_be_reached():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, server.getsockname()[1])).close()
    with socket.socket(type=socket.SOCK_DGRAM) as here:
        here.bind(("127.0.0.1", 0))
        assert here.sendto(b"x", here.getsockname()) == 1


def test_event_loops_still_run():
    assert asyncio.run(asyncio.sleep(0, "done")) == "done"


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.create_connection(('192.0.2.1', 80), timeout=1)",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
        "socket.getaddrinfo('example.org', 443)",
    ],
)
def test_processes_that_tests_start_are_guarded_as_well(attempt, tmp_path):
    code = f"import socket\n{attempt}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 1
    assert f"OutsideConnection: a test {REFUSED}" in done.stderr
