"""Taking licence types into use from data files."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import transaction

from certificates.core.canonical import canonical_json
from certificates.core.errors import LicenceTypeError
from certificates.core.layout_kinds import check_template
from certificates.core.licence_types import parse_licence_type
from certificates.models import LicenceType


def load_licence_types(
    *, definitions: Sequence[Mapping[str, Any]], at: datetime, templates: Mapping[str, str] = MappingProxyType({})
) -> tuple[str, ...]:
    """This will commit all definitions together, or none, and name the new ones as "code vN".

    `templates` maps the file names that layouts give to typesetting source, which is kept with the version. A definition that
    is already stored changes nothing. Other content, or another template, needs a higher version than any stored; the old
    versions stay for the licences issued under them. Raises LicenceTypeError `licence_type.*`, `licence_type.changed`,
    `licence_type.template` where the template is missing, too long, or reaches for more than the common library.
    """
    with transaction.atomic():
        return tuple(name for definition in definitions if (name := _load(definition, templates, at)))


def _load(data: Mapping[str, Any], templates: Mapping[str, str], at: datetime) -> str | None:
    definition = parse_licence_type(data)
    template = _template(definition.layout.template, templates)
    digest = hashlib.sha256(canonical_json(data)).hexdigest()
    stored = LicenceType.objects.select_for_update().filter(code=definition.code).order_by("-version")
    newest = stored.first()
    if any((row.version, row.digest, row.template) == (definition.version, digest, template) for row in stored):
        return None
    if newest is not None and definition.version <= newest.version:
        raise LicenceTypeError("licence_type.changed", "changed content of a type needs a version never used before")
    LicenceType.objects.filter(code=definition.code, is_current=True).update(is_current=False)
    LicenceType.objects.create(
        code=definition.code,
        version=definition.version,
        definition=dict(data),
        digest=digest,
        template=template,
        created_at=at,
    )
    return f"{definition.code} v{definition.version}"


def _template(name: str, templates: Mapping[str, str]) -> str:
    if not name:
        return ""
    source = templates.get(name)
    if source is None:
        raise LicenceTypeError("licence_type.template", "the template that the layout names was not handed in")
    check_template(source)
    return source
