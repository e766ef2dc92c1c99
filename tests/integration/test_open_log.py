"""A publisher refuses to begin over a log that disagrees with its last signed head."""

from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from certificates.core.signing.ed25519 import ED25519
from certificates.models import KeyState, NodeKey
from tests.log_steps import NOW, Peer, look, trust
from verification.core.errors import LogError
from verification.core.merkle import leaf_hash
from verification.models import Checkpoint, LogEntry, LogLeaf, LogTile, PendingEntry
from verification.services.audit_log import audit_log
from verification.services.open_log import open_log
from verification.services.publish_log import publish_log
from verification.services.trusted_log_keys import trusted_log_keys
from verification.triggers import lifted_triggers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_node")]

SIZE = 300


@pytest.fixture
def log(log_node: None) -> None:
    rows = LogEntry.objects.bulk_create(
        LogEntry(leaf=b"%d" % number, leaf_hash=leaf_hash(b"%d" % number), at=NOW) for number in range(SIZE)
    )
    PendingEntry.objects.bulk_create(PendingEntry(entry=row) for row in rows)
    publish_log(at=NOW)


def test_opens_an_empty_log_and_a_sound_one(log_node: None) -> None:
    assert open_log(at=NOW) == 0
    look()
    publish_log(at=NOW)
    assert open_log(at=NOW) == 1


def refusal() -> str:
    with pytest.raises(LogError) as refused:
        open_log(at=NOW)
    return refused.value.code


@pytest.mark.parametrize(
    "change",
    [
        lambda: LogLeaf.objects.filter(index=SIZE - 1).delete(),
        lambda: LogLeaf.objects.filter(index=SIZE - 1).update(leaf_hash=bytes(32)),
        lambda: LogTile.objects.filter(level=1).update(hashes=bytes(32)),
        lambda: LogTile.objects.filter(level=1).delete(),
        lambda: Checkpoint.objects.all().delete(),
    ],
)
def test_refuses_storage_that_disagrees_with_the_head(log: None, change: Callable[[], object]) -> None:
    with lifted_triggers():
        change()
    assert refusal() == "log.tree.disagrees"


def test_refuses_a_head_signed_by_somebody_else(log: None) -> None:
    head = Checkpoint.objects.get()
    forged = Peer(region="330000").note(size=SIZE, root=bytes(head.root)).decode()
    with lifted_triggers():
        Checkpoint.objects.update(note=forged)
    assert refusal() == "log.checkpoint.signature"


def test_refuses_a_head_signed_by_a_key_only_the_database_knows(log: None, settings: Any) -> None:
    peer = Peer(region=settings.NODE.region)
    NodeKey.objects.create(
        purpose="log",
        kid="AAAAAAAAAAA",
        suite="Ed25519",
        backend="software",
        spki=b64encode(ED25519.spki_of(peer.log_key.public_key())).decode(),
        state=KeyState.RETIRED,
        from_at=NOW,
        to_at=NOW,
    )
    head = Checkpoint.objects.get()
    with lifted_triggers():
        Checkpoint.objects.update(note=peer.note(size=SIZE, root=bytes(head.root)).decode())
    assert refusal() == "log.checkpoint.signature"
    assert "checkpoint.signature" in {finding.code for finding in audit_log(at=NOW).findings}


def test_takes_a_head_signed_by_a_key_that_the_trust_list_names_for_this_log(log: None, settings: Any) -> None:
    former = Peer(region=settings.NODE.region)
    trust(settings, former)
    assert {key.public_key for key in trusted_log_keys(at=NOW)} >= {former.log_key.public_key().public_bytes_raw()}
    head = Checkpoint.objects.get()
    with lifted_triggers():
        Checkpoint.objects.update(note=former.note(size=SIZE, root=bytes(head.root)).decode())
    assert open_log(at=NOW) == SIZE


def test_refuses_a_clock_before_the_head(log: None) -> None:
    with pytest.raises(LogError) as refused:
        open_log(at=NOW - timedelta(seconds=1))
    assert refused.value.code == "log.clock.back"


def test_refuses_to_begin_without_its_triggers(log: None) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER verification_checkpoint_no_delete")
        else:
            cursor.execute("DROP TRIGGER verification_checkpoint_no_truncate ON verification_checkpoint")
    assert refusal() == "log.triggers"
