"""The handles by which services sign notes: our own log's heads, and other logs' heads as their witness."""

from typing import Literal

from django.conf import settings

from certificates.adapters.node_keys import log_signer
from verification.core.log_names import log_origin, witness_name
from verification.core.note import NoteKey, NoteSigner, SignatureType
from verification.queries.node_keys import active_kid


def sign_note(*, purpose: Literal["log", "witness"]) -> NoteSigner:
    """This will give the signer of the node's log, or of the node as a witness; raises LogError `log.no_key`."""
    handle = log_signer(kid=active_kid(purpose=purpose), purpose=purpose)
    region = settings.NODE.region
    if purpose == "log":
        key = NoteKey(name=log_origin(region), public_key=handle.public_key)
    else:
        key = NoteKey(name=witness_name(region), public_key=handle.public_key, kind=SignatureType.COSIGNATURE_V1)
    return NoteSigner(key=key, sign=handle.sign)
