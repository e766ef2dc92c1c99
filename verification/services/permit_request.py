"""Is the request one that this agency may make now? Its matter, its case, its reason."""

from dataclasses import replace

from django.conf import settings

from certificates.adapters.blind_index import blind_index
from certificates.core.facts import shanghai_date
from verification.core.errors import PolicyError
from verification.core.request_policy import check_past, check_request
from verification.queries.own_agencies import agency_relies
from verification.queries.policies import agency_matter, purpose_rules
from verification.queries.purpose_copies import purpose_copies
from verification.services.asked import Asked
from verification.services.record_answer import case_text, purpose_text
from verification.services.record_lookup import CASE_INDEX, PURPOSE_INDEX


def permit_request(asked: Asked) -> Asked:
    """This will give the request with its matter; it writes nothing.

    Raises PolicyError `agency.not_relying`, `matter.*`, `case.pattern`, `purpose.*`, `request.as_of_*`: refusals to be recorded.
    """
    if not agency_relies(uscc=asked.agency_uscc):
        raise PolicyError("agency.not_relying", "the agency is not among those that look licences up")
    matter = check_request(
        asked.request,
        matter=agency_matter(code=asked.request.matter_code),
        agency_uscc=asked.caller.agency_uscc,
        rules=purpose_rules(),
        copies=_copies(asked),
        on=shanghai_date(asked.at),
    )
    as_of = asked.request.as_of
    check_past(
        as_of,
        matter=matter,
        at=asked.at,
        most_days=settings.NODE.as_of_days,
        on=shanghai_date(asked.at if as_of is None else as_of),
    )
    return replace(asked, matter=matter)


def _copies(asked: Asked) -> int:
    return purpose_copies(
        caller=asked.caller_name,
        purpose_index=blind_index(purpose=PURPOSE_INDEX, value=purpose_text(asked)),
        case_index=blind_index(purpose=CASE_INDEX, value=case_text(asked)),
        at=asked.at,
    )
