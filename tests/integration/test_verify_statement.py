"""A credential at a counter: what a look costs the database, and that nothing of an earlier look outlives a change."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import Agency, ApiClient
from accounts.services.register_api_client import register_api_client
from certificates.adapters.known_signatures import KNOWN_SIGNATURES
from certificates.core.canonical import b64url_decode_strict
from certificates.core.grains import Grain
from certificates.models import Certificate, IssuerKey, NodeKey, StatusEntry
from certificates.services.create_node_keys import create_node_keys
from certificates.services.disclose_credential import disclose_credential
from tests.integration import accounts_steps
from tests.integration.accounts_steps import KEY, OPERATOR, call_headers
from tests.integration.factories import AT, make_node
from tests.integration.recognition_steps import (
    COUNTER_USCC,
    HOME_MATTER,
    PURPOSE,
    WANTED,
    World,
    asked,
    counter,
    make_world,
    outcomes,
    shown_code,
    values,
)
from tests.integration.threads import at_once
from verification.core.receipt import unverified_promise
from verification.models import LoadedTrustList, LookupDetail, Matter, PurposeRules, RecognitionRule, UsageRule
from verification.services.asked import VerificationAnswer
from verification.services.lookup_openings import open_openings
from verification.services.publish_log import publish_log
from verification.services.verify_presentation import verify_presentation

pytestmark = pytest.mark.django_db

PATH = "/api/v1/verifications"
# One look at a licence of this node, everything asked of the database that could have changed since the last one.
READS, WRITES = 14, 6
SYSTEMS_CALL_READS, SYSTEMS_CALL_WRITES = READS + 1, WRITES  # who calls; calls are counted by one write for many


@pytest.fixture
def credential(world: World, issued: UUID) -> str:
    return disclosed(issued)


def disclosed(certificate_id: UUID) -> str:
    return disclose_credential(certificate_id=certificate_id, grains=WANTED).sd_jwt


def look(presentation: str, *, key: str, at: Any = AT) -> VerificationAnswer:
    return verify_presentation(
        caller=counter(),
        request=asked(presentation, purpose=f"{PURPOSE}，{key}"),
        idempotency_key=f"statement-{key}",
        at=at,
    )


def told(answer: VerificationAnswer) -> Any:
    """What a change could touch: the refusal, or the outcome of each check and what was shown."""
    if answer.status != 200:
        return answer.body["code"]
    return outcomes(answer.body) | {"shown": values(answer.body), "agency": answer.body["view"]["agency"]["name_zh"]}


def counted(queries: CaptureQueriesContext) -> tuple[int, int]:
    found = [query["sql"].split(maxsplit=1)[0] for query in queries.captured_queries]
    return found.count("SELECT"), sum(found.count(word) for word in ("INSERT", "UPDATE", "DELETE"))


def warm_up(presentation: str) -> None:
    """What is read once for each process, and a head of the log, as any node in use has one."""
    look(presentation, key="warm")
    publish_log(at=AT)


def test_a_look_takes_no_more_queries_than_it_did(
    credential: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    warm_up(credential)
    with CaptureQueriesContext(connection) as queries:
        answer = look(credential, key="counted")
    assert outcomes(answer.body)[5] == ("passed", "status.valid")
    reads, writes = counted(queries)
    assert reads <= READS
    assert writes <= WRITES
    with django_assert_max_num_queries(READS + WRITES + 2):  # and the borders of the transaction
        look(credential, key="bounded")


def test_a_repeat_asks_for_the_answer_alone(
    credential: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    first = look(credential, key="repeat")
    with django_assert_max_num_queries(1):
        assert look(credential, key="repeat").body == first.body


def test_a_call_of_an_agencys_system_takes_no_more_queries_than_it_did(credential: str) -> None:
    _register_system()
    with time_machine.travel(AT, tick=False):
        warm_up(credential)
        headers = call_headers(at=AT)
        _post(credential, "warm", headers)
        with CaptureQueriesContext(connection) as queries:
            answer = _post(credential, "counted", headers)
    assert answer["verdict"]["outcome"] in {"valid", "undetermined"}
    assert answer["view"]["fields"]
    reads, writes = counted(queries)
    assert reads <= SYSTEMS_CALL_READS
    assert writes <= SYSTEMS_CALL_WRITES


def test_the_operator_of_a_systems_call_stands_in_the_sealed_details(credential: str) -> None:
    _register_system()
    with time_machine.travel(AT, tick=False):
        warm_up(credential)
        answer = _post(credential, "operated", call_headers(at=AT))
    detail = LookupDetail.objects.get(lookup=answer["lookup_id"])
    openings = open_openings(detail)
    assert openings is not None
    assert {name: openings[f"operator.{name}"].value for name in OPERATOR} == OPERATOR
    assert OPERATOR["unit"].encode() not in bytes(detail.sealed_openings or b"")


def _register_system() -> None:
    agency = Agency.objects.filter(uscc=COUNTER_USCC).first() or accounts_steps.agency(COUNTER_USCC, issues=False)
    register_api_client(
        client_id=accounts_steps.CLIENT_ID,
        agency_uscc=agency.uscc,
        keys=KEY.as_dict(private=False),
        scopes=["verifications:write"],
        at=AT,
    )
    assert ApiClient.objects.count() == 1


def _post(presentation: str, key: str, headers: Mapping[str, str]) -> Any:
    request = asked(presentation, purpose=f"{PURPOSE}，{key}")
    body = json.dumps(
        {
            "presentation": request.presentation,
            "matter_code": request.matter_code,
            "case_number": request.case_number,
            "purpose": request.purpose,
            "fields": request.fields,
        }
    ).encode()
    answer = Client().post(
        PATH,
        body,
        content_type="application/json",
        headers={**headers, "Idempotency-Key": f"system-{key}"},
    )
    assert answer.status_code == 200, answer.content
    return answer.json()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that another process changes between two looks, and how the second one must show it."""

    make: Callable[[], object]
    shows: Callable[[Any], object]
    as_expected: object


def _newer_purpose_rules() -> None:
    newest = PurposeRules.objects.order_by("-version")[0]
    PurposeRules.objects.create(version=newest.version + 1, rules={**newest.rules, "min_length": 150})


def _same_row_other_rules() -> None:
    row = PurposeRules.objects.filter(is_active=True).order_by("-version")[0]
    PurposeRules.objects.filter(pk=row.pk).update(rules={**row.rules, "min_length": 150})


CHANGES = {
    "usage rule ended": Change(
        make=lambda: UsageRule.objects.update(is_active=False),
        shows=lambda told: (told[7], told["shown"]),
        as_expected=(("undetermined", "usage.no_rule"), {}),
    ),
    "usage rule narrowed": Change(
        make=lambda: UsageRule.objects.update(fields={"certificate_number": Grain.FULL.value}),
        shows=lambda told: set(told["shown"]),
        as_expected={"certificate_number"},
    ),
    "matter ended": Change(
        make=lambda: Matter.objects.filter(code=HOME_MATTER).update(in_force_to=(AT - timedelta(days=1)).date()),
        shows=lambda told: told,
        as_expected="matter.not_in_force",
    ),
    "matter of another agency": Change(
        make=lambda: Matter.objects.filter(code=HOME_MATTER).update(agency_uscc="11330000MB9900013T"),
        shows=lambda told: told,
        as_expected="matter.other_agency",
    ),
    "other case numbers": Change(
        make=lambda: Matter.objects.filter(code=HOME_MATTER).update(case_pattern="NEW[0-9]{4}"),
        shows=lambda told: told,
        as_expected="case.pattern",
    ),
    "newer purpose rules": Change(make=_newer_purpose_rules, shows=lambda told: told, as_expected="purpose.too_short"),
    "purpose rules changed in place": Change(
        make=_same_row_other_rules, shows=lambda told: told, as_expected="purpose.too_short"
    ),
    "revoked": Change(
        make=lambda: StatusEntry.objects.update(value=1),
        shows=lambda told: (told[5], told["shown"]),
        as_expected=(("failed", "status.revoked"), {}),
    ),
    "suspended": Change(
        make=lambda: StatusEntry.objects.update(value=2),
        shows=lambda told: told[5],
        as_expected=("failed", "status.suspended"),
    ),
    "key compromised before the issue": Change(
        make=lambda: IssuerKey.objects.update(state="compromised", compromised_at=AT - timedelta(days=1)),
        shows=lambda told: told[3],
        as_expected=("failed", "issuer.key_compromised"),
    ),
    "key retired before the issue": Change(
        make=lambda: IssuerKey.objects.update(
            state="retired", from_at=AT - timedelta(days=2), to_at=AT - timedelta(days=1)
        ),
        shows=lambda told: told[3],
        as_expected=("failed", "issuer.key_not_in_force"),
    ),
    "key for other types": Change(
        make=lambda: IssuerKey.objects.update(licence_types=["11100000MB0000000P001"]),
        shows=lambda told: told[3],
        as_expected=("failed", "issuer.type_not_of_agency"),
    ),
    "key unknown": Change(
        make=lambda: IssuerKey.objects.filter(use="credential").update(kid="AAAAAAAAAAA"),
        shows=lambda told: told[2],
        as_expected=("failed", "issuer.key_unknown"),
    ),
    "agency renamed": Change(
        make=lambda: Agency.objects.filter(issues=True).update(name_zh="另一个名称"),
        shows=lambda told: told["agency"],
        as_expected="另一个名称",
    ),
    "issue no longer in the log, key compromised after it": Change(
        make=lambda: (
            Certificate.objects.update(released_at=None),
            IssuerKey.objects.update(state="compromised", compromised_at=AT + timedelta(seconds=1)),
        ),
        shows=lambda told: told[3],
        as_expected=("undetermined", "issuer.issue_time_unproven"),
    ),
}


def told_or_nameless(answer: VerificationAnswer) -> Any:
    if answer.status == 200 and answer.body["view"]["agency"] is None:
        return outcomes(answer.body)
    return told(answer)


@pytest.mark.parametrize("name", CHANGES)
def test_the_very_next_look_obeys_a_change(credential: str, name: str) -> None:
    change = CHANGES[name]
    before = told(look(credential, key="before"))
    assert before["shown"]
    assert KNOWN_SIGNATURES.get(sha256(credential.partition("~")[0].encode()).digest()) is not None
    assert change.shows(before) != change.as_expected
    change.make()
    assert change.shows(told_or_nameless(look(credential, key="after"))) == change.as_expected


def test_the_very_next_look_obeys_a_recognition_rule(credential: str) -> None:
    RecognitionRule.objects.update(is_active=True, presence_required=True)
    required = told(look(credential, key="required"))[6]
    RecognitionRule.objects.update(presence_required=False)
    waived = told(look(credential, key="waived"))[6]
    RecognitionRule.objects.update(presence_required=True)
    assert told(look(credential, key="again"))[6] == required
    if RecognitionRule.objects.filter(matter_code=HOME_MATTER, issuing_region="*").exists():
        assert waived != required


def test_the_very_next_look_obeys_a_newer_trust_list_and_none(world: World, credential: str) -> None:
    assert told(look(credential, key="listed"))[2] == ("passed", "signature.good")
    world.trust(expires_at=AT + timedelta(hours=1), issued_at=AT - timedelta(hours=1))
    publish_log(at=AT)  # or the log would count as stalled by then
    late = look(credential, key="ended", at=AT + timedelta(hours=2))
    assert outcomes(late.body)[2] == ("undetermined", "trust_list.expired")
    LoadedTrustList.objects.all().delete()
    none = outcomes(look(credential, key="none").body)[2]
    assert none[0] == "undetermined"
    assert none[1].startswith("trust_list.")


def test_the_very_next_receipt_is_signed_with_the_new_key(credential: str) -> None:
    def kid(answer: VerificationAnswer) -> str:
        head = answer.body["receipt"].partition(".")[0]
        assert unverified_promise(answer.body["receipt"]).region == "330000"
        return str(json.loads(b64url_decode_strict(head))["kid"])

    old = kid(look(credential, key="old"))
    NodeKey.objects.filter(purpose="receipt").update(state="retired", to_at=AT)
    create_node_keys(at=AT)
    assert kid(look(credential, key="new")) != old


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["usage rule ended", "revoked", "key compromised before the issue", "matter ended"])
def test_the_very_next_look_obeys_what_another_connection_committed(
    settings: Settings, node_folder: object, name: str
) -> None:
    world = make_world(make_node(), settings)
    credential = disclosed(world.node.issue())
    change = CHANGES[name]
    assert change.shows(told(look(credential, key="before"))) != change.as_expected
    assert not any(isinstance(result, Exception) for result in at_once(1, lambda _: change.make()))
    assert change.shows(told_or_nameless(look(credential, key="after"))) == change.as_expected


def test_a_code_takes_no_more_queries_than_it_did(world: World, issued: UUID) -> None:
    warm_up(shown_code(issued))
    code = shown_code(issued)
    with CaptureQueriesContext(connection) as queries:
        assert outcomes(look(code, key="counted").body)[6] == ("passed", "presenter.code_spent")
    reads, writes = counted(queries)
    assert reads <= READS + 3  # the code, its licence, and the stored disclosures
    assert writes <= WRITES + 1
