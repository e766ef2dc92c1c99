"""Bodies are read within bounds of size and time, whoever sends them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from config import request_bodies
from config.request_bodies import MAX_BODY_BYTES, MAX_UPLOAD_BYTES, BodyReader, BodyRefused

UPLOAD = "/api/v1/verifications/document"


async def sent(*chunks: bytes, then_seconds: float = 0) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
    await asyncio.sleep(then_seconds)


def read(chunks: AsyncIterator[bytes], length: int | str | None, *, path: str = "/sign-in", **headers: str) -> bytes:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if length is not None:
        named["content-length"] = str(length)
    return asyncio.run(BodyReader().read(chunks, path=path, headers=named))


def refusal(chunks: AsyncIterator[bytes], length: int | str | None, *, path: str = "/sign-in", **headers: str) -> str:
    with pytest.raises(BodyRefused) as refused:
        read(chunks, length, path=path, **headers)
    return f"{int(refused.value.status)} {refused.value.code}"


def test_gives_the_body_whole() -> None:
    assert read(sent(b"ab", b"", b"cde"), 5) == b"abcde"
    assert read(sent(), None) == b""


def test_refuses_a_body_longer_than_any_we_take() -> None:
    assert refusal(sent(b"never read", then_seconds=60), MAX_UPLOAD_BYTES + 1, path=UPLOAD) == "413 request.too_large"
    assert refusal(sent(b"a" * (MAX_BODY_BYTES + 1)), MAX_BODY_BYTES + 1) == "413 request.too_large"


def test_takes_an_upload_where_one_is_expected() -> None:
    assert len(read(sent(b"a" * MAX_UPLOAD_BYTES), MAX_UPLOAD_BYTES, path=UPLOAD)) == MAX_UPLOAD_BYTES
    assert len(read(sent(b"a" * MAX_BODY_BYTES), MAX_BODY_BYTES)) == MAX_BODY_BYTES


def test_refuses_a_body_of_unannounced_length() -> None:
    assert refusal(sent(b"abc"), None, transfer_encoding="chunked") == "411 request.length_required"


@pytest.mark.parametrize("length", ["-1", "1e3", "９", "", "9" * 40])
def test_refuses_a_length_that_is_no_number(length: str) -> None:
    assert refusal(sent(b"abc"), length) == "400 request.malformed"


def test_refuses_a_body_broken_off_half_way() -> None:
    assert refusal(sent(b"abc"), 5) == "400 request.malformed"


def test_refuses_a_body_that_dawdles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_bodies, "FIRST_SECONDS", 0.05)
    assert refusal(sent(b"abcd", then_seconds=60), 5000) == "408 request.too_slow"


def test_refuses_more_bodies_at_once_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_bodies, "MAX_HELD_BYTES", 6)
    reader, five = BodyReader(), {"content-length": "5"}

    async def both() -> list[bytes | BaseException]:
        asked = [reader.read(sent(b"abcde", then_seconds=0.01), path="/x", headers=five) for _ in range(2)]
        return await asyncio.gather(*asked, return_exceptions=True)

    first, second = asyncio.run(both())
    assert first == b"abcde"
    assert isinstance(second, BodyRefused)
    assert second.code == "request.busy"
    assert asyncio.run(reader.read(sent(b"abcde"), path="/x", headers=five)) == b"abcde"  # the room is free again
