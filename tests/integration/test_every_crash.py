"""kill -9 and failures at every statement, COMMIT, signature and file of issuing, correcting, revoking and making documents.

Nothing is drawn by chance: a first run counts the points, and each is then tried once with a process that is killed there and once with the
error that the thing itself would give. After every one the node is started again as it starts itself, and has to balance.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from signal import SIGKILL
from uuid import UUID

import pytest
from django.conf import settings
from django.core.files.storage import default_storage

from certificates.adapters.key_store import KeptKey
from certificates.core.errors import IssueError
from certificates.models import Certificate, CertificateEvent, Document, IssueIntent
from certificates.services.correct_certificate import correct_certificate
from certificates.services.issue_certificate import issue_certificate
from certificates.services.reinstate_certificate import reinstate_certificate
from certificates.services.render_document import render_document
from certificates.services.revoke_certificate import revoke_certificate
from certificates.services.suspend_certificate import suspend_certificate
from config.env import TimestampAuthority
from tests.integration.crashes.balance import balanced, files_are_documents, recover, signatures, whole
from tests.integration.crashes.points import recording
from tests.integration.crashes.workers import Room, Worker
from tests.integration.factories import make_node, reason_for
from tests.integration.timestamp_steps import MovedAuthority, asked_by_the_node
from verification.services.publish_log import publish_log

MODES = ("kill", "error")
# The cuts that the ordinary run tries: where something durable has just happened, or is just about to.
TELLING = ("after COMMIT", "before signature of issue", "after signature of issue")
OF_DOCUMENTS = 'after UPDATE "certificates_document" SET'  # each on its own is a step that others see


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    started = Worker()
    yield started
    started.close()


@pytest.fixture
def room(worker: Worker, node_folder: Path, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Room:
    for name in ("location", "base_location"):
        monkeypatch.setattr(default_storage, name, str(node_folder / "files"), raising=False)
    room = Room(worker, make_node())
    monkeypatch.setattr(KeptKey, "sign", recording(room.ledger))
    return room


def points_of(names: Sequence[str], *, all_of_them: bool) -> list[int]:
    """The numbers of the points to cut at, counted from 1; without `all_of_them` those named above."""
    told = (*TELLING, OF_DOCUMENTS)
    return [number for number, name in enumerate(names, start=1) if all_of_them or name in told]


def cut(room: Room, *, mode: str, stop: int, **task: object) -> None:
    """The work is cut off at one point; a process that should have died did."""
    ended = room.do(mode=mode, stop=stop, **task)
    assert ended.signal == (SIGKILL if mode == "kill" else 0), ended
    assert mode == "kill" or len(ended.names) >= stop, ended


def told(what: str, mode: str, names: Sequence[str], stops: Sequence[int]) -> None:
    signatures_made = sum(name.startswith("before signature") for name in names)
    commits = names.count("before COMMIT")
    print(f"{what}, {mode}: {len(stops)} of {len(names)} points cut ({commits} COMMIT, {signatures_made} signatures)")


def issue_anew(room: Room) -> UUID:
    """The same request again, as its sender would send it."""
    request = room.node.request(values=room.values)
    answer = issue_certificate(caller=room.node.officer, request=request, idempotency_key=room.key, at=room.later)
    return answer.id


def try_issue(room: Room, mode: str, *, all_of_them: bool) -> None:
    counted = room.do(mode="count", work="issue", key=room.key, values=room.values)
    assert counted.ended == "done"
    recover(at=room.later)
    stops = points_of(counted.names, all_of_them=all_of_them)
    for stop in stops:
        room.next()
        cut(room, mode=mode, stop=stop, work="issue", key=room.key, values=room.values)
        recover(at=room.later)
        known = IssueIntent.objects.filter(idempotency_key=room.key).values_list("certificate_id", flat=True).first()

        issued = issue_anew(room)
        recover(at=room.later)

        assert known in (None, issued), stop
        balanced(Certificate.objects.get(pk=issued), state="valid")
    whole(room.ledger)
    told("issue", mode, counted.names, stops)


def try_correct(room: Room, mode: str, *, all_of_them: bool) -> None:
    def begin() -> UUID:
        room.next()
        old = issue_anew(room)
        publish_log(at=room.later)
        room.next()
        return old

    def task(old: UUID) -> dict[str, object]:
        return {"work": "correct", "licence": old, "key": room.key, "values": room.values}

    old = begin()
    counted = room.do(mode="count", **task(old))
    assert counted.ended == "done"
    recover(at=room.later)
    stops = points_of(counted.names, all_of_them=all_of_them)
    for stop in stops:
        old = begin()
        cut(room, mode=mode, stop=stop, **task(old))
        recover(at=room.later)

        answer = correct_certificate(
            caller=room.node.officer,
            certificate_id=old,
            request=room.node.request(values=room.values),
            idempotency_key=room.key,
            at=room.later,
        )
        recover(at=room.later)

        balanced(Certificate.objects.get(pk=old), state="superseded")
        balanced(Certificate.objects.get(pk=answer.id), state="valid")
        assert Certificate.objects.get(replaces=old).pk == answer.id
    told("correct", mode, counted.names, stops)


ACTS = {
    "revoke": (revoke_certificate, "valid", "revoked"),
    "suspend": (suspend_certificate, "valid", "suspended"),
    "reinstate": (reinstate_certificate, "suspended", "valid"),
}


def try_act(room: Room, act: str, mode: str, *, all_of_them: bool) -> None:
    service, before, after = ACTS[act]

    def begin() -> UUID:
        room.next()
        licence = issue_anew(room)
        if before == "suspended":
            suspend_certificate(
                caller=room.node.officer, certificate_id=licence, reason_code="investigation", at=room.later
            )
        publish_log(at=room.later)
        room.next()
        return licence

    counted = room.do(mode="count", work=act, licence=begin())
    assert counted.ended == "done"
    stops = points_of(counted.names, all_of_them=all_of_them)
    for stop in stops:
        licence = begin()
        cut(room, mode=mode, stop=stop, work=act, licence=licence)
        recover(at=room.later)

        state = Certificate.objects.get(pk=licence).state
        events = CertificateEvent.objects.filter(certificate=licence).count()
        balanced(Certificate.objects.get(pk=licence), state=state)
        assert state in (before, after)
        again = {
            "caller": room.node.officer,
            "certificate_id": licence,
            "reason_code": reason_for(service),
            "at": room.later,
        }
        if state == before:
            service(**again)
        else:
            with pytest.raises(IssueError, match=r"issue\.state"):
                service(**again)
        recover(at=room.later)
        balanced(Certificate.objects.get(pk=licence), state=after)
        assert CertificateEvent.objects.filter(certificate=licence).count() == events + (state == before)
    whole(room.ledger)
    told(act, mode, counted.names, stops)


def try_render(room: Room, mode: str, *, all_of_them: bool, authority: MovedAuthority | None = None) -> None:
    def begin() -> UUID:
        room.next()
        licence = issue_anew(room)
        publish_log(at=room.later)
        room.next()
        if authority is not None:
            authority.now = room.at
        return licence

    asked = {} if authority is None else {"authority": told_of(settings.NODE.tsa)}
    first = room.do(mode="count", work="render", licence=begin(), **asked)  # the one that makes the folders
    assert first.ended == "done"
    counted = room.do(mode="count", work="render", licence=begin(), **asked)
    assert counted.ended == "done"
    stops = points_of(counted.names, all_of_them=all_of_them)
    for stop in stops:
        licence = begin()
        cut(room, mode=mode, stop=stop, work="render", licence=licence, **asked)
        document = Document.objects.get(certificate=licence, kind="pdf")
        if authority is not None:
            authority.now = room.later
        render_document(document_id=document.pk, at=room.later)

        document.refresh_from_db()
        assert (document.state, document.sealed_draft, document.sealed_signed) == ("ready", None, None), stop
        assert document.level == ("B-B" if authority is None else "B-LTA"), stop
        files_are_documents()
        assert not render_document(document_id=document.pk, at=room.later)
    # Laid out anew until the draft was stored; never signed with two different contents.
    assert len(signatures(room.ledger, "document")) == len(stops) + 2
    told("render", mode, counted.names, stops)


def told_of(tsa: TimestampAuthority) -> dict[str, str]:
    """The authority's settings, for another process."""
    return {"url": tsa.url, "ca_file": str(tsa.ca_files[0]), "crl_url": tsa.crl_urls[0]}


@pytest.mark.real_network
def test_a_document_that_waits_for_its_timestamps_survives_being_killed(room: Room) -> None:
    with asked_by_the_node(room.folder, at=room.at) as authority:
        try_render(room, "kill", all_of_them=False, authority=authority)


@pytest.mark.exhaustive
@pytest.mark.real_network
@pytest.mark.parametrize("mode", MODES)
def test_making_documents_with_timestamps_survives_every_point(room: Room, mode: str) -> None:
    with asked_by_the_node(room.folder, at=room.at) as authority:
        try_render(room, mode, all_of_them=True, authority=authority)


def test_issuing_survives_being_killed_where_something_durable_has_just_happened(room: Room) -> None:
    try_issue(room, "kill", all_of_them=False)


@pytest.mark.exhaustive
@pytest.mark.parametrize("mode", MODES)
def test_issuing_survives_every_point(room: Room, mode: str) -> None:
    try_issue(room, mode, all_of_them=True)


@pytest.mark.exhaustive
@pytest.mark.parametrize("mode", MODES)
def test_correcting_survives_every_point(room: Room, mode: str) -> None:
    try_correct(room, mode, all_of_them=True)


@pytest.mark.exhaustive
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("act", ACTS)
def test_an_act_survives_every_point(room: Room, act: str, mode: str) -> None:
    try_act(room, act, mode, all_of_them=True)


@pytest.mark.exhaustive
@pytest.mark.parametrize("mode", MODES)
def test_making_documents_survives_every_point(room: Room, mode: str) -> None:
    try_render(room, mode, all_of_them=True)
