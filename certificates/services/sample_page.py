"""A licence type's page with made-up values: a sample that says so, which no key has signed."""

from dataclasses import replace
from datetime import date, timedelta

from certificates.adapters.pdf.content import DocumentContent
from certificates.core.licence_types import LicenceTypeDefinition
from certificates.core.photos import photo_field
from certificates.core.sample_values import sample_values
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


def sample_page(*, definition: LicenceTypeDefinition, template: str, today: date) -> DocumentContent:
    """This will lay out a sample: marked 样张 across, a seal that says 样例, a code whose text says that it is a sample."""
    years = definition.validity.max_years or 1
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
            template=template,
            photo=_NOBODY if photo_field(definition) is not None else None,
            attachments=(),
            metadata={"ZZMC": f"{definition.title_zh}（样张）"},
        ),
    )
    return replace(page, sample=True, sample_words=_WORDS)
