"""From where a sign-in is tried: failures are counted by name and address, so that nobody can lock out somebody elsewhere."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """This will give the address that connected to the node, or, behind its own proxy, the one that connected to the proxy.

    Of `X-Forwarded-For` only the last entry counts, which the proxy itself has written; what a client sends stands before it.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.NODE.behind_tls_proxy:
        return peer
    last = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    try:
        return str(ip_address(last))
    except ValueError:
        return peer
