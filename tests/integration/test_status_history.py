"""A status list as it stood at a past moment: for a province or agency with a matter that allows it, recorded, and for nobody else."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client

from accounts.core.errors import NotPermitted
from accounts.core.permissions import Role
from certificates.core.errors import StatusListError
from certificates.core.signing.suite import TrustedKey
from certificates.core.status_bits import StatusBits
from certificates.core.status_cwt import verify_status_cwt
from certificates.core.status_list import Status, verify_status_token
from certificates.models import NodeKey, StatusEntry, StatusList
from certificates.services.reinstate_certificate import reinstate_certificate
from certificates.services.revoke_certificate import revoke_certificate
from certificates.services.sign_past_status_list import sign_past_status_list
from certificates.services.suspend_certificate import suspend_certificate
from tests.integration.factories import AT, Node, officer_of, reason_for
from tests.integration.keys import trusted
from tests.integration.recognition_steps import HOME_MATTER, SC_MATTER, World, counter, issued_in_log
from tests.unit.verification.province import p256, signer_of
from verification.core.errors import PolicyError
from verification.core.lookup_members import Member
from verification.core.message_signature import MessageRequest, sign_request
from verification.core.status_history import history_path
from verification.core.trust_keys import Purpose
from verification.models import Lookup, LookupDetail, Matter, UsageRule
from verification.services.lookup_openings import open_sealed
from verification.services.publish_log import publish_log
from verification.services.read_status_history import read_status_history

pytestmark = pytest.mark.django_db
CWT = "application/statuslist+cwt"
DAY = timedelta(days=1)
NOW = AT + 10 * DAY


@pytest.fixture
def issued(node: Node, world: World) -> UUID:
    return issued_in_log(node)


@pytest.fixture
def entry(node: Node, world: World, issued: UUID) -> StatusEntry:
    """A licence that was suspended on day 2, reinstated on day 4, suspended on day 6 and revoked on day 8."""
    for days, act in (
        (2, suspend_certificate),
        (4, reinstate_certificate),
        (6, suspend_certificate),
        (8, revoke_certificate),
    ):
        act(caller=node.officer, certificate_id=issued, reason_code=reason_for(act), at=AT + days * DAY)
    return StatusEntry.objects.get(certificate=issued, purpose="credential")


def keys() -> dict[str, TrustedKey]:
    row = NodeKey.objects.get(purpose="status")
    return {row.kid: trusted(row)}


def uri_of(entry: StatusEntry) -> str:
    return f"{django_settings.NODE.node_url}/status-lists/{entry.status_list_id}"


def path_of(entry: StatusEntry, as_of: datetime, matter: str = SC_MATTER) -> str:
    return history_path(status_list_id=entry.status_list_id, as_of=as_of, matter_code=matter)


def asked_by_sichuan(
    world: World, path: str, *, signer: Any = None, accept: str = "", at: datetime = NOW
) -> HttpResponse:
    """Sichuan's signed GET, as it comes over the wire."""
    message = MessageRequest(method="GET", target_uri=f"{world.settings.NODE.node_url}{path}", headers=(), body=b"")
    headers = sign_request(
        request=message,
        signer=signer or world.sichuan.signer(Purpose.REQUEST),
        created=at,
        nonce=uuid4().hex,
    )
    with time_machine.travel(at, tick=False):
        publish_log(at=at)
        return Client().get(path, headers={**headers, **({"Accept": accept} if accept else {})})  # type: ignore[return-value]


def members(lookup: Lookup) -> dict[str, Any]:
    detail = LookupDetail.objects.get(lookup=lookup)
    assert detail.sealed_openings is not None
    found = open_sealed(bytes(detail.sealed_openings), key_subject=detail.key_subject, lookup_id=lookup.pk)
    return {name: one.value for name, one in found.items()}


def test_s13_a_province_reads_suspended_valid_suspended_revoked_and_each_reading_is_recorded(
    world: World, entry: StatusEntry
) -> None:
    told = []
    for days in (1, 2, 3, 4, 5, 6, 7, 8, 9):
        as_of = AT + days * DAY
        answer = asked_by_sichuan(world, path_of(entry, as_of))
        assert answer.status_code == 200, answer.content
        listed = verify_status_token(answer.content.decode(), uri=uri_of(entry), keys=keys(), at=as_of)
        assert listed.iat == int(as_of.timestamp()) < listed.exp <= listed.iat + django_settings.NODE.status_ttl
        told.append(listed.status(entry.index).name[0])

    assert "".join(told) == "VSSVVSSII"
    assert Lookup.objects.count() == 9
    said = members(Lookup.objects.latest("at"))
    assert {said[name] for name in (Member.MATTER_CODE, Member.CALLER, Member.REGION)} == {
        SC_MATTER,
        "region:510000",
        "510000",
    }
    assert said[Member.STATUS_LIST] == str(entry.status_list_id)
    assert Member.AS_OF in said


def test_a_list_of_then_is_given_as_cwt_too_and_kept_by_no_cache(world: World, entry: StatusEntry) -> None:
    as_of = AT + 3 * DAY
    answer = asked_by_sichuan(world, path_of(entry, as_of), accept=CWT)
    assert answer.headers["Content-Type"] == CWT
    assert "no-store" in answer.headers["Cache-Control"]
    assert "ETag" not in answer.headers
    listed = verify_status_cwt(answer.content, uri=uri_of(entry), keys=keys(), at=as_of)
    assert listed.status(entry.index) is Status.SUSPENDED


def test_a_list_of_then_cannot_pass_for_the_one_of_now(world: World, entry: StatusEntry) -> None:
    answer = asked_by_sichuan(world, path_of(entry, AT + 5 * DAY))
    with pytest.raises(StatusListError) as refused:
        verify_status_token(answer.content.decode(), uri=uri_of(entry), keys=keys(), at=NOW)
    assert refused.value.code == "status_list.expired"


def test_the_list_of_every_past_moment_is_the_one_that_was_published_decoys_included(node: Node, issued: UUID) -> None:
    row = StatusEntry.objects.get(certificate=issued, purpose="credential").status_list
    published = {}
    for hours, act in ((1, suspend_certificate), (2, reinstate_certificate), (3, revoke_certificate)):
        at = AT + timedelta(hours=hours)
        act(caller=node.officer, certificate_id=issued, reason_code=reason_for(act), at=at)
        published[at] = bytes(StatusList.objects.get(pk=row.pk).packed)

    for at, packed in published.items():
        token = sign_past_status_list(status_list_id=row.pk, as_of=at, at=NOW).jwt
        uri = f"{django_settings.NODE.node_url}/status-lists/{row.pk}"
        assert verify_status_token(token, uri=uri, keys=keys(), at=at).bits == StatusBits(bits=2, data=packed)


def test_refuses_a_moment_that_there_is_no_list_of(world: World, entry: StatusEntry) -> None:
    for as_of, status, code in (
        (AT - DAY, 404, "status_list.time"),
        (NOW + DAY, 403, "request.as_of_future"),
        (AT - 5000 * DAY, 403, "request.as_of_too_old"),
    ):
        answer = asked_by_sichuan(world, path_of(entry, as_of))
        assert (answer.status_code, json.loads(answer.content)["code"]) == (status, code)
        assert members(Lookup.objects.get(code=code))[Member.REFUSAL] == code


def test_refuses_a_province_whose_matter_does_not_allow_it_and_a_list_that_there_is_none_of(
    world: World, entry: StatusEntry
) -> None:
    for path, status, code in (
        (path_of(entry, AT + DAY, HOME_MATTER), 403, "usage.past_not_allowed"),
        (path_of(entry, AT + DAY, "unheard-of"), 403, "usage.past_not_allowed"),
        (history_path(status_list_id=999, as_of=AT + DAY, matter_code=SC_MATTER), 404, "status_list.unknown"),
        (history_path(status_list_id=10**17, as_of=AT + DAY, matter_code=SC_MATTER), 404, "status_list.unknown"),
    ):
        answer = asked_by_sichuan(world, path)
        assert (answer.status_code, json.loads(answer.content)["code"]) == (status, code)
    UsageRule.objects.update(past_dates=False)
    answer = asked_by_sichuan(world, path_of(entry, AT + DAY))
    assert json.loads(answer.content)["code"] == "usage.past_not_allowed"
    assert set(Lookup.objects.values_list("outcome", flat=True)) == {"refused"}
    assert Lookup.objects.count() == 5


def test_refuses_a_request_signed_by_nobody_of_the_trust_list_or_for_another_address(
    world: World, entry: StatusEntry
) -> None:
    path = path_of(entry, AT + DAY)
    assert asked_by_sichuan(world, path, signer=signer_of(p256())).status_code == 401
    for other in (path + "&more=1", path.replace("time=", "time=0"), f"{path}&time=1"):
        assert asked_by_sichuan(world, other).status_code in {400, 401}
    headers = {"Signature-Input": "huzheng=()", "Signature": "huzheng=:AA==:"}
    assert Client().get(path, headers=headers).status_code == 401
    assert not Lookup.objects.exists()


def test_refuses_a_query_that_names_no_moment_or_matter(client: Client, entry: StatusEntry) -> None:
    for query in ("time=", "time=1.5&matter=m", "time=-1&matter=m", "time=1790000000", "time=1790000000&matter=a%20b"):
        answer = client.get(f"/status-lists/{entry.status_list_id}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "request.form"), query


def test_refuses_anybody_who_is_not_signed_in_and_says_nothing_of_the_list(client: Client, entry: StatusEntry) -> None:
    for path in (path_of(entry, AT + DAY), history_path(status_list_id=999, as_of=AT, matter_code="m")):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "auth.required")
    assert client.get(f"/status-lists/{entry.status_list_id}").status_code == 200


class TestOfficers:
    """Those of an agency of this node, for a matter of its own."""

    def read(self, entry: StatusEntry, **changes: Any) -> Any:
        publish_log(at=NOW)
        asked = {"status_list_id": entry.status_list_id, "as_of": AT + 3 * DAY, "matter_code": HOME_MATTER} | changes
        return read_status_history(**({"caller": counter(), "at": NOW} | asked))

    def test_an_officer_reads_the_list_of_then_for_a_matter_of_the_own_agency(
        self, world: World, entry: StatusEntry
    ) -> None:
        token = self.read(entry).jwt
        listed = verify_status_token(token, uri=uri_of(entry), keys=keys(), at=AT + 3 * DAY)
        assert listed.status(entry.index) is Status.SUSPENDED
        said = members(Lookup.objects.get())
        assert said[Member.MATTER_CODE] == HOME_MATTER
        assert said[Member.AGENCY_USCC] == counter().agency_uscc

    def test_refuses_and_records_what_the_matter_does_not_allow(self, world: World, entry: StatusEntry) -> None:
        refusals = {
            "matter.other_agency": {"matter_code": SC_MATTER},
            "matter.unknown": {"matter_code": "unheard-of"},
            "request.as_of_future": {"as_of": NOW + DAY},
            "request.as_of_too_old": {"as_of": NOW - 400 * DAY},
            "status_list.time": {"as_of": AT - DAY},
            "status_list.unknown": {"status_list_id": 999},
        }
        Matter.objects.filter(code=SC_MATTER).delete()
        Matter.objects.create(
            code=SC_MATTER,
            agency_uscc="12510100MB9900064A",
            name_zh="外省事项",
            name_en="x",
            in_force_from=AT.date(),
            case_pattern="[0-9]+",
            past_days=9,
        )
        for code, changes in refusals.items():
            with pytest.raises((PolicyError, StatusListError)) as refused:
                self.read(entry, **changes)
            assert refused.value.code == code
        Matter.objects.update(past_days=0)
        with pytest.raises(PolicyError) as refused:
            self.read(entry)
        assert refused.value.code == "matter.past_not_allowed"
        assert sorted(Lookup.objects.values_list("code", flat=True)) == sorted([*refusals, "matter.past_not_allowed"])

    def test_refuses_whoever_may_not_verify(self, world: World, node: Node, entry: StatusEntry) -> None:
        for role in (Role.ISSUING_OFFICER, Role.AGENCY_ADMIN):
            with pytest.raises(NotPermitted):
                self.read(entry, caller=officer_of(node.agency, role=role))
        assert not Lookup.objects.exists()
