"""A correction issues version 002 and ends version 001 in the same commit."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from accounts.core.caller import Caller
from accounts.core.errors import NotPermitted
from accounts.core.permissions import Role
from certificates.core.errors import IssueError
from certificates.models import Certificate, CertificateEvent, StatusEntry
from certificates.services import store_certificate as last_step
from certificates.services.correct_certificate import correct_certificate
from certificates.services.finish_intents import finish_intents
from certificates.services.revoke_certificate import revoke_certificate
from tests.integration.factories import AT, FOOD, Node, make_agency, make_node, officer_of
from tests.integration.threads import at_once

SOON = AT + timedelta(minutes=1)


def correct(node: Node, certificate_id: UUID, *, key: str = "correction") -> UUID:
    answer = correct_certificate(
        caller=node.officer,
        certificate_id=certificate_id,
        request=node.request(values={"employer": "浙江另一建设有限公司"}),
        idempotency_key=key,
        at=SOON,
    )
    return answer.id


@pytest.mark.django_db
def test_issues_version_002_and_ends_version_001(node: Node, issued: UUID) -> None:
    corrected = correct(node, issued)

    old, new = Certificate.objects.get(pk=issued), Certificate.objects.get(pk=corrected)
    assert (old.state, new.state) == ("superseded", "valid")
    assert (old.version, new.version) == (1, 2)
    assert new.serial == old.serial
    assert new.identifier.split(".")[-2] == "002"
    assert new.replaces_id == old.pk
    assert set(StatusEntry.objects.filter(certificate=old).values_list("value", flat=True)) == {1}
    assert set(StatusEntry.objects.filter(certificate=new).values_list("value", flat=True)) == {0}
    kinds = list(CertificateEvent.objects.order_by("pk").values_list("certificate_id", "kind"))
    assert kinds == [(issued, "event.issued"), (issued, "event.superseded"), (corrected, "event.issued")]


@pytest.mark.django_db
def test_a_repeat_gets_the_same_answer_though_the_old_version_has_ended(node: Node, issued: UUID) -> None:
    assert correct(node, issued) == correct(node, issued)
    assert Certificate.objects.count() == 2


@pytest.mark.django_db
def test_corrects_a_correction_but_not_the_old_version_again(node: Node, issued: UUID) -> None:
    second = correct(node, issued)
    third = correct(node, second, key="third")
    assert Certificate.objects.get(pk=third).version == 3

    with pytest.raises(IssueError) as refused:
        correct(node, issued, key="fourth")
    assert refused.value.code == "issue.state"


@pytest.mark.django_db
def test_the_old_version_stays_valid_until_the_new_one_is_stored(
    node: Node, issued: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(last_step, "_fill", dies)
        with pytest.raises(KeyboardInterrupt):
            correct(node, issued)
    assert Certificate.objects.get(pk=issued).state == "valid"

    finish_intents(at=SOON + timedelta(minutes=1))

    assert set(Certificate.objects.values_list("version", "state")) == {(1, "superseded"), (2, "valid")}


@pytest.mark.django_db
def test_a_correction_fails_when_the_old_version_is_revoked_meanwhile(
    node: Node, issued: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("certificates.services.correct_certificate.complete_intent", lambda **_: None)
        corrected = correct(node, issued)
    revoke_certificate(caller=node.officer, certificate_id=issued, reason_code="penalty", at=SOON)

    finish_intents(at=SOON + timedelta(minutes=1))

    assert Certificate.objects.get(pk=corrected).state == "failed"
    assert Certificate.objects.get(pk=issued).state == "revoked"
    with pytest.raises(IssueError) as refused:
        correct(node, issued)
    assert refused.value.code == "issue.state"


@pytest.mark.django_db
def test_refuses_another_type_and_another_agency(node: Node, issued: UUID) -> None:
    with pytest.raises(IssueError) as refused:
        correct_certificate(
            caller=node.officer, certificate_id=issued, request=node.request(FOOD), idempotency_key="k", at=SOON
        )
    assert refused.value.code == "issue.other_type"

    stranger = replace(node, officer=officer_of(make_agency(which="hz_land")))
    with pytest.raises(IssueError) as refused:
        correct(stranger, issued)
    assert refused.value.code == "issue.unknown"


@pytest.mark.django_db
@pytest.mark.parametrize("scopes", [{"certificates:manage"}, {"certificates:issue"}, {"certificates:read"}])
def test_correcting_needs_the_right_to_issue(node: Node, issued: UUID, scopes: set[str]) -> None:
    """And the right to revoke: it makes a licence of any values for anybody, and ends another."""
    system = Caller(
        kind=Role.AGENCY_SYSTEM,
        principal_id="zj-one",
        agency_uscc=node.agency.uscc,
        agency_name=node.agency.name_zh,
        operator=node.officer.operator,
        scopes=frozenset(scopes),
    )
    with pytest.raises(NotPermitted):
        correct(replace(node, officer=system), issued)
    assert Certificate.objects.count() == 1

    both = replace(system, scopes=frozenset({"certificates:issue", "certificates:manage"}))
    assert Certificate.objects.get(pk=correct(replace(node, officer=both), issued)).version == 2


@pytest.mark.django_db(transaction=True)
def test_of_five_corrections_at_once_one_is_made_and_the_others_learn_why(node_folder: object) -> None:
    node = make_node()
    issued = node.issue()

    answers = at_once(5, lambda number: correct(node, issued, key=f"correction-{number}"))

    refused = [one for one in answers if isinstance(one, Exception)]
    assert [getattr(one, "code", one) for one in refused] == ["issue.state"] * 4
    assert sorted(Certificate.objects.values_list("version", "state")) == [(1, "superseded"), (2, "valid")]
