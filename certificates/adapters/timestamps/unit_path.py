"""Whether a timestamping unit's X.509 certificate leads to a trusted CA, is for timestamps alone, and is not revoked."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from asn1crypto import crl, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError, ValidationError

from certificates.core.errors import TimestampError

_MINUTE = timedelta(minutes=1)


def unit_path(
    unit: bytes, *, others: Sequence[bytes], trusted: Sequence[bytes], revocation_lists: Sequence[bytes], at: datetime
) -> tuple[bytes, ...]:
    """This will give the path (DER) from the unit over some of `others` to a trusted CA, as it stands at `at`.

    Every certificate but the trusted CA needs a list that is in force and does not hold it. Nothing is fetched. Raises
    TimestampError `timestamp.signer`.
    """
    certificate = x509.Certificate.load(unit)
    if not certificate.not_valid_before <= at < certificate.not_valid_after:
        raise TimestampError("timestamp.signer", "the timestamping unit's certificate is not in force")
    _require_usage(certificate)
    minute = at.replace(second=0, microsecond=0)  # hundreds of documents a minute are stamped by one unit
    return _path(unit, tuple(others), tuple(trusted), tuple(revocation_lists), minute)


def _require_usage(certificate: x509.Certificate) -> None:
    """RFC 3161 section 2.3: one extended key usage, timestamps, and critical."""
    found = [
        one for one in certificate["tbs_certificate"]["extensions"] if one["extn_id"].native == "extended_key_usage"
    ]
    if (
        len(found) != 1
        or not found[0]["critical"].native
        or found[0]["extn_value"].parsed.native != ["time_stamping"]
        or certificate.ca
    ):
        raise TimestampError("timestamp.signer", "the certificate is not one for timestamps alone")


@lru_cache(maxsize=64)
def _path(
    unit: bytes, others: tuple[bytes, ...], trusted: tuple[bytes, ...], lists: tuple[bytes, ...], minute: datetime
) -> tuple[bytes, ...]:
    loaded = [crl.CertificateList.load(der) for der in lists]
    newest = max((one["tbs_cert_list"]["this_update"].native for one in loaded), default=minute)
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in trusted],
        crls=loaded,
        moment=max(minute, min(newest, minute + _MINUTE)),  # a list made in this very minute counts already
        allow_fetching=False,
        revocation_mode="require",
    )
    validator = CertificateValidator(
        x509.Certificate.load(unit), [x509.Certificate.load(der) for der in others], validation_context=context
    )
    try:
        usage = validator.async_validate_usage({"digital_signature"}, {"time_stamping"})  # type: ignore[no-untyped-call]
        found = asyncio.run(usage)
    except (PathBuildingError, PathValidationError, ValidationError) as error:
        raise TimestampError(
            "timestamp.signer", "no valid path leads from the timestamping unit to a trusted CA"
        ) from error
    return tuple(certificate.dump() for certificate in reversed(list(found)))
