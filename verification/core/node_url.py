"""Where a node may live: https, or plain http on this machine's own loopback for trials."""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from verification.core.errors import TrustListError

_MAX_LENGTH: Final = 200  # a host name has at most 253 characters, ours far fewer


def check_node_url(url: str) -> str:
    """This will give the URL back if a node may be asked there: https or loopback http, a host, no trailing slash.

    User names, queries, fragments, dot segments and capitals in the host are refused, so that one node has one spelling.
    Raises TrustListError `trust_list.url`.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _refused() from error
    if not host or port == 0 or len(url) > _MAX_LENGTH or not url.isascii() or not url.isprintable():
        raise _refused()
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise _refused()
    shown_host = f"[{host}]" if ":" in host else host
    location = shown_host if port is None else f"{shown_host}:{port}"
    if url != f"{parts.scheme}://{location}{parts.path}" or not _is_plain_path(parts.path):
        raise _refused()
    return url


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_plain_path(path: str) -> bool:
    return all(
        segment not in {"", ".", ".."} and "%" not in segment and "\\" not in segment and " " not in segment
        for segment in path.split("/")[1:]
    )


def _refused() -> TrustListError:
    return TrustListError("trust_list.url", "a node's URL is https, or http on loopback, in its plain form")
