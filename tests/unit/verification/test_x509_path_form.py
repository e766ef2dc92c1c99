"""A certificate of a path is read strictly: version 3, DER, each extension once and no bit changed, in every suite."""

from collections.abc import Callable

import pytest
from asn1crypto import core, x509

from certificates.core.x509_algorithms import algorithm_identifier, sign_der
from certificates.core.x509_extensions import (
    AUTHORITY_KEY_IDENTIFIER,
    BASIC_CONSTRAINTS,
    EXTENDED_KEY_USAGE,
    KEY_USAGE,
    extension,
)
from tests.unit.certificates.x509_parts import Pair, flipped, raw_extension, remade, unknown
from tests.unit.verification.x509_path_steps import check, refusal


@pytest.mark.parametrize(("number", "code"), [(0, "issuer.serial"), (-1, "issuer.serial"), (1 << 159, "issuer.serial")])
def test_refuses_a_serial_number_that_is_not_positive_or_too_long(pair: Pair, number: int, code: str) -> None:
    assert refusal(pair, remade(pair.leaf, pair.ca_key, serial_number=number)) == code
    check(pair, remade(pair.leaf, pair.ca_key, serial_number=(1 << 159) - 1))


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_refuses_a_certificate_of_an_older_version(pair: Pair, version: str) -> None:
    assert refusal(pair, remade(pair.leaf, pair.ca_key, version=version)) == "issuer.version"


def test_refuses_a_certificate_without_extensions(pair: Pair) -> None:
    names = [item["extn_id"].dotted for item in x509.Certificate.load(pair.leaf)["tbs_certificate"]["extensions"]]
    assert refusal(pair, remade(pair.leaf, pair.ca_key, drop=names)) == "issuer.unreadable"


def test_refuses_unique_identifiers_of_version_2(pair: Pair) -> None:
    changed = remade(pair.leaf, pair.ca_key, issuer_unique_id=core.OctetBitString(b"x"))
    assert refusal(pair, changed) == "issuer.unreadable"


def test_refuses_an_extension_that_stands_twice(pair: Pair) -> None:
    twice = remade(pair.leaf, pair.ca_key, add=[unknown(critical=False), unknown(critical=False, value=b"\x04\x00")])
    assert refusal(pair, twice) == "issuer.unreadable"


def test_refuses_more_extensions_than_allowed(pair: Pair) -> None:
    many = [extension(f"1.2.3.{number}", b"\x05\x00") for number in range(30)]
    assert refusal(pair, remade(pair.leaf, pair.ca_key, add=many)) == "issuer.unreadable"


def test_refuses_bytes_that_are_no_certificate_or_too_many(pair: Pair) -> None:
    padded = remade(pair.leaf, pair.ca_key, add=[unknown(critical=False, value=bytes(4096))])
    for junk in (b"", b"junk", pair.leaf[:-1], pair.leaf + b"\x00", padded, b"\x30" * 4000, b"\x30\x80" * 2000):
        assert refusal(pair, junk) == "issuer.unreadable"


@pytest.mark.parametrize("name", [BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE, AUTHORITY_KEY_IDENTIFIER])
@pytest.mark.parametrize("value", [b"", b"\x01", b"\x02\x01\x00", b"\x30\x03\x01\x01\x00", b"\x03\x02\x00\x80"])
def test_refuses_a_certificate_with_an_extension_that_cannot_be_read(pair: Pair, name: str, value: bytes) -> None:
    changed = remade(pair.leaf, pair.ca_key, drop=[name], add=[raw_extension(name, value, critical=True)])
    assert refusal(pair, changed).startswith("issuer.")


def reencoded(change: Callable[[bytes], bytes]) -> Callable[[Pair], bytes]:
    """The leaf with its TBS altered as bytes and signed again: what a CA with its own DER writer could make."""

    def forge(pair: Pair) -> bytes:
        tbs = x509.Certificate.load(pair.leaf)["tbs_certificate"].dump()
        changed = change(tbs[4:])
        header = b"\x30\x82" + len(changed).to_bytes(2, "big")
        signature = core.OctetBitString(sign_der(header + changed, signer=pair.ca_key.signer)).dump()
        body = header + changed + algorithm_identifier(pair.key.suite).dump() + signature
        return b"\x30\x82" + len(body).to_bytes(2, "big") + body

    return forge


def once(tbs: bytes, old: bytes, new: bytes) -> bytes:
    assert tbs.count(old) >= 1
    return tbs.replace(old, new, 1)


@pytest.mark.parametrize(
    "change",
    [
        lambda tbs: (
            once(tbs, b"\x02\x01\x02\x02\x01\x02", b"\x02\x01\x02\x02\x02\x00\x02")
            if b"\x02\x01\x02\x02\x01\x02" in tbs
            else once(tbs, b"\x02\x01\x02\x30", b"\x02\x02\x00\x02\x30")
        ),  # serial with a leading zero
        lambda tbs: once(tbs, b"260101000000Z", b"260101000000+"),  # time without Z
        lambda tbs: once(tbs, b"\x17\x0d260101000000Z", b"\x18\x0f20260101000000Z").replace(b"\x30\x1e", b"\x30\x20"),
        lambda tbs: once(tbs, b"260101000000Z", b"261301000000Z"),  # a thirteenth month
        lambda tbs: once(tbs, b"\x01\x01\xff", b"\x01\x01\x01"),  # TRUE that is not 255
        lambda tbs: once(tbs, b"\x13\x02CN", b"\x14\x02CN"),  # a string type nobody needs
        lambda tbs: once(tbs, "浙".encode(), b"\xff\xff\xff"),  # no UTF-8
        lambda tbs: once(tbs, b"\x03\x02\x06\xc0", b"\x03\x02\x05\xc0"),  # named bits with a trailing zero
    ],
)
def test_refuses_a_signed_certificate_that_is_not_der(pair: Pair, change: Callable[[bytes], bytes]) -> None:
    check(pair, reencoded(lambda tbs: tbs)(pair))
    assert refusal(pair, reencoded(change)(pair)) == "issuer.unreadable"


def _refuse_flips(pair: Pair, step: int, bits: range) -> None:
    for at in range(0, len(pair.leaf), step):
        for bit in bits:
            assert refusal(pair, flipped(pair.leaf, at, bit)).startswith("issuer."), (at, bit)


def test_refuses_a_certificate_with_one_bit_changed(pair: Pair) -> None:
    _refuse_flips(pair, 7, range(0, 8, 3))


@pytest.mark.exhaustive
def test_refuses_a_certificate_with_any_bit_changed(pair: Pair) -> None:
    _refuse_flips(pair, 1, range(8))
