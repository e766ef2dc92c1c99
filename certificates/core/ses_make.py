"""Making an agency's electronic seal and sealing with it: GB/T 38540-2020 (V4), by option GM/T 0031-2025 (V5).

Serial numbers and times are given. What is signed is given out as bytes, so that it can be stored first; signatures come in as raw r || s.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal

from asn1crypto import core

from certificates.core.ses import SM2_WITH_SM3
from certificates.core.signing.der_signature import der_of

Version = Literal[4, 5]

_VENDOR: Final = "HUZHENG"
_ORGANISATION: Final = 1  # the seal of an organisation, not of a person
_LISTS_CERTIFICATES: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SealPicture:
    """This will hold the seal's picture: its type ("PNG"), its bytes, and its size in whole millimetres."""

    kind: str
    data: bytes = field(repr=False)
    width: int
    height: int


def seal_info(
    *,
    number: str,
    name: str,
    signers: Sequence[bytes],
    made_at: datetime,
    valid_from: datetime,
    valid_until: datetime,
    picture: SealPicture,
    version: Version = 4,
) -> bytes:
    """This will give the SES_SealInfo (DER) that a seal maker signs: a seal for these signers' certificates (DER)."""
    listed = core.SequenceOf([core.OctetString(der) for der in signers], spec=core.OctetString)
    times = (_time(moment) for moment in (made_at, valid_from, valid_until))
    header = _sequence(core.IA5String("ES"), core.Integer(version), core.IA5String(_VENDOR))
    kinds = (core.Integer(_ORGANISATION), core.UTF8String(name), core.Integer(_LISTS_CERTIFICATES))
    properties = _sequence(*kinds, listed, *times)
    image = _sequence(
        core.IA5String(picture.kind),
        core.OctetString(picture.data),
        core.Integer(picture.width),
        core.Integer(picture.height),
    )
    return _der(header, core.IA5String(number), properties, image)


def seal(*, info: bytes, maker: bytes, signature: bytes) -> bytes:
    """This will give the SESeal (DER) of a signed SES_SealInfo; `maker` is the seal maker's certificate (DER)."""
    return _der(core.Any.load(info), *_signing(maker, signature))


def to_be_sealed(*, seal: bytes, at: datetime, data_hash: bytes, path: str, version: Version = 4) -> bytes:
    """This will give the TBS_Sign (DER) that an agency signs: `data_hash` is the SM3 of the file at `path` of the container."""
    return _der(
        core.Integer(version),
        core.Any.load(seal),
        _time(at),
        core.OctetBitString(data_hash),
        core.IA5String(path),
    )


def sealed_data(*, signed: bytes, certificate: bytes, signature: bytes) -> bytes:
    """This will give the SES_Signature (DER) of a signed TBS_Sign; `certificate` is the signer's (DER)."""
    return _der(core.Any.load(signed), *_signing(certificate, signature))


def _signing(certificate: bytes, signature: bytes) -> tuple[core.Asn1Value, ...]:
    return (
        core.OctetString(certificate),
        core.ObjectIdentifier(SM2_WITH_SM3),
        core.OctetBitString(der_of(signature)),
    )


def _time(moment: datetime) -> core.GeneralizedTime:
    return core.GeneralizedTime(moment.astimezone(UTC).replace(microsecond=0))


class _Items(core.SequenceOf):  # type: ignore[misc]  # the library has no types
    """This will hold members of any type, already made, one after the other."""

    _child_spec = core.Any


def _sequence(*items: core.Asn1Value) -> core.SequenceOf:
    return _Items([item if isinstance(item, core.Any) else core.Any(item) for item in items])


def _der(*items: core.Asn1Value) -> bytes:
    made: bytes = _sequence(*items).dump()
    return made
