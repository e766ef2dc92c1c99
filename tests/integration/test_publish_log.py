"""The publisher: contiguous indices, a tree that proves, all of a batch or nothing of it, and never two at once."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from certificates.models import Certificate, CertificateEvent
from tests.log_steps import NOW, look, make_certificate, make_event, nodes_of, stored_leaves
from verification.core.checkpoint import verify_checkpoint
from verification.core.errors import LogError
from verification.core.log_names import log_origin
from verification.core.merkle import leaf_hash, root_of, verify_consistency, verify_inclusion
from verification.core.tiles import TILE_WIDTH, TileName, entries_path, parse_entry_bundle, tile_content, tile_path
from verification.models import Checkpoint, LogEntry, LogLeaf, LogTile, PendingEntry
from verification.queries.log_tree import consistency, inclusion, public_tile, tree_size
from verification.services.publish_log import publish_log
from verification.services.trusted_log_keys import trusted_log_keys
from verification.triggers import lifted_triggers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_node")]


def enter(count: int) -> None:
    """This will queue entries that stand for nothing, fast."""
    known = LogEntry.objects.count()
    leaves = [b"entry %d" % number for number in range(known, known + count)]
    rows = LogEntry.objects.bulk_create(LogEntry(leaf=leaf, leaf_hash=leaf_hash(leaf), at=NOW) for leaf in leaves)
    PendingEntry.objects.bulk_create(PendingEntry(entry=row) for row in rows)


def refused() -> "pytest.RaisesExc[LogError]":
    return pytest.raises(LogError)


@pytest.fixture
def short_log() -> list[bytes]:
    for count in (1, 2, 3, 5, 8, 13, 1, 1):
        enter(count)
        publish_log(at=NOW)
    return stored_leaves()


def test_every_leaf_is_proved_in_every_signed_head(short_log: list[bytes]) -> None:
    heads = list(Checkpoint.objects.order_by("size"))
    assert [head.size for head in heads] == [1, 3, 6, 11, 19, 32, 33, 34]
    for head in heads:
        for index, leaf in enumerate(short_log):
            proof = inclusion(leaf_hash=leaf, size=head.size)
            if index >= head.size:
                assert proof is None
                continue
            assert proof is not None
            assert proof.index == index
            verify_inclusion(leaf=leaf, index=index, size=head.size, proof=proof.proof, root=bytes(head.root))


def test_every_head_begins_with_every_earlier_head(short_log: list[bytes]) -> None:
    heads = list(Checkpoint.objects.order_by("size"))
    for place, old in enumerate(heads):
        for new in heads[place:]:
            proof = consistency(old_size=old.size, new_size=new.size)
            verify_consistency(
                old_size=old.size, new_size=new.size, old_root=bytes(old.root), new_root=bytes(new.root), proof=proof
            )


def test_a_head_is_signed_by_the_log_over_the_root_of_its_leaves(short_log: list[bytes], settings) -> None:
    origin = log_origin(settings.NODE.region)
    (key,) = trusted_log_keys(at=NOW)
    for head in Checkpoint.objects.all():
        said = verify_checkpoint(head.note.encode(), origin=origin, key=key)
        assert (said.size, said.root) == (head.size, root_of(short_log[: head.size]))


def test_a_log_over_many_tiles_keeps_tiles_and_proofs() -> None:
    for count in (255, 2, 300, TILE_WIDTH * 3 - 45, 1):
        enter(count)
        while publish_log(at=NOW, limit=200).count:
            pass
    leaves, size = stored_leaves(), tree_size()
    assert size == len(leaves) == 1281
    assert bytes(Checkpoint.objects.get(size=size).root) == root_of(leaves)
    node_at = nodes_of(leaves)
    for name in [TileName(level=0, index=index) for index in range(5)] + [
        TileName(level=0, index=5, width=1),
        TileName(level=1, index=0, width=5),
        TileName(level=1, index=0, width=3),
    ]:
        assert public_tile(path=name.path) == tile_content(name, node_at=node_at)
    for index in (0, 1, 254, 255, 256, 511, 512, 1279, 1280):
        proof = inclusion(leaf_hash=leaves[index])
        assert proof is not None
        verify_inclusion(leaf=leaves[index], index=index, size=size, proof=proof.proof, root=root_of(leaves))


def test_an_entry_bundle_holds_the_entries_whose_hashes_the_tile_holds(short_log: list[bytes]) -> None:
    bundle = parse_entry_bundle(public_tile(path=entries_path(index=0, width=34)), width=34)
    assert [leaf_hash(entry) for entry in bundle] == short_log


@pytest.mark.parametrize(
    "path",
    [
        tile_path(level=0, index=0),
        tile_path(level=0, index=1, width=1),
        tile_path(level=1, index=0, width=1),
        entries_path(index=0, width=35),
        "tile/0/0",
        "tile/../secret",
        "checkpoint",
    ],
)
def test_refuses_a_tile_that_the_signed_tree_does_not_reach(short_log: list[bytes], path: str) -> None:
    with refused() as error:
        public_tile(path=path)
    assert error.value.code == "log.tile"


def test_events_get_their_index_and_release_the_certificate() -> None:
    certificate = make_certificate()
    event = make_event(certificate_id=certificate, leaf=b'{"kind":"event.issued"}')
    recorded = look()
    assert publish_log(at=NOW).count == 2
    event.refresh_from_db()
    entry = LogEntry.objects.get(event_id=event.pk)
    assert event.log_index == entry.log_leaf.index
    assert bytes(entry.leaf) == b'{"kind":"event.issued"}'
    assert Certificate.objects.get(pk=certificate).released_at == NOW
    assert inclusion(leaf_hash=recorded.leaf_hash) is not None
    assert not PendingEntry.objects.exists()
    assert publish_log(at=NOW).count == 0
    assert Checkpoint.objects.count() == 1


def test_an_event_of_the_very_same_bytes_waits_and_jams_nothing() -> None:
    certificate = make_certificate()
    for _ in range(2):
        make_event(certificate_id=certificate, leaf=b"{}")
    look()
    assert publish_log(at=NOW).count == 2
    look()
    assert publish_log(at=NOW).count == 1
    assert CertificateEvent.objects.filter(log_index__isnull=True).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", [LogLeaf, LogTile, Checkpoint])
def test_a_crash_at_any_stage_leaves_nothing_of_a_batch(monkeypatch: pytest.MonkeyPatch, model: type) -> None:
    enter(300)
    publish_log(at=NOW)
    enter(300)
    make_event(certificate_id=make_certificate(), leaf=b"{}")
    before = [
        stored_leaves(),
        Checkpoint.objects.count(),
        PendingEntry.objects.count(),
        LogTile.objects.count(),
        LogEntry.objects.count(),
    ]

    def crash(*args: object, **kwargs: object) -> None:
        raise DatabaseError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(model.objects, "bulk_create", crash)
        broken.setattr(model.objects, "create", crash)
        with pytest.raises(DatabaseError):
            publish_log(at=NOW)
    assert before == [
        stored_leaves(),
        Checkpoint.objects.count(),
        PendingEntry.objects.count(),
        LogTile.objects.count(),
        LogEntry.objects.count(),
    ]
    assert publish_log(at=NOW).size == 601
    assert bytes(Checkpoint.objects.get(size=601).root) == root_of(stored_leaves())


def test_refuses_to_sign_a_head_when_the_clock_went_back_and_keeps_the_entries() -> None:
    look()
    publish_log(at=NOW)
    look(at=NOW - timedelta(hours=1))
    with refused() as error:
        publish_log(at=NOW - timedelta(hours=1))
    assert error.value.code == "log.clock.back"
    assert (tree_size(), PendingEntry.objects.count()) == (1, 1)
    assert publish_log(at=NOW).size == 2


def test_refuses_to_publish_over_a_tile_with_a_flipped_bit() -> None:
    enter(TILE_WIDTH)
    publish_log(at=NOW)
    tile = LogTile.objects.get(level=1)
    tile.hashes = bytes([tile.hashes[0] ^ 1]) + bytes(tile.hashes)[1:]
    tile.save()
    enter(1)
    with refused() as error:
        publish_log(at=NOW)
    assert error.value.code == "log.tree.disagrees"
    assert tree_size() == TILE_WIDTH


def test_refuses_to_publish_over_leaves_that_end_elsewhere_than_the_head() -> None:
    enter(3)
    publish_log(at=NOW)
    with lifted_triggers():
        LogLeaf.objects.filter(index=2).delete()
    with refused() as error:
        publish_log(at=NOW)
    assert error.value.code == "log.tree.disagrees"


def test_refuses_to_log_an_entry_that_changed_while_it_waited() -> None:
    recorded = look()
    with lifted_triggers():
        LogEntry.objects.filter(lookup_id=recorded.lookup_id).update(leaf=b"another")
    with refused() as error:
        publish_log(at=NOW)
    assert error.value.code == "log.entry.altered"
    assert tree_size() == 0


def test_refuses_a_second_entry_at_an_index_in_the_database_itself() -> None:
    enter(2)
    publish_log(at=NOW)
    enter(1)
    late = LogEntry.objects.get(log_leaf__isnull=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        LogLeaf.objects.bulk_create([LogLeaf(index=1, entry=late, leaf_hash=late.leaf_hash)])
    assert len(stored_leaves()) == 2
