"""A look at a licence type's page before anything is issued under it. It is signed by nothing and reaches no key."""

from datetime import datetime

from accounts.core.caller import Caller
from accounts.core.errors import NotPermitted
from accounts.core.permissions import Action, may
from certificates.adapters.pdf.render import render, render_pictures
from certificates.core.errors import LicenceTypeError
from certificates.core.facts import shanghai_date
from certificates.models import LicenceType
from certificates.queries.licence_types import known_from_row
from certificates.services.sample_page import sample_page


def preview_licence_type(*, caller: Caller, code: str, at: datetime, as_pictures: bool = False) -> tuple[bytes, ...]:
    """This will give the current version's page with made-up values, marked 样张 across: one unsigned PDF, or PNG pictures, one a page.

    Raises NotPermitted (only administrators of agencies and of the node), LicenceTypeError `licence_type.unknown`, DocumentError.
    """
    if not (may(caller, Action.MANAGE_AGENCY) or may(caller, Action.MANAGE_NODE)):
        raise NotPermitted
    row = LicenceType.objects.filter(code=code, is_current=True).first()
    if row is None:
        raise LicenceTypeError("licence_type.unknown", "this node knows no such licence type")
    definition = known_from_row(row).definition
    content = sample_page(definition=definition, template=row.template, today=shanghai_date(at))
    return render_pictures(content) if as_pictures else (render(content, at=at),)
