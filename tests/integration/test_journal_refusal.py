"""Calls that are no look-ups are counted, hour by hour; nobody can fill the log or the database with them."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from tests.log_steps import NOW
from verification.adapters import journal_buffer
from verification.models import JournalHour, LogEntry, PendingEntry
from verification.services.close_journal_hours import close_journal_hours
from verification.services.journal_refusal import MOST_CODES, journal_refusal
from verification.services.publish_log import publish_log

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_node")]

HOUR = datetime(2026, 11, 20, 8, tzinfo=UTC)


def counts() -> dict[str, int]:
    return JournalHour.objects.get(hour=HOUR).counts


def test_a_bad_call_makes_no_entry() -> None:
    for _ in range(20):
        journal_refusal(code="message.signature", at=NOW)
    journal_refusal(code="message.nonce", at=NOW)
    assert counts() == {"message.signature": 20, "message.nonce": 1}
    assert not LogEntry.objects.exists()


def test_a_flood_writes_little_and_loses_no_count_that_a_later_call_brings() -> None:
    flood = journal_buffer.BURST + 500
    for _ in range(flood):
        journal_refusal(code="message.signature", at=NOW)
    assert counts()["message.signature"] == journal_buffer.BURST
    journal_refusal(code="message.signature", at=NOW + timedelta(seconds=10))
    assert counts()["message.signature"] == flood + 1


def test_a_caller_cannot_grow_the_row_with_codes_of_its_own() -> None:
    for number in range(MOST_CODES + 50):
        journal_refusal(code=f"made.up_{number}", at=NOW + timedelta(seconds=number))
    journal_refusal(code="Zhang San <33010119900307131X>", at=NOW + timedelta(seconds=300))
    journal_refusal(code="x" * 61, at=NOW + timedelta(seconds=301))
    assert len(counts()) == MOST_CODES + 1
    assert counts()["other"] == 52


def test_each_hour_that_is_over_becomes_one_entry_and_stays_as_logged() -> None:
    journal_refusal(code="message.signature", at=NOW)
    journal_refusal(code="message.signature", at=NOW - timedelta(hours=2))
    end = HOUR + timedelta(hours=1)
    assert close_journal_hours(at=end + timedelta(seconds=59)) == 1
    assert close_journal_hours(at=end + timedelta(seconds=60)) == 1
    assert close_journal_hours(at=end + timedelta(hours=5)) == 0
    leaf = orjson.loads(bytes(JournalHour.objects.get(hour=HOUR).entry.leaf))
    assert leaf == {"v": 1, "kind": "journal.hour", "hour": "2026-11-20T08Z", "counts": {"message.signature": 1}}
    journal_refusal(code="message.signature", at=NOW)  # a process whose clock lags
    assert counts() == {"message.signature": 1}
    assert JournalHour.objects.get(hour=end).counts == {"message.signature": 1}


def test_the_hours_entry_is_published() -> None:
    journal_refusal(code="message.signature", at=NOW)
    close_journal_hours(at=NOW + timedelta(hours=2))
    assert publish_log(at=NOW + timedelta(hours=2)).count == 1
    assert not PendingEntry.objects.exists()
