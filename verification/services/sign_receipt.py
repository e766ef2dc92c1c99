"""The signed promise that a look-up's entry will be in the tree."""

from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Final
from uuid import UUID

from django.conf import settings

from certificates.adapters.node_keys import NodeSigner, node_signer
from verification.adapters.gathering import Gathering
from verification.core.log_names import log_origin
from verification.core.receipt import promise_payload
from verification.core.receipt_signature import MAX_BATCH, sign_payload, sign_payloads
from verification.queries.node_keys import active_key

PROMISE: Final = timedelta(seconds=60)  # in the tree by then, or the receipt is evidence against the log


def sign_receipt(*, lookup_id: UUID, entry: bytes, at: datetime) -> str:
    """This will sign the receipt of an entry written at `at`; raises LogError `log.no_key`.

    One that is signed again under a newer key is dated when that key began, since nobody believes a key before its time; what
    was promised stays. Under a key whose signature is dear, receipts that threads ask for while one is being signed share the next signature.
    """
    kid, key_from = active_key(purpose="receipt")
    payload = promise_payload(
        entry_bytes=entry,
        lookup_id=str(lookup_id),
        node_region=settings.NODE.region,
        origin=log_origin(settings.NODE.region),
        at=max(at, key_from),
        promised_by=at + PROMISE,
    )
    signer = node_signer(purpose="receipt", kid=kid)
    return _gathering(signer).made(payload) if signer.is_dear else sign_payload(payload, signer=signer)


@lru_cache(maxsize=16)  # one for each key that signs receipts
def _gathering(signer: NodeSigner) -> Gathering[bytes, str]:
    return Gathering(partial(sign_payloads, signer=signer), most=MAX_BATCH)
