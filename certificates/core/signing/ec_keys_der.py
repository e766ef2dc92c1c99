"""Keys of the two curves in DER: SubjectPublicKeyInfo (RFC 5480) and PKCS#8 (RFC 5958 with RFC 5915), read strictly.

One form each, so that a key has one key id: the point uncompressed, the curve by its OID, no attributes.
"""

from dataclasses import dataclass
from typing import Final

from certificates.core.der import (
    BIT_STRING,
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    Node,
    malformed,
    octets_in_bits,
    primitive,
    read_der,
    sequence,
)
from certificates.core.errors import CanonicalError, CredentialError
from certificates.core.signing.der_write import tlv, uint

POINT_BYTES: Final = 65  # 04 || x || y (SEC 1 section 2.3.3)
SCALAR_BYTES: Final = 32
_MOST_BYTES: Final = 255  # a PKCS#8 of either curve has 138 bytes with the public half, 150 with the curve named twice
_CURVE_TAG: Final = 0xA0  # RFC 5915: parameters [0], publicKey [1]
_POINT_TAG: Final = 0xA1
_UNCOMPRESSED: Final = b"\4"

_EC_PUBLIC_KEY: Final = bytes.fromhex("2a8648ce3d0201")  # 1.2.840.10045.2.1
P256_OID: Final = bytes.fromhex("2a8648ce3d030107")  # 1.2.840.10045.3.1.7
SM2_OID: Final = bytes.fromhex("2a811ccf5501822d")  # 1.2.156.10197.1.301


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateParts:
    """This will hold what a PKCS#8 states: the scalar (32 bytes) and, where it is there, the public point (65 bytes)."""

    scalar: bytes
    point: bytes | None

    def __repr__(self) -> str:
        return "PrivateParts(...)"


def spki(*, curve: bytes, point: bytes) -> bytes:
    """This will give the DER SubjectPublicKeyInfo of an uncompressed point."""
    return _spki_prefix(curve) + point


def read_spki(der: bytes, *, curve: bytes) -> bytes:
    """This will give the uncompressed point of a key on that curve; raises CredentialError `key.algorithm`.

    Whether the point lies on the curve is for the caller to check.
    """
    prefix = _spki_prefix(curve)
    point = der[len(prefix) :]
    if not der.startswith(prefix) or len(point) != POINT_BYTES or point[:1] != _UNCOMPRESSED:
        raise CredentialError("key.algorithm", "the bytes hold no key of this suite in its one form")
    return point


def pkcs8(*, curve: bytes, parts: PrivateParts) -> bytes:
    """This will give DER PrivateKeyInfo as openssl writes it: the scalar in 32 bytes, and the public point."""
    public = b"" if parts.point is None else tlv(_POINT_TAG, tlv(BIT_STRING, b"\0" + parts.point))
    ec_key = tlv(SEQUENCE, uint(b"\1") + tlv(OCTET_STRING, parts.scalar) + public)
    return tlv(SEQUENCE, uint(b"") + _algorithm(curve) + tlv(OCTET_STRING, ec_key))


def read_pkcs8(der: bytes, *, curve: bytes, largest_scalar: int) -> PrivateParts:
    """This will read DER PrivateKeyInfo, not encrypted, of a key on that curve.

    Raises CredentialError `key.algorithm`, or `key.range` for a scalar outside 1..largest_scalar.
    """
    try:
        parts = _read_pkcs8(der, curve)
    except CanonicalError as error:
        raise CredentialError("key.algorithm", "the bytes hold no private key of this suite") from error
    if not 1 <= int.from_bytes(parts.scalar, "big") <= largest_scalar:
        raise CredentialError("key.range", "the private key lies outside its range")
    return parts


def _read_pkcs8(der: bytes, curve: bytes) -> PrivateParts:
    version, algorithm, sealed = sequence(read_der(der, max_bytes=_MOST_BYTES), least=3, most=3)
    inner = read_der(primitive(sealed, OCTET_STRING), max_bytes=_MOST_BYTES)
    inner_version, scalar, *optional = sequence(inner, least=2, most=4)
    if (primitive(version, INTEGER), algorithm.raw) != (b"\0", _algorithm(curve)):
        raise malformed()
    if primitive(inner_version, INTEGER) != b"\1" or len(primitive(scalar, OCTET_STRING)) != SCALAR_BYTES:
        raise malformed()
    if optional and optional[0].tag == _CURVE_TAG and optional.pop(0).content != tlv(OID, curve):
        raise malformed()
    point = _stated_point(optional.pop(0)) if optional else None
    if optional:
        raise malformed()
    return PrivateParts(scalar=scalar.content, point=point)


def _stated_point(node: Node) -> bytes:
    (bits,) = sequence(node, least=1, most=1, tag=_POINT_TAG)
    point = octets_in_bits(bits)
    if len(point) != POINT_BYTES or point[:1] != _UNCOMPRESSED:
        raise malformed()
    return point


def _algorithm(curve: bytes) -> bytes:
    return tlv(SEQUENCE, tlv(OID, _EC_PUBLIC_KEY) + tlv(OID, curve))


def _spki_prefix(curve: bytes) -> bytes:
    # SEQUENCE { algorithm, BIT STRING without unused bits }: all lengths are fixed, so one comparison reads it.
    algorithm = _algorithm(curve)
    head = bytes([BIT_STRING, POINT_BYTES + 1, 0])
    return bytes([SEQUENCE, len(algorithm) + len(head) + POINT_BYTES]) + algorithm + head
