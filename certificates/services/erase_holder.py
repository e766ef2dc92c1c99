"""Making a holder's values unreadable for good, here and in every backup of the database."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.models import Holder
from certificates.adapters.document_store import drop_file
from certificates.adapters.key_vault import destroy_subject_key
from certificates.core.errors import IssueError
from certificates.core.sealed_places import certificate_subject, holder_subject
from certificates.models import Certificate, CertificateHolder, Document, IssueIntent, Presentation, PurposeCopy
from certificates.services.spend_presentation import ERASURE

_INDEX_BYTES = 32


def erase_holder(*, holder_id: UUID, at: datetime) -> int:
    """This will destroy the vault keys of a holder and of the licences that are theirs alone, and count those licences.

    The rows stay, without values: numbers, states, events and log entries still tell that a licence was issued. Licences
    with other owners keep their key. Running it again finishes what a crash left. Raises IssueError `issue.holder`.
    """
    with transaction.atomic():
        if not Holder.objects.select_for_update().filter(pk=holder_id).exists():
            raise IssueError("issue.holder", "there is no such holder")
        shared = CertificateHolder.objects.exclude(holder=holder_id).values("certificate")
        alone = Certificate.objects.filter(holder_links__holder=holder_id).exclude(pk__in=shared)
        certificate_ids = tuple(alone.values_list("pk", flat=True))
        files = tuple(Document.objects.filter(certificate__in=certificate_ids).values_list("stored_name", flat=True))
        Certificate.objects.filter(pk__in=certificate_ids).update(
            sealed_values=None, sealed_photo=None, sealed_disclosures=None, sealed_seal_code=None
        )
        IssueIntent.objects.filter(certificate__in=certificate_ids).update(sealed_bytes=None, token_digest=None)
        Document.objects.filter(certificate__in=certificate_ids).update(
            state=Document.State.HELD,
            held_code="cipher.erased",
            stored_name="",
            digest="",
            sealed_draft=None,
            sealed_signed=None,
        )
        PurposeCopy.objects.filter(certificate__in=certificate_ids).update(
            sealed_terms=None, sealed_bytes=None, sealed_credential=None, sealed_seal_code=None, token_digest=None
        )
        codes = Presentation.objects.filter(
            Q(certificate__in=certificate_ids) | Q(holder=holder_id) | Q(presenter=holder_id), spent_at__isnull=True
        )
        codes.update(spent_at=at, spent_by=ERASURE)
        # The index would still answer whether somebody was a holder here to whoever knows the code and has the node's key.
        Holder.objects.filter(pk=holder_id).update(
            code_index=secrets.token_bytes(_INDEX_BYTES), sealed_code=b"", sealed_name=b""
        )
    for certificate_id in certificate_ids:
        destroy_subject_key(certificate_subject(certificate_id))
    destroy_subject_key(holder_subject(holder_id))
    for name in files:
        drop_file(name)
    return len(certificate_ids)
