"""The suite's own network guard holds."""

import socket

import pytest

from tests.network_guard import NetworkRefusedError, is_loopback


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "8.8.8.8"])
def test_refuses_to_connect_anywhere_but_to_this_machine(address: str) -> None:
    with socket.socket() as probe, pytest.raises(NetworkRefusedError):
        probe.connect((address, 9))


def test_refuses_to_look_up_other_names() -> None:
    with pytest.raises(NetworkRefusedError):
        socket.getaddrinfo("example.org", 443)


@pytest.mark.parametrize(("host", "own"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False)])
def test_tells_this_machine_from_others(host: str, own: bool) -> None:
    assert is_loopback(host) is own
