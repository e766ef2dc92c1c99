"""The audit finds a planted orphan of each kind: a row, a signature or an issue entry without the others, or there twice."""

from datetime import timedelta
from uuid import UUID

import pytest

from certificates.models import Certificate, CertificateEvent, CertificateState, IssueIntent, StatusEntry
from certificates.services import complete_intent as pipeline
from certificates.services.issue_certificate import issue_certificate
from tests.integration.factories import AT, Node
from tests.integration.recognition_steps import issued_in_log
from verification.queries.audit_issues import issue_findings
from verification.services.audit_log import audit_log
from verification.triggers import lifted_triggers

pytestmark = pytest.mark.django_db


@pytest.fixture
def licence(node: Node) -> UUID:
    return issued_in_log(node)


def found() -> set[str]:
    """What this part of the audit names; the whole audit must name at least as much."""
    own = {finding.code for finding in issue_findings(at=AT)}
    assert own <= {finding.code for finding in audit_log(at=AT).findings}
    return own


def test_issued_licences_balance(node: Node, licence: UUID) -> None:
    issued_in_log(node, "second", certificate_number="浙2332026202600099")
    assert found() == set()


def test_finds_a_licence_without_an_issue_entry(licence: UUID) -> None:
    with lifted_triggers():
        CertificateEvent.objects.all().delete()
    assert found() == {"certificate.unlogged"}


def test_finds_a_licence_whose_issue_entry_became_another_kind(licence: UUID) -> None:
    with lifted_triggers():
        CertificateEvent.objects.update(kind="event.suspended")
    assert found() == {"certificate.unlogged"}


def test_finds_a_licence_without_a_signature(licence: UUID) -> None:
    Certificate.objects.update(credential_jwt="")
    assert found() == {"certificate.unsigned"}


@pytest.mark.parametrize("state", [CertificateState.INTENT, CertificateState.FAILED])
def test_finds_signature_and_entry_of_what_was_never_issued(licence: UUID, state: str) -> None:
    Certificate.objects.update(state=state)
    assert found() == {"event.without_licence", "signature.without_licence"}


def test_finds_a_row_that_nobody_signed_or_logged(node: Node, licence: UUID) -> None:
    planted = Certificate.objects.get()
    planted.pk, planted.identifier, planted.serial, planted.number_index = UUID(int=1), "planted", "planted", b"planted"
    planted.credential_jwt = ""
    planted.save(force_insert=True)
    assert found() == {"certificate.unlogged", "certificate.unsigned"}


def test_finds_a_second_issue_entry_of_one_licence(licence: UUID) -> None:
    first = CertificateEvent.objects.get()
    first.pk, first.log_index = None, None
    first.save(force_insert=True)
    assert found() == {"event.doubled"}


def test_finds_one_signature_under_two_licences(node: Node, licence: UUID) -> None:
    other = issued_in_log(node, "second", certificate_number="浙2332026202600099")
    Certificate.objects.filter(pk=other).update(credential_jwt=Certificate.objects.get(pk=licence).credential_jwt)
    assert found() == {"signature.doubled"}


@pytest.mark.parametrize(
    "altered",
    [
        lambda jwt: jwt[:-2] + ("AA" if jwt[-2:] != "AA" else "BA"),
        lambda jwt: jwt.rpartition(".")[0] + ".",
        lambda jwt: "." + jwt,
        lambda _: "no token",
    ],
)
def test_finds_a_signature_that_is_not_the_keys(licence: UUID, altered: object) -> None:
    row = Certificate.objects.get()
    Certificate.objects.update(credential_jwt=altered(row.credential_jwt))  # type: ignore[operator]
    assert found() == {"signature.foreign"}


def test_finds_a_licence_that_names_no_key(licence: UUID) -> None:
    Certificate.objects.update(issuer_key=None)
    assert found() == {"signature.foreign"}


def test_finds_an_intent_that_nobody_finished(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "_complete", lambda *_: None)
    issue_certificate(caller=node.officer, request=node.request(), idempotency_key="open", at=AT)
    assert IssueIntent.objects.get().stage == "reserved"
    assert StatusEntry.objects.count() == 2
    assert issue_findings(at=AT + timedelta(hours=1)) == []
    assert [finding.code for finding in issue_findings(at=AT + timedelta(hours=1, seconds=1))] == ["intent.open"]
