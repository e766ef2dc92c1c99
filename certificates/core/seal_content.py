"""What a licence's printed code says: the few fields that its type names for it, and its own place in a status list."""

from collections.abc import Mapping
from typing import Any, Final

from certificates.core.copy_claims import CopyClaims
from certificates.core.errors import SealCodeError
from certificates.core.grains import Grain
from certificates.core.licence_types import FieldValue, FieldValues, LicenceTypeDefinition
from certificates.core.masking import mask_field
from certificates.core.sd_jwt_format import Shown
from certificates.core.seal_code import SealContent
from certificates.core.status_list import StatusReference

# A printed page is not renewed: a long-term licence's code stays good for as long as the paper is likely to be shown.
LONG_TERM_SECONDS: Final = 20 * 365 * 86_400


def seal_content(
    definition: LicenceTypeDefinition,
    values: FieldValues,
    *,
    region: str,
    status: StatusReference,
    issued_at: int,
    expires_at: int,
) -> SealContent:
    """This will pick and mask the code's fields from checked values; times are seconds since 1970 UTC."""
    fields = {}
    for seal in definition.seal_code_fields:
        value = values.get(seal.field)
        if value is not None:
            masked = seal.grain is Grain.MASKED
            shown = mask_field(definition.field(seal.field), value) if masked else value
            fields[seal.field] = Shown(grain=seal.grain, value=_frozen(shown))
    return SealContent(
        region=region,
        type_code=definition.code,
        type_version=definition.version,
        fields=fields,
        status=status,
        issued_at=issued_at,
        expires_at=expires_at,
    )


def seal_to_json(content: SealContent) -> dict[str, Any]:
    """This will give the content as JSON, to be kept with an issue intent."""
    return {
        "region": content.region,
        "type_code": content.type_code,
        "type_version": content.type_version,
        "fields": {
            name: [shown.grain.value, list(shown.value) if isinstance(shown.value, tuple) else shown.value]
            for name, shown in content.fields.items()
        },
        "status": [content.status.uri, content.status.index],
        "issued_at": content.issued_at,
        "expires_at": content.expires_at,
        **({} if content.copy is None else {"copy": list(content.copy)}),
    }


def seal_from_json(data: Mapping[str, Any]) -> SealContent:
    """This will read what `seal_to_json` gave; raises SealCodeError `seal_code.content` for anything else."""
    try:
        uri, index = data["status"]
        return SealContent(
            region=data["region"],
            type_code=data["type_code"],
            type_version=data["type_version"],
            fields={name: Shown(grain=Grain(g), value=_frozen(value)) for name, (g, value) in data["fields"].items()},
            status=StatusReference(uri=uri, index=index),
            issued_at=data["issued_at"],
            expires_at=data["expires_at"],
            copy=CopyClaims(*data["copy"]) if "copy" in data else None,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SealCodeError("seal_code.content", "the kept content of a code is not whole") from error


def _frozen(value: FieldValue | bool) -> str | tuple[str, ...] | bool:
    return value if isinstance(value, str | bool) else tuple(value)
