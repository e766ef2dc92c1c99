"""The licence types this node knows, as parsed definitions."""

from dataclasses import dataclass
from functools import lru_cache

import orjson

from accounts.queries.compiled_read import CompiledRead
from certificates.core.errors import LicenceTypeError
from certificates.core.licence_types import LicenceTypeDefinition, parse_licence_type
from certificates.models import IssuerKey, KeyState, KeyUse, LicenceType

_COLUMNS = ("pk", "digest", "is_current")
_CURRENT = CompiledRead(
    lambda given: LicenceType.objects.filter(code=given("code"), is_current=True).values_list(*_COLUMNS)
)
_VERSION = CompiledRead(
    lambda given: LicenceType.objects.filter(code=given("code"), version=given("version")).values_list(*_COLUMNS)
)


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
    row = _CURRENT.first(code=code) if version is None else _VERSION.first(code=code, version=version)
    if row is None:
        raise LicenceTypeError("licence_type.unknown", "this node knows no such licence type or version")
    pk, digest, is_current = row
    return KnownLicenceType(id=pk, digest=digest, is_current=is_current, definition=definition_of(pk, digest))


def licence_types() -> tuple[KnownLicenceType, ...]:
    """This will list the current version of every type, by code."""
    return tuple(known_from_row(row) for row in LicenceType.objects.filter(is_current=True).order_by("code"))


def licence_types_issued_by(*, agency_uscc: str) -> tuple[KnownLicenceType, ...]:
    """This will list, by code, the current types that the agency's active key may sign; none without such a key."""
    key = IssuerKey.objects.filter(
        agency__uscc=agency_uscc, agency__is_active=True, use=KeyUse.CREDENTIAL, state=KeyState.ACTIVE
    ).first()
    allowed = set(key.licence_types) if key is not None else set()
    return tuple(known for known in licence_types() if known.definition.code in allowed)


def known_from_row(row: LicenceType) -> KnownLicenceType:
    """This will give a loaded row as a plain value."""
    definition = _parsed(row.digest, orjson.dumps(row.definition))
    return KnownLicenceType(id=row.pk, digest=row.digest, is_current=row.is_current, definition=definition)


@lru_cache(maxsize=256)  # a version's content never changes, and the digest names it
def definition_of(row_id: int, digest: str) -> LicenceTypeDefinition:
    """This will give the definition that the row of this id and digest holds; it is read once for each process."""
    return parse_licence_type(LicenceType.objects.values_list("definition", flat=True).get(pk=row_id, digest=digest))


@lru_cache(maxsize=128)
def _parsed(digest: str, text: bytes) -> LicenceTypeDefinition:
    return parse_licence_type(orjson.loads(text))
