"""Before a publisher begins: has a witness seen more of this log than the database holds, or another log of its size?"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.conf import settings

from verification.adapters.witness_client import ask_witness
from verification.core.add_checkpoint import build_add_checkpoint, stated_size
from verification.core.checkpoint import build_checkpoint
from verification.core.errors import LogError, TrustListError
from verification.core.log_names import log_origin
from verification.core.merkle import EMPTY_ROOT
from verification.models import Checkpoint
from verification.queries.current_trust_list import current_trust_list
from verification.queries.witness_keys import WitnessAddress, witnesses_of
from verification.services.remember_head import remember_witnessed
from verification.services.sign_note import sign_note

_AT_ONCE: Final = 16  # one that does not answer must not keep the log from opening for long


def ask_witnessed_size(*, at: datetime) -> None:
    """This will offer every witness our last head as if it had just cosigned it; whoever remembers another size says so (C2SP 409).

    Witnesses that do not answer, or a missing trust list, hold nothing up: the node's own mark stands besides.
    Raises LogError `log.witness.ahead` (kept durably: `remember_witnessed`), `log.storage_older` for another tree of that size.
    """
    witnesses = _witnesses(at)
    if not witnesses:
        return
    head = Checkpoint.objects.order_by("-size").values_list("size", "note").first()
    size, note = (0, _empty_head()) if head is None else (head[0], head[1].encode())
    body = build_add_checkpoint(old_size=size, proof=(), note=note)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        sizes = list(pool.map(lambda witness: _remembered(witness, body), witnesses))
    _judge((known for known in sizes if known is not None), size)


def _judge(conflicts: Iterable[int], size: int) -> None:
    for known in conflicts:
        if known > size:
            remember_witnessed(known)
            raise LogError("log.witness.ahead", "A witness has seen a larger tree of this log than is stored.")
        if known == size:
            raise LogError("log.storage_older", "A witness has seen another tree of this size under this log's name.")


def _remembered(witness: WitnessAddress, body: bytes) -> int | None:
    """The size that the witness states instead of ours; None where it agrees or says nothing of use."""
    try:
        reply = ask_witness(node_url=witness.node_url, body=body, timeout_seconds=settings.NODE.peer_timeout_seconds)
        return stated_size(reply.text) if reply.status == HTTPStatus.CONFLICT else None
    except LogError:
        return None


def _witnesses(at: datetime) -> tuple[WitnessAddress, ...]:
    try:
        return witnesses_of(trust_list=current_trust_list(at=at), region=settings.NODE.region)
    except TrustListError:
        return ()


def _empty_head() -> bytes:
    origin = log_origin(settings.NODE.region)
    return build_checkpoint(origin=origin, size=0, root=EMPTY_ROOT, signer=sign_note(purpose="log"))
