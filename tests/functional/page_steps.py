"""Steps shared by the tests of pages: people who sign in at a node, and reading what a page says."""

import re
from html import unescape
from uuid import UUID

from django.test import Client

from accounts.core.permissions import Role
from accounts.services.create_user import create_user
from tests.integration.factories import Node, owner_of

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
