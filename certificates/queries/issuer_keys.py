"""With which of its keys an agency signs what states a certain time."""

from datetime import datetime

from certificates.models import IssuerKey, KeyState, KeyUse


def issuer_key_at(*, agency_id: int, use: KeyUse, at: datetime) -> IssuerKey | None:
    """This will give the agency's active key; for a time just before that one began, the one that it replaced; or None.

    What began before a key was rotated states an earlier time than the new key has: it stays with the old one, which is in
    force for the overlap. Without an active key nothing is signed at all.
    """
    keys = IssuerKey.objects.filter(agency=agency_id, use=use)
    active = keys.filter(state=KeyState.ACTIVE).first()
    if active is None or (active.from_at is not None and active.from_at <= at):
        return active
    return keys.filter(state=KeyState.RETIRED, from_at__lte=at, to_at__gt=at).order_by("-from_at").first()
