"""The largest inputs that the limits let in, and one more: each is read or refused within a second and 64 MiB."""

import base64
import json
import time
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from accounts.core.errors import AccountsError
from certificates.core import base45
from certificates.core.canonical import strict_json_loads
from certificates.core.cose import sign1
from certificates.core.errors import CertificatesError
from certificates.core.sd_jwt_format import MAX_DIGESTS, MAX_DISCLOSURES, MAX_SD_JWT_CHARS
from certificates.core.sd_jwt_verify import verify_credential
from certificates.core.seal_code import MAX_CHARS, MAX_INFLATED_BYTES, verify_seal_code
from certificates.core.status_bits import MAX_ENTRIES, compress, inflate
from certificates.core.x509_read import MAX_CERTIFICATE_BYTES, read_certificate
from tests.unit.certificates.credential_parts import (
    decoy,
    digest,
    disclosure,
    header,
    payload,
    signed,
    signer,
    trusted_key,
)
from verification.core.errors import VerificationError
from verification.core.note import MAX_NOTE_BYTES, MAX_SIGNATURES, parse_note
from verification.core.presentation_kind import claimed_region
from verification.core.receipt import MAX_COMPLETED_BYTES, unverified_promise
from verification.core.recognition_message import MAX_ANSWER_BYTES, read_ask

MOST_SECONDS = 1.0
MOST_BYTES = 64 * 2**20
SALT = "c2FsdHNhbHRzYWx0c2FsdA"


def credential(text: str) -> Any:
    return verify_credential(text, key=trusted_key())


def full_credential() -> str:
    shown = [disclosure(SALT, f"f{number}", "x" * 60) for number in range(MAX_DISCLOSURES)]
    digests = [digest(text) for text in shown] + [decoy(10 + number) for number in range(MAX_DIGESTS - len(shown) - 2)]
    return signed(payload(_sd=digests), shown)


def credential_of(claims: bytes) -> str:
    return signed(claims[: MAX_SD_JWT_CHARS // 2])


def certificate_chain() -> str:
    chain = [base64.b64encode(bytes(MAX_CERTIFICATE_BYTES)).decode()] * 4
    return signed(payload(), head=header(x5c=chain))


def seal(cose: bytes) -> str:
    return "HZ1:" + base45.encode(zlib.compress(cose, 9))


def seal_code(text: str) -> Any:
    return verify_seal_code(text, resolve_key=lambda _kid: trusted_key())


def signed_items(item: bytes) -> str:
    """A well-signed code that inflates to nearly all that is allowed: an array of as many items as fit."""
    count = (MAX_INFLATED_BYTES - 200) // len(item)
    return seal(sign1(b"\x99" + count.to_bytes(2) + item * count, signer=signer()))


def full_note() -> bytes:
    line = "\u2014 witness.example " + base64.b64encode(bytes(100)).decode() + "\n"
    return ("x\n" * 20_000 + "\n" + line * MAX_SIGNATURES).encode()


WORST: dict[str, tuple[Callable[[Any], Any], Callable[[], Any]]] = {
    "credential-with-all-it-may-have": (credential, full_credential),
    "credential-of-tildes": (credential, lambda: "~" * MAX_SD_JWT_CHARS),
    "credential-of-dots": (credential, lambda: "." * (MAX_SD_JWT_CHARS - 1) + "~"),
    "credential-of-empty-arrays": (credential, lambda: credential_of(b"[" + b"[]," * 20_000)),
    "credential-of-deep-arrays": (credential, lambda: credential_of(b"[" * 250 + b"]" * 250)),
    "credential-of-a-long-number": (credential, lambda: signed(b'{"exp":' + b"9" * 4_300 + b"}")),
    "credential-of-the-longest-chain": (credential, certificate_chain),
    "seal-code-of-all-characters": (seal_code, lambda: "HZ1:" + "U" * (MAX_CHARS - 4)),
    "seal-code-of-zeros": (seal_code, lambda: seal(bytes(MAX_INFLATED_BYTES))),
    "seal-code-of-numbers": (seal_code, lambda: signed_items(b"\x01")),
    "seal-code-of-empty-maps": (seal_code, lambda: signed_items(b"\xa0")),
    "seal-code-of-texts": (seal_code, lambda: signed_items(b"\x61x")),
    "region-of-a-code-of-maps": (claimed_region, lambda: signed_items(b"\xa0")),
    "region-of-a-credential-of-arrays": (claimed_region, lambda: credential_of(b"[" + b"[]," * 20_000)),
    "json-of-many-members": (
        lambda data: strict_json_loads(data, max_bytes=2**18),
        lambda: json.dumps({f"m{number}": number for number in range(16_000)}).encode(),
    ),
    "json-of-brackets": (lambda data: strict_json_loads(data, max_bytes=2**18), lambda: b"[" * 2**18),
    "json-of-one-name": (
        lambda data: strict_json_loads(data, max_bytes=2**18),
        lambda: b"{" + b",".join([b'"a":1'] * 40_000) + b"}",
    ),
    "status-list-of-all-entries": (lambda stream: inflate(stream, bits=2), lambda: compress(bytes(MAX_ENTRIES // 4))),
    "status-list-of-one-byte-more": (
        lambda stream: inflate(stream, bits=2),
        lambda: zlib.compress(bytes(MAX_ENTRIES // 4 + 1)),
    ),
    "certificate-of-nested-sequences": (read_certificate, lambda: b"\x30\x80" * (MAX_CERTIFICATE_BYTES // 2)),
    "note-of-all-signatures": (parse_note, full_note),
    "note-of-blank-lines": (parse_note, lambda: b"\n" * MAX_NOTE_BYTES),
    "receipt-of-text": (unverified_promise, lambda: b"{" + b" " * (MAX_COMPLETED_BYTES - 2) + b"}"),
    "receipt-of-dots": (unverified_promise, lambda: "." * MAX_COMPLETED_BYTES),
    "ask-of-empty-objects": (read_ask, lambda: b"[" + b"{}," * (MAX_ANSWER_BYTES // 3)),
}


@pytest.mark.parametrize("name", WORST)
def test_the_largest_inputs_are_read_or_refused_in_time(name: str) -> None:
    read, make = WORST[name]
    data = make()
    started = time.process_time()
    read_or_refused(read, data)
    assert time.process_time() - started < MOST_SECONDS
    tracemalloc.start()
    read_or_refused(read, data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MOST_BYTES


def read_or_refused(read: Callable[[Any], Any], data: Any) -> None:
    with suppress(CertificatesError, VerificationError, AccountsError):
        read(data)


def test_a_credential_with_all_it_may_have_is_taken() -> None:
    assert len(credential(full_credential()).shown) == MAX_DISCLOSURES
