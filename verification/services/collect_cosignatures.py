"""Having our log's head witnessed: every witness of the trust list is asked once the log has grown since it last cosigned."""

import logging
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.conf import settings
from django.db import transaction

from verification.adapters.witness_client import WitnessReply, ask_witness
from verification.core.add_checkpoint import build_add_checkpoint, stated_size
from verification.core.checkpoint import add_signature_lines, verify_cosignature
from verification.core.errors import LogError
from verification.models import Checkpoint, Cosignature
from verification.queries.current_trust_list import current_trust_list
from verification.queries.log_checkpoint import StoredCheckpoint, latest_checkpoint, latest_cosigned_sizes
from verification.queries.log_tree import consistency, tree_size
from verification.queries.witness_keys import WitnessAddress, witnesses_of
from verification.services.remember_head import remember_witnessed

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedCosignatures:
    """This will count the witnesses that cosigned now, and name by code what went wrong with the others."""

    cosigned: int
    failures: tuple[str, ...]


def collect_cosignatures(*, at: datetime) -> CollectedCosignatures:
    """This will ask the witnesses that have not cosigned our newest head; each cosignature that verifies commits by itself.

    The network is used outside of transactions. Raises TrustListError where no trust list is in force.
    """
    head = latest_checkpoint()
    if head is None:
        return CollectedCosignatures(cosigned=0, failures=())
    witnesses = witnesses_of(trust_list=current_trust_list(at=at), region=settings.NODE.region)
    sizes = latest_cosigned_sizes()
    failures: list[str] = []
    asked = [witness for witness in witnesses if witness.key.name not in head.witnesses]
    for witness in asked:
        try:
            _keep(head, witness, _line(head, witness, sizes.get(witness.key.name, 0)), at)
        except LogError as error:
            logger.warning("a witness did not cosign: %s", error.code)
            failures.append(error.code)
    return CollectedCosignatures(cosigned=len(asked) - len(failures), failures=tuple(failures))


def _line(head: StoredCheckpoint, witness: WitnessAddress, known_size: int) -> str:
    reply = _ask(head, witness, known_size)
    if reply.status == HTTPStatus.CONFLICT:  # it remembers another size: ask once more from there
        reply = _ask(head, witness, _known_size(reply, head))
    if reply.status != HTTPStatus.OK:
        raise LogError("log.witness.refused", "The witness refused our head.")
    return reply.text


def _ask(head: StoredCheckpoint, witness: WitnessAddress, old_size: int) -> WitnessReply:
    proof = consistency(old_size=old_size, new_size=head.size)
    body = build_add_checkpoint(old_size=old_size, proof=proof, note=_own_note(head))
    return ask_witness(node_url=witness.node_url, body=body, timeout_seconds=settings.NODE.peer_timeout_seconds)


def _own_note(head: StoredCheckpoint) -> bytes:
    return Checkpoint.objects.values_list("note", flat=True).get(size=head.size).encode()


def _known_size(reply: WitnessReply, head: StoredCheckpoint) -> int:
    size = stated_size(reply.text)
    if size <= head.size:
        return size
    if size > tree_size():
        # Either it errs or our database is older than the log that others saw (a restored backup): a person must look.
        remember_witnessed(size)
        logger.error("log.witness.ahead: a witness saw %d leaves of this log; all stops until they are stored", size)
    raise LogError("log.witness.ahead", "The witness has seen a larger tree of this log than we have stored.")


def _keep(head: StoredCheckpoint, witness: WitnessAddress, line: str, at: datetime) -> None:
    # Only that witness's line is kept, and only if it verifies over the very head that we asked about.
    own = [text for text in line.splitlines(keepends=True) if text.startswith(f"\u2014 {witness.key.name} ")]
    verify_cosignature(add_signature_lines(_own_note(head), lines=own), key=witness.key)
    with transaction.atomic():
        checkpoint = Checkpoint.objects.get(size=head.size)
        if not checkpoint.cosignatures.filter(witness=witness.key.name).exists():
            Cosignature.objects.create(checkpoint=checkpoint, witness=witness.key.name, line="".join(own), at=at)
