"""Purpose copies 加注件 end: alone, with their licence, by time; and what is kept of them then."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.core.files.storage import default_storage

from certificates.core.errors import CopyError
from certificates.core.status_list import Status
from certificates.models import Document, PurposeCopy
from certificates.queries.copies import copy_marks, copy_of_mark, copy_of_number
from certificates.services.erase_holder import erase_holder
from certificates.services.list_own_copies import list_own_copies
from certificates.services.reinstate_certificate import reinstate_certificate
from certificates.services.revoke_agency_copy import revoke_agency_copy
from certificates.services.revoke_certificate import revoke_certificate
from certificates.services.revoke_own_copy import revoke_own_copy
from certificates.services.sign_copy_statement import sign_copy_statement
from certificates.services.suspend_certificate import suspend_certificate
from certificates.services.sweep_copies import sweep_copies
from certificates.services.trace_copy import trace_copy
from tests.integration.copy_steps import PURPOSE, RECIPIENT, ordered, rendered, require_ended_alone, row_of, status_of
from tests.integration.factories import AT, FOOD, Node, holder_caller, owner_of
from tests.integration.recognition_steps import World, counter
from verification.queries.audit_certificates import certificate_findings
from verification.services.make_copy import MadeCopy

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(issued: UUID, world: World, own_files: None) -> MadeCopy:
    copy = ordered(issued)
    rendered(copy)
    return copy


def revoke(made: MadeCopy, issued: UUID, *, at: datetime = AT) -> None:
    revoke_own_copy(caller=holder_caller(owner_of(issued)), copy_id=made.id, at=at)


def stored_name(made: MadeCopy) -> str:
    return row_of(made).document.stored_name


def test_a_copy_revoked_alone_leaves_the_licence_as_it_is(issued: UUID, made: MadeCopy) -> None:
    name, other = stored_name(made), ordered(issued, key="copy-0002")

    revoke(made, issued)

    require_ended_alone(made, issued, stored_name=name, other=other)


def test_a_revoked_copy_is_not_brought_back_by_a_reinstatement(node: Node, issued: UUID, made: MadeCopy) -> None:
    other = ordered(issued, key="copy-0002")
    revoke(made, issued)

    suspend_certificate(caller=node.officer, certificate_id=issued, reason_code="investigation", at=AT)
    assert (status_of(made), status_of(other)) == (Status.INVALID, Status.SUSPENDED)
    assert certificate_findings() == []
    reinstate_certificate(caller=node.officer, certificate_id=issued, reason_code="cleared", at=AT)

    assert (status_of(made), status_of(other)) == (Status.INVALID, Status.VALID)
    assert certificate_findings() == []


def test_nobody_revokes_anothers_copy(node: Node, issued: UUID, made: MadeCopy) -> None:
    stranger = owner_of(node.issue(node.request(FOOD), key="food"))

    for revoke_it, caller in ((revoke_own_copy, holder_caller(stranger)), (revoke_agency_copy, counter())):
        with pytest.raises(CopyError) as refused:
            revoke_it(caller=caller, copy_id=made.id, at=AT)
        assert refused.value.code == "copy.unknown"
    assert status_of(made) is Status.VALID


def test_revoking_twice_changes_nothing(issued: UUID, made: MadeCopy) -> None:
    revoke(made, issued)
    revoke(made, issued, at=AT + timedelta(minutes=1))
    assert row_of(made).revoked_at == AT


def test_the_sweep_removes_the_files_of_expired_copies_and_no_others(issued: UUID, made: MadeCopy) -> None:
    name, longer = stored_name(made), ordered(issued, key="copy-0002", days=20)
    rendered(longer)

    assert sweep_copies(at=AT + timedelta(days=6)) == 0
    assert sweep_copies(at=AT + timedelta(days=7)) == 1
    assert sweep_copies(at=AT + timedelta(days=7)) == 0

    assert not default_storage.exists(name)
    assert default_storage.exists(stored_name(longer))
    row = row_of(made)
    assert (row.document.state, row.document.held_code) == (Document.State.HELD, "copy.expired")
    assert (row.sealed_credential, row.sealed_seal_code, row.document.stored_name) == (None, None, "")


def test_the_sweep_removes_the_file_of_a_copy_whose_licence_ended(node: Node, issued: UUID, made: MadeCopy) -> None:
    name = stored_name(made)
    revoke_certificate(caller=node.officer, certificate_id=issued, reason_code="holder_request", at=AT)

    assert sweep_copies(at=AT) == 1

    assert not default_storage.exists(name)
    assert (row_of(made).document.held_code, row_of(made).sealed_credential) == ("copy.licence_ended", None)


def test_the_sweep_forgets_the_statement_of_a_copy_that_was_held(issued: UUID) -> None:
    held = ordered(issued, key="copy-held")
    row = row_of(held)
    assert sign_copy_statement(copy_id=row.pk, at=AT)
    Document.objects.filter(copy=row).update(state=Document.State.HELD, held_code="pdf.glyphs_missing")

    assert sweep_copies(at=AT + timedelta(days=7)) >= 1

    row.refresh_from_db()
    assert (row.sealed_bytes, row.sealed_credential, row.sealed_seal_code) == (None, None, None)
    assert sweep_copies(at=AT + timedelta(days=7)) == 0


def test_an_ended_copy_is_still_traced(issued: UUID, made: MadeCopy) -> None:
    row = row_of(made)
    sweep_copies(at=AT + timedelta(days=30))

    found = copy_of_mark(mark=row.mark)
    assert found is not None
    assert (found.number, found.lookup_id, found.maker) == (made.number, made.lookup_id, "holder")
    assert copy_of_number(number=made.number) == found
    assert copy_of_mark(mark=row.mark ^ 1) is None
    assert copy_marks() == {row.mark}
    trace = trace_copy(mark=row.mark)
    assert trace is not None
    assert (trace.purpose, trace.recipient) == (PURPOSE, RECIPIENT)
    assert trace_copy(number="0000-0000-0000") is None


def test_nothing_of_an_erased_holders_copies_can_be_read(issued: UUID, made: MadeCopy) -> None:
    name, mark, holder = stored_name(made), row_of(made).mark, owner_of(issued)

    erase_holder(holder_id=holder, at=AT)

    row = PurposeCopy.objects.get()
    sealed = (row.sealed_terms, row.sealed_bytes, row.sealed_credential, row.sealed_seal_code)
    assert sealed == (None, None, None, None)
    assert not default_storage.exists(name)
    trace = trace_copy(mark=mark)
    assert trace is not None
    assert trace.purpose == ""


def test_the_list_tells_how_each_copy_stands(node: Node, issued: UUID, made: MadeCopy) -> None:
    waiting = ordered(issued, key="copy-0002", days=3)
    revoked = ordered(issued, key="copy-0003")
    revoke(revoked, issued)
    caller = holder_caller(owner_of(issued))

    states = {line.id: line.state for line in list_own_copies(caller=caller, at=AT)}
    assert states == {made.id: "ready", waiting.id: "making", revoked.id: "revoked"}
    later = {line.id: line.state for line in list_own_copies(caller=caller, at=AT + timedelta(days=4))}
    assert later[waiting.id] == "expired"
    suspend_certificate(caller=node.officer, certificate_id=issued, reason_code="investigation", at=AT)
    assert {line.id: line.state for line in list_own_copies(caller=caller, at=AT)}[made.id] == "licence_ended"
