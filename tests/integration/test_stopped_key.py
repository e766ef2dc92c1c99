"""A signer that signs other bytes than it was given: the licence fails, and the key signs nothing more until people clear it."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from certificates.adapters.issue_keys import IssueSigner, create_issue_key, document_signer, issue_signer
from certificates.adapters.key_store import kept_key
from certificates.core.errors import IssueError
from certificates.core.issue_token import IssueToken, Output
from certificates.core.signing.es256 import GROUP_ORDER
from certificates.models import Certificate, CertificateEvent, Document, IssueIntent, IssuerKey, StatusEntry
from certificates.services import complete_intent as pipeline
from certificates.services import sign_certificate as signing
from certificates.services import sign_document as document_signing
from certificates.services.correct_certificate import correct_certificate
from certificates.services.finish_intents import finish_intents
from certificates.services.issue_certificate import issue_certificate
from certificates.services.render_document import render_document
from certificates.services.revoke_certificate import revoke_certificate
from certificates.services.sweep_documents import sweep_documents
from tests.integration.factories import AT, Node
from tests.integration.refusals import refusal
from verification.queries.node_health import node_health

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=5)
Signing = Callable[[str, bytes], bytes]


def _raw(kid: str, data: bytes) -> bytes:
    return kept_key(kid=kid, purpose="issue").sign(data, most_a_minute=1_000_000)


def other_bytes(kid: str, data: bytes) -> bytes:
    return _raw(kid, data + b" ")


def anothers_key(kid: str, data: bytes) -> bytes:
    return _raw(create_issue_key(use="credential").kid, data)


def garbage(kid: str, data: bytes) -> bytes:
    return bytes(64)


def cut(kid: str, data: bytes) -> bytes:
    return _raw(kid, data)[:63]


def high_s(kid: str, data: bytes) -> bytes:
    raw = _raw(kid, data)
    return raw[:32] + (GROUP_ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")


class Misbehaving(IssueSigner):
    """A broken key store behind the real handle: the token is checked and spent, and then something else is signed."""

    def __init__(self, handle: IssueSigner, output: Output, signing: Signing) -> None:
        super().__init__(kid=handle.kid, suite=handle.suite, use=handle.use)
        object.__setattr__(self, "broken", (output, signing))

    def sign(self, outputs: Mapping[Output, bytes], *, token: IssueToken, at: datetime) -> dict[Output, bytes]:
        output, broken = self.broken  # type: ignore[attr-defined]
        return {**super().sign(outputs, token=token, at=at), output: broken(self.kid, outputs[output])}


def break_signer(monkeypatch: pytest.MonkeyPatch, output: Output, how: Signing) -> None:
    monkeypatch.setattr(signing, "issue_signer", lambda *, kid: Misbehaving(issue_signer(kid=kid), output, how))


def issue(node: Node, key: str = "k1", *, at: datetime = AT, **values: str) -> Certificate:
    request = node.request(values=values or None)
    answer = issue_certificate(caller=node.officer, request=request, idempotency_key=key, at=at)
    return Certificate.objects.get(pk=answer.id)


WAYS = [
    *((Output.CREDENTIAL, how) for how in (other_bytes, anothers_key, garbage, cut, high_s)),
    *((Output.SEAL_CODE, how) for how in (other_bytes, garbage)),
]


def test_other_bytes_fail_the_licence_and_stop_the_key(
    node: Node, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for number, (output, how) in enumerate(WAYS, start=1):
        caplog.clear()
        with monkeypatch.context() as broken, caplog.at_level(logging.ERROR):
            break_signer(broken, output, how)
            assert refusal(lambda n=number: issue(node, f"k{n}")) == "issue.signed_other_bytes"

        row = IssueIntent.objects.get(idempotency_key=f"k{number}").certificate
        assert (row.state, row.credential_jwt, row.sealed_values) == ("failed", "", None)
        assert set(StatusEntry.objects.filter(certificate=row).values_list("value", flat=True)) == {1}
        key = IssuerKey.objects.get(kid=node.kid)
        assert (key.stopped_at, key.stop_code) == (AT, "issue.signed_other_bytes")
        assert [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR] == [
            "an issue key was stopped: issue.signed_other_bytes"
        ]
        # From here on also a sound signer is not asked.
        assert refusal(lambda: issue(node, "next")) == "issue.key_stopped"
        call_command("resume_issuer_key", node.agency.uscc, stdout=StringIO())
    assert not CertificateEvent.objects.exists()
    assert issue(node, "next").state == "valid"


@pytest.fixture
def stopped(node: Node, monkeypatch: pytest.MonkeyPatch) -> Node:
    with monkeypatch.context() as broken:
        break_signer(broken, Output.CREDENTIAL, other_bytes)
        with pytest.raises(IssueError):
            issue(node, "stops", certificate_number="浙2332026202600077")
    return node


def test_the_stop_is_shown_where_people_look_and_look_ups_go_on(stopped: Node, client: Client) -> None:
    assert node_health(at=AT).warnings == ("issue.key_stopped",)
    assert client.get("/readyz").json()["warnings"] == ["issue.key_stopped"]


def test_a_sound_node_has_no_warning(node: Node, client: Client) -> None:
    assert node_health(at=AT).warnings == ()
    assert client.get("/readyz").json()["warnings"] == []


def test_what_was_prepared_before_waits_and_is_issued_once_the_key_is_cleared(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "_complete", lambda *_: None)
    waiting = issue(node, "waits")
    monkeypatch.undo()
    IssuerKey.objects.update(stopped_at=AT, stop_code="issue.signed_other_bytes")

    finish_intents(at=LATER)
    assert Certificate.objects.get(pk=waiting.pk).state == "intent"
    assert IssueIntent.objects.get().stage == IssueIntent.Stage.RESERVED

    call_command("resume_issuer_key", node.agency.uscc, stdout=StringIO())
    finish_intents(at=LATER)
    assert Certificate.objects.get(pk=waiting.pk).state == "valid"


def test_bytes_stored_before_the_stop_are_not_signed(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "sign_certificate", lambda **_: None)
    waiting = issue(node, "waits")
    monkeypatch.undo()
    IssuerKey.objects.update(stopped_at=AT)

    finish_intents(at=LATER)

    assert Certificate.objects.get(pk=waiting.pk).state == "intent"
    assert IssueIntent.objects.get().token_spent_at is None


def test_a_stopped_key_corrects_nothing_and_revoking_goes_on(
    node: Node, issued: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    IssuerKey.objects.update(stopped_at=AT)
    again = {"caller": node.officer, "certificate_id": issued, "at": AT}
    request = node.request()
    assert refusal(lambda: correct_certificate(request=request, idempotency_key="c", **again)) == "issue.key_stopped"  # type: ignore[arg-type]
    revoke_certificate(reason_code="penalty", **again)  # type: ignore[arg-type]
    assert Certificate.objects.get().state == "revoked"


def test_only_a_stopped_key_can_be_cleared(node: Node) -> None:
    with pytest.raises(CommandError, match=r"issue\.no_key"):
        call_command("resume_issuer_key", node.agency.uscc, stdout=StringIO())


def test_a_document_signed_otherwise_is_held_and_stops_its_key(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate_id = node.issue()
    document = Document.objects.get(certificate=certificate_id, kind="pdf")
    with monkeypatch.context() as broken:
        broken.setattr(
            document_signing,
            "document_signer",
            lambda *, kid: Misbehaving(document_signer(kid=kid), Output.DOCUMENT, garbage),
        )
        assert render_document(document_id=document.pk, at=AT)

    document.refresh_from_db()
    assert (document.state, document.held_code) == ("held", "document.signed_other_bytes")
    stopped = IssuerKey.objects.get(use="document")
    assert (stopped.stopped_at, stopped.stop_code) == (AT, "document.signed_other_bytes")
    assert IssuerKey.objects.get(use="credential").stopped_at is None


def test_documents_wait_while_their_key_is_stopped(node: Node) -> None:
    document = Document.objects.get(certificate=node.issue(), kind="pdf")
    IssuerKey.objects.filter(use="document").update(stopped_at=AT)

    for minute in range(20):
        sweep_documents(at=AT + timedelta(minutes=minute))
        assert not render_document(document_id=document.pk, at=AT + timedelta(minutes=minute))
    document.refresh_from_db()
    assert (document.state, document.attempts) == ("pending", 0)

    IssuerKey.objects.update(stopped_at=None)
    assert render_document(document_id=document.pk, at=LATER)
    document.refresh_from_db()
    assert document.state == "ready"
