"""Promise 5: the holder sees every look at the own licences, nobody else's, without a value, with a proof."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from accounts.core.errors import NotPermitted
from certificates.adapters.key_vault import destroy_subject_key
from certificates.core.canonical import b64url_decode_strict
from tests.integration.membership_steps import membership
from tests.log_steps import MEMBERS, NOW, holder_caller, look, make_certificate, make_holder, officer
from verification.api.own_history import _body as body
from verification.core.lookup_entry import Opening, open_commitment, parse_entry
from verification.core.lookup_members import Member
from verification.models import LookupDetail
from verification.pages.my_lookups import look_views
from verification.queries.lookup_parties import caller_name
from verification.services.my_lookups import PAGE, LookupLine, my_lookups
from verification.services.publish_log import publish_log
from verification.services.record_lookup import Subject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_node")]


@pytest.fixture
def owner() -> Subject:
    return Subject(holder_id=make_holder(), certificate_id=make_certificate())


def lines_of(holder_id: UUID) -> tuple[LookupLine, ...]:
    return my_lookups(caller=holder_caller(holder_id), at=NOW)


def test_the_list_says_who_looked_when_for_what_and_which_fields_at_which_grain(owner: Subject) -> None:
    recorded = look(subjects=[owner])
    (line,) = lines_of(owner.holder_id)
    assert (line.lookup_id, line.at, line.outcome) == (recorded.lookup_id, NOW, "valid")
    assert line.certificate_ids == (owner.certificate_id,)
    told = {Member.AGENCY_NAME, Member.OPERATOR_POST, Member.MATTER_CODE, Member.CASE_NUMBER, Member.PURPOSE}
    assert {line.member(name) for name in told} == {MEMBERS[name] for name in told}
    assert {(shown.name, shown.grain) for shown in line.fields} == {("person_name", "masked"), ("citizen_id", "full")}


def test_the_list_holds_no_value_and_no_name_of_an_officer(owner: Subject) -> None:
    look(subjects=[owner])
    text = repr(lines_of(owner.holder_id))
    for secret in ("张**", "33010119900307131X", "赵六"):
        assert secret not in text


def test_the_holder_can_check_each_line_against_the_entry_with_the_value_known_to_the_holder(owner: Subject) -> None:
    look(subjects=[owner])
    (line,) = lines_of(owner.holder_id)
    entry = parse_entry(b64url_decode_strict(line.entry))
    assert all(open_commitment(entry, name, opening) for name, opening in line.openings.items())
    for shown in line.fields:
        name = f"field.{shown.name}.{shown.grain}"
        assert open_commitment(entry, name, Opening(salt=shown.salt, value=MEMBERS[name]))
        assert not open_commitment(entry, name, Opening(salt=shown.salt, value="another value"))


def test_the_list_shows_own_looks_only(owner: Subject) -> None:
    other = Subject(holder_id=make_holder(), certificate_id=make_certificate())
    mine, theirs = look(subjects=[owner]), look(subjects=[other])
    look()
    assert [line.lookup_id for line in lines_of(owner.holder_id)] == [mine.lookup_id]
    assert [line.lookup_id for line in lines_of(other.holder_id)] == [theirs.lookup_id]


def test_both_owners_of_one_licence_see_the_look(owner: Subject) -> None:
    spouse = Subject(holder_id=make_holder(), certificate_id=owner.certificate_id)
    recorded = look(subjects=[owner, spouse])
    for holder in (owner.holder_id, spouse.holder_id):
        assert [line.lookup_id for line in lines_of(holder)] == [recorded.lookup_id]


def test_who_acts_for_a_firm_sees_looks_at_it_while_the_membership_lasts(owner: Subject) -> None:
    firm = Subject(holder_id=make_holder("firm"), certificate_id=make_certificate())
    recorded = look(subjects=[firm])
    assert lines_of(owner.holder_id) == ()
    made = membership(
        person_id=owner.holder_id, firm_id=firm.holder_id, capacity="法定代表人", from_date=date(2026, 1, 1)
    )
    assert [line.lookup_id for line in lines_of(owner.holder_id)] == [recorded.lookup_id]
    made.to_date = date(2026, 11, 19)
    made.save()
    assert lines_of(owner.holder_id) == ()


def test_an_officer_has_no_list(owner: Subject) -> None:
    with pytest.raises(NotPermitted):
        my_lookups(caller=officer(), at=NOW)


def test_refused_looks_are_in_the_list(owner: Subject) -> None:
    look(subjects=[owner], outcome="refused", code="usage.not_allowed")
    (line,) = lines_of(owner.holder_id)
    assert (line.outcome, line.code) == ("refused", "usage.not_allowed")


def test_each_line_carries_a_promise_first_and_the_proof_later(owner: Subject) -> None:
    look(subjects=[owner])
    assert not lines_of(owner.holder_id)[0].receipt.completed
    publish_log(at=NOW)
    assert lines_of(owner.holder_id)[0].receipt.completed


def test_erased_details_leave_a_line_without_contents_and_with_its_proof(owner: Subject) -> None:
    look(subjects=[owner])
    look(subjects=[owner], at=NOW - timedelta(days=40), key_subject="relying-2026-10")
    publish_log(at=NOW)
    LookupDetail.objects.exclude(key_subject="relying-2026-10").update(sealed_openings=None, erased_at=NOW)
    destroy_subject_key("relying-2026-10")
    for line in lines_of(owner.holder_id):
        assert line.erased
        assert (line.opened, line.openings, line.fields) == ({}, {}, ())
        assert line.receipt.completed


def test_the_list_is_paged_from_the_newest(owner: Subject) -> None:
    for number in range(PAGE + 2):
        look(subjects=[owner], at=NOW + timedelta(milliseconds=number))
    first = lines_of(owner.holder_id)
    rest = my_lookups(caller=holder_caller(owner.holder_id), at=NOW, before=first[-1].at)
    assert (len(first), len(rest)) == (PAGE, 2)
    assert [line.at for line in (*first, *rest)] == sorted((line.at for line in (*first, *rest)), reverse=True)


def test_two_looks_of_one_moment_at_a_pages_end_are_both_seen(owner: Subject) -> None:
    made = {look(subjects=[owner]).lookup_id for _ in range(PAGE + 2)}
    first = lines_of(owner.holder_id)
    rest = my_lookups(caller=holder_caller(owner.holder_id), at=NOW, before=first[-1].at, before_id=first[-1].lookup_id)
    assert (len(first), len(rest)) == (PAGE, 2)
    assert {line.lookup_id for line in (*first, *rest)} == made


def test_a_co_owners_look_is_not_called_mine(owner: Subject) -> None:
    spouse = Subject(holder_id=make_holder(), certificate_id=owner.certificate_id)
    look(subjects=[owner, spouse], side="self", caller=caller_name(holder_caller(spouse.holder_id)))

    (mine,), (theirs,) = lines_of(spouse.holder_id), lines_of(owner.holder_id)
    assert (mine.by_reader, theirs.by_reader) == (True, False)
    assert [view.who for view in look_views([mine, theirs])] == ["您自己", "共有人或代表"]
    assert [body(line)["looked_by"] for line in (mine, theirs)] == ["reader", "co_owner_or_representative"]
