"""Issuing: one licence for one request, whatever is repeated, refused or interrupted."""

import hashlib
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection

from accounts.core.errors import NotPermitted
from accounts.core.permissions import Role
from accounts.models import Holder
from certificates.core.errors import IssueError, LicenceTypeError
from certificates.core.event_leaf import event_leaf
from certificates.core.grains import Grain
from certificates.core.licence_identifier import parse_identifier
from certificates.core.sd_jwt_verify import verify_credential
from certificates.core.seal_code import verify_seal_code
from certificates.models import Certificate, CertificateEvent, Document, IssueIntent, IssuerKey, StatusEntry
from certificates.services.disclose_credential import disclose_credential
from certificates.services.issue_certificate import issue_certificate
from certificates.services.load_licence_types import load_licence_types
from certificates.services.reveal_seal_code import reveal_seal_code
from certificates.services.sign_certificate import trusted_key
from tests.integration.factories import (
    AT,
    CONSTRUCTOR,
    FOOD,
    REAL_ESTATE,
    TEMPLATES,
    Node,
    make_agency,
    make_node,
    officer_of,
    type_data,
)
from tests.integration.threads import at_once


@pytest.mark.django_db
@pytest.mark.parametrize("code", [CONSTRUCTOR, REAL_ESTATE, FOOD])
def test_issues_a_licence_that_verifies_under_the_agencys_key(node: Node, code: str) -> None:
    certificate_id = node.issue(node.request(code))
    row = Certificate.objects.get(pk=certificate_id)
    key = trusted_key(IssuerKey.objects.get(kid=node.kid))

    grains = dict.fromkeys(node.request(code).values, Grain.FULL)
    shown = verify_credential(disclose_credential(certificate_id=certificate_id, grains=grains).sd_jwt, key=key)

    stated = {
        name: value if isinstance(value, str) else tuple(value) for name, value in node.request(code).values.items()
    }
    assert {name: one.value for name, one in shown.shown.items()} == stated
    assert shown.claims.iat == int(AT.timestamp())
    assert shown.claims.exp <= shown.claims.iat + 366 * 86_400
    assert parse_identifier(row.identifier).version == 1
    seal = verify_seal_code(reveal_seal_code(certificate_id=certificate_id), resolve_key=lambda _: key)
    assert seal.type_code == code
    assert seal.status != shown.claims.status


@pytest.mark.django_db
def test_credential_of_a_licence_that_ends_soon_ends_with_it(node: Node) -> None:
    last_day = date(2026, 12, 31)
    request = node.request(values={"valid_until": "2026-12-31"}, valid_until=last_day)

    certificate_id = node.issue(request)

    sd_jwt = disclose_credential(certificate_id=certificate_id, grains={"sex": Grain.FULL}).sd_jwt
    claims = verify_credential(sd_jwt, key=trusted_key(IssuerKey.objects.get(use="credential"))).claims
    assert claims.exp == int(AT.replace(year=2027, month=1, day=1, hour=0).timestamp())


@pytest.mark.django_db
def test_row_signature_event_and_document_come_together(node: Node) -> None:
    certificate_id = node.issue()
    row = Certificate.objects.get(pk=certificate_id)
    event = CertificateEvent.objects.get(certificate=row)
    digest = hashlib.sha256(row.credential_jwt.encode()).digest()

    assert bytes(event.leaf) == event_leaf(kind="event.issued", credential_sha256=digest, at=AT)
    assert Document.objects.get(certificate=row, kind="pdf").state == Document.State.PENDING
    assert StatusEntry.objects.filter(certificate=row).count() == 2
    assert IssueIntent.objects.get(certificate=row).sealed_bytes is None


@pytest.mark.django_db
def test_a_repeat_under_the_same_key_gets_the_same_answer(node: Node) -> None:
    answers = {
        issue_certificate(
            caller=node.officer, request=node.request(), idempotency_key="k1", at=AT + timedelta(hours=hours)
        )
        for hours in range(3)
    }

    assert len(answers) == 1
    assert Certificate.objects.count() == CertificateEvent.objects.count() == 1


@pytest.mark.django_db
def test_refuses_the_same_idempotency_key_with_another_body(node: Node) -> None:
    node.issue(key="k1")

    with pytest.raises(IssueError) as refused:
        node.issue(node.request(values={"sex": "女"}), key="k1")

    assert refused.value.code == "idempotency.other_body"
    assert Certificate.objects.count() == 1


@pytest.mark.django_db
def test_the_same_key_of_another_caller_is_another_key(node: Node) -> None:
    node.issue(key="k1")
    other = officer_of(node.agency, principal="8")

    with pytest.raises(IssueError) as refused:
        issue_certificate(caller=other, request=node.request(), idempotency_key="k1", at=AT)

    assert refused.value.code == "issue.number_in_use"


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "k" * 81, "鍵", "a b"])
def test_refuses_a_malformed_idempotency_key(node: Node, key: str) -> None:
    with pytest.raises(IssueError) as refused:
        node.issue(key=key)

    assert refused.value.code == "idempotency.malformed"


@pytest.mark.django_db
def test_refuses_a_field_outside_the_type(node: Node) -> None:
    with pytest.raises(LicenceTypeError) as refused:
        node.issue(node.request(values={"shoe_size": "42"}))

    assert refused.value.code == "licence_type.field.unknown"
    assert not Certificate.objects.exists()
    assert not Holder.objects.exists()


@pytest.mark.django_db
def test_refuses_validity_that_ends_before_it_begins(node: Node) -> None:
    request = node.request(
        values={"valid_from": "2026-03-02", "valid_until": "2026-03-01"},
        valid_from=date(2026, 3, 2),
        valid_until=date(2026, 3, 1),
    )
    with pytest.raises(LicenceTypeError) as refused:
        node.issue(request)

    assert refused.value.code == "licence_type.validity.order"


@pytest.mark.django_db
def test_refuses_values_that_name_another_agency(node: Node) -> None:
    with pytest.raises(LicenceTypeError) as refused:
        node.issue(node.request(values={"issuing_authority": "四川省住房和城乡建设厅（样例）"}))

    assert refused.value.code == "licence_type.issuer.mismatch"


@pytest.mark.django_db
def test_refuses_a_printed_number_that_is_live_already(node: Node) -> None:
    node.issue(key="k1")

    with pytest.raises(IssueError) as refused:
        node.issue(key="k2")

    assert refused.value.code == "issue.number_in_use"


@pytest.mark.django_db
def test_refuses_a_type_that_the_agencys_key_does_not_list(node: Node) -> None:
    IssuerKey.objects.update(licence_types=[FOOD])

    with pytest.raises(IssueError) as refused:
        node.issue()

    assert refused.value.code == "issue.type_not_allowed"


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.COUNTER_OFFICER, Role.AGENCY_ADMIN, Role.NODE_ADMIN, Role.HOLDER])
def test_refuses_callers_who_do_not_issue(node: Node, role: Role) -> None:
    with pytest.raises(NotPermitted):
        issue_certificate(
            caller=officer_of(node.agency, role=role), request=node.request(), idempotency_key="k1", at=AT
        )


@pytest.mark.django_db
def test_refuses_an_agency_that_issues_nothing(node: Node) -> None:
    relying = make_agency(which="hz_tender", issues=False)

    with pytest.raises(IssueError) as refused:
        issue_certificate(caller=officer_of(relying), request=node.request(), idempotency_key="k1", at=AT)

    assert refused.value.code == "issue.agency"


@pytest.mark.django_db
def test_a_licence_keeps_its_type_version(node: Node) -> None:
    first = node.issue(key="k1")
    newer = type_data(CONSTRUCTOR) | {"version": 2, "vct": f"urn:huzheng:licence-type:{CONSTRUCTOR}:2"}
    load_licence_types(definitions=[newer], templates=TEMPLATES, at=AT)

    second = node.issue(node.request(values={"certificate_number": "浙2332026202600002"}), key="k2")

    versions = {row.pk: row.licence_type.version for row in Certificate.objects.select_related("licence_type")}
    assert versions == {first: 1, second: 2}


@pytest.mark.django_db
def test_what_is_not_in_the_log_yet_does_not_leave(node: Node) -> None:
    answer = issue_certificate(caller=node.officer, request=node.request(), idempotency_key="k1", at=AT)

    with pytest.raises(IssueError) as refused:
        disclose_credential(certificate_id=answer.id, grains={"sex": Grain.FULL})
    assert refused.value.code == "issue.not_released"
    with pytest.raises(IssueError) as refused:
        reveal_seal_code(certificate_id=answer.id)
    assert refused.value.code == "issue.not_released"


@pytest.mark.django_db
def test_no_value_of_the_holder_stands_in_the_database_in_the_clear(node: Node, issued: UUID) -> None:
    secret = ("张䶮", "330106198805123013", "浙2332026202600001", "1988-05-12")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                text = repr([bytes(cell) if isinstance(cell, memoryview) else cell for cell in row])
                assert not any(value in text or value.encode().hex() in text for value in secret), table


@pytest.mark.django_db(transaction=True)
def test_fifty_equal_requests_at_once_make_one_licence(node_folder: object) -> None:
    node = make_node()

    answers = at_once(
        50,
        lambda _: issue_certificate(caller=node.officer, request=node.request(), idempotency_key="same", at=AT),
    )

    assert len(set(answers)) == 1, answers
    assert Certificate.objects.count() == CertificateEvent.objects.count() == Holder.objects.count() == 1
    assert Certificate.objects.get().state == "valid"


@pytest.mark.django_db(transaction=True)
def test_one_number_requested_at_once_under_two_keys_is_issued_once(node_folder: object) -> None:
    node = make_node()

    answers = at_once(
        4,
        lambda number: issue_certificate(
            caller=node.officer, request=node.request(), idempotency_key=f"k{number}", at=AT
        ),
    )

    refused = [one for one in answers if isinstance(one, IssueError)]
    assert {one.code for one in refused} == {"issue.number_in_use"}
    assert len(refused) == 3
    assert Certificate.objects.filter(state="valid").count() == 1
