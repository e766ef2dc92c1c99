"""What auditors see of the node: numbers and names of nodes as they are, nothing of any look."""

from datetime import timedelta
from typing import Any

import pytest

from tests.log_steps import NOW, Peer, look, make_certificate, make_event, trust
from verification.core.log_names import witness_name
from verification.models import Checkpoint, Cosignature, JournalHour
from verification.queries.node_health import WitnessState, node_health
from verification.services.keep_log import keep_log
from verification.services.publish_log import publish_log

pytestmark = pytest.mark.django_db


def cosigned(name: str, size: int) -> None:
    head = Checkpoint.objects.get(size=size)
    Cosignature.objects.create(checkpoint=head, witness=name, line="- line", at=NOW)


def test_an_empty_node_without_a_list_shows_what_it_lacks(log_node: None) -> None:
    health = node_health(at=NOW)

    assert health.faults == ("trust_list.absent",)
    assert (health.trust, health.size, health.signed_at, health.witnesses, health.journal) == (None, None, None, (), ())
    assert (health.backlog.entries, health.backlog.events, health.backlog.oldest_at) == (0, 0, None)


def test_counts_what_waits_and_forgets_it_once_published(log_node: None, settings: Any) -> None:
    trust(settings, Peer())
    look(at=NOW)
    look(at=NOW + timedelta(seconds=1))
    make_event(certificate_id=make_certificate(), leaf=b"{}")

    waiting = node_health(at=NOW + timedelta(seconds=2)).backlog
    assert (waiting.entries, waiting.events, waiting.oldest_at) == (2, 1, NOW)
    publish_log(at=NOW + timedelta(seconds=3))
    after = node_health(at=NOW + timedelta(seconds=3))
    assert (after.backlog.entries, after.backlog.events, after.backlog.oldest_at) == (0, 0, None)
    assert (after.size, after.signed_at) == (3, NOW + timedelta(seconds=3))
    assert after.faults == ()


def test_a_log_that_stalls_is_a_fault(log_node: None, settings: Any) -> None:
    trust(settings, Peer())
    look(at=NOW)
    assert "log.stalled" in node_health(at=NOW + timedelta(seconds=settings.NODE.log_stall_seconds + 1)).faults


def test_a_publisher_that_fell_silent_is_a_fault(log_node: None, settings: Any) -> None:
    trust(settings, Peer())
    assert node_health(at=NOW).faults == ()
    keep_log(clock=lambda: NOW, go_on=lambda: True)
    assert node_health(at=NOW + timedelta(seconds=59)).faults == ()
    assert node_health(at=NOW + timedelta(seconds=61)).faults == ("log.publisher_silent",)
    (settings.NODE.var / "marks" / "publisher").write_text("no time")
    assert node_health(at=NOW).faults == ("log.publisher_silent",)


@pytest.mark.parametrize(("days", "soon"), [(31, False), (30, True), (0, True)])
def test_tells_the_days_left_and_when_they_are_few(log_node: None, settings: Any, days: int, soon: bool) -> None:
    end = NOW + timedelta(days=days, hours=5)
    trust(settings, Peer(), version=7, expires_at=end)

    told = node_health(at=NOW).trust
    assert told is not None
    assert (told.version, told.expires_at, told.days_left, told.expires_soon) == (7, end, days, soon)


def test_an_expired_list_is_no_trust(log_node: None, settings: Any) -> None:
    trust(settings, Peer(), expires_at=NOW)
    health = node_health(at=NOW)
    assert (health.trust, health.faults) == (None, ("trust_list.expired",))


def test_names_each_witness_with_how_far_it_is(log_node: None, settings: Any) -> None:
    trust(settings, Peer(), Peer(region="510000"), Peer(region="520000"))
    for second in (1, 2):
        look(at=NOW + timedelta(seconds=second))
        publish_log(at=NOW + timedelta(seconds=second))
    cosigned(witness_name("440000"), 1)
    cosigned(witness_name("440000"), 2)
    cosigned(witness_name("510000"), 1)
    cosigned("former.example/witness", 1)

    assert set(node_health(at=NOW + timedelta(seconds=3)).witnesses) == {
        WitnessState(name=witness_name("440000"), size=2, behind=0, is_named=True),
        WitnessState(name=witness_name("510000"), size=1, behind=1, is_named=True),
        WitnessState(name=witness_name("520000"), size=None, behind=2, is_named=True),
        WitnessState(name="former.example/witness", size=1, behind=1, is_named=False),
    }


def test_counts_the_last_days_refusals_by_hour_most_first(log_node: None) -> None:
    hour = NOW.replace(minute=0)
    JournalHour.objects.create(hour=hour, counts={"auth.replay": 1, "message.signature": 4})
    JournalHour.objects.create(hour=hour - timedelta(hours=23), counts={"auth.assertion": 2})
    JournalHour.objects.create(hour=hour - timedelta(hours=25), counts={"auth.assertion": 9})

    told = node_health(at=NOW).journal
    assert [(one.hour, one.counts, one.in_log) for one in told] == [
        (hour, (("message.signature", 4), ("auth.replay", 1)), False),
        (hour - timedelta(hours=23), (("auth.assertion", 2),), False),
    ]
