"""A signature's two numbers as raw r || s (64 bytes: JOSE, COSE, HTTP) and as DER (X.509, CMS), for every suite alike.

ECDSA (RFC 3279 section 2.2.3) and SM2 (GM/T 0009 section 7.3) share the form SEQUENCE { INTEGER r, INTEGER s }.
"""

from typing import Final

from certificates.core.errors import CredentialError
from certificates.core.signing.strict_der import SEQUENCE, DerReader, tlv, uint

RAW_BYTES: Final = 64
_HALF: Final = 32


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
        reader = DerReader(der).enter(SEQUENCE)
        halves = [reader.unsigned(), reader.unsigned()]
        reader.end()
    except ValueError as error:
        raise CredentialError("signature.invalid", "the signature is not strict DER") from error
    if any(not half or len(half) > _HALF for half in halves):
        raise CredentialError("signature.invalid", "a number of the signature is zero or too large")
    return halves[0].rjust(_HALF, b"\0") + halves[1].rjust(_HALF, b"\0")
