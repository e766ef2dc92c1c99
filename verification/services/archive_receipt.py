"""A look-up's receipt as a file for an archive: what printed and signed copies were kept for."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings

from accounts.core.caller import Caller
from accounts.core.regions import region as region_named
from accounts.services.count_call import Rate, count_call
from certificates.adapters.pdf.content import OPENINGS_NAME, RECEIPT_NAME, Attachment
from certificates.adapters.pdf.receipt_page import render_receipt
from certificates.core.licence_type_model import LicenceTypeDefinition
from certificates.queries.licence_types import licence_types
from certificates.services.sign_archive_file import sign_archive_file
from verification.core.archive_page import PRINTED, ProvedLook, Titles, page_data
from verification.core.archived_receipt import pack_openings
from verification.core.errors import ReceiptError, TrustListError
from verification.core.evidence import Missing
from verification.core.lookup_entry import Opening
from verification.core.lookup_members import Member, for_holders, shown_field
from verification.core.receipt import ReceiptState, VerifiedReceipt
from verification.core.receipt_evidence import receipt_evidence
from verification.core.trust_list import TrustList
from verification.models import Lookup
from verification.queries.current_trust_list import current_trust_list
from verification.queries.lookup_parties import caller_name, is_party
from verification.services.lookup_openings import open_openings
from verification.services.lookup_receipt import receipt_of

# The file is the look-up's own answer in another form, for who was given that answer, and for as long as a matter takes to be
# filed: afterwards a value needs a look of its own.
VALUES_FOR: Final = timedelta(days=30)
# The file stays as it is handed out: it waits for a witness, but not for one that is down.
COSIGNED_WITHIN: Final = timedelta(seconds=60)
_JSON: Final = "application/json"


def archive_receipt(*, caller: Caller, lookup_id: UUID, at: datetime) -> bytes:
    """This will give the signed PDF/A-3a of a look-up to who asked for it, or to the holder it was about; it changes no look-up.

    Values stand in it for who asked, within 30 days of the look. Raises ReceiptError `receipt.unknown` alike for a look-up that
    does not exist and for one of others, `receipt.waiting` while the log does not prove it yet, `receipt.erased`;
    RateLimited `rate.files_caller`, DocumentError `pdf.glyphs_missing`, `document.no_key`.
    """
    look = Lookup.objects.select_related("detail").filter(pk=lookup_id).first()
    if look is None or not is_party(caller=caller, lookup_id=lookup_id, asked_by=look.caller, at=at):
        raise ReceiptError("receipt.unknown", "There is no such look-up of yours.")
    content, proved = _proved(look, at)
    opened = open_openings(look.detail)
    if opened is None:
        raise ReceiptError("receipt.erased", "What opens this look-up's entry was erased.")
    count_call(rate=Rate.FILES_CALLER, who=caller_name(caller), at=at)
    openings = _told(opened, is_asker=look.caller == caller_name(caller), with_values=at - look.at <= VALUES_FOR)
    named = region_named(settings.NODE.region)
    definition = _definition(openings)
    page = page_data(
        ProvedLook(
            receipt=proved,
            openings=openings,
            titles={} if definition is None else _titles_of(definition),
            licence=None if definition is None else definition.title_zh,
            node=(named.name_zh, named.name_en),
            at=look.at,
        )
    )
    pdf = render_receipt(
        page=page,
        code=f"{settings.NODE.node_url}/log/proof/{proved.promise.leaf.hex()}",
        carried=(
            Attachment(name=RECEIPT_NAME, mime=_JSON, data=content),
            Attachment(name=OPENINGS_NAME, mime=_JSON, data=pack_openings(openings)),
        ),
        texts=[opening.value for opening in openings.values() if isinstance(opening.value, str)],
        at=at,
    )
    return sign_archive_file(pdf=pdf, at=at)


def _proved(look: Lookup, at: datetime) -> tuple[bytes, VerifiedReceipt]:
    """What the node hands out for decades it verifies first, as anybody else will."""
    receipt = receipt_of(lookup_id=look.pk)
    try:
        trusted = current_trust_list(at=at)
        found = receipt_evidence(receipt.content, trust_list=trusted, at=at)
    except TrustListError as refused:
        raise ReceiptError("receipt.waiting", "No trust list is in force to prove the receipt with.") from refused
    if isinstance(found, Missing) or found.state is not ReceiptState.INCLUDED:
        raise ReceiptError("receipt.waiting", "The log does not prove the look-up yet.")
    if not found.cosignatures and at - look.at < COSIGNED_WITHIN and _has_witness(trusted):
        raise ReceiptError("receipt.waiting", "No witness has cosigned the log yet.")
    return receipt.content, found


def _has_witness(trusted: TrustList) -> bool:
    return any(region.witnesses for region in trusted.regions.values() if region.code != settings.NODE.region)


def _told(openings: Mapping[str, Opening], *, is_asker: bool, with_values: bool) -> dict[str, Opening]:
    known = dict(openings if is_asker else for_holders(openings))
    return {name: opening for name, opening in known.items() if name in PRINTED or (with_values and shown_field(name))}


def _definition(openings: Mapping[str, Opening]) -> LicenceTypeDefinition | None:
    stated = openings.get(Member.LICENCE_TYPE)
    known = (one.definition for one in licence_types())
    return next((one for one in known if stated is not None and one.code == stated.value), None)


def _titles_of(definition: LicenceTypeDefinition) -> Titles:
    fields = {one.name: (one.title_zh, one.title_en) for one in definition.fields}
    return fields | {one.name: (one.title_zh, one.title_en) for one in definition.facts}
