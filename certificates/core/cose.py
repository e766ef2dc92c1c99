"""COSE_Sign1 (RFC 9052 section 4.2) in one profile: tag 18, unprotected header empty, protected header exactly alg and kid.

A statement that is not told apart by where it stands has a `typ` (RFC 9596) beside them, which its reader expects.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from certificates.core import deterministic_cbor as cbor
from certificates.core.errors import CredentialError, SealCodeError
from certificates.core.signing.registry import suite
from certificates.core.signing.suite import KID_BYTES, NamedKey, Signer, TrustedKey, kid_bytes

COSE_SIGN1 = b"\xd2"  # tag 18
_ALG, _KID = 1, 4  # RFC 9052 section 3.1
_TYP = 16  # RFC 9596
_ITEMS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedSign1:
    """This will hold the payload and key id (8 bytes) that a good signature covers."""

    payload: bytes
    kid: bytes


def sign1(payload: bytes, *, signer: Signer, typ: str | None = None) -> bytes:
    """This will give the tagged COSE_Sign1 of `payload`, with `typ` where one is given."""
    signature = signer.sign(sign1_input(payload, key=signer, typ=typ))
    return sign1_from(payload, key=signer, signature=signature, typ=typ)


def sign1_input(payload: bytes, *, key: NamedKey, typ: str | None = None) -> bytes:
    """This will give the bytes that the key is to sign for `payload` (RFC 9052 section 4.4)."""
    return _to_be_signed(_protected(key, typ), payload)


def sign1_from(payload: bytes, *, key: NamedKey, signature: bytes, typ: str | None = None) -> bytes:
    """This will put the tagged COSE_Sign1 together from a signature over `sign1_input`."""
    return COSE_SIGN1 + cbor.encode([_protected(key, typ), {}, payload, signature])


def _protected(key: NamedKey, typ: str | None) -> bytes:
    header: dict[int, Any] = {_ALG: suite(key.suite).cose_alg, _KID: kid_bytes(key.kid)}
    return cbor.encode(header if typ is None else header | {_TYP: typ})


def verify_sign1(data: bytes, *, resolve_key: Callable[[bytes], TrustedKey], typ: str | None = None) -> VerifiedSign1:
    """This will verify under the key that `resolve_key` finds for the 8-byte key id, by that key's own suite.

    With `typ` the header must state exactly that one, without it none.

    Raises SealCodeError `seal_code.cose|cbor|signature|key_algorithm`, and what `resolve_key` raises.
    """
    protected, payload, signature = _items(data)
    alg, kid = _header(protected, typ)
    key = resolve_key(kid)
    chosen = suite(key.suite)
    if alg != chosen.cose_alg:
        raise SealCodeError("seal_code.key_algorithm", "the header states another algorithm than the key's")
    try:
        chosen.verify(key.public_key, signature, _to_be_signed(protected, payload))
    except CredentialError as error:
        raise SealCodeError("seal_code.signature", "the signature does not verify") from error
    return VerifiedSign1(payload=payload, kid=kid)


def unverified_payload(data: bytes) -> bytes:
    """This will give the payload only to find out whose keys may verify it; raises SealCodeError `seal_code.cose|cbor`."""
    return _items(data)[1]


def unverified_kid(data: bytes) -> bytes:
    """This will give the key id (8 bytes) only to find the key that may verify it; raises SealCodeError `seal_code.cose|cbor`."""
    return _header(_items(data)[0])[1]


def _header(protected: bytes, typ: str | None = None) -> tuple[Any, bytes]:
    header = cbor.decode(protected)
    expected = {_ALG, _KID} if typ is None else {_ALG, _KID, _TYP}
    if not isinstance(header, dict) or header.keys() != expected or header.get(_TYP) != typ:
        raise SealCodeError("seal_code.cose", "the protected header does not hold exactly what is expected here")
    kid = header[_KID]
    if not isinstance(kid, bytes) or len(kid) != KID_BYTES:
        raise SealCodeError("seal_code.cose", "the key id does not have 8 bytes")
    return header[_ALG], kid


def _items(data: bytes) -> tuple[bytes, bytes, bytes]:
    if not data.startswith(COSE_SIGN1):
        raise SealCodeError("seal_code.cose", "the bytes are no tagged COSE_Sign1")
    items = cbor.decode(data[1:])
    if not isinstance(items, list) or len(items) != _ITEMS:
        raise SealCodeError("seal_code.cose", "a COSE_Sign1 has four items")
    protected, unprotected, payload, signature = items
    if unprotected != {} or not all(isinstance(item, bytes) for item in (protected, payload, signature)):
        raise SealCodeError("seal_code.cose", "an item is of the wrong kind, or the unprotected header is not empty")
    return protected, payload, signature


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    return cbor.encode(["Signature1", protected, b"", payload])  # RFC 9052 section 4.4, no external data
