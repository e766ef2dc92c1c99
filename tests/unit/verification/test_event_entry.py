"""Event entries follow from the credential's hash; the journal counts and says nothing else."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest
import rfc8785

from verification.core.errors import LogError
from verification.core.event_entry import EVENT_KINDS, event_leaf, journal_leaf
from verification.core.lookup_entry import EntryKind

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
CREDENTIAL = hashlib.sha256(b"a credential").digest()


def test_whoever_holds_the_credential_can_compute_the_issue_leaf() -> None:
    tag = hashlib.sha256(b"huzheng.event.issued.v1\0" + hashlib.sha256(b"a credential").digest()).digest()
    expected = {
        "v": 1,
        "kind": "event.issued",
        "hour": "2026-03-01T08Z",
        "credential": base64.urlsafe_b64encode(tag).decode().rstrip("="),
    }
    assert event_leaf(kind=EntryKind.EVENT_ISSUED, credential_sha256=CREDENTIAL, at=AT) == rfc8785.dumps(expected)


def test_two_events_of_one_credential_share_nothing_that_links_them() -> None:
    entries = [event_leaf(kind=kind, credential_sha256=CREDENTIAL, at=AT) for kind in EVENT_KINDS]
    tags = {entry.split(b'"credential":"')[1][:43] for entry in entries}
    assert len(tags) == len(EVENT_KINDS) == 5


@pytest.mark.parametrize("kind", [EntryKind.LOOKUP_VERIFIED, EntryKind.JOURNAL_HOUR])
def test_refuses_an_event_of_another_kind(kind: EntryKind) -> None:
    with pytest.raises(LogError) as caught:
        event_leaf(kind=kind, credential_sha256=CREDENTIAL, at=AT)
    assert caught.value.code == "log.entry.malformed"


def test_refuses_an_event_of_a_hash_that_is_not_sha_256() -> None:
    with pytest.raises(LogError):
        event_leaf(kind=EntryKind.EVENT_ISSUED, credential_sha256=CREDENTIAL[:31], at=AT)


def test_a_journal_hour_counts_by_reason() -> None:
    assert journal_leaf(hour="2026-03-01T08Z", counts={"message.signature": 3, "auth.missing": 12}) == (
        b'{"counts":{"auth.missing":12,"message.signature":3},"hour":"2026-03-01T08Z","kind":"journal.hour","v":1}'
    )


@pytest.mark.parametrize("counts", [{"Reason": 1}, {"张三": 1}, {"auth.missing": -1}, {"": 1}])
def test_refuses_a_journal_of_anything_but_counts_by_reason(counts: dict[str, int]) -> None:
    with pytest.raises(LogError) as caught:
        journal_leaf(hour="2026-03-01T08Z", counts=counts)
    assert caught.value.code == "log.entry.malformed"


def test_refuses_a_journal_of_no_hour() -> None:
    with pytest.raises(LogError):
        journal_leaf(hour="2026-03-01", counts={})
