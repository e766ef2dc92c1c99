"""The agency that issued a licence revokes a copy that its holder had made: for a listed reason, in the log, and the holder is told."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import default_storage

from accounts.core.errors import NotPermitted
from accounts.core.permissions import Role, Scope
from certificates.core.copy_revocation import COPY_REVOCATIONS
from certificates.core.errors import CertificatesError, CopyError, IssueError
from certificates.core.status_list import Status
from certificates.pages.act_words import COPY_REASON_WORDS
from certificates.services.reinstate_certificate import reinstate_certificate
from certificates.services.suspend_certificate import suspend_certificate
from tests.integration.copy_steps import ordered, rendered, require_ended_alone, row_of, status_of
from tests.integration.factories import AT, FOOD, Node, holder_caller, make_agency, officer_of, owner_of
from tests.integration.recognition_steps import World, counter
from verification.core.archive_kinds import OWN_ACTS
from verification.core.lookup_entry import EntryKind, parse_entry
from verification.core.lookup_members import Member
from verification.models import LogEntry, Lookup
from verification.services.make_copy import MadeCopy
from verification.services.my_lookups import my_lookups
from verification.services.revoke_issued_copy import revoke_issued_copy

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(issued: UUID, world: World, own_files: None) -> MadeCopy:
    copy = ordered(issued)
    rendered(copy)
    return copy


def revoked(node: Node, issued: UUID, made: MadeCopy, **changes: Any) -> UUID | None:
    given: dict[str, Any] = {
        "caller": node.officer,
        "certificate_id": issued,
        "number": made.number,
        "reason_code": "leaked",
        "at": AT,
    }
    return revoke_issued_copy(**(given | changes))


def test_the_copy_ends_alone_and_its_file_is_gone(node: Node, issued: UUID, made: MadeCopy) -> None:
    name, other = row_of(made).document.stored_name, ordered(issued, key="copy-0002")

    assert revoked(node, issued, made) is not None

    require_ended_alone(made, issued, stored_name=name, other=other)


def test_the_holder_reads_who_did_it_and_why_and_the_log_has_it(node: Node, issued: UUID, made: MadeCopy) -> None:
    lookup_id = revoked(node, issued, made, reason_code="misused")

    line = next(
        line for line in my_lookups(caller=holder_caller(owner_of(issued)), at=AT) if line.lookup_id == lookup_id
    )
    assert line.outcome == "copy_revoked"
    assert line.member(Member.PURPOSE) == "copy_revoked.misused"
    assert line.member(Member.COPY_NUMBER) == made.number
    assert line.member(Member.AGENCY_NAME) == node.officer.agency_name
    assert line.fields == ()
    assert Member.OPERATOR_NAME not in line.opened
    assert parse_entry(bytes(LogEntry.objects.get(lookup=lookup_id).leaf)).kind is EntryKind.LOOKUP_COPY_REVOKED


def test_a_second_time_changes_and_records_nothing(node: Node, issued: UUID, made: MadeCopy) -> None:
    revoked(node, issued, made)
    before, looks = row_of(made).revoked_at, Lookup.objects.count()

    assert revoked(node, issued, made, reason_code="misused") is None

    assert (row_of(made).revoked_at, Lookup.objects.count()) == (before, looks)


def test_no_reason_but_those_of_the_list_which_have_words_in_every_place(
    node: Node, issued: UUID, made: MadeCopy
) -> None:
    for reason in ("", "other", "penalty"):
        with pytest.raises(CopyError) as refused:
            revoked(node, issued, made, reason_code=reason)
        assert refused.value.code == "copy.reason"
    assert status_of(made) is Status.VALID
    assert set(COPY_REVOCATIONS) == set(COPY_REASON_WORDS)
    assert {f"copy_revoked.{reason}" for reason in COPY_REVOCATIONS} <= set(OWN_ACTS)


def test_nobody_but_those_who_may_revoke_for_the_issuing_agency(node: Node, issued: UUID, made: MadeCopy) -> None:
    food = node.issue(node.request(FOOD), key="food")
    stranger = officer_of(make_agency(which="hz_land"))
    clerk = replace(node.officer, kind=Role.COUNTER_OFFICER)
    reader = replace(node.officer, kind=Role.AGENCY_SYSTEM, scopes=frozenset({Scope.CERTIFICATES_READ}))
    refusals: tuple[tuple[dict[str, Any], type[Exception], str], ...] = (
        ({"caller": stranger}, IssueError, "issue.unknown"),
        ({"certificate_id": food}, CopyError, "copy.not_of_licence"),
        ({"number": "0000-0000-0000"}, CopyError, "copy.not_of_licence"),
        ({"caller": clerk}, NotPermitted, "permission.denied"),
        ({"caller": counter()}, NotPermitted, "permission.denied"),
        ({"caller": holder_caller(owner_of(issued))}, NotPermitted, "permission.denied"),
        ({"caller": reader}, NotPermitted, "scope.missing"),
    )
    for changes, error, code in refusals:
        with pytest.raises(error) as refused:
            revoked(node, issued, made, **changes)
        assert isinstance(refused.value, NotPermitted | CertificatesError)
        assert refused.value.code == code
    assert status_of(made) is Status.VALID
    assert not Lookup.objects.filter(outcome="copy_revoked").exists()


def test_a_reinstatement_does_not_bring_it_back(node: Node, issued: UUID, made: MadeCopy) -> None:
    revoked(node, issued, made)
    suspend_certificate(caller=node.officer, certificate_id=issued, reason_code="investigation", at=AT)
    reinstate_certificate(caller=node.officer, certificate_id=issued, reason_code="cleared", at=AT)
    assert status_of(made) is Status.INVALID


def test_without_a_log_entry_nothing_is_revoked(
    node: Node, issued: UUID, made: MadeCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object, **__: object) -> UUID:
        raise RuntimeError

    monkeypatch.setattr("verification.services.revoke_issued_copy.record_lookup", dies)
    with pytest.raises(RuntimeError):
        revoked(node, issued, made)
    assert (status_of(made), row_of(made).revoked_at) == (Status.VALID, None)
    assert default_storage.exists(row_of(made).document.stored_name)
