"""Which entries of the status lists follow what happens to a licence: its own, and those of its copies."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from certificates.models import StatusEntry


def following_entries(*, certificate_ids: Sequence[UUID]) -> QuerySet[StatusEntry]:
    """This will pick the entries of these licences and their copies, but for copies that were revoked alone: those stay so."""
    return StatusEntry.objects.filter(certificate__in=certificate_ids).exclude(copy__revoked_at__isnull=False)
