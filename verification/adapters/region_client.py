"""Calling another region's node over HTTP: short patience over all, a small answer, no redirect, nothing from the environment."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import requests
from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.exceptions import TimeoutError as ReadTimeout

from certificates.adapters.patient_session import patient_session, read_in_time
from verification.core.errors import MessageError
from verification.core.node_url import check_node_url


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionReply:
    """This will hold what a node answered, its headers as they came; nothing in it is trusted yet."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def call_region(
    *,
    method: str,
    node_url: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    timeout_seconds: float,
    max_bytes: int,
) -> RegionReply:
    """This will call a path of a node of the trust list, and wait for the whole answer at most `timeout_seconds`.

    Raises MessageError `peer.timeout`, `peer.unreachable`, `peer.answer_invalid` (longer than `max_bytes`, or of no stated length), or
    TrustListError `trust_list.url` for a node that is neither https nor on loopback.
    """
    check_node_url(node_url)
    deadline = time.monotonic() + timeout_seconds
    with patient_session(deadline=deadline) as session:
        try:
            with session.request(
                method,
                f"{node_url}{path}",
                data=body or None,
                headers={"Accept-Encoding": "identity", **(headers or {})},
                timeout=timeout_seconds,
                allow_redirects=False,
                stream=True,
            ) as response:
                content = _whole(read_in_time(response, deadline=deadline, max_bytes=max_bytes), max_bytes)
                return RegionReply(
                    status=response.status_code, headers=tuple(response.raw.headers.items()), body=content
                )
        except (requests.Timeout, TimeoutError, ReadTimeout) as error:
            raise _too_late() from error
        except InvalidHeader as error:
            raise MessageError("peer.answer_invalid", "the region's answer does not say how long it is") from error
        except (requests.RequestException, HTTPError, OSError) as error:
            if time.monotonic() >= deadline:  # the connection was cut for it
                raise _too_late() from error
            raise MessageError("peer.unreachable", "the region's node cannot be reached") from error


def fetch_text(*, node_url: str, path: str, timeout_seconds: float, max_bytes: int, accept: str = "*/*") -> str:
    """This will get a signed text of a node, trying once more after a time-out; raises MessageError as `call_region` does.

    `accept` names the media type wanted where the address has several.
    """
    try:
        reply = _get(node_url, path, timeout_seconds, max_bytes, accept)
    except MessageError as error:
        if error.code != "peer.timeout":
            raise
        reply = _get(node_url, path, timeout_seconds, max_bytes, accept)
    if reply.status != requests.codes.ok:
        raise MessageError("peer.unreachable", "the region's node does not give out what was asked for")
    try:
        return reply.body.decode("ascii")
    except UnicodeDecodeError as error:
        raise MessageError("peer.answer_invalid", "the region's answer is not text") from error


def _get(node_url: str, path: str, timeout_seconds: float, max_bytes: int, accept: str) -> RegionReply:
    return call_region(
        method="GET",
        node_url=node_url,
        path=path,
        headers={"Accept": accept},
        timeout_seconds=timeout_seconds,
        max_bytes=max_bytes,
    )


def _whole(content: bytes, max_bytes: int) -> bytes:
    if len(content) > max_bytes:
        raise MessageError("peer.answer_invalid", "the region's answer is longer than allowed")
    return content


def _too_late() -> MessageError:
    return MessageError("peer.timeout", "the region's node did not answer in time")
