"""Fill one demo node with its types, agencies, people, accounts and policies: run inside the node's environment by `demo.world`.

This is the only place that makes demo accounts.
"""

import json
import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
django.setup()

from django.conf import settings  # noqa: E402  # Django must be set up before its models are imported
from django.utils import timezone  # noqa: E402

from accounts.core.permissions import Role, Scope  # noqa: E402
from accounts.models import Membership  # noqa: E402
from accounts.queries.membership_content import membership_content  # noqa: E402
from accounts.services.confirm_membership import confirm_membership  # noqa: E402
from accounts.services.create_agency import create_agency  # noqa: E402
from accounts.services.create_user import create_user  # noqa: E402
from accounts.services.record_membership import record_membership  # noqa: E402
from accounts.services.register_api_client import register_api_client  # noqa: E402
from certificates.services.create_issuer_key import create_issuer_key  # noqa: E402
from certificates.services.load_licence_types import load_licence_types  # noqa: E402
from certificates.services.register_holder import register_holder  # noqa: E402
from demo.people import PASSWORD, client_id, read_licence_types, read_toml  # noqa: E402
from verification.services.load_policies import load_policies  # noqa: E402
from verification.services.publish_agency_keys import publish_agency_keys  # noqa: E402

CITIZEN_ID, USCC = "111", "001"  # GB/T 36903, Appendix A
MEMBER_SINCE = date(2024, 1, 1)


def seed(*, system_keys: dict[str, Any], at: datetime) -> None:
    """This will enter all that the data files say of this node's region."""
    region = settings.NODE.region
    province = next(item for item in read_toml("provinces.toml")["provinces"] if item["code"] == region)
    people = read_toml("people.toml")
    types, templates = read_licence_types()
    load_licence_types(
        definitions=[item for item in types if item["code"] in province["licence_types"]], templates=templates, at=at
    )
    agencies = {item["id"]: item for item in people["agencies"] if item["region"] == region}
    _agencies(agencies, system_keys, at)
    for officer in people["officers"]:
        if officer["agency"] in agencies:
            _officer(officer, agencies)
    admins = [
        create_user(username=name, password=PASSWORD, role=Role.NODE_ADMIN, staff_number=name.upper().replace(".", "-"))
        for name in ("node.admin", "node.deputy")
    ]
    _holders(people, region, admins, at)
    create_user(username="auditor", password=PASSWORD, role=Role.AUDITOR)
    load_policies(data=read_toml("policies.toml"), at=at)
    publish_agency_keys(at=at)


def _agencies(agencies: dict[str, Any], system_keys: dict[str, Any], at: datetime) -> None:
    for number, (name, item) in enumerate(agencies.items(), start=1):
        create_agency(
            uscc=item["uscc"],
            name_zh=item["name_zh"],
            name_en=item["name_en"],
            region_code=item["region"],
            issues=bool(item["issues"]),
            relies=True,
            seal_number=f"{item['uscc'][2:8]}{number:07d}",
        )
        scopes = (
            [Scope.CERTIFICATES_ISSUE, Scope.CERTIFICATES_MANAGE]
            if item["issues"]
            else [Scope.VERIFICATIONS_WRITE, Scope.LOOKUPS_READ]
        )
        key = system_keys[client_id(name)]
        register_api_client(
            client_id=client_id(name),
            agency_uscc=item["uscc"],
            keys=key,
            scopes=[*scopes, Scope.CERTIFICATES_READ],
            at=at,
        )
        if item["issues"]:
            create_issuer_key(agency_uscc=item["uscc"], licence_types=item["issues"], at=at)


def _officer(officer: dict[str, Any], agencies: dict[str, Any]) -> None:
    create_user(
        username=officer["login"],
        password=PASSWORD,
        role=Role(officer["role"]),
        agency_uscc=agencies[officer["agency"]]["uscc"],
        staff_number=officer["login"].upper().replace(".", "-"),
        post=officer["post"],
        unit=officer["unit"],
    )


def _holders(people: dict[str, Any], region: str, admins: list[int], at: datetime) -> None:
    holders: dict[str, UUID] = {}
    for citizen in people["citizens"]:
        if citizen["region"] == region:
            holder_id = register_holder(
                kind="citizen", code_type=CITIZEN_ID, code=citizen["citizen_id"], name=citizen["name"], at=at
            )
            holders[citizen["id"]] = holder_id
            create_user(username=citizen["login"], password=PASSWORD, role=Role.HOLDER, holder_id=holder_id)
    for firm in people["firms"]:
        if firm["region"] == region:
            holders[firm["id"]] = register_holder(
                kind="firm", code_type=USCC, code=firm["uscc"], name=firm["name"], at=at
            )
    for member in people["memberships"]:
        if member["firm"] in holders:
            _membership(holders[member["citizen"]], holders[member["firm"]], member["position"], admins, at)


def _membership(person_id: UUID, firm_id: UUID, capacity: str, admins: list[int], at: datetime) -> None:
    number = record_membership(
        person_id=person_id,
        firm_id=firm_id,
        capacity=capacity,
        from_date=MEMBER_SINCE,
        recorded_by=admins[0],
        at=at,
    )
    seen = membership_content(Membership.objects.get(pk=number))
    confirm_membership(membership_id=number, confirmed_by=admins[1], seen=seen, at=at)


if __name__ == "__main__":
    seed(system_keys=json.loads(Path(sys.argv[1]).read_text("ascii")), at=timezone.now())
