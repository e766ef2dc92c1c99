"""Made-up values for a look at a licence type's page: each says that it is a sample, none could pass for somebody's."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from certificates.core.field_kinds import FieldKind
from certificates.core.licence_type_model import FieldDefinition, FieldValue, LicenceTypeDefinition

_MOST_HOLDERS: Final = 2  # enough to see how several stand on the page
_TEXTS: Final[Mapping[FieldKind, tuple[str, ...]]] = MappingProxyType(
    {
        FieldKind.TEXT: ("样例内容",),
        FieldKind.PERSON_NAME: ("样张三", "样李四"),
        FieldKind.HOLDER_NAME: ("样张三", "样李四"),
        FieldKind.ORGANISATION_NAME: ("样例单位有限公司", "另一样例单位有限公司"),
        FieldKind.CITIZEN_ID: ("000000190001010000", "000000190001010001"),
        FieldKind.USCC: ("000000000000000000",),
        FieldKind.HOLDER_CODE: ("000000190001010000", "000000190001010001"),
        FieldKind.HOLDER_CODE_TYPE: ("111",),
        FieldKind.PHONE: ("00000000000",),
        FieldKind.ADDRESS: ("样例省样例市样例区样例路1号样例大厦1幢101室",),
        FieldKind.BANK_ACCOUNT: ("0000000000000000",),
        FieldKind.LICENCE_NUMBER: ("样张0000000000",),
        FieldKind.DATE: ("2026-01-01",),
        FieldKind.REGION: ("330000",),
        FieldKind.INTEGER: ("1",),
        FieldKind.DECIMAL: ("1.00",),
        FieldKind.LIST_TEXT: ("样例项目一", "样例项目二", "样例项目三"),
    }
)


def sample_values(definition: LicenceTypeDefinition) -> Mapping[str, FieldValue]:
    """This will give every field of the type a made-up value; one for each of at most two holders where it has several."""
    holders = max(definition.min_holders, min(definition.max_holders, _MOST_HOLDERS))
    return MappingProxyType(
        {
            field.name: _sample(field, holders)
            for field in definition.fields
            if field.kind is not FieldKind.PHOTO  # a picture is no value
        }
    )


def _sample(field: FieldDefinition, holders: int) -> FieldValue:
    texts = tuple(option.value for option in field.options) or _TEXTS[field.kind]
    if field.multiple:
        return tuple(texts[index % len(texts)][: field.max_length] for index in range(holders))
    return texts if field.is_list else texts[0][: field.max_length]
