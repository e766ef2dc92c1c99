"""A look at a licence type's page before anything is issued under it. It is signed by nothing and reaches no key."""

from dataclasses import replace
from datetime import datetime, timedelta

from accounts.core.caller import Caller
from accounts.core.errors import NotPermitted
from accounts.core.permissions import Action, may
from certificates.adapters.pdf.content import DocumentContent
from certificates.adapters.pdf.render import render, render_pictures
from certificates.core.errors import LicenceTypeError
from certificates.core.facts import shanghai_date
from certificates.core.photos import photo_field
from certificates.core.sample_values import sample_values
from certificates.models import LicenceType
from certificates.queries.licence_types import known_from_row
from certificates.services.printed_page import PageFacts, printed_page

_AGENCY = "样例发证机关"
_NO_NUMBER = "0000000000000"
_NO_CODE = "样张：不是证照，扫码不能核验。SAMPLE: this is no licence, and there is nothing to check."
_NO_IDENTIFIER = "1.2.156.3005.2.样张.样张.样张.000.0"
_WORDS = "样张 SAMPLE"
_NOBODY = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 125"><rect width="100" height="125" fill="#dfe6ee"/>'
    b'<circle cx="50" cy="48" r="22" fill="#a9b6c5"/><path d="M10 125C10 92 30 80 50 80S90 92 90 125Z" fill="#a9b6c5"/></svg>'
)


def preview_licence_type(*, caller: Caller, code: str, at: datetime, as_pictures: bool = False) -> tuple[bytes, ...]:
    """This will give the current version's page with made-up values, marked 样张 across: one unsigned PDF, or PNG pictures, one a page.

    Raises NotPermitted (only administrators of agencies and of the node), LicenceTypeError `licence_type.unknown`, DocumentError.
    """
    content = _content(caller, code, at)
    return render_pictures(content) if as_pictures else (render(content, at=at),)


def _content(caller: Caller, code: str, at: datetime) -> DocumentContent:
    if not (may(caller, Action.MANAGE_AGENCY) or may(caller, Action.MANAGE_NODE)):
        raise NotPermitted
    row = LicenceType.objects.filter(code=code, is_current=True).first()
    if row is None:
        raise LicenceTypeError("licence_type.unknown", "this node knows no such licence type")
    definition, today = known_from_row(row).definition, shanghai_date(at)
    years = definition.validity.max_years or 1
    pictured = photo_field(definition) is not None
    page = printed_page(
        definition=definition,
        values=sample_values(definition),
        facts=PageFacts(
            identifier=_NO_IDENTIFIER,
            agency_name=_AGENCY,
            agency_code=_NO_NUMBER,
            seal_image=None,
            issue_date=today,
            valid_from=today,
            valid_until=None if definition.validity.long_term else today + timedelta(days=365 * years),
            seal_code=_NO_CODE,
            template=row.template,
            photo=_NOBODY if pictured else None,
            attachments=(),
            metadata={"ZZMC": f"{definition.title_zh}（样张）"},
        ),
    )
    return replace(page, sample=True, sample_words=_WORDS)
