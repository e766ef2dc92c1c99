"""A signature's two numbers as raw r || s (64 bytes: JOSE, COSE, HTTP) and as DER (X.509, CMS), for every suite alike.

ECDSA (RFC 3279 section 2.2.3) and SM2 (GM/T 0009 section 7.3) share the form SEQUENCE { INTEGER r, INTEGER s }.
"""

from typing import Final

from certificates.core.der import SEQUENCE, integer, read_der, sequence
from certificates.core.errors import CanonicalError, CredentialError
from certificates.core.signing.der_write import tlv, uint

RAW_BYTES: Final = 64
_HALF: Final = 32
_HALF_BITS: Final = 256
_LIMIT: Final = 1 << _HALF_BITS
_MOST_BYTES: Final = 72  # two numbers of 33 bytes with their headers


def der_of(raw: bytes) -> bytes:
    """This will give the DER of a raw signature; raises CredentialError `signature.invalid` for another length."""
    if len(raw) != RAW_BYTES:
        raise CredentialError("signature.invalid", "the signature does not have 64 bytes")
    return tlv(SEQUENCE, uint(raw[:_HALF]) + uint(raw[_HALF:]))


def raw_of(der: bytes) -> bytes:
    """This will give the raw form of a strict DER signature: minimal, positive numbers, nothing beside them.

    Whether the numbers lie below the curve's order is checked by the suite's `verify`.
    Raises CredentialError `signature.invalid`.
    """
    try:
        r, s = (integer(node) for node in sequence(read_der(der, max_bytes=_MOST_BYTES), least=2, most=2))
    except CanonicalError as error:
        raise CredentialError("signature.invalid", "the signature is not strict DER") from error
    if not 0 < r < _LIMIT or not 0 < s < _LIMIT:
        raise CredentialError("signature.invalid", "a number of the signature is not positive, or too large")
    return (r << _HALF_BITS | s).to_bytes(RAW_BYTES, "big")
