"""Which holders a caller may act for, and which certificates are theirs."""

from datetime import date
from uuid import UUID

from django.db.models import Q

from accounts.models import Membership
from certificates.models import CertificateHolder


def acting_for(*, holder_id: UUID, on: date) -> tuple[UUID, ...]:
    """This will list the holder and the firms the holder may act for on a day (in China) by a membership that two administrators agreed to."""
    in_force = Q(to_date__isnull=True) | Q(to_date__gte=on)
    agreed = Membership.objects.filter(confirmed_at__isnull=False)
    firms = agreed.filter(in_force, person=holder_id, from_date__lte=on).order_by("firm_id")
    return (holder_id, *dict.fromkeys(firms.values_list("firm_id", flat=True)))


def owner_acted_for(*, certificate_id: UUID, holder_id: UUID, on: date) -> UUID | None:
    """This will name the owner of a certificate for whom the holder may act (first the holder), or None."""
    owners = CertificateHolder.objects.filter(certificate=certificate_id).order_by("position")
    owner_ids = set(owners.values_list("holder_id", flat=True))
    return next((one for one in acting_for(holder_id=holder_id, on=on) if one in owner_ids), None)
