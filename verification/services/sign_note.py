"""The handles by which services sign notes: our own log's heads, and other logs' heads as their witness."""

from typing import Final, Literal

from django.conf import settings

from certificates.adapters.node_keys import log_signer, node_purposes
from verification.core.log_names import log_origin, witness_name
from verification.core.note import NoteKey, NoteSigner, SignatureType
from verification.queries.node_keys import active_kid

ADDED_LINE_PURPOSE: Final = "log_sm2"
_KINDS: Final = {
    "log": SignatureType.ED25519,
    "witness": SignatureType.COSIGNATURE_V1,
    ADDED_LINE_PURPOSE: SignatureType.SM2,
}


def sign_note(*, purpose: Literal["log", "witness", "log_sm2"]) -> NoteSigner:
    """This will give the signer of the node's log, of its SM2 line, or of the node as a witness; raises LogError `log.no_key`."""
    handle = log_signer(kid=active_kid(purpose=purpose), purpose=purpose)
    region = settings.NODE.region
    name = witness_name(region) if purpose == "witness" else log_origin(region)
    return NoteSigner(key=NoteKey(name=name, public_key=handle.public_key, kind=_KINDS[purpose]), sign=handle.sign)


def added_line_signers() -> tuple[NoteSigner, ...]:
    """This will give the signer of the line that this node's profile adds to its checkpoints, if it adds one.

    Raises LogError `log.no_key` on a node of such a profile without its key.
    """
    return (sign_note(purpose=ADDED_LINE_PURPOSE),) if ADDED_LINE_PURPOSE in node_purposes() else ()
