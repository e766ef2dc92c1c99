"""A stranger's certificates, read before anything of them is verified, fill no process: neither by number nor by form."""

import tracemalloc

import pytest
from asn1crypto import core, x509

from certificates.core.errors import X509Error
from certificates.core.x509_read import (
    MAX_CERTIFICATE_BYTES,
    MAX_EXTENSIONS,
    MAX_NAME_NODES,
    MAX_REMEMBERED,
    read_certificate,
)
from tests.unit.certificates.x509_parts import Pair, make_pair

MOST_BYTES = 24 * 2**20
_EMPTY = b"\x30\x00"


@pytest.fixture(scope="module")
def pair() -> Pair:
    return make_pair("ES256")


def sequence(content: bytes, *, tag: int = 0x30) -> bytes:
    length = len(content)
    head = (
        bytes([length])
        if length < 0x80
        else b"\x81" + bytes([length])
        if length < 0x100
        else b"\x82" + length.to_bytes(2)
    )
    return bytes([tag]) + head + content


def stranger(pair: Pair, *, number: int, name: bytes, extensions: int = 1) -> bytes:
    """A certificate that nobody signed: with any issuer, and with as many extensions as wanted."""
    found = x509.Certificate.load(pair.leaf)
    tbs = found["tbs_certificate"]
    listed = b"".join(sequence(bytes([6, 4, 0x2A, 3, 4, place, 4, 0])) for place in range(extensions))
    body = b"".join(
        [
            bytes.fromhex("a003020102"),
            core.Integer(number).dump(),
            tbs["signature"].dump(),
            name,
            tbs["validity"].dump(),
            _EMPTY,
            tbs["subject_public_key_info"].dump(),
            sequence(sequence(listed), tag=0xA3),
        ]
    )
    return sequence(sequence(body) + found["signature_algorithm"].dump() + found["signature_value"].dump())


def name_of(nodes: int) -> bytes:
    return sequence(_EMPTY * (nodes - 1))


def test_refuses_a_certificate_whose_name_is_a_heap_of_values(pair: Pair) -> None:
    read_certificate(stranger(pair, number=1, name=name_of(MAX_NAME_NODES)))
    with pytest.raises(X509Error) as refused:
        read_certificate(stranger(pair, number=1, name=name_of(MAX_NAME_NODES + 1)))
    assert refused.value.code == "issuer.unreadable"


def test_refuses_to_be_filled_with_the_certificates_of_a_stranger(pair: Pair) -> None:
    read_certificate.cache_clear()
    name = sequence(_EMPTY * (MAX_NAME_NODES - 2) + core.UTF8String("x" * 3000).dump())
    tracemalloc.start()
    try:
        for number in range(MAX_REMEMBERED):
            der = stranger(pair, number=2**32 + number, name=name, extensions=MAX_EXTENSIONS)
            assert MAX_CERTIFICATE_BYTES - 600 < len(der) <= MAX_CERTIFICATE_BYTES
            read_certificate(der)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        read_certificate.cache_clear()
    assert kept < MOST_BYTES
