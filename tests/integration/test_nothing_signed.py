"""What is refused is refused before the signer: no signature, no licence, no log event, whatever was wrong with it."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.core.errors import NotPermitted
from accounts.core.permissions import Role
from certificates.core.errors import CertificatesError, IssueError
from certificates.models import Certificate, CertificateEvent, Document, IssueIntent, IssuerKey, StatusEntry
from certificates.services import prepared_statement as preparing
from certificates.services.issue_certificate import IssueRequest, issue_certificate
from tests.integration.crashes.balance import signatures
from tests.integration.crashes.workers import citizen_id
from tests.integration.factories import AT, FOOD, Node, make_agency, officer_of

pytestmark = pytest.mark.django_db
Spoil = Callable[[Node], IssueRequest]


def values(**changed: Any) -> Spoil:
    return lambda node: node.request(values=changed)


def without(name: str) -> Spoil:
    def spoil(node: Node) -> IssueRequest:
        request = node.request()
        return replace(request, values={key: value for key, value in request.values.items() if key != name})

    return spoil


def term(start: date, end: date | None) -> Spoil:
    stated = {"valid_from": start.isoformat()} | ({"valid_until": end.isoformat()} if end else {})
    return lambda node: node.request(values=stated, valid_from=start, valid_until=end)


REFUSED: dict[str, tuple[Spoil, str]] = {
    "a missing field": (without("holder_name"), "licence_type.field.missing"),
    "a missing number": (without("certificate_number"), "licence_type."),
    "a field of no such type": (values(shoe_size="42"), "licence_type.field.unknown"),
    "a wrong check character": (values(holder_code="330106198805123012"), "identity.citizen_id.check_digit"),
    "a code of 17 characters": (values(holder_code="33010619880512301"), "identity.citizen_id.length"),
    "a sex that the code contradicts": (values(sex="女"), "licence_type.field.contradicts_id"),
    "a sex that does not exist": (values(sex="无"), "licence_type."),
    "a date that does not exist": (values(birth_date="1988-02-30"), "licence_type."),
    "text with a line break": (values(employer="甲\n乙"), "licence_type."),
    "text with a hidden direction": (values(employer="甲\u202e乙"), "licence_type."),
    "text that is too long": (values(employer="甲" * 5000), "licence_type."),
    "an empty text": (values(employer=""), "licence_type."),
    "a list where one text stands": (values(employer=["甲", "乙"]), "licence_type."),
    "an end before the beginning": (term(date(2026, 3, 2), date(2026, 3, 1)), "licence_type.validity.order"),
    "an end that is past": (term(date(2023, 3, 2), date(2024, 3, 1)), "licence_type.validity."),
    "a term that is too long": (term(date(2026, 3, 2), date(2099, 3, 1)), "licence_type.validity.too_long"),
    "dates that differ from the term": (values(valid_until="2027-01-01"), "licence_type.validity.mismatch"),
    "another agency's name": (
        values(issuing_authority="四川省住房和城乡建设厅（样例）"),
        "licence_type.issuer.mismatch",
    ),
    "a type that the key does not list": (lambda node: node.request(FOOD), "issue.type_not_allowed"),
    "a type that nobody knows": (
        lambda node: replace(node.request(), type_code="11100000000099999W001"),
        "licence_type.unknown",
    ),
}


def test_nothing_is_signed_for_a_request_that_is_wrong(node: Node, ledger: Path) -> None:
    IssuerKey.objects.update(licence_types=[node.request().type_code])
    for why, (spoil, code) in REFUSED.items():
        with pytest.raises(CertificatesError) as refused:
            issue_certificate(caller=node.officer, request=spoil(node), idempotency_key="k", at=AT)
        assert refused.value.code.startswith(code), why
        nothing(ledger)


def nothing(ledger: Path) -> None:
    assert ledger.read_text() == ""
    for model in (Certificate, CertificateEvent, Document, IssueIntent, StatusEntry):
        assert not model.objects.exists(), model


def test_nothing_is_signed_for_who_does_not_issue(node: Node, ledger: Path) -> None:
    for role in (Role.COUNTER_OFFICER, Role.AGENCY_ADMIN, Role.NODE_ADMIN, Role.HOLDER):
        caller = officer_of(node.agency, role=role)
        with pytest.raises(NotPermitted):
            issue_certificate(caller=caller, request=node.request(), idempotency_key="k", at=AT)
    nothing(ledger)


KEYS_THAT_MAY_NOT = (
    ({"stopped_at": AT}, "issue.key_stopped"),
    ({"licence_types": []}, "issue.type_not_allowed"),
    ({"state": "retired", "to_at": AT}, "issue.type_not_allowed"),
    ({"state": "compromised", "compromised_at": AT}, "issue.type_not_allowed"),
)


def test_nothing_is_signed_under_a_key_that_may_not(node: Node, ledger: Path) -> None:
    for change, code in KEYS_THAT_MAY_NOT:
        IssuerKey.objects.filter(use="credential").update(**change)
        with pytest.raises(IssueError) as refused:
            issue_certificate(caller=node.officer, request=node.request(), idempotency_key="k", at=AT)
        assert refused.value.code == code
        nothing(ledger)


def test_nothing_is_signed_after_the_keys_certificate_has_ended(node: Node, ledger: Path) -> None:
    late = AT + timedelta(days=5 * 365)
    request = node.request(values={"valid_from": "2031-11-22"}, valid_from=date(2031, 11, 22), valid_until=None)
    with pytest.raises(CertificatesError) as refused:
        issue_certificate(caller=node.officer, request=request, idempotency_key="k", at=late)
    assert refused.value.code.startswith(("issue.key_expired", "licence_type.validity"))
    assert signatures(ledger, "issue") == set()


def test_nothing_is_signed_that_was_laid_out_wrong(node: Node, ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake in the layout itself: the claims that were asked for are not those in the bytes."""
    layout = preparing.prepare
    monkeypatch.setattr(
        preparing, "prepare", lambda **named: layout(**{**named, "claims": named["claims"]._replace(region="510000")})
    )
    with pytest.raises(IssueError) as refused:
        issue_certificate(caller=node.officer, request=node.request(), idempotency_key="k", at=AT)

    assert refused.value.code == "issue.lint.claims"
    assert signatures(ledger, "issue") == set()
    assert IssueIntent.objects.get().failure_code == "issue.lint.claims"
    assert Certificate.objects.get().state == "failed"
    assert not CertificateEvent.objects.exists()


def test_of_many_the_bad_the_doubled_and_the_unauthorised_alone_are_refused(node: Node, ledger: Path) -> None:
    """Wherever they stand: of 20 requests 17 are issued, and each of the others learns why."""
    relying = make_agency(which="hz_tender", issues=False)
    good = [
        node.request(values={"certificate_number": f"浙23320262026{n:05d}", "holder_code": citizen_id(n)})
        for n in range(17)
    ]
    batch: list[tuple[object, IssueRequest]] = [(node.officer, request) for request in good]
    batch.append((node.officer, node.request(values={"sex": "女"})))
    batch.append((officer_of(relying), node.request()))
    batch.append((node.officer, good[7]))
    random.Random(3).shuffle(batch)
    codes = []
    for number, (caller, request) in enumerate(batch):
        try:
            issue_certificate(caller=caller, request=request, idempotency_key=f"row-{number}", at=AT)  # type: ignore[arg-type]
        except CertificatesError as refused:
            codes.append(refused.code)

    assert sorted(codes) == ["issue.agency", "issue.number_in_use", "licence_type.field.contradicts_id"]
    assert Certificate.objects.filter(state="valid").count() == Certificate.objects.count() == 17
    assert len(signatures(ledger, "issue")) == 2 * 17
