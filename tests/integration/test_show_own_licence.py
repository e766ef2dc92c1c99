"""What holders see of their own licences: theirs only, masked first, and in their own list."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from accounts.core.errors import NotPermitted
from accounts.models import Membership
from certificates.core.errors import DocumentError
from certificates.models import Document
from certificates.services.render_document import render_document
from certificates.services.reveal_seal_code import reveal_seal_code
from tests.integration.factories import AT, FOOD, Node, holder_caller, officer_of, owner_of, sample
from tests.integration.membership_steps import membership
from tests.log_steps import kinds
from verification.core.errors import LogError, PolicyError
from verification.core.lookup_entry import EntryKind
from verification.models import Lookup
from verification.services import record_own_look
from verification.services.fetch_document import fetch_document
from verification.services.my_lookups import my_lookups
from verification.services.show_own_credential import show_own_credential
from verification.services.show_own_licence import OwnLicenceShown, show_own_licence
from verification.services.show_own_seal_code import show_own_seal_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]


def see(
    certificate_id: UUID, *, session: str = "session-1", unmask: bool = False, holder: UUID | None = None
) -> OwnLicenceShown:
    caller = holder_caller(holder or owner_of(certificate_id))
    return show_own_licence(caller=caller, certificate_id=certificate_id, session_key=session, unmask=unmask, at=AT)


def test_shows_personal_fields_masked_at_first_and_whole_when_asked(node: Node, issued: UUID) -> None:
    stated = sample("11100000000013338W001")["values"]
    masked = {item.name: item.value for item in see(issued).fields}
    whole = {item.name: item.value for item in see(issued, unmask=True).fields}

    assert "*" in masked["holder_code"]
    assert "*" in masked["holder_name"]
    assert masked["employer"] == stated["employer"]
    assert {name: whole[name] for name in ("holder_code", "holder_name")} == {
        name: stated[name] for name in ("holder_code", "holder_name")
    }


def test_records_one_look_a_sign_in_and_every_unmasking(node: Node, issued: UUID) -> None:
    first = see(issued)
    assert see(issued).lookup_id == first.lookup_id
    see(issued, session="session-2")
    see(issued, unmask=True)
    see(issued, unmask=True)

    assert kinds() == [EntryKind.LOOKUP_SELF] * 4
    lines = my_lookups(caller=holder_caller(owner_of(issued)), at=AT)
    assert len(lines) == 4
    assert {line.side for line in lines} == {"self"}
    assert all(line.fields for line in lines)


def test_refuses_a_licence_of_somebody_else(node: Node, issued: UUID) -> None:
    stranger = owner_of(node.issue(node.request(FOOD), key="food"))
    for caller in (holder_caller(stranger), officer_of(node.agency), holder_caller(uuid4())):
        for call in (show_own_seal_code, show_own_credential, fetch_document):
            with pytest.raises(NotPermitted):
                call(caller=caller, certificate_id=issued, session_key="s", at=AT)
    with pytest.raises(NotPermitted):
        see(issued, holder=stranger)
    with pytest.raises(NotPermitted):
        show_own_licence(caller=holder_caller(stranger), certificate_id=uuid4(), session_key="s", unmask=False, at=AT)
    assert kinds() == []


def test_shows_a_firms_licence_to_whom_acts_for_it(node: Node, issued: UUID) -> None:
    food = node.issue(node.request(FOOD), key="food")
    person = owner_of(issued)
    with pytest.raises(NotPermitted):
        see(food, holder=person)
    membership(person_id=person, firm_id=owner_of(food), capacity="legal_representative", from_date=AT.date())
    assert see(food, holder=person).fields
    Membership.objects.update(to_date=AT.date() - timedelta(days=1), from_date=AT.date() - timedelta(days=9))
    with pytest.raises(NotPermitted):
        see(food, holder=person)


def test_refuses_a_look_without_a_sign_in(node: Node, issued: UUID) -> None:
    with pytest.raises(PolicyError) as refused:
        see(issued, session="")
    assert refused.value.code == "session.missing"


def test_gives_the_printed_code_and_the_whole_credential_once_a_sign_in_each(node: Node, issued: UUID) -> None:
    caller = holder_caller(owner_of(issued))
    for _ in range(2):
        seal = show_own_seal_code(caller=caller, certificate_id=issued, session_key="s", at=AT)
        credential = show_own_credential(caller=caller, certificate_id=issued, session_key="s", at=AT)
    assert seal.text == reveal_seal_code(certificate_id=issued)
    assert credential.sd_jwt.endswith("~")
    assert kinds() == [EntryKind.LOOKUP_SELF] * 2


def test_gives_the_document_when_it_is_ready(node: Node, issued: UUID) -> None:
    caller = holder_caller(owner_of(issued))
    with pytest.raises(DocumentError):
        fetch_document(caller=caller, certificate_id=issued, session_key="s", at=AT)
    assert kinds() == []
    render_document(document_id=Document.objects.get(certificate=issued, kind="pdf").pk, at=AT)
    document = fetch_document(caller=caller, certificate_id=issued, session_key="s", at=AT)
    assert document.data.startswith(b"%PDF")
    assert kinds() == [EntryKind.LOOKUP_SELF]


def test_shows_nothing_when_the_entry_cannot_be_written(
    node: Node, issued: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise LogError("log.stalled", "the log is not published")

    monkeypatch.setattr(record_own_look, "record_lookup", broken)
    with pytest.raises(LogError):
        see(issued)
    assert not Lookup.objects.exists()
