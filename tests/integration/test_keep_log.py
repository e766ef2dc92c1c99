"""One round of the publisher: hours closed, batches until nothing waits, no write lock when nothing does."""

from datetime import timedelta

import pytest

from tests.log_steps import NOW, look, make_certificate, make_event
from verification.models import Checkpoint
from verification.services import keep_log as service
from verification.services.journal_refusal import journal_refusal
from verification.services.keep_log import KeptLog, keep_log

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_node")]


def keep(*, go_on: bool = True) -> KeptLog:
    return keep_log(clock=lambda: NOW, go_on=lambda: go_on)


def test_a_round_publishes_looks_events_and_journal_hours_until_nothing_waits(monkeypatch) -> None:
    batch = 3
    monkeypatch.setattr(service, "BATCH", batch)
    publish = service.publish_log
    monkeypatch.setattr(service, "publish_log", lambda *, at: publish(at=at, limit=batch))
    for _ in range(7):
        look()
    make_event(certificate_id=make_certificate(), leaf=b"{}")
    journal_refusal(code="message.signature", at=NOW - timedelta(hours=3))
    assert keep() == KeptLog(published=9, size=9, hours_closed=1)
    assert [head.size for head in Checkpoint.objects.order_by("size")] == [3, 6, 9]


def test_a_round_that_is_told_to_stop_ends_after_its_batch(monkeypatch) -> None:
    monkeypatch.setattr(service, "BATCH", 1)
    publish = service.publish_log
    monkeypatch.setattr(service, "publish_log", lambda *, at: publish(at=at, limit=1))
    for _ in range(3):
        look()
    assert keep(go_on=False).published == 1
    assert keep().published == 2


def test_a_round_with_nothing_to_do_opens_no_batch(monkeypatch) -> None:
    def publish(**_: object) -> None:
        pytest.fail("a batch was opened")

    monkeypatch.setattr(service, "publish_log", publish)
    assert keep() == KeptLog(published=0, size=0, hours_closed=0)
