"""Electronic seals and what is sealed with them, read strictly: GB/T 38540-2020 (V4), GM/T 0031-2025 (V5), GM/T 0031-2014 (V1).

V4 and V5: SES_Signature ::= SEQUENCE { toSign TBS_Sign, cert, signatureAlgID, signature, timeStamp [0] OPTIONAL }. V1 keeps certificate
and algorithm inside what is signed, and its seal in one SES_SignInfo. Nothing is verified here: see `certificates.core.ses_verify`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from certificates.core.der import (
    BIT_STRING,
    GENERALIZED_TIME,
    IA5_STRING,
    OCTET_STRING,
    PRINTABLE_STRING,
    SEQUENCE,
    UTC_TIME,
    UTF8_STRING,
    Node,
    generalized,
    integer,
    malformed,
    moment,
    octets_in_bits,
    oid,
    primitive,
    read_der,
    sequence,
)
from certificates.core.errors import CanonicalError, DocumentError

SM2_WITH_SM3: Final = "1.2.156.10197.1.501"
MAX_SEAL_BYTES: Final = 1024 * 1024  # a seal with its picture has some 20 KiB
V1: Final = 1
V4: Final = 4
V5: Final = 5

_LISTS_CERTIFICATES: Final = 1
_LISTS_DIGESTS: Final = 2
_EXPLICIT_0: Final = 0xA0
_MOST_CERTIFICATES: Final = 64  # one agency's certificates over the years
_OLD_VERSIONS: Final = frozenset({V1, 2, 3})  # makers of V1 seals number them 1 to 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectronicSeal:
    """This will hold an agency's seal (SESeal) as its maker signed it.

    `signers` are the DER certificates that may seal with it, or `signer_digests` their SM3; `picture` is `width` x `height` mm;
    `signed` are the bytes under the maker's `signature` (DER). Times are aware.
    """

    der: bytes = field(repr=False)
    version: int
    number: str
    name: str
    signers: tuple[bytes, ...] = field(repr=False)
    signer_digests: tuple[bytes, ...] = field(repr=False)
    made_at: datetime
    valid_from: datetime
    valid_until: datetime
    picture_type: str
    picture: bytes = field(repr=False)
    width: int
    height: int
    maker: bytes = field(repr=False)
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedData:
    """This will hold one act of sealing (SES_Signature): `signed` are the bytes (TBS_Sign) under the signer's `signature` (DER).

    `sealed_at` is the signer's own word, None where it is no plain time (V1); `path` names the file whose SM3 is `data_hash`. A timestamp
    lies outside of what is signed.
    """

    version: int
    seal: ElectronicSeal
    sealed_at: datetime | None
    data_hash: bytes
    path: str
    certificate: bytes = field(repr=False)
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    has_timestamp: bool = False


def read_sealed_data(data: bytes) -> SealedData:
    """This will read an SES_Signature, DER. Raises DocumentError `ofd.seal_form`, `ofd.algorithm`."""
    with seal_form():
        outer = read_der(data, max_bytes=MAX_SEAL_BYTES)
        first = sequence(outer, least=2, most=5)[0]
        version = integer(sequence(first, least=5, most=7)[0])
        if version in {V4, V5}:
            return _read_new(outer, version)
        if version in _OLD_VERSIONS:
            return _read_old(outer)
        raise malformed()


def read_seal(data: bytes) -> ElectronicSeal:
    """This will read an SESeal alone, DER (V4 or V5). Raises DocumentError `ofd.seal_form`, `ofd.algorithm`."""
    with seal_form():
        return _new_seal(read_der(data, max_bytes=MAX_SEAL_BYTES))


def require_seal_info(data: bytes) -> None:
    """This will return for the DER of an SES_SealInfo of V4 or V5: what a seal maker signs. Raises DocumentError `ofd.seal_form`."""
    with seal_form():
        _info(read_der(data, max_bytes=MAX_SEAL_BYTES), versions=frozenset({V4, V5}))


def require_to_be_sealed(data: bytes) -> None:
    """This will return for the DER of a TBS_Sign of V4 or V5: what an agency signs. Raises DocumentError `ofd.seal_form|algorithm`."""
    with seal_form():
        node = read_der(data, max_bytes=MAX_SEAL_BYTES)
        _to_be_signed(node, integer(sequence(node, least=5, most=6)[0]))


@contextmanager
def seal_form() -> Iterator[None]:
    """This will turn the refusal of DER within a seal into DocumentError `ofd.seal_form`."""
    try:
        yield
    except CanonicalError as error:
        raise DocumentError("ofd.seal_form", "the seal is not of the form of GB/T 38540") from error


def _read_new(outer: Node, version: int) -> SealedData:
    first, certificate, algorithm, signature, *stamp = sequence(outer, least=4, most=5)
    _require_timestamp(stamp)
    _require_sm2(algorithm)
    seal, sealed_at, data_hash, path = _to_be_signed(first, version)
    return SealedData(
        version=version,
        seal=seal,
        sealed_at=sealed_at,
        data_hash=data_hash,
        path=path,
        certificate=primitive(certificate, OCTET_STRING),
        signed=first.raw,
        signature=octets_in_bits(signature),
        has_timestamp=bool(stamp),
    )


def _to_be_signed(node: Node, version: int) -> tuple[ElectronicSeal, datetime, bytes, str]:
    number, eseal, time, data_hash, path, *extra = sequence(node, least=5, most=6)
    if integer(number) != version or version not in {V4, V5} or any(item.tag != _EXPLICIT_0 for item in extra):
        raise malformed()
    seal = _new_seal(eseal)
    if seal.version != version:
        raise malformed()
    return seal, generalized(time), octets_in_bits(data_hash), _ia5(path)


def _new_seal(node: Node) -> ElectronicSeal:
    info, maker, algorithm, signature, *stamp = sequence(node, least=4, most=5)
    _require_sm2(algorithm)
    _require_timestamp(stamp)
    parts = _info(info, versions=frozenset({V4, V5}))
    if stamp and parts.version != V5:
        raise malformed()
    return _seal(
        node, parts, maker=primitive(maker, OCTET_STRING), signed=info.raw, signature=octets_in_bits(signature)
    )


def _read_old(outer: Node) -> SealedData:
    first, signature = sequence(outer, least=2, most=2)
    _, eseal, time, data_hash, path, certificate, algorithm = sequence(first, least=7, most=7)
    _require_sm2(algorithm)
    return SealedData(
        version=V1,
        seal=_old_seal(eseal),
        sealed_at=_old_time(time),
        data_hash=octets_in_bits(data_hash),
        path=_ia5(path),
        certificate=primitive(certificate, OCTET_STRING),
        signed=first.raw,
        signature=octets_in_bits(signature),
    )


def _old_seal(node: Node) -> ElectronicSeal:
    info, signing = sequence(node, least=2, most=2)
    maker, algorithm, signature = sequence(signing, least=3, most=3)
    _require_sm2(algorithm)
    # GM/T 0031-2014: under the maker's signature stand the seal's data, the maker's certificate and the algorithm.
    content = info.raw + maker.raw + algorithm.raw
    signed = bytes([SEQUENCE]) + _length(len(content)) + content
    parts = _info(info, versions=_OLD_VERSIONS)
    return _seal(node, parts, maker=primitive(maker, OCTET_STRING), signed=signed, signature=octets_in_bits(signature))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Info:
    version: int
    number: str
    name: str
    signers: tuple[bytes, ...]
    signer_digests: tuple[bytes, ...]
    times: tuple[datetime, datetime, datetime]
    picture: tuple[str, bytes, int, int]


def _info(node: Node, *, versions: frozenset[int]) -> _Info:
    header, number, properties, picture, *extra = sequence(node, least=4, most=5)
    identifier, version, vendor = sequence(header, least=3, most=3)
    _ia5(vendor)
    stated = integer(version)
    if (
        _ia5(identifier) != "ES"
        or stated not in versions
        or any(item.tag not in {SEQUENCE, _EXPLICIT_0} for item in extra)
    ):
        raise malformed()
    is_old = stated in _OLD_VERSIONS
    items = sequence(properties, least=6, most=6) if is_old else sequence(properties, least=7, most=7)
    integer(items[0])  # 1 of an organisation, 2 of a person; makers number other kinds, too
    listing = _LISTS_CERTIFICATES if is_old else integer(items[2])
    listed = sequence(items[2 if is_old else 3], least=1, most=_MOST_CERTIFICATES)
    made, start, end = (_time(item) for item in items[-3:])
    kind, data, width, height = sequence(picture, least=4, most=4)
    return _Info(
        version=stated,
        number=_ia5(number),
        name=primitive(items[1], UTF8_STRING).decode("utf-8"),
        signers=tuple(primitive(item, OCTET_STRING) for item in listed) if listing == _LISTS_CERTIFICATES else (),
        signer_digests=tuple(_digest(item) for item in listed) if listing != _LISTS_CERTIFICATES else (),
        times=(made, start, end),
        picture=(_ia5(kind), primitive(data, OCTET_STRING), integer(width), integer(height)),
    )


def _seal(node: Node, info: _Info, *, maker: bytes, signed: bytes, signature: bytes) -> ElectronicSeal:
    made_at, valid_from, valid_until = info.times
    kind, picture, width, height = info.picture
    return ElectronicSeal(
        der=node.raw,
        version=V1 if info.version in _OLD_VERSIONS else info.version,
        number=info.number,
        name=info.name,
        signers=info.signers,
        signer_digests=info.signer_digests,
        made_at=made_at,
        valid_from=valid_from,
        valid_until=valid_until,
        picture_type=kind,
        picture=picture,
        width=width,
        height=height,
        maker=maker,
        signed=signed,
        signature=signature,
    )


def _digest(node: Node) -> bytes:
    kind, value = sequence(node, least=2, most=2)
    primitive(kind, PRINTABLE_STRING)
    return primitive(value, OCTET_STRING)


def _require_sm2(node: Node) -> None:
    if oid(node) != SM2_WITH_SM3:
        raise DocumentError("ofd.algorithm", "seals are signed by SM2 with SM3 only")


def _require_timestamp(items: list[Node]) -> None:
    for item in items:
        (stamp,) = sequence(item, least=1, most=1, tag=_EXPLICIT_0)
        primitive(stamp, BIT_STRING)


def _time(node: Node) -> datetime:
    return generalized(node) if node.tag == GENERALIZED_TIME else moment(node)


def _old_time(node: Node) -> datetime | None:
    """In V1 the time is a BIT STRING: a UTCTime within, or a timestamp that only its own reader understands."""
    try:
        inner = read_der(octets_in_bits(node), max_bytes=MAX_SEAL_BYTES)
    except CanonicalError:
        return None
    return _time(inner) if inner.tag in {UTC_TIME, GENERALIZED_TIME} else None


def _ia5(node: Node) -> str:
    return primitive(node, IA5_STRING).decode("ascii")


def _length(size: int) -> bytes:
    digits = size.to_bytes((size.bit_length() + 7) // 8 or 1, "big")
    return digits if size < 0x80 else bytes([0x80 | len(digits)]) + digits  # noqa: PLR2004 - the long form
