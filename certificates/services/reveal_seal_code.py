"""The printed code of a licence. Protected: only verification's services call it, for they record who looked."""

from uuid import UUID

from certificates.adapters.field_cipher import decrypt
from certificates.core.errors import IssueError
from certificates.core.sealed_places import certificate_subject, place
from certificates.models import Certificate


def reveal_seal_code(*, certificate_id: UUID) -> str:
    """This will give the text of the printed code ("HZ1:..."); it changes nothing.

    Raises IssueError `issue.unknown|not_released`, CipherError.
    """
    certificate = Certificate.objects.filter(pk=certificate_id).first()
    if certificate is None:
        raise IssueError("issue.unknown", "there is no such certificate")
    if certificate.released_at is None:
        raise IssueError("issue.not_released", "the certificate has no place in the log yet")
    return decrypt(
        certificate.sealed_seal_code,
        subject=certificate_subject(certificate.pk),
        place=place("Certificate", certificate.pk, "sealed_seal_code"),
    ).decode("ascii")
