"""An issue key signs against one granted token, once: not twice, not in two threads, not for a shell, a preview or a reprint."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from certificates.adapters.issue_keys import IssueSigner, document_signer, issue_signer
from certificates.core.errors import CipherError, CredentialError, IssueError
from certificates.core.issue_token import LIFETIME, Grantor, IssueToken, Output, token_for
from certificates.models import Certificate, CertificateEvent, Document, IssueIntent, IssuerKey
from certificates.services import complete_intent as pipeline
from certificates.services.create_issuer_key import create_issuer_key
from certificates.services.finish_intents import finish_intents
from certificates.services.grant_issue_token import grant_issue_token
from certificates.services.issue_certificate import issue_certificate
from certificates.services.prepare_certificate import outputs_of
from certificates.services.render_document import render_document
from certificates.services.sign_certificate import stored_prepared
from tests.integration.factories import AT, CONSTRUCTOR, Node, make_agency, make_node
from tests.integration.threads import at_once

LATER = AT + timedelta(minutes=5)


class CrashError(Exception):
    """The process dies here."""


class Prepared:
    """An intent at the moment before its signature, with the token that the preparing worker held."""

    def __init__(self, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kid = node.kid
        held: list[IssueToken] = []

        def dies(*, intent: IssueIntent, token: IssueToken, **_: object) -> None:
            held.append(token)
            raise CrashError

        with monkeypatch.context() as patched:
            patched.setattr(pipeline, "sign_certificate", dies)
            with pytest.raises(CrashError):
                issue_certificate(caller=node.officer, request=node.request(), idempotency_key="k1", at=AT)
        self.token = held[0]
        self.intent = IssueIntent.objects.get()
        key = IssuerKey.objects.get(kid=node.kid)
        self.outputs: Mapping[Output, bytes] = outputs_of(stored_prepared(self.intent), key=key)

    def sign(self, token: object = None, *, at: object = AT, **outputs: bytes) -> Mapping[Output, bytes]:
        """What the handle answers, for this intent's own bytes unless others are given."""
        chosen = {**self.outputs, **{Output(name): data for name, data in outputs.items()}}
        return issue_signer(kid=self.kid).sign(chosen, token=token or self.token, at=at)  # type: ignore[arg-type]


def refusal(call: object) -> str:
    with pytest.raises((IssueError, CredentialError)) as refused:
        call()  # type: ignore[operator]
    return refused.value.code


@pytest.fixture
def prepared(node: Node, monkeypatch: pytest.MonkeyPatch) -> Prepared:
    return Prepared(node, monkeypatch)


@pytest.mark.django_db
def test_signs_once_and_refuses_the_second_use(prepared: Prepared) -> None:
    assert set(prepared.sign()) == {Output.CREDENTIAL, Output.SEAL_CODE}
    assert refusal(prepared.sign) == "issue.token_spent"


@pytest.mark.django_db(transaction=True)
def test_of_eight_threads_with_one_token_one_signs(node_folder: object, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = Prepared(make_node(), monkeypatch)

    answers = at_once(8, lambda _: prepared.sign())

    refused = [answer.code for answer in answers if isinstance(answer, IssueError)]
    assert refused == ["issue.token_spent"] * 7
    assert len([answer for answer in answers if isinstance(answer, dict)]) == 1


@pytest.mark.django_db
def test_a_refused_use_leaves_the_token_good(node: Node, prepared: Prepared) -> None:
    other = create_issuer_key(agency_uscc=make_agency(which="hz_land").uscc, licence_types=[CONSTRUCTOR], at=AT)
    assert refusal(lambda: prepared.sign(credential=prepared.outputs[Output.CREDENTIAL] + b"x")) == "issue.token_bytes"
    assert refusal(lambda: prepared.sign(document=b"\x31\x00")) == "issue.token_output"
    assert refusal(lambda: prepared.sign(at=AT + LIFETIME)) == "issue.token_expired"
    assert refusal(lambda: prepared.sign("anything")) == "issue.token_missing"
    signer = issue_signer(kid=other)
    assert refusal(lambda: signer.sign(prepared.outputs, token=prepared.token, at=AT)) == "issue.token_key"

    assert prepared.sign()


@pytest.mark.django_db
def test_refuses_a_token_that_nobody_granted(prepared: Prepared) -> None:
    made_up = token_for(
        grantor=Grantor.INTENT,
        row=prepared.intent.pk,
        kid=prepared.kid,
        outputs=prepared.outputs,
        at=AT,
        nonce=bytes(16),
    )
    assert refusal(lambda: prepared.sign(made_up)) == "issue.token_unknown"
    assert refusal(lambda: prepared.sign(replace(prepared.token, row=prepared.intent.pk + 1))) == "issue.token_unknown"


@pytest.mark.django_db
def test_refuses_a_token_of_another_row_of_the_same_number(prepared: Prepared) -> None:
    moved = replace(prepared.token, grantor=Grantor.DOCUMENT)
    assert refusal(lambda: prepared.sign(moved)) == "issue.token_unknown"


@pytest.mark.django_db
@pytest.mark.parametrize("stage", ["reserved", "stored", "failed"])
def test_refuses_where_the_intent_waits_for_no_signature(prepared: Prepared, stage: str) -> None:
    IssueIntent.objects.update(stage=stage)
    assert refusal(prepared.sign) == "issue.token_unknown"


@pytest.mark.django_db
def test_refuses_where_the_stored_bytes_are_gone(prepared: Prepared) -> None:
    IssueIntent.objects.update(sealed_bytes=None)
    assert refusal(prepared.sign) == "issue.token_unknown"


@pytest.mark.django_db(transaction=True)
def test_refuses_to_be_spent_where_a_rollback_would_make_it_good_again(
    node_folder: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = Prepared(make_node(), monkeypatch)
    with transaction.atomic():
        assert refusal(prepared.sign) == "issue.token_transaction"
    assert prepared.sign()


@pytest.mark.django_db
def test_no_second_token_while_the_first_may_be_signing(prepared: Prepared) -> None:
    grant = {"intent": prepared.intent, "kid": prepared.kid, "outputs": prepared.outputs}
    assert grant_issue_token(**grant, at=AT + LIFETIME - timedelta(seconds=1)) is None

    second = grant_issue_token(**grant, at=AT + LIFETIME)

    assert second is not None
    assert refusal(prepared.sign) == "issue.token_unknown"  # the first one's holder comes too late
    assert prepared.sign(second, at=AT + LIFETIME)


@pytest.mark.django_db
def test_after_a_crash_the_same_bytes_are_signed_under_a_new_token(prepared: Prepared) -> None:
    lost = prepared.sign()  # made, and never stored

    assert finish_intents(at=LATER) == 1

    row = Certificate.objects.get()
    signing_input, _, signature = row.credential_jwt.rpartition(".")
    assert signing_input.encode() == prepared.outputs[Output.CREDENTIAL]
    assert len(lost[Output.CREDENTIAL]) == 64
    assert signature
    assert CertificateEvent.objects.filter(certificate=row).count() == 1


@pytest.mark.django_db
def test_a_worker_that_hung_does_not_sign_after_the_sweeper(prepared: Prepared) -> None:
    finish_intents(at=LATER)
    assert refusal(prepared.sign) == "issue.token_unknown"


@pytest.mark.django_db
def test_an_issued_licence_is_not_signed_again(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    signed: list[tuple[IssueSigner, Mapping[Output, bytes], IssueToken]] = []
    sign = IssueSigner.sign

    def watching(self: IssueSigner, outputs: Mapping[Output, bytes], *, token: IssueToken, at: object) -> object:
        signed.append((self, outputs, token))
        return sign(self, outputs, token=token, at=at)  # type: ignore[arg-type]

    monkeypatch.setattr(IssueSigner, "sign", watching)
    node.issue()
    document = Document.objects.get(kind="pdf")
    assert render_document(document_id=document.pk, at=AT)
    assert not render_document(document_id=document.pk, at=LATER)

    assert [tuple(outputs) for _, outputs, _ in signed] == [
        (Output.CREDENTIAL, Output.SEAL_CODE),
        (Output.DOCUMENT,),
    ]
    for signer, outputs, token in tuple(signed):
        assert refusal(lambda s=signer, o=outputs, t=token: s.sign(o, token=t, at=AT)) == "issue.token_spent"


@pytest.mark.django_db
def test_the_key_for_files_signs_no_credential(prepared: Prepared) -> None:
    key = IssuerKey.objects.get(use="document")
    token = grant_issue_token(intent=prepared.intent, kid=key.kid, outputs=prepared.outputs, at=LATER)
    assert refusal(lambda: document_signer(kid=key.kid).sign(prepared.outputs, token=token, at=LATER)) == "key.purpose"
    with pytest.raises(CipherError):
        issue_signer(kid=key.kid)


@pytest.mark.django_db
def test_each_output_is_signed_as_what_it_is_only(node: Node, prepared: Prepared) -> None:
    """A token granted by a mistake for bytes of another kind: the handle still knows credentials from seal codes."""
    swapped = dict(zip(prepared.outputs, reversed(prepared.outputs.values()), strict=True))
    token = grant_issue_token(intent=prepared.intent, kid=node.kid, outputs=swapped, at=LATER)
    assert refusal(lambda: issue_signer(kid=node.kid).sign(swapped, token=token, at=LATER)) == "key.purpose"


@pytest.mark.django_db
@pytest.mark.parametrize("data", [b"\x31\x00", b"\x31\x82\x01\x00" + b"\x05\x00" * 128])
def test_the_key_for_files_signs_the_attributes_of_a_files_signature_only(
    node: Node, prepared: Prepared, data: bytes
) -> None:
    key, outputs = IssuerKey.objects.get(use="document"), {Output.DOCUMENT: data}
    token = grant_issue_token(intent=prepared.intent, kid=key.kid, outputs=outputs, at=LATER)
    assert refusal(lambda: document_signer(kid=key.kid).sign(outputs, token=token, at=LATER)) == "key.purpose"
