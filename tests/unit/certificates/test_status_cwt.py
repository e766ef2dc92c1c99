"""The status list as CWT: the same refusals as the JWT, and nothing but deterministic CBOR with everything signed."""

import hashlib
import zlib
from datetime import UTC, datetime
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from certificates.core import deterministic_cbor as cbor
from certificates.core.cose import sign1
from certificates.core.errors import StatusListError
from certificates.core.signing.registry import SUITES
from certificates.core.signing.suite import kid_bytes
from certificates.core.status_bits import compress, pack
from certificates.core.status_cwt import TYP, build_status_cwt, verify_status_cwt
from certificates.core.status_list import MAX_TOKEN_BYTES, MAX_TTL_SECONDS, Status
from tests.unit.certificates.credential_parts import private_key, signer
from tests.unit.suite_in_use import sample_keys, suite_in_use, using

pytestmark = pytest.mark.usefixtures("every_suite")

URI = "https://zj.example.cn/status-lists/17"
NOW = 1_790_000_000
AT = datetime.fromtimestamp(NOW, UTC)
KEYS = sample_keys()
STREAM = compress(pack({5: 1, 6: 2}, size=64))
SUB, EXP, IAT, LISTED, TTL = 2, 4, 6, 65533, 65534


def claims(**changes: Any) -> dict[int, Any]:
    names = {"sub": SUB, "exp": EXP, "iat": IAT, "status_list": LISTED, "ttl": TTL}
    honest = {SUB: URI, EXP: NOW + 3600, IAT: NOW - 60, LISTED: {"bits": 2, "lst": STREAM}, TTL: 300}
    found = honest | {names[name]: value for name, value in changes.items()}
    return {name: value for name, value in found.items() if value is not None}


def token(body: dict[int, Any] | bytes, *, key: int = 1, typ: str | None = TYP) -> bytes:
    payload = body if isinstance(body, bytes) else cbor2.dumps(body, canonical=True)
    return sign1(payload, signer=signer(key), typ=typ)


def refused(data: bytes, at: datetime = AT) -> str:
    with pytest.raises(StatusListError) as caught:
        verify_status_cwt(data, uri=URI, keys=KEYS, at=at)
    return caught.value.code


def signed_with(protected: dict[int, Any], unprotected: dict[int, Any], payload: bytes) -> bytes:
    """What our own writer never makes: any headers, well signed."""
    head = cbor.encode(protected)
    signature = signer().sign(cbor.encode(["Signature1", head, b"", payload]))
    return b"\xd2" + cbor.encode([head, unprotected, payload, signature])


def build(**changes: Any) -> bytes:
    arguments: dict[str, Any] = {"uri": URI, "stream": STREAM, "bits": 2, "iat": NOW, "exp": NOW + 60, "ttl": 30}
    return build_status_cwt(**(arguments | changes), signer=signer())


def test_round_trip() -> None:
    read = verify_status_cwt(build(aggregation_uri="https://zj.example.cn/status-lists"), uri=URI, keys=KEYS, at=AT)
    assert (read.uri, read.iat, read.exp, read.ttl) == (URI, NOW, NOW + 60, 30)
    assert [read.status(index) for index in (4, 5, 6)] == [Status.VALID, Status.INVALID, Status.SUSPENDED]


def test_it_is_deterministic_cbor_with_the_type_in_the_protected_header() -> None:
    data = build()
    assert suite_in_use().name == "SM2" or data == build()  # SM2 signs with a new random number each time
    tagged = cbor2.loads(data)
    assert tagged.tag == 18
    head, unprotected, payload, _ = tagged.value
    assert (cbor2.loads(head), unprotected) == ({1: suite_in_use().cose_alg, 4: kid_bytes(signer().kid), 16: TYP}, {})
    assert cbor2.dumps(cbor2.loads(payload), canonical=True) == payload
    assert cbor2.loads(payload)[LISTED] == {"bits": 2, "lst": STREAM}


def test_cryptography_alone_verifies_it() -> None:
    with using("ES256"):
        head, _, payload, signature = cbor2.loads(build()).value
        public_key = private_key().public_key()
    r, s = (int.from_bytes(part, "big") for part in (signature[:32], signature[32:]))
    digest = hashlib.sha256(cbor2.dumps(["Signature1", head, b"", payload])).digest()
    public_key.verify(utils.encode_dss_signature(r, s), digest, ec.ECDSA(utils.Prehashed(SHA256())))


def test_s2_refuses_a_list_signed_by_another_key_changed_or_about_another_address() -> None:
    assert refused(token(claims(), key=2)) == "status_list.signature"
    data = bytearray(token(claims()))
    data[-70] ^= 1
    assert refused(bytes(data)) == "status_list.signature"
    assert refused(token(claims(sub=URI + "/"))) == "status_list.subject"
    assert refused(token(claims(sub=7))) == "status_list.subject"


@pytest.mark.parametrize("typ", [None, "application/statuslist+jwt", "statuslist+cwt", "", "application/cwt"])
def test_refuses_a_token_of_another_type(typ: str | None) -> None:
    assert refused(token(claims(), typ=typ)) == "status_list.signature"


def test_refuses_a_key_id_or_type_that_is_not_signed_and_an_algorithm_that_is_not_the_keys() -> None:
    payload, kid = cbor.encode(claims()), kid_bytes(signer().kid)
    assert verify_status_cwt(
        signed_with({1: suite_in_use().cose_alg, 4: kid, 16: TYP}, {}, payload), uri=URI, keys=KEYS, at=AT
    )
    for protected, unprotected in (
        ({1: suite_in_use().cose_alg, 16: TYP}, {4: kid}),
        ({1: suite_in_use().cose_alg, 4: kid}, {16: TYP}),
        ({1: suite_in_use().cose_alg, 4: kid, 16: TYP}, {4: kid}),
        ({1: -8, 4: kid, 16: TYP}, {}),
        *(({1: one.cose_alg, 4: kid, 16: TYP}, {}) for one in SUITES.values() if one.name != suite_in_use().name),
        ({1: suite_in_use().cose_alg, 4: kid, 16: TYP, 2: [16]}, {}),
    ):
        assert refused(signed_with(protected, unprotected, payload)) == "status_list.signature"


def test_s1_refuses_a_list_that_expired_never_ages_or_is_from_the_future() -> None:
    assert refused(token(claims(exp=NOW))) == "status_list.expired"
    assert refused(token(claims(exp=NOW - 1, iat=NOW - 60))) == "status_list.expired"
    assert refused(token(claims(exp=253_402_300_799))) == "status_list.ttl"
    assert refused(token(claims(iat=NOW + 61))) == "status_list.from_future"
    assert verify_status_cwt(token(claims(iat=NOW + 60)), uri=URI, keys=KEYS, at=AT)
    for ttl in (0, -1, MAX_TTL_SECONDS + 1, "300", True):
        assert refused(token(claims(ttl=ttl))) == "status_list.ttl"
    for exp in (2**63, "x", True):
        assert refused(token(claims(exp=exp))) == "status_list.ttl"


def test_refuses_claims_that_are_unknown_missing_repeated_or_not_deterministic() -> None:
    for name in ("sub", "exp", "iat", "status_list", "ttl"):
        assert refused(token(claims(**{name: None}))) == "status_list.malformed"
    assert refused(token({**claims(), 1: "iss"})) == "status_list.malformed"
    assert refused(token(b"\xa0")) == "status_list.malformed"
    assert refused(token(cbor2.dumps(dict(reversed(claims().items()))))) == "status_list.malformed"
    assert refused(token(cbor2.dumps(claims(exp=NOW + 60.5), canonical=True))) == "status_list.malformed"
    twice = cbor.encode(claims())
    assert refused(token(b"\xa6" + twice[1:] + twice[1 : 1 + 2 + len(URI) + 1])) == "status_list.malformed"
    assert refused(token(twice + b"\0")) == "status_list.malformed"


@pytest.mark.parametrize(
    "listed",
    [
        {},
        [],
        {"bits": 2},
        {"bits": 3, "lst": STREAM},
        {"bits": True, "lst": STREAM},
        {"bits": 2, "lst": "text"},
        {"bits": 2, "lst": STREAM[:-1]},
        {"bits": 2, "lst": STREAM, "more": 1},
        {"bits": 2, "lst": STREAM, "aggregation_uri": 1},
    ],
)
def test_refuses_a_token_without_a_list(listed: object) -> None:
    assert refused(token(claims(status_list=listed))) == "status_list.malformed"


@pytest.mark.parametrize("payload", [[SUB, EXP, IAT, LISTED, TTL], 7, "x", b"x"])
def test_refuses_claims_that_are_no_map(payload: object) -> None:
    assert refused(token(cbor.encode(payload))) == "status_list.malformed"


def test_s4_refuses_a_list_that_inflates_beyond_the_limit_and_a_token_beyond_its_own() -> None:
    bomb = zlib.compress(bytes(16 * 2**20), 1)
    assert refused(token(claims(status_list={"bits": 2, "lst": bomb}))) == "status_list.limit"
    assert refused(bytes(MAX_TOKEN_BYTES + 1)) == "status_list.limit"


def test_refuses_to_sign_a_list_that_nobody_would_accept() -> None:
    for changes in ({"exp": NOW}, {"exp": NOW + 8 * 86_400}, {"ttl": 0}):
        with pytest.raises(StatusListError):
            build(**changes)
