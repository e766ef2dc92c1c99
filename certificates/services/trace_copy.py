"""What a leaked copy was made for: its sealed terms, beside what the queries find."""

from dataclasses import dataclass, field

from certificates.core.errors import ERASED_CODES, CipherError
from certificates.models import PurposeCopy
from certificates.queries.copies import TracedCopy, copy_of_mark, copy_of_number
from certificates.services.copy_rows import terms_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyTrace:
    """This will hold a traced copy and what it was made for; texts are empty where they were erased."""

    copy: TracedCopy
    matter_code: str = field(default="", repr=False)
    case_number: str = field(default="", repr=False)
    purpose: str = field(default="", repr=False)
    recipient: str = field(default="", repr=False)


def trace_copy(*, mark: int | None = None, number: str = "") -> CopyTrace | None:
    """This will trace the 48-bit number read from a copy's background, or its visible number; None for what no copy has."""
    found = copy_of_number(number=number) if mark is None else copy_of_mark(mark=mark)
    if found is None:
        return None
    try:
        terms = terms_of(PurposeCopy.objects.get(public_id=found.copy_id))
    except CipherError as refused:
        if refused.code not in ERASED_CODES:
            raise
        return CopyTrace(copy=found)
    return CopyTrace(
        copy=found,
        matter_code=terms.matter_code,
        case_number=terms.case_number,
        purpose=terms.purpose,
        recipient=terms.recipient,
    )
