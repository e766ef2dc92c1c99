"""The region's published bundle of agency keys."""

from verification.models import AgencyKeyBundle


def agency_key_bundle() -> str | None:
    """This will give the newest signed bundle (compact JWS), or None before the first."""
    return AgencyKeyBundle.objects.order_by("-version").values_list("bundle", flat=True).first()
