"""Under whose key the details of a look are sealed."""

from datetime import datetime

from certificates.adapters.key_vault import has_subject_key
from verification.queries.own_licences import Owned


def detail_key(*, owned: Owned | None, at: datetime) -> str:
    """This will name the key: the licence's own, so that its erasure erases the details; else the month's.

    A licence that was erased has none any more, and a look at it is recorded all the same.
    """
    own = "" if owned is None else f"certificate-{owned.certificate_id}"
    return own if own and has_subject_key(own) else f"relying-{at:%Y-%m}"
