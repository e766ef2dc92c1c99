"""The audit names the first bad entry after every kind of tampering that a database administrator could do."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from certificates.adapters.key_vault import destroy_subject_key
from certificates.models import CertificateEvent
from tests.log_steps import NOW, Peer, look, make_certificate, make_issued, trust
from verification.core.audit_report import AuditReport
from verification.core.merkle import leaf_hash
from verification.models import (
    Checkpoint,
    Cosignature,
    JournalHour,
    LogEntry,
    LogLeaf,
    LogTile,
    Lookup,
    LookupDetail,
    LookupSubject,
    PendingEntry,
)
from verification.services.audit_log import audit_log
from verification.services.close_journal_hours import close_journal_hours
from verification.services.journal_refusal import journal_refusal
from verification.services.publish_log import publish_log
from verification.triggers import lifted_triggers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_node")]

SIZE = 12


@pytest.fixture(autouse=True)
def log_of_twelve(log_node: None) -> None:
    """Ten looks in three batches, one event, one journal hour."""
    for count in (3, 1, 6):
        for _ in range(count):
            look()
        publish_log(at=NOW)
    make_issued()
    journal_refusal(code="message.signature", at=NOW - timedelta(hours=3))
    close_journal_hours(at=NOW)
    publish_log(at=NOW)


def audit() -> AuditReport:
    return audit_log(at=NOW)


def codes() -> set[str]:
    return {finding.code for finding in audit().findings}


def first_bad() -> tuple[str, int | None]:
    finding = audit().first_bad
    assert finding is not None
    return finding.code, finding.index


def leaf(index: int) -> LogLeaf:
    return LogLeaf.objects.select_related("entry").get(index=index)


def tamper(change: Callable[[], object]) -> None:
    with lifted_triggers():
        change()


def rewrite(index: int, data: bytes) -> None:
    """This will do a thorough edit: entry, its hash and the leaf's hash agree afterwards."""
    entry = leaf(index).entry_id
    LogEntry.objects.filter(pk=entry).update(leaf=data, leaf_hash=leaf_hash(data))
    LogLeaf.objects.filter(index=index).update(leaf_hash=leaf_hash(data))


def test_an_untouched_log_is_clean() -> None:
    report = audit()
    assert report.clean, report.findings
    assert (report.size, report.checkpoints) == (SIZE, 4)


def test_details_that_were_erased_leave_the_log_clean() -> None:
    destroy_subject_key("relying-2026-11")
    assert audit().clean
    LookupDetail.objects.update(sealed_openings=None, erased_at=NOW)
    LookupSubject.objects.all().delete()
    assert audit().clean


@pytest.mark.parametrize("index", range(SIZE))
def test_names_the_entry_whose_bytes_were_edited(index: int) -> None:
    tamper(lambda: LogEntry.objects.filter(pk=leaf(index).entry_id).update(leaf=b"forged"))
    assert first_bad() == ("entry.altered", index)


@pytest.mark.parametrize(("index", "named"), [(0, 0), (2, 0), (3, 3), (4, 4), (9, 4)])
def test_an_edit_that_fits_all_rows_is_named_by_the_head_it_breaks(index: int, named: int) -> None:
    tamper(lambda: rewrite(index, b"forged"))
    assert first_bad() == ("checkpoint.root", named)


@pytest.mark.parametrize("index", [0, 5, 9])
def test_names_the_place_of_a_deleted_entry(index: int) -> None:
    tamper(lambda: LogLeaf.objects.filter(index=index).delete())
    assert first_bad() == ("entry.missing", index)


def test_names_the_place_of_entries_cut_off_at_the_end() -> None:
    tamper(lambda: LogLeaf.objects.filter(index__gte=SIZE - 2).delete())
    assert first_bad() == ("entry.missing", SIZE - 2)


def test_names_an_entry_deleted_with_its_leaf_and_all_above_moved_down() -> None:
    def close_the_gap() -> None:
        LogLeaf.objects.filter(index=4).delete()
        for index in range(5, SIZE):
            LogLeaf.objects.filter(index=index).update(index=index - 1)

    tamper(close_the_gap)
    assert first_bad()[1] == 4


def test_names_an_entry_inserted_behind_the_head() -> None:
    def insert() -> None:
        entry = LogEntry.objects.create(leaf=b"x", leaf_hash=leaf_hash(b"x"), at=NOW)
        LogLeaf.objects.create(index=SIZE, entry=entry, leaf_hash=entry.leaf_hash)

    tamper(insert)
    found = {(finding.code, finding.index) for finding in audit().findings}
    assert found == {("entry.beyond_head", SIZE), ("entry.unrecorded", SIZE)}


def test_names_an_entry_that_records_nothing() -> None:
    def insert() -> None:
        entry = LogEntry.objects.create(leaf=b"x", leaf_hash=leaf_hash(b"x"), at=NOW)
        PendingEntry.objects.create(entry=entry)

    tamper(insert)
    publish_log(at=NOW)
    assert first_bad() == ("entry.unrecorded", SIZE)


def test_names_the_first_of_two_swapped_entries() -> None:
    def swap() -> None:
        one, other = leaf(1), leaf(7)
        LogLeaf.objects.filter(index__in=(1, 7)).delete()
        for index, taken in ((1, other), (7, one)):
            LogLeaf.objects.create(index=index, entry_id=taken.entry_id, leaf_hash=taken.leaf_hash)

    tamper(swap)
    assert first_bad() == ("checkpoint.root", 0)


def test_names_the_leaf_whose_hash_was_edited() -> None:
    tamper(lambda: LogLeaf.objects.filter(index=6).update(leaf_hash=bytes(32)))
    assert first_bad() == ("entry.altered", 6)


def test_finds_an_entry_that_neither_waits_nor_has_an_index() -> None:
    look()
    PendingEntry.objects.all().delete()
    assert codes() == {"entry.unqueued"}


def test_finds_a_look_up_without_an_entry() -> None:
    Lookup.objects.create(side="home", caller="x", outcome="valid", at=NOW)
    assert codes() == {"lookup.unlogged"}


def test_finds_an_event_that_says_something_else_than_its_entry() -> None:
    tamper(lambda: CertificateEvent.objects.update(leaf=b"forged"))
    assert codes() == {"entry.unrecorded", "event.disagrees"}


def test_finds_an_event_moved_to_another_index() -> None:
    tamper(lambda: CertificateEvent.objects.update(log_index=3))
    assert codes() == {"event.misplaced"}


def test_finds_a_certificate_signed_without_an_event() -> None:
    certificate = make_certificate()
    CertificateEvent.objects.model._meta.get_field("certificate").related_model.objects.filter(pk=certificate).update(
        credential_jwt="a.b.c", state="valid"
    )
    assert codes() == {"certificate.unlogged", "signature.foreign"}


def test_finds_an_edited_count_of_the_journal() -> None:
    JournalHour.objects.update(counts={"message.signature": 0})
    assert codes() == {"journal.altered"}


def test_finds_a_head_with_a_root_of_its_own_in_the_row_only() -> None:
    tamper(lambda: Checkpoint.objects.filter(size=4).update(root=bytes(32)))
    assert codes() == {"checkpoint.signature", "checkpoint.root"}


def test_finds_a_head_that_the_log_never_signed() -> None:
    def forge() -> None:
        peer = Peer(region="330000")
        head = Checkpoint.objects.get(size=4)
        Checkpoint.objects.filter(size=4).update(note=peer.note(size=4, root=bytes(head.root)).decode())

    tamper(forge)
    assert codes() == {"checkpoint.signature"}


def test_finds_a_cosignature_that_does_not_hold_and_counts_those_that_do(settings) -> None:
    peer = Peer()
    trust(settings, peer)
    one, other = Checkpoint.objects.order_by("size")[:2]
    Cosignature.objects.create(checkpoint=one, witness=peer.witness.name, line=peer.cosign(one.note.encode()), at=NOW)
    assert audit().clean
    assert audit().cosignatures == 1
    Cosignature.objects.create(checkpoint=other, witness=peer.witness.name, line=peer.cosign(one.note.encode()), at=NOW)
    assert codes() == {"cosignature.bad"}


def test_finds_an_edited_and_an_absent_tile() -> None:
    for number in range(300):
        entry = LogEntry.objects.create(leaf=b"%d" % number, leaf_hash=leaf_hash(b"%d" % number), at=NOW)
        PendingEntry.objects.create(entry=entry)
    publish_log(at=NOW)
    tile = LogTile.objects.get(level=0, index=0)
    good = bytes(tile.hashes)
    tile.hashes = good[:320] + bytes(32) + good[352:]
    tile.save()
    assert ("tile.differs", 10) in {(finding.code, finding.index) for finding in audit().findings}
    tile.delete()
    assert "tile.missing" in codes()


def test_names_an_absent_trigger() -> None:
    name = "verification_logleaf_no_update" if connection.vendor == "sqlite" else "verification_logleaf_no_change"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}" + ("" if connection.vendor == "sqlite" else " ON verification_logleaf"))
    (finding,) = audit().findings
    assert finding.code == "trigger.missing"
    assert name in finding.text


@pytest.mark.parametrize("wait", [look, make_issued])
def test_finds_entries_and_events_that_wait_too_long(wait: Callable[[], object]) -> None:
    wait()
    assert audit().clean
    late = audit_log(at=NOW + timedelta(hours=1))
    assert [finding.code for finding in late.findings] == ["log.stalled"]


def test_the_command_ends_with_status_1_and_names_no_value(capsys: pytest.CaptureFixture[str]) -> None:
    tamper(lambda: LogEntry.objects.filter(pk=leaf(5).entry_id).update(leaf=b"forged"))
    with pytest.raises(SystemExit) as ended:
        call_command("audit_log")
    assert ended.value.code == 1
    told = capsys.readouterr().out
    assert "the first bad entry is 5" in told
    assert "forged" not in told
