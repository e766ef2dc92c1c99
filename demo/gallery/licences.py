"""Sample licences laid out as a node lays out its own, from rows that are never stored: no database, no keys to keep."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec

from accounts.models import Agency
from certificates.adapters.pdf.content import DocumentContent
from certificates.core.canonical import b64url
from certificates.core.facts import SHANGHAI
from certificates.core.field_rules import check_values
from certificates.core.licence_identifier import LicenceIdentifier
from certificates.core.licence_types import LicenceTypeDefinition, parse_licence_type
from certificates.core.photos import photo_field, photo_value
from certificates.core.seal_code import build_seal_code
from certificates.core.seal_content import LONG_TERM_SECONDS, seal_content
from certificates.core.signing.registry import suite
from certificates.core.status_list import StatusReference
from certificates.models import Certificate, LicenceType
from certificates.services.document_content import document_content
from demo.people import read_licence_types, read_toml
from demo.portraits import portrait_of

SHOWN_ON: Final = date(2026, 11, 23)
STATUS_URI: Final = "https://zhejiang.example/status-lists/3"
_CURVE_ORDER_BITS: Final = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleKey:
    """This will sign the printed codes of samples: a key made from a text, so that the pictures stay the same."""

    kid: str
    suite: str
    private: ec.EllipticCurvePrivateKey

    def sign(self, data: bytes) -> bytes:
        """This will sign as an agency's key does."""
        return suite(self.suite).sign(self.private, data)


def sample_key() -> SampleKey:
    """This will make the one key of all samples. No trust list knows it: a code it signs is nowhere VALID."""
    digest = hashlib.sha256(b"huzheng gallery: no secret, signs samples only").digest()
    scalar = int.from_bytes(digest, "big") >> (256 - _CURVE_ORDER_BITS)
    return SampleKey(kid=b64url(digest[:8]), suite="ES256", private=ec.derive_private_key(scalar, ec.SECP256R1()))


def sample_licences() -> tuple[dict[str, Any], ...]:
    """This will read every sample licence: those of the demo's people, then those that are harder to print."""
    return (*read_toml("people.toml")["licences"], *read_toml("gallery/samples.toml")["samples"])


def sample_types() -> Mapping[str, LicenceType]:
    """This will give the demo's licence types by code, each with its template."""
    types, templates = read_licence_types()
    return {
        data["code"]: LicenceType(
            code=data["code"],
            version=data["version"],
            definition=data,
            template=templates.get(data["layout"].get("template", ""), ""),
        )
        for data in types
    }


def sample_content(licence: Mapping[str, Any], types: Mapping[str, LicenceType]) -> DocumentContent:
    """This will lay out one sample licence. Raises LicenceTypeError where it could not be issued as it stands."""
    licence_type = types[licence["type"]]
    definition = parse_licence_type(licence_type.definition)
    photo = portrait_of(licence.get("portrait", ()))
    values = dict(licence["values"]) | _photo_value(definition, photo)
    certificate = certificate_of(licence, licence_type)
    check_values(
        definition, values, valid_from=certificate.valid_from, valid_until=certificate.valid_until, at=SHOWN_ON
    )
    return document_content(
        certificate=certificate,
        definition=definition,
        values=values,
        seal_code=_seal_code(definition, values, certificate),
        credential="a sample has no credential",
        photo=photo,
    )


def _photo_value(definition: LicenceTypeDefinition, photo: bytes | None) -> dict[str, str]:
    field = photo_field(definition)
    return {} if field is None or photo is None else {field.name: photo_value(photo)}


def certificate_of(licence: Mapping[str, Any], licence_type: LicenceType) -> Certificate:
    """This will make the row of a sample licence, which is never stored."""
    values, serial = licence["values"], licence.get("serial") or hashlib.sha256(licence["id"].encode()).hexdigest()[:16]
    uscc, end = values["issuing_authority_code"], licence.get("valid_until")
    agency = Agency(uscc=uscc, name_zh=values["issuing_authority"], seal_number=f"{uscc[2:8]}{uscc[10:16]}0"[:13])
    identifier = LicenceIdentifier(
        type_code=licence_type.code, agency_uscc=uscc, serial=serial.upper(), version=licence_type.version
    )
    return Certificate(
        licence_type=licence_type,
        agency=agency,
        serial=serial,
        identifier=str(identifier),
        valid_from=date.fromisoformat(licence["valid_from"]),
        valid_until=date.fromisoformat(end) if end else None,
    )


def _seal_code(definition: LicenceTypeDefinition, values: Mapping[str, Any], certificate: Certificate) -> str:
    issued = int(datetime.combine(certificate.valid_from, time(), tzinfo=SHANGHAI).timestamp())
    index = int.from_bytes(hashlib.sha256(certificate.identifier.encode()).digest()[:2], "big")
    content = seal_content(
        definition,
        values,
        region="330000",
        status=StatusReference(uri=STATUS_URI, index=index),
        issued_at=issued,
        expires_at=issued + LONG_TERM_SECONDS,
    )
    return build_seal_code(content, signer=sample_key())
