"""The licence types this node knows, as parsed definitions."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from certificates.core.errors import LicenceTypeError
from certificates.core.licence_types import LicenceTypeDefinition, parse_licence_type
from certificates.models import LicenceType


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLicenceType:
    """This will hold one stored version of a type: its row's id, digest (hexadecimal SHA-256) and definition."""

    id: int
    digest: str
    is_current: bool
    definition: LicenceTypeDefinition


def licence_type_definition(*, code: str, version: int | None = None) -> LicenceTypeDefinition:
    """This will give the current version of a type, or the one asked for; raises LicenceTypeError `licence_type.unknown`."""
    return known_licence_type(code=code, version=version).definition


def known_licence_type(*, code: str, version: int | None = None) -> KnownLicenceType:
    """This will give the same with its row's id; raises LicenceTypeError `licence_type.unknown`."""
    wanted = {"is_current": True} if version is None else {"version": version}
    row = LicenceType.objects.filter(code=code, **wanted).first()
    if row is None:
        raise LicenceTypeError("licence_type.unknown", "this node knows no such licence type or version")
    return known_from_row(row)


def licence_types() -> tuple[KnownLicenceType, ...]:
    """This will list the current version of every type, by code."""
    return tuple(known_from_row(row) for row in LicenceType.objects.filter(is_current=True).order_by("code"))


def known_from_row(row: LicenceType) -> KnownLicenceType:
    """This will give a loaded row as a plain value."""
    definition = _parsed(row.digest, orjson.dumps(row.definition))
    return KnownLicenceType(id=row.pk, digest=row.digest, is_current=row.is_current, definition=definition)


@lru_cache(maxsize=128)
def _parsed(digest: str, text: bytes) -> LicenceTypeDefinition:
    data: Mapping[str, Any] = orjson.loads(text)
    return parse_licence_type(data)
