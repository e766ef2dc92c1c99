"""What a document states by itself, in the national short names, put beside the fields of the credential that it carries."""

import re
from collections.abc import Mapping
from typing import Final

from certificates.core.copy_claims import CopyClaims
from certificates.core.grains import Grain
from certificates.core.licence_types import FieldDefinition, FieldKind, LicenceTypeDefinition
from certificates.core.photos import photo_field
from certificates.core.sd_jwt_format import Shown

TYPE_CODE: Final = "ZZLXDM"
COPY_PURPOSE: Final = "JZJZZSY"
# GB/T 36903: when, by whom and why a copy was made, and when it ends.
COPY_ITEMS: Final = frozenset({"JZJZZSJ", "JZJZZZ", COPY_PURPOSE, "JZJYXQJZSJ"})
_SEPARATOR: Final = ";"
_LONG_TERM: Final = "长期"
_COMPACT_DAY: Final = re.compile(r"[0-9]{8}", re.ASCII)


def stated_values(
    metadata: Mapping[str, str], *, definition: LicenceTypeDefinition, shown: Mapping[str, Shown]
) -> dict[str, str | tuple[str, ...]]:
    """This will give the document's values by field name; items that are no fields of the type are left out."""
    stated: dict[str, str | tuple[str, ...]] = {}
    for short_name, text in metadata.items():
        found = definition.by_short_name(short_name)
        if found is not None:
            stated[found.name] = _items(found, text, shown.get(found.name)) if found.is_list else _single(found, text)
    for name in [name for name, value in stated.items() if value == _LONG_TERM and name not in shown]:
        del stated[name]  # an end of validity that the licence does not have is stated in words
    return stated


def stated_photo(photo: str | None, *, definition: LicenceTypeDefinition, shown: Mapping[str, Shown]) -> dict[str, str]:
    """This will give what the carried picture states: its digest as the photo's field, empty where the licence has a photo that
    the file does not carry.
    """
    field = photo_field(definition)
    if field is None:
        return {}
    signed = shown.get(field.name)
    is_signed = signed is not None and signed.grain is Grain.FULL
    return {field.name: photo or ""} if is_signed or photo is not None else {}


def names_type(metadata: Mapping[str, str], *, type_code: str) -> bool:
    """This will tell whether the document says that it is of this type, or says nothing of it."""
    return metadata.get(TYPE_CODE, type_code) == type_code


def _single(field: FieldDefinition, text: str) -> str:
    """Dates stand as YYYYMMDD in the metadata, and as YYYY-MM-DD in the credential."""
    if field.kind is FieldKind.DATE and _COMPACT_DAY.fullmatch(text):
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return text


def names_copy(metadata: Mapping[str, str], *, copy: CopyClaims | None) -> bool:
    """This will tell whether the document says to be this purpose copy, or says nothing of copies where it carries a licence."""
    stated = {name for name in COPY_ITEMS if name in metadata}
    if copy is None:
        return not stated
    return stated == COPY_ITEMS and metadata[COPY_PURPOSE] == copy.purpose


def _items(field: FieldDefinition, text: str, shown: Shown | None) -> tuple[str, ...]:
    signed = shown.value if shown is not None and shown.grain is not Grain.FACT else None
    # A value may hold the separator itself; then only the joined texts can be compared.
    is_same = isinstance(signed, tuple) and _SEPARATOR.join(signed) == text
    return (
        signed
        if isinstance(signed, tuple) and is_same
        else tuple(_single(field, one) for one in text.split(_SEPARATOR))
    )
