"""Take a newer trust list into use."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from verification.core.errors import TrustListError
from verification.core.trust_list import load_trust_list as verify_trust_list
from verification.models import LoadedTrustList


def load_trust_list(*, document: bytes, at: datetime) -> int:
    """This will verify the file against the pinned anchor, commit it, and give its version; loading the same one again changes nothing.

    Raises TrustListError as `verification.core.trust_list.load_trust_list` does; `trust_list.older` for a version below one accepted
    before, `trust_list.conflict` for another file of the same version.
    """
    with transaction.atomic():
        newest = LoadedTrustList.objects.order_by("-version").first()
        seen = newest.version if newest else None
        loaded = verify_trust_list(
            document, anchor_fingerprint=settings.NODE.anchor_fingerprint, at=at, seen_version=seen
        )
        text = document.decode()
        if newest and loaded.version == newest.version:
            if newest.document != text:
                raise TrustListError("trust_list.conflict", "another trust list of this version was accepted before")
            return newest.version
        LoadedTrustList.objects.create(
            version=loaded.version, document=text, expires_at=loaded.expires_at, loaded_at=at
        )
    return loaded.version
