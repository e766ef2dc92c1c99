"""What a purpose copy's row says: its sealed columns, and whether anybody may still have it."""

from datetime import datetime

from certificates.adapters.field_cipher import decrypt
from certificates.core.copy_terms import CopyTerms, unpack_terms
from certificates.core.errors import CopyError
from certificates.core.sealed_places import certificate_subject, place
from certificates.models import CertificateState, PurposeCopy


def opened(copy: PurposeCopy, column: str) -> bytes:
    """This will open one sealed column of a copy; raises CipherError."""
    sealed: bytes | None = getattr(copy, column)
    return decrypt(
        sealed,
        subject=certificate_subject(copy.certificate_id),
        place=place("PurposeCopy", copy.public_id, column),
    )


def terms_of(copy: PurposeCopy) -> CopyTerms:
    """This will open what a copy was made for; raises CipherError `cipher.erased`."""
    return unpack_terms(opened(copy, "sealed_terms"))


def require_copy_good(*, copy: PurposeCopy, at: datetime) -> None:
    """This will refuse a copy that nobody may have any more; raises CopyError `copy.expired|revoked|licence_ended`."""
    if copy.revoked_at is not None:
        raise CopyError("copy.revoked", "the copy was revoked")
    if at >= copy.expires_at:
        raise CopyError("copy.expired", "the copy is no longer good")
    if copy.certificate.state != CertificateState.VALID:
        raise CopyError("copy.licence_ended", "the licence is no longer good")
