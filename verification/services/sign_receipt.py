"""The signed promise that a look-up's entry will be in the tree."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings

from certificates.adapters.node_keys import node_signer
from verification.core.log_names import log_origin
from verification.core.receipt import build_receipt
from verification.queries.node_keys import active_kid

PROMISE: Final = timedelta(seconds=60)  # in the tree by then, or the receipt is evidence against the log


def sign_receipt(*, lookup_id: UUID, entry: bytes, at: datetime) -> str:
    """This will sign the receipt (compact JWS) of an entry written at `at`; raises LogError `log.no_key`."""
    return build_receipt(
        entry_bytes=entry,
        lookup_id=str(lookup_id),
        node_region=settings.NODE.region,
        origin=log_origin(settings.NODE.region),
        at=at,
        promised_by=at + PROMISE,
        signer=node_signer(purpose="receipt", kid=active_kid(purpose="receipt")),
    )
