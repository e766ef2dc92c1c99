"""PKCS#8 of a private key has one form in every suite: version, curve, 32 bytes of scalar, and a public half of that very key."""

import pytest

from certificates.core.errors import CredentialError
from certificates.core.signing.ec_keys_der import P256_OID, SM2_OID
from certificates.core.signing.registry import SUITES

CURVES = {"ES256": P256_OID, "SM2": SM2_OID}
SCALAR = (0x1234567890ABCDEF).to_bytes(32)
EC_PUBLIC_KEY = bytes.fromhex("2a8648ce3d0201")


def tlv(tag: int, content: bytes) -> bytes:
    length = bytes([len(content)]) if len(content) < 128 else b"\x81" + bytes([len(content)])
    return bytes([tag]) + length + content


def algorithm(curve: bytes) -> bytes:
    return tlv(0x30, tlv(6, EC_PUBLIC_KEY) + tlv(6, curve))


def point_of(suite: str) -> bytes:
    chosen = SUITES[suite]
    return chosen.spki_of(chosen.public_of(chosen.private_from_pkcs8(made(suite))))[-65:]


def made(
    suite: str,
    *,
    version: bytes = b"\0",
    inner: bytes = b"\1",
    scalar: bytes = SCALAR,
    tail: bytes = b"",
    curve: bytes | None = None,
) -> bytes:
    key = tlv(0x30, tlv(2, inner) + tlv(4, scalar) + tail)
    return tlv(0x30, tlv(2, version) + algorithm(curve or CURVES[suite]) + tlv(4, key))


def stated(curve: bytes) -> bytes:
    return tlv(0xA0, tlv(6, curve))


def public(point: bytes, unused: bytes = b"\0") -> bytes:
    return tlv(0xA1, tlv(3, unused + point))


def other(suite: str) -> bytes:
    return CURVES["SM2" if suite == "ES256" else "ES256"]


@pytest.mark.parametrize("suite", SUITES)
def test_takes_the_forms_that_tools_write(suite: str) -> None:
    chosen, point = SUITES[suite], point_of(suite)
    for tail in (b"", stated(CURVES[suite]), public(point), stated(CURVES[suite]) + public(point)):
        key = chosen.private_from_pkcs8(made(suite, tail=tail))
        assert chosen.spki_of(chosen.public_of(key))[-65:] == point


@pytest.mark.parametrize("suite", SUITES)
def test_refuses_every_other_form(suite: str) -> None:
    point = point_of(suite)
    forms = [
        made(suite, version=b"\2"),
        made(suite, inner=b"\0"),
        made(suite, inner=b"\2"),
        made(suite, scalar=SCALAR[1:]),
        made(suite, scalar=b"\0" + SCALAR),
        made(suite, curve=other(suite)),
        made(suite, tail=stated(other(suite))),
        made(suite, tail=stated(CURVES[suite]) * 2),
        made(suite, tail=public(point) * 2),
        made(suite, tail=public(point) + stated(CURVES[suite])),
        made(suite, tail=tlv(4, b"x")),
        made(suite, tail=public(point[:-1])),
        made(suite, tail=public(b"\2" + point[1:33])),
        made(suite, tail=public(b"\5" + point[1:])),
        made(suite, tail=public(point[:-1] + bytes([point[-1] ^ 1]))),
        made(suite) + b"\0",
        made(suite)[:-1],
    ]
    for der in forms:
        with pytest.raises(CredentialError) as caught:
            SUITES[suite].private_from_pkcs8(der)
        assert caught.value.code == "key.algorithm", der.hex()


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("scalar", [bytes(32), b"\xff" * 32])
def test_refuses_a_number_out_of_range(suite: str, scalar: bytes) -> None:
    with pytest.raises(CredentialError) as caught:
        SUITES[suite].private_from_pkcs8(made(suite, scalar=scalar))
    assert caught.value.code == "key.range"


@pytest.mark.parametrize("suite", SUITES)
def test_refuses_public_keys_in_any_other_form(suite: str) -> None:
    chosen, point = SUITES[suite], point_of(suite)

    def spki(curve: bytes, coded: bytes, unused: bytes = b"\0") -> bytes:
        return tlv(0x30, algorithm(curve) + tlv(3, unused + coded))

    chosen.load_public_key(spki(CURVES[suite], point))
    for der in (
        spki(other(suite), point),
        spki(CURVES[suite], point[:-1]),
        spki(CURVES[suite], b"\2" + point[1:33]),
        spki(CURVES[suite], b"\6" + point[1:]),
        spki(CURVES[suite], bytes(65)),
        spki(CURVES[suite], point[:-1] + bytes([point[-1] ^ 1])),
        spki(CURVES[suite], point, b"\1"),
        spki(CURVES[suite], point) + b"\0",
    ):
        with pytest.raises(CredentialError) as caught:
            chosen.load_public_key(der)
        assert caught.value.code == "key.algorithm", der.hex()
