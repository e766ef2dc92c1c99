"""Steps shared by the tests of pages: people who sign in at a node, and reading what a page says."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.test import Client
from pytest_django import Settings

from accounts.core.permissions import Role
from accounts.services.create_user import create_user
from certificates.services.issue_certificate import issue_certificate
from tests.integration.factories import AT, POLICIES, Node, make_agency, owner_of
from verification.services.describe_node import describe_node
from verification.services.load_policies import load_policies
from verification.services.load_trust_list import load_trust_list
from verification.services.publish_log import publish_log
from verification.services.sign_trust_list import sign_trust_list

PASSWORD = "correct-horse-battery-9"
COUNTER_AGENCY = "hz_tender"
_TAG = re.compile(r"<[^>]*>")


def officer(node: Node, *, role: Role = Role.ISSUING_OFFICER, agency_uscc: str | None = None) -> Client:
    """Somebody of an agency, signed in."""
    name = f"{role.value}-{agency_uscc or node.agency.uscc}"
    create_user(
        username=name,
        password=PASSWORD,
        role=role,
        agency_uscc=agency_uscc or node.agency.uscc,
        staff_number="0017",
        post="窗口受理岗",
        unit="政务服务处",
    )
    return signed_in(name)


def holder_of(certificate_id: UUID) -> Client:
    """The first owner of a licence, signed in."""
    owner = owner_of(certificate_id)
    create_user(username=f"holder-{owner}", password=PASSWORD, role=Role.HOLDER, holder_id=owner)
    return signed_in(f"holder-{owner}")


def signed_in(username: str, *, csrf: bool = False) -> Client:
    """A browser after the sign-in page, reading Chinese."""
    client = Client(headers={"accept-language": "zh-CN"}, enforce_csrf_checks=csrf)
    answer = client.post("/sign-in", {"username": username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def words(content: bytes) -> str:
    """What a reader sees of a page: its text without marks, one blank between words."""
    return " ".join(unescape(_TAG.sub(" ", content.decode())).split())


def hidden(content: bytes, name: str) -> str:
    """The value of a hidden input."""
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', content.decode())
    assert found, name
    return unescape(found[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A node that is trusted, with a licence of the demo in the log, its holder, and a counter of another agency."""

    licence: UUID
    holder: Client
    counter: Client
    counter_uscc: str


def start_journey(node: Node, settings: Settings) -> Journey:
    """Everything between an issued licence and a counter that may verify it."""
    _trust_own_region(settings)
    load_policies(data=POLICIES, at=AT)
    answer = issue_certificate(caller=node.officer, request=node.request(), idempotency_key="journey", at=AT)
    publish_log(at=AT)
    relying = make_agency(which=COUNTER_AGENCY, issues=False)
    return Journey(
        licence=answer.id,
        holder=holder_of(answer.id),
        counter=officer(node, role=Role.COUNTER_OFFICER, agency_uscc=relying.uscc),
        counter_uscc=relying.uscc,
    )


def refused_at_the_issuing_desk(node: Node, journey: Journey, *, clerk: Client) -> tuple[tuple[Client, int], ...]:
    """Everybody but an issuing officer of the licence's agency, its clerk among them, with the HTTP status that each is told."""
    return (
        (officer(node, agency_uscc=make_agency(which="hz_land").uscc), 404),
        (clerk, 403),
        (journey.holder, 403),
        (journey.counter, 403),
        (Client(), 302),
    )


def show_code(journey: Journey, **grains: str) -> str:
    """The holder's code for these grains, read from the page as the text under the QR."""
    page = journey.holder.post(
        f"/my/{journey.licence}/present", {f"grain.{name}": grain for name, grain in grains.items()}
    )
    found = re.search(r"HZP1:330000:[A-Z2-7]{26}", page.content.decode())
    assert found, words(page.content)
    return found[0]


def ask(journey: Journey, presentation: str = "", **changes: Any) -> Any:
    """The counter's form sent with a matter in force, a good case number and a good reason."""
    page = journey.counter.get("/counter")
    asked = dict(re.findall(r'name="(grain\.[a-z0-9_]+)" value="([a-z]+)" checked', page.content.decode()))
    return journey.counter.post(
        "/counter",
        {
            **asked,
            "idempotency_key": hidden(page.content, "idempotency_key"),
            "presentation": presentation,
            "case_number": "HZZB202600012",
            "purpose": "西湖区文化中心改造投标，核验拟派项目负责人的注册资格",
            **changes,
        },
    )


def _trust_own_region(settings: Settings) -> None:
    anchor = ec.generate_private_key(ec.SECP256R1())
    pem = anchor.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    document, fingerprint = sign_trust_list(
        anchor_pem=pem, regions=[describe_node(at=AT)], version=1, lifetime=timedelta(days=90), at=AT
    )
    settings.NODE = replace(settings.NODE, anchor_fingerprint=fingerprint)
    load_trust_list(document=document, at=AT)
