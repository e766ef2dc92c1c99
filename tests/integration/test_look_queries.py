"""What a look costs the database: no more reads and writes than it did."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agency, ApiClient
from accounts.services.register_api_client import register_api_client
from tests.integration import accounts_steps
from tests.integration.accounts_steps import KEY, OPERATOR, call_headers
from tests.integration.factories import AT
from tests.integration.recognition_steps import COUNTER_USCC, PURPOSE, World, asked, outcomes, shown_code
from tests.integration.statement_steps import disclosed, look
from verification.models import LookupDetail
from verification.services.lookup_openings import open_openings
from verification.services.publish_log import publish_log

pytestmark = pytest.mark.django_db

PATH = "/api/v1/verifications"
# One look at a licence of this node, everything asked of the database that could have changed since the last one.
READS, WRITES = 14, 6
SYSTEMS_CALL_READS, SYSTEMS_CALL_WRITES = READS + 1, WRITES  # who calls; calls are counted by one write for many


@pytest.fixture
def credential(world: World, issued: UUID) -> str:
    return disclosed(issued)


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


def test_a_code_takes_no_more_queries_than_it_did(world: World, issued: UUID) -> None:
    warm_up(shown_code(issued))
    code = shown_code(issued)
    with CaptureQueriesContext(connection) as queries:
        assert outcomes(look(code, key="counted").body)[6] == ("passed", "presenter.code_spent")
    reads, writes = counted(queries)
    assert reads <= READS + 3  # the code, its licence, and the stored disclosures
    assert writes <= WRITES + 1
