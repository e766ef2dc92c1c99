"""Who signed a document: a key that the region lists for files of the credential's own agency, under a certificate of our profile
that a CA of that very region issued.
"""

from datetime import datetime, timedelta
from typing import Final

from certificates.core.errors import X509Error
from certificates.core.signing.suite import kid_of
from certificates.core.x509_profile import authority_key_identifier, require_leaf_profile, require_scope
from certificates.core.x509_read import X509Certificate, read_certificate
from certificates.core.x509_subject import read_subject
from verification.core.agency_keys import AgencyKey, AgencyKeys, KeyUse
from verification.core.document_time import judge_time
from verification.core.evidence import DocumentEvidence
from verification.core.statement import Statement
from verification.core.verdict import Outcome
from verification.core.x509_path import is_of_region

CLOCK_SKEW: Final = timedelta(seconds=60)  # two nodes' clocks

_OTHER: Final = (Outcome.FAILED, "document.other_signer")
_UNTRUSTED: Final = (Outcome.FAILED, "document.signer_untrusted")
_UNLISTED: Final = (Outcome.UNDETERMINED, "document.signer_unlisted")
_MAKER_REVOKED: Final = (Outcome.UNDETERMINED, "ofd.maker_revoked")
_TOO_EARLY: Final = (Outcome.FAILED, "document.signed_before_issue")
_KEY_ENDED: Final = (Outcome.FAILED, "document.signed_after_key_ended")


def signer_kid(signer_leaf: bytes | None) -> str | None:
    """This will give the key id of a document's signer from its certificate (DER), or None where there is none to read."""
    leaf = None if signer_leaf is None else _read(signer_leaf)
    return None if leaf is None else kid_of(leaf.spki)


def judge_signer(
    document: DocumentEvidence, *, use: KeyUse, keys: AgencyKeys, statement: Statement, at: datetime
) -> tuple[Outcome, str] | None:
    """This will give outcome and code of what speaks against the signer, or None where nothing does; its path was checked before.

    Judged at the moment that a trusted timestamp proves, or at `at` without one. A key that has not begun has rightly signed
    nothing, whatever time a document states, and nobody signs a credential into a file before there is one. `use` is what a key
    is listed for that signs such documents.
    """
    leaf = None if document.signer_leaf is None else _read(document.signer_leaf)
    if leaf is None or not _is_same_agency(leaf, statement):
        return _OTHER
    if not _may_sign(leaf, statement) or not _are_of_region(document, statement):
        return _UNTRUSTED
    listed = keys.by_kid.get(kid_of(leaf.spki))
    if listed is None:
        return _UNLISTED
    if not _is_listed_for(listed, use=use, statement=statement, at=document.proven_at or at):
        return _UNTRUSTED
    if _is_revoked(document.seal_maker, keys):
        return _MAKER_REVOKED
    against = _against_its_times(document, listed=listed, statement=statement)
    return against or judge_time(document, leaf=leaf, listed=listed, keys=keys, statement=statement)


def _are_of_region(document: DocumentEvidence, statement: Statement) -> bool:
    ders = [der for der in (document.signer_leaf, document.seal_maker) if der is not None]
    return all(is_of_region(der, region=statement.region) for der in ders)


def _is_listed_for(listed: AgencyKey, *, use: KeyUse, statement: Statement, at: datetime) -> bool:
    is_own = listed.use is use and listed.agency_uscc == statement.key.agency_uscc
    return is_own and statement.type_code in listed.licence_types and listed.valid_from <= at + CLOCK_SKEW


def _against_its_times(
    document: DocumentEvidence, *, listed: AgencyKey, statement: Statement
) -> tuple[Outcome, str] | None:
    """What a document says of its own time counts against it alone."""
    told = [moment for moment in (document.signing_time, document.proven_at) if moment is not None]
    if any(moment + CLOCK_SKEW < statement.issued_at for moment in told):
        return _TOO_EARLY
    own_word = document.signing_time
    if own_word is None:
        return None
    if own_word + CLOCK_SKEW < listed.valid_from:
        return _UNTRUSTED
    has_ended = listed.valid_to is not None and own_word - CLOCK_SKEW >= listed.valid_to
    return _KEY_ENDED if has_ended else None


def _is_revoked(seal_maker: bytes | None, keys: AgencyKeys) -> bool:
    maker = None if seal_maker is None else _read(seal_maker)
    return maker is not None and any(
        item.covers(maker) and maker.serial_number in item.by_serial for item in keys.revocation_lists
    )


def _read(signer_leaf: bytes) -> X509Certificate | None:
    try:
        return read_certificate(signer_leaf)
    except X509Error:
        return None


def _is_same_agency(leaf: X509Certificate, statement: Statement) -> bool:
    facts = read_subject(leaf.subject)
    # An agency may have renewed its certificate between credential and document; region and USCC stay.
    return (
        facts is not None
        and facts.region_code == statement.region_code
        and facts.agency_uscc == statement.key.agency_uscc
    )


def _may_sign(leaf: X509Certificate, statement: Statement) -> bool:
    try:
        require_leaf_profile(leaf)
        authority_key_identifier(leaf)  # without it no revocation list could name it
        require_scope(leaf, region_code=statement.region_code, licence_types=[statement.type_code])
    except X509Error:
        return False
    return True
