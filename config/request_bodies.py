"""Reading a request's body whole before any of the few working threads is given to it, within bounds of size and time.

A body that dribbles in, or never comes, costs a socket and no thread; one that is longer than anything asked for is not kept.
"""

import asyncio
import re
from collections.abc import AsyncIterable, Mapping
from http import HTTPStatus

MAX_BODY_BYTES = 1024 * 1024  # four times what any JSON call may send, and forms
MAX_UPLOAD_BYTES = 12 * 1024 * 1024  # a document of 10 MiB, and the form around it
UPLOAD_PATHS = frozenset({"/api/v1/verifications/document", "/counter"})
MAX_HELD_BYTES = 192 * 1024 * 1024  # of all bodies together that are being read
FIRST_SECONDS = 5.0
SLOWEST_BYTES_PER_SECOND = 256 * 1024
_LENGTH = re.compile(r"[0-9]{1,15}", re.ASCII)


class BodyRefused(Exception):  # noqa: N818  # what was refused, like NotPermitted
    """A body that is not taken, with the HTTP status and the code that say so."""

    def __init__(self, status: HTTPStatus, code: str, title: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.title = title


class BodyReader:
    """Reads the bodies of one process; used in one event loop, so that the count needs no lock."""

    def __init__(self) -> None:
        self._held = 0

    async def read(self, chunks: AsyncIterable[bytes], *, path: str, headers: Mapping[str, str]) -> bytes:
        """This will give the whole body of a request to `path`; `headers` are named in lower case.

        Raises BodyRefused `request.length_required|malformed|too_large|too_slow|busy`. A body a little too long is read and
        dropped, so that its sender hears the answer; over 12 MiB the connection is the price.
        """
        length = _announced(headers)
        if length > MAX_UPLOAD_BYTES:
            raise _too_large()
        if length == 0:
            return b""
        keep = length <= (MAX_UPLOAD_BYTES if path in UPLOAD_PATHS else MAX_BODY_BYTES)
        if keep and self._held + length > MAX_HELD_BYTES:
            raise BodyRefused(HTTPStatus.SERVICE_UNAVAILABLE, "request.busy", "too many large requests at once")
        self._held += length if keep else 0
        try:
            return await _within_time(chunks, length=length, keep=keep)
        finally:
            self._held -= length if keep else 0


def _announced(headers: Mapping[str, str]) -> int:
    if "transfer-encoding" in headers:
        # A broken-off body of unannounced length cannot be told from a whole one.
        raise BodyRefused(HTTPStatus.LENGTH_REQUIRED, "request.length_required", "the body's length must be announced")
    text = headers.get("content-length", "0")
    if _LENGTH.fullmatch(text) is None:
        raise _malformed()
    return int(text)


async def _within_time(chunks: AsyncIterable[bytes], *, length: int, keep: bool) -> bytes:
    kept: list[bytes] = []
    had = 0
    try:
        async with asyncio.timeout(FIRST_SECONDS + length / SLOWEST_BYTES_PER_SECOND):
            async for chunk in chunks:
                had += len(chunk)
                if keep:
                    kept.append(chunk)
    except TimeoutError:
        raise BodyRefused(HTTPStatus.REQUEST_TIMEOUT, "request.too_slow", "the body did not come in time") from None
    if not keep:
        raise _too_large()
    if had != length:
        raise _malformed()  # the caller hung up half-way
    return b"".join(kept)


def _too_large() -> BodyRefused:
    return BodyRefused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "request.too_large", "the body is longer than any taken here"
    )


def _malformed() -> BodyRefused:
    return BodyRefused(HTTPStatus.BAD_REQUEST, "request.malformed", "the request cannot be read")
