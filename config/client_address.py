"""From where a sign-in is tried: failures are counted by name and address, so that nobody can lock out somebody elsewhere."""

from ipaddress import IPv6Address, ip_address
from typing import Final

from django.conf import settings
from django.http import HttpRequest

_HOST_BITS: Final = 64


def client_address(request: HttpRequest) -> str:
    """This will give the address that connected to the node, or, behind its own proxy, the one that connected to the proxy.

    An IPv6 address is given as the first of its /64: whoever has one such address has 2^64 of them. An IPv4 address mapped into
    IPv6 is the IPv4 address. Of `X-Forwarded-For` only the last entry counts, which the proxy itself has written; what a client
    sends stands before it.
    """
    given = str(request.META.get("REMOTE_ADDR", ""))
    peer = _one(given) or given
    if not settings.NODE.behind_tls_proxy:
        return peer
    last = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    return _one(last) or peer


def _one(text: str) -> str:
    """What stands for all addresses of one client; empty where the text is no address."""
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> _HOST_BITS << _HOST_BITS))
