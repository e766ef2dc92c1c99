"""Sample copies for one purpose 加注件, laid out as a node lays out its own, from rows that are never stored."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final

from certificates.adapters.pdf.content import DocumentContent
from certificates.core.copy_claims import CopyClaims
from certificates.core.copy_terms import CopyTerms
from certificates.core.facts import SHANGHAI
from certificates.core.grains import Grain
from certificates.core.issued_values import credential_content
from certificates.core.licence_types import FieldValue, parse_licence_type
from certificates.core.sd_jwt_format import Shown
from certificates.core.seal_code import SealContent, build_seal_code
from certificates.core.status_list import StatusReference
from certificates.models import LicenceType, PurposeCopy
from certificates.services.copy_document_content import copy_document_content
from demo.gallery.licences import SHOWN_ON, STATUS_URI, certificate_of, sample_key

_NUMBER: Final = "7Q4K-09ZT-MXB2"
_MARK: Final = 0x5A17_C3E9_02D4
_DAYS: Final = timedelta(days=7)


def sample_copy(
    licence: Mapping[str, Any],
    types: Mapping[str, LicenceType],
    *,
    grains: Mapping[str, Grain],
    purpose: str,
    recipient: str,
) -> DocumentContent:
    """This will lay out a copy of a sample licence that shows the chosen grains and nothing else."""
    licence_type = types[licence["type"]]
    definition = parse_licence_type(licence_type.definition)
    content = credential_content(definition, licence["values"], at=SHOWN_ON)
    whole = {name: Shown(Grain.FULL, _frozen(value)) for name, value in content.values.items()}
    masked = {name: Shown(Grain.MASKED, _frozen(value)) for name, value in content.masked.items()}
    signed = {Grain.FULL: whole, Grain.MASKED: masked, Grain.FACT: dict.fromkeys(content.facts, _TRUE)}
    shown = {name: signed[grain][name] for name, grain in grains.items()}
    made_at = datetime.combine(SHOWN_ON, time(9), tzinfo=SHANGHAI)
    seal = SealContent(
        region="330000",
        type_code=definition.code,
        type_version=definition.version,
        fields={one.field: shown[one.field] for one in definition.seal_code_fields if one.field in shown},
        status=StatusReference(uri=STATUS_URI, index=4711),
        issued_at=int(made_at.timestamp()),
        expires_at=int((made_at + _DAYS).timestamp()),
        copy=CopyClaims(number=_NUMBER, purpose=purpose, recipient=recipient),
    )
    return copy_document_content(
        copy=PurposeCopy(
            certificate=certificate_of(licence, licence_type),
            number=_NUMBER,
            mark=_MARK,
            made_at=made_at,
            expires_at=made_at + _DAYS,
        ),
        definition=definition,
        shown=shown,
        terms=CopyTerms(purpose=purpose, recipient=recipient, maker_name="持证主体"),
        seal_code=build_seal_code(seal, signer=sample_key()),
        credential="a sample has no credential",
        photo=None,
    )


_TRUE: Final = Shown(Grain.FACT, True)


def _frozen(value: FieldValue) -> str | tuple[str, ...]:
    return value if isinstance(value, str) else tuple(value)
