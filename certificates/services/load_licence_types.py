"""Taking licence types into use from data files."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from django.db import transaction

from certificates.adapters.pdf.render import render
from certificates.core.canonical import canonical_json
from certificates.core.errors import DocumentError, LicenceTypeError
from certificates.core.facts import shanghai_date
from certificates.core.layout_kinds import check_template
from certificates.core.licence_types import LicenceTypeDefinition, parse_licence_type
from certificates.models import LicenceType
from certificates.services.sample_page import sample_page


def load_licence_types(
    *, definitions: Sequence[Mapping[str, Any]], at: datetime, templates: Mapping[str, str] = MappingProxyType({})
) -> tuple[str, ...]:
    """This will commit all definitions together, or none, and name the new ones as "code vN".

    `templates` maps the file names that layouts give to typesetting source, which is kept with the version. A definition that
    is already stored changes nothing. Other content, or another template, needs a higher version than any stored; the old
    versions stay for the licences issued under them. Raises LicenceTypeError `licence_type.*`, `licence_type.changed`,
    `licence_type.template` where the template is missing, too long, reaches for more than the common library, or cannot be
    typeset with made-up values.
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
    if template:
        _require_typeset(digest, template, definition, shanghai_date(at))
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


_typeset: set[tuple[str, str]] = set()  # what this process has seen to work, by the definition's digest and the source


def _require_typeset(digest: str, template: str, definition: LicenceTypeDefinition, today: date) -> None:
    """A page that cannot be made would hold back the document of every licence issued under the version."""
    if (digest, template) in _typeset:
        return
    try:
        render(sample_page(definition=definition, template=template, today=today))
    except DocumentError as error:
        raise LicenceTypeError("licence_type.template", "the template cannot be typeset") from error
    _typeset.add((digest, template))
