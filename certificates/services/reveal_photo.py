"""The kept picture of a licence. Protected: only verification's services call it, for they record who looked."""

from uuid import UUID

from certificates.models import Certificate
from certificates.services.licence_pdf import stored_photo


def reveal_photo(*, certificate_id: UUID) -> bytes | None:
    """This will give the picture (JPEG) whose digest the licence signs, None where it has none; it changes nothing.

    Raises CipherError `cipher.erased`.
    """
    return stored_photo(Certificate.objects.only("pk", "sealed_photo").get(pk=certificate_id))
