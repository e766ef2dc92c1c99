"""What kind of statement some bytes to sign are, COSE or CMS: what is stated in them, and nothing that only looks like it."""

import cbor2
import pytest
from asn1crypto.cms import CMSAttributes

from certificates.adapters.typed_signing import is_file_attributes, stated_cose_typ, stated_typ

TYP = "application/statuslist+cwt"


def to_sign(header: object, *, external: bytes = b"", context: str = "Signature1", payload: bytes = b"\xa0") -> bytes:
    protected = header if isinstance(header, bytes) else cbor2.dumps(header, canonical=True)
    return cbor2.dumps([context, protected, external, payload], canonical=True)


def test_the_type_is_read_from_the_protected_header() -> None:
    data = to_sign({1: -7, 4: b"12345678", 16: TYP})
    assert stated_cose_typ(data) == TYP
    assert stated_typ(data) is None


@pytest.mark.parametrize(
    "data",
    [
        to_sign({1: -7, 4: b"12345678"}),  # a seal code's
        to_sign({1: -7, 16: 60}),
        to_sign({1: -7, 16: TYP}, external=b"x"),
        to_sign({1: -7, 16: TYP}, context="CounterSignature"),
        to_sign({1: -7, 16: TYP, 99: b"x" * 300}),
        to_sign([16, TYP]),
        to_sign(b""),
        to_sign({1: -7, 16: TYP}) + b"\0",
        to_sign({1: -7, 16: TYP})[:-1],
        b"\x84\x6aSignature1",
        b"",
        b"eyJ0eXAiOiJzdGF0dXNsaXN0K2p3dCJ9.e30",
    ],
)
def test_anything_else_states_no_type(data: bytes) -> None:
    assert stated_cose_typ(data) is None


DIGEST = ("message_digest", b"d" * 32)
NAMED = ("signing_certificate_v2", {"certs": [{"cert_hash": b"c" * 32}]})
OF_FILE = [("content_type", "data"), DIGEST, NAMED]


def attributes(*given: tuple[str, object]) -> bytes:
    return bytes(CMSAttributes([{"type": name, "values": [value]} for name, value in given]).dump())


def test_the_attributes_of_a_files_signature_are_known() -> None:
    assert is_file_attributes(attributes(*OF_FILE))


@pytest.mark.parametrize(
    "data",
    [
        attributes(("content_type", "tst_info"), DIGEST, NAMED),  # a timestamp's
        attributes(("content_type", "signed_data"), DIGEST, NAMED),
        attributes(("content_type", "data"), DIGEST),
        attributes(("content_type", "data"), NAMED),
        attributes(*OF_FILE, ("content_type", "tst_info")),
        attributes(*OF_FILE, DIGEST),
        attributes(*OF_FILE) + b"\0",
        attributes(*OF_FILE)[:-1],
        b"\x31\x00",
        b"\x31",
        b"",
    ],
)
def test_any_other_set_is_no_files_attributes(data: bytes) -> None:
    assert not is_file_attributes(data)
