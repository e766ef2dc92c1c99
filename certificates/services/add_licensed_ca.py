"""A licensed CA outside of the node that certifies agencies of its region."""

from base64 import b64encode
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from certificates.core.errors import IssueError
from certificates.core.signing.suite import kid_of
from certificates.core.x509_algorithms import suite_of_spki
from certificates.core.x509_profile import require_ca_profile
from certificates.core.x509_read import read_certificate
from certificates.core.x509_subject import read_subject
from certificates.models import EXTERNAL, RegionCa


def add_licensed_ca(*, certificate: bytes, at: datetime) -> str:
    """This will commit a CA (DER) that is not this node's, for `describe_node` to list and for certificates to be imported under.

    Raises X509Error (no CA certificate of our profile), IssueError `issue.ca` (another region's), `issue.key_exists`.
    """
    ca = read_certificate(certificate)
    require_ca_profile(ca)
    facts = read_subject(ca.subject)
    if facts is None or facts.agency_uscc is not None or facts.region_code != settings.NODE.region:
        raise IssueError("issue.ca", "the certificate is not of a CA for this region")
    try:
        with transaction.atomic():
            row = RegionCa.objects.create(
                kid=kid_of(ca.spki),
                suite=suite_of_spki(ca.spki),
                backend=EXTERNAL,
                spki=b64encode(ca.spki).decode("ascii"),
                certificate_der=b64encode(certificate).decode("ascii"),
                from_at=max(at, ca.valid_from),
            )
    except IntegrityError as error:
        raise IssueError("issue.key_exists", "the CA is entered already") from error
    return row.kid
