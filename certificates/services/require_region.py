"""A node stays of the region it was made for: its CA, its keys' entries and its certificates name that region."""

from base64 import b64decode

from django.conf import settings

from certificates.core.errors import IssueError
from certificates.core.x509_read import read_certificate
from certificates.core.x509_subject import read_subject
from certificates.models import EXTERNAL, RegionCa


def require_region() -> None:
    """This will compare the region of the settings with the one that the node's oldest own CA names; none yet is no refusal.

    Raises IssueError `issue.region` (the node was made for another), X509Error (the stored certificate cannot be read).
    """
    oldest = RegionCa.objects.exclude(backend=EXTERNAL).order_by("pk").first()
    if oldest is None:
        return
    facts = read_subject(read_certificate(b64decode(oldest.certificate_der)).subject)
    if facts is None or facts.region_code != settings.NODE.region:
        raise IssueError("issue.region", "the node was made for another region: HUZHENG_REGION")
