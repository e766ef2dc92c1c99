"""Which keys may have signed this node's log: a row of the database alone makes none."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from certificates.adapters.node_keys import log_signer
from certificates.core.errors import CipherError
from verification.core.errors import TrustListError
from verification.core.log_key import added_log_keys, note_key
from verification.core.log_names import log_origin
from verification.core.note import NoteKey, SignatureType
from verification.core.trust_keys import Purpose
from verification.core.trust_list import TrustedRegion
from verification.queries.current_trust_list import current_trust_list
from verification.queries.node_keys import log_kids


def trusted_log_keys(*, at: datetime) -> tuple[NoteKey, ...]:
    """This will give the log keys whose private half this node keeps, newest first, and those the trust list names for it.

    The public halves are those of the kept keys, not of their rows: whoever writes the database could name a key of their own.
    """
    origin = log_origin(settings.NODE.region)
    entries = region.keys.get(Purpose.LOG, ()) if (region := _own_region(at)) is not None else ()
    listed = (note_key(entry, origin=origin) for entry in entries)
    return tuple(dict.fromkeys((*_kept(Purpose.LOG, SignatureType.ED25519), *listed)))


def trusted_added_keys(*, at: datetime) -> tuple[NoteKey, ...]:
    """This will give the SM2 keys whose lines on this node's heads must hold: the kept ones and those the trust list names."""
    listed = added_log_keys(region) if (region := _own_region(at)) is not None else ()
    return tuple(dict.fromkeys((*_kept(Purpose.LOG_SM2, SignatureType.SM2), *listed)))


def _kept(purpose: Purpose, kind: SignatureType) -> Iterator[NoteKey]:
    origin = log_origin(settings.NODE.region)
    for kid in log_kids(purpose=purpose.value):
        try:
            yield NoteKey(name=origin, public_key=log_signer(kid=kid, purpose=purpose.value).public_key, kind=kind)
        except CipherError:
            continue


def _own_region(at: datetime) -> TrustedRegion | None:
    try:
        return current_trust_list(at=at).regions.get(settings.NODE.region)
    except TrustListError:
        return None
