"""Sample copies for one purpose 加注件, laid out as a node lays out its own, from rows that are never stored."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final

from certificates.adapters.pdf.content import DocumentContent, Row
from certificates.core.copy_claims import CopyClaims
from certificates.core.copy_terms import CopyTerms
from certificates.core.facts import SHANGHAI
from certificates.core.grains import Grain
from certificates.core.issued_values import credential_content
from certificates.core.licence_types import FieldValue, LicenceTypeDefinition, parse_licence_type
from certificates.core.photos import photo_field, photo_value
from certificates.core.sd_jwt_format import Shown
from certificates.core.seal_code import SealContent, build_seal_code
from certificates.core.status_list import StatusReference
from certificates.models import LicenceType, PurposeCopy
from certificates.services.copy_document_content import copy_document_content
from certificates.services.draw_copy_page import draw_copy_page
from demo.gallery.copy_choices import CopyChoice
from demo.gallery.licences import SHOWN_ON, STATUS_URI, certificate_of, sample_key
from demo.portraits import portrait_of

_NUMBER: Final = "7Q4K-09ZT-MXB2"
MARK: Final = 0x5A17_C3E9_02D4
_DAYS: Final = timedelta(days=7)
_TRUE: Final = Shown(Grain.FACT, True)


def sample_copy(
    licence: Mapping[str, Any],
    types: Mapping[str, LicenceType],
    *,
    choice: CopyChoice,
) -> bytes:
    """This will draw a copy of a sample licence that shows the chosen items and nothing else, as a PDF that nobody signed."""
    licence_type = types[licence["type"]]
    definition = parse_licence_type(licence_type.definition)
    photo = portrait_of(licence.get("portrait", ()))
    shown = _shown(definition, licence["values"], photo, choice)
    made_at = datetime.combine(SHOWN_ON, time(9), tzinfo=SHANGHAI)
    claims = CopyClaims(number=_NUMBER, purpose=choice.purpose, recipient=choice.recipient)
    code = build_seal_code(_seal(definition, shown, claims, made_at), signer=sample_key())
    copy = PurposeCopy(
        certificate=certificate_of(licence, licence_type),
        number=_NUMBER,
        mark=MARK,
        made_at=made_at,
        expires_at=made_at + _DAYS,
    )
    field = photo_field(definition)

    def laid_out(template: str, extra: tuple[Row, ...]) -> DocumentContent:
        return copy_document_content(
            copy=copy,
            definition=definition,
            shown=shown,
            terms=CopyTerms(purpose=choice.purpose, recipient=choice.recipient, maker_name="持证主体"),
            seal_code=code,
            credential="a sample has no credential",
            photo=photo if field is not None and field.name in shown else None,
            template=template,
            extra=extra,
        )

    return draw_copy_page(
        lay_out=laid_out,
        template=licence_type.template,
        definition=definition,
        shown=shown,
        claims=claims,
        at=made_at,
    )


def _shown(
    definition: LicenceTypeDefinition, values: Mapping[str, Any], photo: bytes | None, choice: CopyChoice
) -> dict[str, Shown]:
    field = photo_field(definition)
    pictured = {} if field is None or photo is None else {field.name: photo_value(photo)}
    content = credential_content(definition, dict(values) | pictured, at=SHOWN_ON)
    whole = {name: Shown(Grain.FULL, _frozen(value)) for name, value in content.values.items()}
    masked = {name: Shown(Grain.MASKED, _frozen(value)) for name, value in content.masked.items()}
    signed = {Grain.FULL: whole, Grain.MASKED: masked, Grain.FACT: dict.fromkeys(content.facts, _TRUE)}
    return {name: signed[grain][name] for name, grain in choice.grains.items()}


def _seal(
    definition: LicenceTypeDefinition, shown: Mapping[str, Shown], claims: CopyClaims, made_at: datetime
) -> SealContent:
    return SealContent(
        region="330000",
        type_code=definition.code,
        type_version=definition.version,
        fields={one.field: shown[one.field] for one in definition.seal_code_fields if one.field in shown},
        status=StatusReference(uri=STATUS_URI, index=4711),
        issued_at=int(made_at.timestamp()),
        expires_at=int((made_at + _DAYS).timestamp()),
        copy=claims,
    )


def _frozen(value: FieldValue) -> str | tuple[str, ...]:
    return value if isinstance(value, str) else tuple(value)
