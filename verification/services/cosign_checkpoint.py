"""Being a witness (C2SP tlog-witness): a peer's log gets our cosignature only if it holds all it held when we last looked.

1 the request reads  2 the origin is a peer's, by the trust list  3 the log's own key signed the note
4 the old size is what we cosigned last  5 the new tree begins with that one  6 remembered first, then cosigned.
"""

import logging
from datetime import datetime
from http import HTTPStatus
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from verification.adapters.split_view_evidence import keep_split_view
from verification.core.add_checkpoint import AddCheckpoint, parse_add_checkpoint
from verification.core.checkpoint import Checkpoint, cosign, parse_checkpoint_text, verify_checkpoint
from verification.core.errors import LogError
from verification.core.log_key import added_log_keys, note_key
from verification.core.merkle import EMPTY_ROOT, verify_consistency
from verification.core.note import parse_note
from verification.core.trust_keys import Purpose
from verification.core.trust_list import TrustedRegion
from verification.models import WitnessedLog
from verification.queries.current_trust_list import current_trust_list
from verification.services.sign_note import sign_note

logger = logging.getLogger(__name__)


class WitnessAnswer(NamedTuple):
    """This will hold the HTTP status and text of an answer; a 409's text is a size (content type text/x.tlog.size)."""

    status: HTTPStatus
    text: str


def cosign_checkpoint(*, body: bytes, at: datetime) -> WitnessAnswer:
    """This will cosign a peer's head that grew from the one cosigned last; the new head commits before its cosignature exists.

    Every refusal is an answer. Raises TrustListError where no trust list is in force, LogError `log.no_key`.
    """
    try:
        request = parse_add_checkpoint(body)  # 1
        claimed = parse_checkpoint_text(parse_note(request.note).text)
    except LogError:
        return _answer(HTTPStatus.BAD_REQUEST)
    region = _peer(claimed.origin, at)  # 2
    if region is None:
        return _answer(HTTPStatus.NOT_FOUND)
    if not _signed_by_log(request.note, region, at):  # 3
        return _answer(HTTPStatus.FORBIDDEN)
    if request.old_size > claimed.size:
        return _answer(HTTPStatus.BAD_REQUEST)
    refusal = _remember(request, claimed, at)
    if refusal is not None:
        return refusal
    return WitnessAnswer(HTTPStatus.OK, cosign(request.note, at=at, signer=sign_note(purpose="witness")))


def _remember(request: AddCheckpoint, claimed: Checkpoint, at: datetime) -> WitnessAnswer | None:
    with transaction.atomic():
        WitnessedLog.objects.get_or_create(
            origin=claimed.origin, defaults={"size": 0, "root": EMPTY_ROOT, "note": "", "at": at}
        )
        seen = WitnessedLog.objects.select_for_update().get(origin=claimed.origin)
        if request.old_size != seen.size:  # 4
            return WitnessAnswer(HTTPStatus.CONFLICT, f"{seen.size}\n")
        if claimed.size == seen.size and claimed.root != bytes(seen.root):
            name = keep_split_view(first=seen.note, second=request.note.decode())
            logger.error("log.split_view: a peer's log signed two trees of one size, see evidence/%s", name)
            return WitnessAnswer(HTTPStatus.CONFLICT, f"{seen.size}\n")
        if not _grew(request, claimed, bytes(seen.root)):  # 5
            return _answer(HTTPStatus.UNPROCESSABLE_ENTITY)
        seen.size, seen.root, seen.note, seen.at = claimed.size, claimed.root, request.note.decode(), at  # 6
        seen.save(update_fields=["size", "root", "note", "at"])
    return None


def _grew(request: AddCheckpoint, claimed: Checkpoint, seen_root: bytes) -> bool:
    if request.old_size == 0:
        return claimed.size > 0 or claimed.root == EMPTY_ROOT
    try:
        verify_consistency(
            old_size=request.old_size,
            new_size=claimed.size,
            old_root=seen_root,
            new_root=claimed.root,
            proof=request.proof,
        )
    except LogError:
        return False
    return True


def _peer(origin: str, at: datetime) -> TrustedRegion | None:
    regions = current_trust_list(at=at).regions.values()
    own = settings.NODE.region
    return next((region for region in regions if region.log_origin == origin and region.code != own), None)


def _signed_by_log(note: bytes, region: TrustedRegion, at: datetime) -> bool:
    for entry in region.keys.get(Purpose.LOG, ()):
        if entry.in_force(at):
            try:
                verify_checkpoint(
                    note,
                    origin=region.log_origin,
                    key=note_key(entry, origin=region.log_origin),
                    added=added_log_keys(region),
                )
            except LogError:
                continue
            return True
    return False


def _answer(status: HTTPStatus) -> WitnessAnswer:
    return WitnessAnswer(status, f"{status.phrase}\n")
