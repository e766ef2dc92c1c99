"""Tests reach loopback only: anything else is refused before a packet leaves, and says so."""

import ipaddress
import sys


class NetworkRefusedError(RuntimeError):
    """A test reached for an address that is not this machine's own."""


def refuse_other_networks() -> None:
    """This will refuse, for the life of the process, to connect, send to or look up anything but loopback; a hook cannot be taken off."""
    sys.addaudithook(_hook)


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        if isinstance(address, tuple) and not is_loopback(str(address[0])):
            raise NetworkRefusedError(event)
    elif event == "socket.getaddrinfo" and arguments[0] is not None and not is_loopback(_text(arguments[0])):
        raise NetworkRefusedError(event)


def is_loopback(host: str) -> bool:
    """This will tell whether a host is this machine by its loopback name or address."""
    if host in {"localhost", "testserver", ""}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _text(host: object) -> str:
    return host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
