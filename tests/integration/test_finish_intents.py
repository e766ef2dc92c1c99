"""A crash at any point of issuing leaves row, signature and event one to one, or nothing at all."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from certificates.core.grains import Grain
from certificates.core.sd_jwt_verify import verify_credential
from certificates.models import Certificate, CertificateEvent, Document, IssueIntent, IssuerKey
from certificates.services import complete_intent as pipeline
from certificates.services import issue_certificate as entrance
from certificates.services import store_certificate as last_step
from certificates.services.disclose_credential import disclose_credential
from certificates.services.document_kinds import kinds_of_licences
from certificates.services.finish_intents import finish_intents
from certificates.services.issue_certificate import issue_certificate
from certificates.services.rotate_issuer_key import rotate_issuer_key
from certificates.services.sign_certificate import trusted_key
from tests.integration.factories import AT, Node, release

LATER = AT + timedelta(minutes=5)


class CrashError(Exception):
    """The process dies here."""


def _dies(*args: object, **kwargs: object) -> None:
    raise CrashError


def _after(call: Callable[..., object]) -> Callable[..., None]:
    def run(*args: object, **kwargs: object) -> None:
        call(*args, **kwargs)
        raise CrashError

    return run


def _dies_before_the_signature(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "sign_certificate", _dies)
        with pytest.raises(CrashError):
            issue_certificate(caller=node.officer, request=node.request(), idempotency_key="k1", at=AT)


POINTS = {
    "after the numbers were reserved": (entrance, "complete_intent", _dies),
    "before the bytes were prepared": (pipeline, "prepare_certificate", _dies),
    "after the bytes were prepared": (pipeline, "prepare_certificate", _after),
    "before the signature": (pipeline, "sign_certificate", _dies),
    "after the signature": (pipeline, "sign_certificate", _after),
    "within the last commit": (last_step.Document.objects, "create", _dies),
    "after the last commit": (pipeline, "store_certificate", _after),
}


@pytest.mark.django_db
@pytest.mark.parametrize("point", POINTS)
def test_a_crash_leaves_one_licence_once_intents_are_finished(
    node: Node, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    place, name, crash = POINTS[point]
    with monkeypatch.context() as patched:
        patched.setattr(place, name, _after(getattr(place, name)) if crash is _after else _dies)
        with pytest.raises(CrashError):
            issue_certificate(caller=node.officer, request=node.request(), idempotency_key="k1", at=AT)

    finish_intents(at=LATER)
    finish_intents(at=LATER)

    row = Certificate.objects.get()
    assert row.state == "valid"
    assert row.issued_at is not None
    assert CertificateEvent.objects.filter(certificate=row).count() == 1
    assert Document.objects.filter(certificate=row).count() == len(kinds_of_licences())
    assert IssueIntent.objects.get().stage == IssueIntent.Stage.STORED
    release(row.pk)
    sd_jwt = disclose_credential(certificate_id=row.pk, grains={"sex": Grain.FULL}).sd_jwt
    assert (
        verify_credential(sd_jwt, key=trusted_key(IssuerKey.objects.get(use="credential"))).shown["sex"].value == "男"
    )
    again = issue_certificate(caller=node.officer, request=node.request(), idempotency_key="k1", at=LATER)
    assert again.id == row.pk


@pytest.mark.django_db
def test_prepared_bytes_are_signed_as_they_were_stored(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    _dies_before_the_signature(node, monkeypatch)

    finish_intents(at=LATER + timedelta(days=2))

    row = Certificate.objects.get()
    assert row.issued_at == AT
    assert CertificateEvent.objects.get().at == AT


@pytest.mark.django_db
def test_leaves_young_intents_to_the_request_that_made_them(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entrance, "complete_intent", _dies)
    with pytest.raises(CrashError):
        issue_certificate(caller=node.officer, request=node.request(), idempotency_key="k1", at=AT)

    assert finish_intents(at=AT + timedelta(seconds=29)) == 0
    assert Certificate.objects.get().state == "intent"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"state": "pending"},
        {"state": "retired", "to_at": AT},
        {"from_at": AT + timedelta(seconds=1)},
    ],
    ids=["pending", "ended before", "begins later"],
)
def test_a_key_that_is_not_in_force_at_the_stated_time_signs_nothing(
    node: Node, monkeypatch: pytest.MonkeyPatch, change: dict[str, object]
) -> None:
    _dies_before_the_signature(node, monkeypatch)
    IssuerKey.objects.filter(use="credential").update(**change)

    finish_intents(at=LATER)

    assert IssueIntent.objects.get().failure_code == "issue.key_not_in_force"
    assert Certificate.objects.get().credential_jwt == ""


@pytest.mark.django_db
def test_a_key_that_was_retired_meanwhile_still_signs_what_was_prepared_before(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    _dies_before_the_signature(node, monkeypatch)
    rotate_issuer_key(agency_uscc=node.agency.uscc, at=AT + timedelta(seconds=1))

    finish_intents(at=LATER)

    row = Certificate.objects.get()
    assert row.issuer_key is not None
    assert (row.state, row.issuer_key.kid) == ("valid", node.kid)


@pytest.mark.django_db
def test_an_intent_whose_key_was_compromised_fails_by_name(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    _dies_before_the_signature(node, monkeypatch)
    IssuerKey.objects.update(state="compromised", compromised_at=AT)

    assert finish_intents(at=LATER) == 1

    row = Certificate.objects.get()
    assert row.state == "failed"
    assert row.credential_jwt == ""
    assert IssueIntent.objects.get().failure_code == "issue.key_compromised"
    assert set(row.status_entries.values_list("value", flat=True)) == {1}
    assert not CertificateEvent.objects.exists()
