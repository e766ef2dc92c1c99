"""Which keys may have signed this node's log: a row of the database alone makes none."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from certificates.adapters.node_keys import log_signer
from certificates.core.errors import CipherError
from verification.core.errors import TrustListError
from verification.core.log_key import note_key
from verification.core.log_names import log_origin
from verification.core.note import NoteKey
from verification.core.trust_keys import Purpose
from verification.queries.current_trust_list import current_trust_list
from verification.queries.node_keys import log_kids


def trusted_log_keys(*, at: datetime) -> tuple[NoteKey, ...]:
    """This will give the log keys whose private half this node keeps, newest first, and those the trust list names for it.

    The public halves are those of the kept keys, not of their rows: whoever writes the database could name a key of their own.
    """
    return tuple(dict.fromkeys((*_kept(), *_listed(at))))


def _kept() -> Iterator[NoteKey]:
    origin = log_origin(settings.NODE.region)
    for kid in log_kids():
        try:
            yield NoteKey(name=origin, public_key=log_signer(kid=kid).public_key)
        except CipherError:
            continue


def _listed(at: datetime) -> Iterator[NoteKey]:
    try:
        region = current_trust_list(at=at).regions.get(settings.NODE.region)
    except TrustListError:
        return
    for entry in region.keys.get(Purpose.LOG, ()) if region is not None else ():
        yield note_key(entry, origin=log_origin(settings.NODE.region))
