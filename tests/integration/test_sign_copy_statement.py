"""A copy's statement is prepared once and signed once, whatever crashes in between, by whatever number of workers."""

from base64 import b64decode
from datetime import timedelta
from uuid import UUID

import pytest

from certificates.core.copy_claims import CopyClaims
from certificates.core.errors import CopyError, IssueError
from certificates.core.issue_token import LIFETIME
from certificates.core.prepared_issue import unpack_prepared
from certificates.core.x509_read import read_certificate
from certificates.models import Document, IssuerKey, PurposeCopy
from certificates.services import sign_copy_statement as signing
from certificates.services.copy_rows import opened
from certificates.services.render_document import render_document
from certificates.services.revoke_own_copy import revoke_own_copy
from certificates.services.sign_copy_statement import sign_copy_statement
from certificates.services.stop_issuer_key import stop_issuer_key
from tests.integration.copy_steps import ordered, row_of
from tests.integration.factories import AT, holder_caller, owner_of
from tests.integration.recognition_steps import World
from verification.services.make_copy import MadeCopy

pytestmark = pytest.mark.django_db
LATER = AT + LIFETIME + timedelta(seconds=1)


class Killed(BaseException):
    """What ends a worker in the middle of things."""


@pytest.fixture
def made(issued: UUID, world: World, own_files: None) -> MadeCopy:
    return ordered(issued)


def crash_while_storing(made: MadeCopy, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A worker that has signed and dies; the bytes that it signed."""

    def dies(*_: object) -> bool:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(signing, "_stored", dies)
        with pytest.raises(Killed):
            sign_copy_statement(copy_id=row_of(made).pk, at=AT)
    return unpack_prepared(opened(row_of(made), "sealed_bytes")).signing_input


def test_after_a_crash_the_same_bytes_are_signed_and_no_others(made: MadeCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = crash_while_storing(made, monkeypatch)

    assert not sign_copy_statement(copy_id=row_of(made).pk, at=AT)  # the dead worker's token might still be signing
    assert sign_copy_statement(copy_id=row_of(made).pk, at=LATER)

    row = row_of(made)
    assert row.stage == PurposeCopy.Stage.SIGNED
    assert opened(row, "sealed_credential").startswith(prepared + b".")
    assert row.sealed_bytes is None


def test_a_signed_statement_is_left_as_it_is(made: MadeCopy) -> None:
    assert sign_copy_statement(copy_id=row_of(made).pk, at=AT)
    before = bytes(row_of(made).sealed_credential or b"")
    assert sign_copy_statement(copy_id=row_of(made).pk, at=LATER)
    assert bytes(row_of(made).sealed_credential or b"") == before


def test_a_stopped_key_lets_the_copy_wait(made: MadeCopy) -> None:
    stop_issuer_key(kid=IssuerKey.objects.get(use="credential").kid, code="test", at=AT)

    assert not render_document(document_id=row_of(made).document.pk, at=AT)

    row = row_of(made)
    assert (row.document.state, row.document.held_code) == (Document.State.PENDING, "document.key_stopped")
    assert row.stage == PurposeCopy.Stage.RESERVED


def test_a_compromised_key_signs_no_prepared_copy(made: MadeCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    crash_while_storing(made, monkeypatch)
    IssuerKey.objects.filter(use="credential").update(state="compromised", compromised_at=AT)

    with pytest.raises(IssueError) as refused:
        sign_copy_statement(copy_id=row_of(made).pk, at=LATER)
    assert refused.value.code == "issue.key_compromised"


def test_a_copy_that_expired_before_it_was_made_is_held(made: MadeCopy) -> None:
    assert render_document(document_id=row_of(made).document.pk, at=made.expires_at)
    row = row_of(made)
    assert (row.document.state, row.document.held_code) == (Document.State.HELD, "document.copy_refused")
    assert row.stage == PurposeCopy.Stage.RESERVED


def test_a_revoked_copy_that_is_tried_again_is_never_signed(made: MadeCopy, issued: UUID) -> None:
    revoke_own_copy(caller=holder_caller(owner_of(issued)), copy_id=made.id, at=AT)
    Document.objects.filter(copy=row_of(made)).update(state=Document.State.PENDING, token_expires_at=None)

    assert render_document(document_id=row_of(made).document.pk, at=AT)

    row = row_of(made)
    assert (row.document.state, row.document.held_code) == (Document.State.HELD, "document.copy_refused")
    assert (row.stage, row.sealed_bytes) == (PurposeCopy.Stage.RESERVED, None)


def test_a_copy_that_ended_after_its_bytes_were_prepared_is_not_signed(
    made: MadeCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash_while_storing(made, monkeypatch)
    with pytest.raises(CopyError) as refused:
        sign_copy_statement(copy_id=row_of(made).pk, at=made.expires_at)
    assert refused.value.code == "copy.expired"
    assert row_of(made).stage == PurposeCopy.Stage.PREPARED


def test_a_key_that_is_not_for_the_licences_type_signs_no_copy_of_it(made: MadeCopy) -> None:
    IssuerKey.objects.filter(use="credential").update(licence_types=["11100000MB03271699001"])
    with pytest.raises(IssueError) as refused:
        sign_copy_statement(copy_id=row_of(made).pk, at=AT)
    assert refused.value.code == "issue.no_key"


def test_a_key_whose_certificate_has_ended_signs_no_copy(made: MadeCopy) -> None:
    key = IssuerKey.objects.get(use="credential")
    later = read_certificate(b64decode(key.chain_der[0])).valid_until + timedelta(seconds=1)
    PurposeCopy.objects.update(expires_at=later + timedelta(days=1))
    with pytest.raises(IssueError) as refused:
        sign_copy_statement(copy_id=row_of(made).pk, at=later)
    assert refused.value.code == "issue.key_expired"


def test_bytes_that_do_not_say_what_the_copy_is_are_not_signed(made: MadeCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = signing.copy_seal_content

    def other(content: object, definition: object, *, claims: CopyClaims, **given: object) -> object:
        return printed(content, definition, claims=claims._replace(recipient="另一家单位"), **given)  # type: ignore[arg-type]

    monkeypatch.setattr(signing, "copy_seal_content", other)
    with pytest.raises(IssueError) as refused:
        sign_copy_statement(copy_id=row_of(made).pk, at=AT)
    assert refused.value.code == "issue.lint.status"
    assert row_of(made).stage == PurposeCopy.Stage.RESERVED
