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
NO_DATA: Final = "document.revocation_data"


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
    newest = stamps[-1]
    for stamp, until in zip(reversed(stamps), [at, *reversed(moments[1:])], strict=True):
        doubt = doubt or _against(stamp, lists, until, is_newest=stamp is newest)
    return ProvenTime(at=None if doubt else moments[0], doubt=doubt)


def _against(
    stamp: Timestamp, lists: Sequence[x509.CertificateRevocationList], until: datetime, *, is_newest: bool
) -> str | None:
    if stamp.issuer is None:
        return UNTRUSTED
    if until > stamp.leaf_until:
        return EXPIRED
    issuer, leaf = x509.load_der_x509_certificate(stamp.issuer), x509.load_der_x509_certificate(stamp.leaf)
    own = [listed for listed in lists if _is_by(listed, issuer)]
    if not is_newest and not any(_end_of(listed) >= until for listed in own):
        # What a later timestamp rests upon must be in the file, or it was taken out; a list that had ended when that one
        # was made does not say what had been revoked by then (ETSI EN 319 102-1, 5.6.2.2.4).
        return NO_DATA
    revoked_at = _revoked_at(leaf, own)
    if revoked_at is None or revoked_at > until:
        return None
    if revoked_at <= stamp.at:
        raise DocumentError("pdf.timestamp", "the timestamp was made after its maker was revoked")
    return REVOKED


def _is_by(listed: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    if listed.issuer != issuer.subject:
        return False
    return listed.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # a key of another kind is no issuer's


def _end_of(listed: x509.CertificateRevocationList) -> datetime:
    return listed.next_update_utc or listed.last_update_utc


def _revoked_at(leaf: x509.Certificate, lists: Sequence[x509.CertificateRevocationList]) -> datetime | None:
    entries = [listed.get_revoked_certificate_by_serial_number(leaf.serial_number) for listed in lists]
    return min((entry.revocation_date_utc for entry in entries if entry is not None), default=None)
