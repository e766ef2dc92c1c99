"""When a signature existed for certain, in the spirit of ETSI EN 319 102-1: by the earliest timestamp that holds today.

Each archive timestamp covers all before it, so it proves the one before for as long as it holds itself; only the last one is judged
by the present. What is broken is refused; what merely cannot be told any more is a doubt, which leaves a verdict open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509

from certificates.adapters.pdf.read_timestamp import Timestamp
from certificates.core.errors import DocumentError

CLOCK_SKEW: Final = timedelta(seconds=60)  # between an authority and whoever reads
UNTRUSTED: Final = "document.timestamp_untrusted"
EXPIRED: Final = "document.timestamp_expired"
REVOKED: Final = "document.timestamp_revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenTime:
    """This will hold the moment, and the code of what leaves it open."""

    at: datetime | None = None
    doubt: str | None = None


def proven_time(stamps: Sequence[Timestamp], *, revocation_lists: Sequence[bytes], at: datetime) -> ProvenTime:
    """This will judge timestamps in the order in which they were added, with the lists (DER) that the file carries, at `at`.

    Raises DocumentError `pdf.timestamp` where they are out of order, of the future, or made after the maker was revoked.
    """
    if not stamps:
        return ProvenTime()
    moments = [stamp.at for stamp in stamps]
    if moments != sorted(moments) or moments[-1] > at + CLOCK_SKEW:
        raise DocumentError("pdf.timestamp", "the timestamps are out of order or of the future")
    doubt = None
    lists = [x509.load_der_x509_crl(der) for der in revocation_lists]
    # From the last to the first: each is judged at the moment for which the next one proves it.
    for stamp, until in zip(reversed(stamps), [at, *reversed(moments[1:])], strict=True):
        doubt = doubt or _against(stamp, lists, until)
    return ProvenTime(at=None if doubt else moments[0], doubt=doubt)


def _against(stamp: Timestamp, lists: Sequence[x509.CertificateRevocationList], until: datetime) -> str | None:
    if stamp.issuer is None:
        return UNTRUSTED
    if until > stamp.leaf_until:
        return EXPIRED
    revoked_at = _revoked_at(stamp, lists)
    if revoked_at is None or revoked_at > until:
        return None
    if revoked_at <= stamp.at:
        raise DocumentError("pdf.timestamp", "the timestamp was made after its maker was revoked")
    return REVOKED


def _revoked_at(stamp: Timestamp, lists: Sequence[x509.CertificateRevocationList]) -> datetime | None:
    assert stamp.issuer is not None
    issuer, leaf = x509.load_der_x509_certificate(stamp.issuer), x509.load_der_x509_certificate(stamp.leaf)
    found = [
        entry.revocation_date_utc
        for listed in lists
        if listed.issuer == issuer.subject and listed.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
        for entry in [listed.get_revoked_certificate_by_serial_number(leaf.serial_number)]
        if entry is not None
    ]
    return min(found, default=None)
