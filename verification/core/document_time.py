"""Was the signer's certificate good when the document was signed? ETSI EN 319 102-1, 5.6: judged at the time that is proven.

Without a trusted timestamp the time is the signer's word alone, so a document whose key others may hold proves nothing, however
old it says it is. With one, what was revoked later was good then.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from certificates.core.x509_crl import RevocationList
from certificates.core.x509_read import X509Certificate
from verification.core.agency_keys import AgencyKey, AgencyKeys, KeyState
from verification.core.agency_revocations import read_revocation_lists
from verification.core.errors import IssuerError
from verification.core.evidence import DocumentEvidence
from verification.core.statement import Statement
from verification.core.verdict import Outcome

_REVOKED: Final = (Outcome.UNDETERMINED, "document.signer_revoked")
_TOO_LATE: Final = (Outcome.FAILED, "document.signed_after_revocation")
_NO_DATA: Final = (Outcome.UNDETERMINED, "document.revocation_data")


def judge_time(
    document: DocumentEvidence, *, leaf: X509Certificate, listed: AgencyKey, keys: AgencyKeys, statement: Statement
) -> tuple[Outcome, str] | None:
    """This will give outcome and code of what speaks against the signer's certificate at the time of signing, or None.

    Counted are the region's own lists and those that the document carries, each under a CA of that region. An archived document
    must carry a list that speaks of its signer: without it the archive is not whole, and nobody can tell what was taken out.
    """
    try:
        carried = _carried(document, statement)
    except IssuerError:
        return _NO_DATA
    ends = _ends(leaf, listed, (*keys.revocation_lists, *carried))
    moment = document.proven_at
    if moment is None:
        if document.signing_time is not None and any(end is not None and end <= document.signing_time for end in ends):
            return _TOO_LATE  # by its own word
        return _REVOKED if ends else None
    if any(end is not None and end <= moment for end in ends):
        return _TOO_LATE
    if None in ends:
        return _REVOKED
    # A list from before the signature is silent about a certificate that was revoked in between.
    speaks = any(item.covers(leaf) and item.issued_at >= moment.replace(microsecond=0) for item in carried)
    return None if speaks or not document.is_archived else _NO_DATA


def _carried(document: DocumentEvidence, statement: Statement) -> tuple[RevocationList, ...]:
    if statement.region is None:
        return ()
    return read_revocation_lists(document.revocation_lists, cas=statement.region.cas)


def _ends(leaf: X509Certificate, listed: AgencyKey, lists: Sequence[RevocationList]) -> list[datetime | None]:
    """Each moment from which the key is known not to count; None for one that nobody dates."""
    ends: list[datetime | None] = [
        entry.effective_at
        for item in lists
        if item.covers(leaf)
        for entry in [item.by_serial.get(leaf.serial_number)]
        if entry is not None
    ]
    if listed.state is KeyState.COMPROMISED:
        ends.append(listed.compromised_at)
    return ends
