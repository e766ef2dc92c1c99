"""Status lists: the published encodings, and every list that must not be believed."""

import json
import time
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.core.canonical import b64url
from certificates.core.errors import StatusListError
from certificates.core.signing.jws import sign_jws
from certificates.core.status_bits import MAX_ENTRIES
from certificates.core.status_list import (
    MAX_TTL_SECONDS,
    Status,
    VerifiedStatusList,
    build_status_token,
    decode,
    encode,
    require_not_older,
    verify_status_token,
)
from tests.unit.certificates.credential_parts import signer
from tests.unit.suite_in_use import sample_keys

URI = "https://zj.example.cn/status-lists/17"
NOW = 1_790_000_000
AT = datetime.fromtimestamp(NOW, UTC)
KEYS = sample_keys()
# Section 4.1 of the draft: 16 one-bit statuses.
ONE_BIT = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
# Section 4.1: 12 two-bit statuses, bytes c9 44 f9.
TWO_BITS = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]


def refused(text: str, bits: int = 2, max_bytes: int = 10_000) -> str:
    with pytest.raises(StatusListError) as caught:
        decode(text, bits=bits, max_bytes=max_bytes)
    return caught.value.code


class TestEncoding:
    @pytest.mark.parametrize(
        ("statuses", "bits", "lst"),
        [(ONE_BIT, 1, "eNrbuRgAAhcBXQ"), (TWO_BITS, 2, "eNo76fITAAPfAgc")],
    )
    def test_agrees_with_the_draft_on_its_short_examples(self, statuses: list[int], bits: int, lst: str) -> None:
        read = decode(lst, bits=bits)
        assert [read.get(index) for index in range(len(statuses))] == statuses
        changed = {index: status for index, status in enumerate(statuses) if status}
        assert decode(encode(changed, size=len(statuses), bits=bits), bits=bits) == read

    @given(st.dictionaries(st.integers(0, 255), st.integers(1, 3), max_size=40))
    def test_round_trip(self, statuses: dict[int, int]) -> None:
        read = decode(encode(statuses, size=256), bits=2)
        assert {index: read.get(index) for index in range(256) if read.get(index)} == statuses

    def test_a_list_of_a_million_entries_takes_moments(self) -> None:
        started = time.process_time()
        text = encode(dict.fromkeys(range(0, 2**20, 100), 1), size=2**20)
        assert time.process_time() - started < 2
        assert len(text) < 40_000
        assert decode(text, bits=2).get(2**20 - 76) == Status.INVALID

    @pytest.mark.parametrize("index", [-1, 8, 2**63, 1.0, True, "1", None])
    def test_refuses_an_index_that_is_not_in_the_list(self, index: Any) -> None:
        with pytest.raises(StatusListError) as caught:
            decode(encode({1: 1}, size=8), bits=2).get(index)
        assert caught.value.code == "status_list.index"

    def test_refuses_an_entry_without_a_meaning(self) -> None:
        bits = decode(encode({0: 1, 1: 2, 2: 3}, size=8), bits=2)
        read = VerifiedStatusList(uri=URI, iat=NOW, exp=NOW + 1, ttl=1, bits=bits)
        assert (read.status(0), read.status(1), read.status(3)) == (Status.INVALID, Status.SUSPENDED, Status.VALID)
        with pytest.raises(StatusListError) as caught:
            read.status(2)
        assert caught.value.code == "status_list.value"

    def test_refuses_a_list_that_inflates_beyond_the_limit(self) -> None:
        bomb = b64url(zlib.compress(bytes(10_000_000)))
        assert refused(bomb) == "status_list.limit"
        with pytest.raises(StatusListError):
            decode(bomb, bits=2)
        exact = b64url(zlib.compress(bytes(10_000)))
        assert decode(exact, bits=2, max_bytes=10_000).get(39_999) == 0

    def test_refuses_what_is_not_one_whole_zlib_stream(self) -> None:
        stream = zlib.compress(b"\1\2\3")
        packer = zlib.compressobj(zdict=b"123")
        preset = packer.compress(b"123") + packer.flush()
        for data in (stream + stream, stream + b"\0", stream[:-1], b"", b"\1\2\3", preset, zlib.compress(b"")[:2]):
            assert refused(b64url(data)) == "status_list.malformed"
        assert refused(b64url(stream) + "=") == "status_list.malformed"
        assert refused(b64url(stream), bits=3) == "status_list.malformed"

    @pytest.mark.parametrize(
        ("statuses", "size", "code"),
        [
            ({8: 1}, 8, "index"),
            ({-1: 1}, 8, "index"),
            ({0: 4}, 8, "value"),
            ({0: -1}, 8, "value"),
            ({}, 0, "limit"),
            ({}, 7, "limit"),
            ({}, MAX_ENTRIES + 4, "limit"),
        ],
    )
    def test_refuses_to_encode_what_cannot_be_published(self, statuses: dict[int, int], size: int, code: str) -> None:
        with pytest.raises(StatusListError) as caught:
            encode(statuses, size=size)
        assert caught.value.code == f"status_list.{code}"


def claims(**changes: Any) -> dict[str, Any]:
    honest = {
        "sub": URI,
        "iat": NOW - 60,
        "exp": NOW + 3_600,
        "ttl": 300,
        "status_list": {"bits": 2, "lst": encode({5: 1}, size=64)},
    }
    return {name: value for name, value in (honest | changes).items() if value is not None}


def token(body: dict[str, Any] | bytes, key: int = 1, typ: str = "statuslist+jwt") -> str:
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    return sign_jws(header_extra={}, typ=typ, payload=payload, signer=signer(key))


def refused_token(text: str, at: datetime = AT) -> str:
    with pytest.raises(StatusListError) as caught:
        verify_status_token(text, uri=URI, keys=KEYS, at=at)
    return caught.value.code


@pytest.mark.usefixtures("every_suite")
class TestToken:
    def test_round_trip(self) -> None:
        text = build_status_token(
            uri=URI, lst=encode({5: 1, 6: 2}, size=64), bits=2, iat=NOW, exp=NOW + 3_600, ttl=300, signer=signer()
        )
        read = verify_status_token(text, uri=URI, keys=KEYS, at=AT)
        assert (read.uri, read.iat, read.exp, read.ttl) == (URI, NOW, NOW + 3_600, 300)
        assert [read.status(index) for index in (4, 5, 6)] == [Status.VALID, Status.INVALID, Status.SUSPENDED]

    def test_refuses_a_list_signed_by_another_key(self) -> None:
        assert refused_token(token(claims(), key=2)) == "status_list.signature"

    def test_refuses_a_changed_list(self) -> None:
        head, _, signature = token(claims()).split(".")
        body = b64url(json.dumps(claims(status_list={"bits": 2, "lst": encode({}, size=64)})).encode())
        assert refused_token(f"{head}.{body}.{signature}") == "status_list.signature"

    @pytest.mark.parametrize("typ", ["JWT", "dc+sd-jwt", "statuslist+cwt"])
    def test_refuses_a_token_of_another_type(self, typ: str) -> None:
        assert refused_token(token(claims(), typ=typ)) == "status_list.signature"

    @pytest.mark.parametrize("sub", ["https://zj.example.cn/status-lists/18", "", 7, [URI], URI + "/"])
    def test_refuses_a_list_about_another_uri(self, sub: object) -> None:
        assert refused_token(token(claims(sub=sub))) == "status_list.subject"

    def test_refuses_a_list_that_expired_a_second_ago(self) -> None:
        text = token(claims(exp=NOW))
        assert refused_token(text) == "status_list.expired"
        assert verify_status_token(text, uri=URI, keys=KEYS, at=datetime.fromtimestamp(NOW - 1, UTC))

    def test_refuses_a_list_from_the_future_beyond_the_clock_tolerance(self) -> None:
        assert verify_status_token(token(claims(iat=NOW + 60)), uri=URI, keys=KEYS, at=AT)
        assert refused_token(token(claims(iat=NOW + 61))) == "status_list.from_future"

    @pytest.mark.parametrize("ttl", [0, -1, MAX_TTL_SECONDS + 1, 1.5, "300", True])
    def test_refuses_a_ttl_out_of_bounds(self, ttl: object) -> None:
        assert refused_token(token(claims(ttl=ttl))) == "status_list.ttl"

    @pytest.mark.parametrize("exp", [253_402_300_799, 2**63, "x", 1.5, True, NOW - 60, NOW - 61])
    def test_refuses_a_life_that_is_too_long_or_backwards(self, exp: object) -> None:
        assert refused_token(token(claims(exp=exp))) == "status_list.ttl"

    @pytest.mark.parametrize(
        "listed",
        [
            *({}, [], "x", {"bits": 2}, {"bits": 3, "lst": ""}, {"bits": 2, "lst": 7}, {"bits": True, "lst": ""}),
            *({"bits": bits, "lst": encode({5: 1}, size=64)} for bits in (True, 2.0, "2", None, 3, 16)),
            {"bits": 2, "lst": encode({5: 1}, size=64), "aggregation_uri": 7},
        ],
    )
    def test_refuses_a_token_without_a_list(self, listed: object) -> None:
        assert refused_token(token(claims(status_list=listed))) == "status_list.malformed"

    @pytest.mark.parametrize("iat", [NOW - 60.5, str(NOW), True, 0, -1])
    def test_refuses_a_time_of_making_that_is_no_whole_number(self, iat: object) -> None:
        assert refused_token(token(claims(iat=iat))) == "status_list.ttl"

    @pytest.mark.parametrize("name", ["sub", "iat", "exp", "ttl", "status_list"])
    def test_refuses_a_missing_claim(self, name: str) -> None:
        assert refused_token(token(claims(**{name: None}))) == "status_list.malformed"

    def test_refuses_claims_that_are_unknown_repeated_or_no_object(self) -> None:
        assert refused_token(token(claims(aggregation_uri="x"))) == "status_list.malformed"
        assert refused_token(token(json.dumps(claims()).encode()[:-1] + b',"ttl":5}')) == "status_list.malformed"
        assert refused_token(token(b"[]")) == "status_list.malformed"

    def test_refuses_a_list_that_inflates_to_hundreds_of_megabytes_and_a_token_beyond_the_limit(self) -> None:
        packer = zlib.compressobj(1)
        bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(256)) + packer.flush()
        assert refused_token(token(claims(status_list={"bits": 2, "lst": b64url(bomb)}))) == "status_list.limit"
        assert refused_token("x" * (6 * 1024 * 1024 + 1)) == "status_list.limit"

    def test_refuses_a_list_older_than_one_already_seen(self) -> None:
        require_not_older(new_iat=NOW, seen_iat=NOW)
        with pytest.raises(StatusListError) as caught:
            require_not_older(new_iat=NOW - 1, seen_iat=NOW)
        assert caught.value.code == "status_list.older"

    def test_refuses_to_sign_a_list_that_nobody_would_accept(self) -> None:
        for iat, exp, ttl in ((NOW, NOW, 300), (NOW, NOW + 8 * 86_400, 300), (NOW, NOW + 60, 0)):
            with pytest.raises(StatusListError):
                build_status_token(uri=URI, lst=encode({}, size=8), bits=2, iat=iat, exp=exp, ttl=ttl, signer=signer())
