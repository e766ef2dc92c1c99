"""Taking licence types into use from data files."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from certificates.core.canonical import canonical_json
from certificates.core.errors import LicenceTypeError
from certificates.core.licence_types import parse_licence_type
from certificates.models import LicenceType


def load_licence_types(*, definitions: Sequence[Mapping[str, Any]], at: datetime) -> tuple[str, ...]:
    """This will commit all definitions together, or none, and name the new ones as "code vN".

    A definition that is already stored changes nothing. Other content needs a higher version than any stored; the old
    versions stay for the licences issued under them. Raises LicenceTypeError `licence_type.*`, `licence_type.changed`.
    """
    with transaction.atomic():
        return tuple(name for definition in definitions if (name := _load(definition, at)))


def _load(data: Mapping[str, Any], at: datetime) -> str | None:
    definition = parse_licence_type(data)
    digest = hashlib.sha256(canonical_json(data)).hexdigest()
    stored = LicenceType.objects.select_for_update().filter(code=definition.code).order_by("-version")
    newest = stored.first()
    if any(row.version == definition.version and row.digest == digest for row in stored):
        return None
    if newest is not None and definition.version <= newest.version:
        raise LicenceTypeError("licence_type.changed", "changed content of a type needs a version never used before")
    LicenceType.objects.filter(code=definition.code, is_current=True).update(is_current=False)
    LicenceType.objects.create(
        code=definition.code,
        version=definition.version,
        definition=dict(data),
        digest=digest,
        created_at=at,
    )
    return f"{definition.code} v{definition.version}"
