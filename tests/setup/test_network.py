"""The suite itself must not reach out: its guard is tested like everything else."""

import socket

import pytest


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 443)])
def test_a_connection_to_another_machine_is_refused(address):
    with socket.socket() as outside, pytest.raises(OSError, match="tried to reach"):
        outside.connect(address)


def test_this_machine_can_be_reached():
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())
