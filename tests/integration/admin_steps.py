"""A node with rows in every table of the administration, and the ways to walk its pages."""

import base64
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.core.permissions import Role
from accounts.models import Agency, User
from accounts.services.create_user import create_user
from accounts.services.register_api_client import register_api_client
from certificates.core.field_kinds import FieldKind
from certificates.core.masking import mask
from certificates.models import StatusList
from certificates.services.publish_status_list import publish_status_list
from tests.integration.accounts_steps import KEY, holder
from tests.integration.factories import AT, CONSTRUCTOR, FOOD, REAL_ESTATE, Node, owner_of, type_data
from tests.integration.membership_steps import membership
from tests.log_steps import MEMBERS, look
from verification import models as verification
from verification.services.change_policy import PolicyTable, change_policy
from verification.services.publish_agency_keys import publish_agency_keys
from verification.services.publish_log import publish_log
from verification.services.record_lookup import Subject

PASSWORD = "correct-horse-7"
MATTER = "12330100MB9900048F3330117001001"
_AGENCY_WORDS = ("issuing_authority", "issuing_authority_code")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def signed_in(role: Role, *, agency: Agency | None = None, **flags: bool) -> Client:
    """This will sign a new account of a role in, past the sign-in page; `flags` are Django's own (is_staff, is_superuser)."""
    belongs: dict[str, Any] = {}
    if role is Role.HOLDER:
        belongs = {"holder_id": holder().pk}
    elif agency is not None:
        belongs = {"agency_uscc": agency.uscc}
    number = create_user(username=f"{role.value}-{len(flags)}", password=PASSWORD, role=role, **belongs)
    User.objects.filter(pk=number).update(**flags)
    client = Client()
    client.force_login(User.objects.get(pk=number), backend="django.contrib.auth.backends.ModelBackend")
    return client


def fill(node: Node) -> None:
    """This will put at least one row into every registered table, by the services wherever there is one."""
    certificate_ids = [
        node.issue(node.request(code), key=f"key-{code}", at=AT) for code in (CONSTRUCTOR, REAL_ESTATE, FOOD)
    ]
    for certificate_id in certificate_ids:
        look(at=AT, subjects=[Subject(holder_id=owner_of(certificate_id), certificate_id=certificate_id)])
    publish_log(at=AT + timedelta(seconds=1))
    publish_status_list(status_list_id=StatusList.objects.earliest("pk").pk, at=AT + timedelta(seconds=1))
    publish_agency_keys(at=AT + timedelta(seconds=1))
    register_api_client(
        client_id="zj-one",
        agency_uscc=node.agency.uscc,
        keys=KEY.as_dict(private=False),
        scopes=("certificates:issue",),
        at=AT,
    )
    membership(person_id=holder().pk, firm_id=holder("firm").pk, capacity="法定代表人", from_date=date(2026, 1, 1))
    AccessAttempt.objects.create(username="li", failures_since_start=3, ip_address="192.0.2.7")
    _fill_policies()
    _fill_from_peers()


def _fill_policies() -> None:
    matter = {
        "agency": "12330100MB9900048F",
        "code": MATTER,
        "name_zh": "项目负责人资格核验",
        "name_en": "Check of a project manager",
        "in_force_from": "2026-01-01",
        "case_pattern": "HZZB20[0-9]{2}[0-9]{5}",
    }
    change_policy(table=PolicyTable.MATTERS, row=matter)
    rule = {"type_code": CONSTRUCTOR, "matter_code": MATTER}
    change_policy(
        table=PolicyTable.USAGE,
        row={**rule, "relying_region": "*", "agency_uscc": "*", "fields": {"holder_name": "full"}},
    )
    change_policy(
        table=PolicyTable.RECOGNITION, row={**rule, "issuing_region": "*", "required": {"holder_name": "full"}}
    )
    change_policy(table=PolicyTable.PURPOSE, row={"min_length": 6, "max_length": 200, "copies_allowed": 3})


def _fill_from_peers() -> None:
    """Rows that only a second node could bring; their texts are public statements, so any text will do."""
    verification.LoadedTrustList.objects.create(version=1, document="{}", expires_at=AT, loaded_at=AT)
    verification.WitnessedLog.objects.create(origin="huzheng.cn/510000", size=1, root=bytes(32), note="note", at=AT)
    verification.FetchedStatusList.objects.create(
        region_code="510000", uri="https://sc.example/status-lists/1", iat=1, token="t", fetched_at=AT, wanted_at=AT
    )
    verification.FetchedAgencyKeys.objects.create(region_code="510000", version=1, bundle="b", fetched_at=AT)
    verification.JournalHour.objects.create(hour=AT.replace(minute=0), counts={"auth.assertion": 2})
    head = verification.Checkpoint.objects.latest("size")
    verification.Cosignature.objects.create(checkpoint=head, witness="huzheng.cn/510000", line="- line", at=AT)


def registered() -> tuple[tuple[type[models.Model], Any], ...]:
    """This will list every table of the administration with its pages."""
    return tuple(sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label))


def addresses(model: type[models.Model]) -> Iterator[str]:
    """This will give the list, search, add, and every row's change and history pages of a table."""
    stem = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    yield reverse(f"{stem}_changelist")
    yield reverse(f"{stem}_changelist") + "?q=1"
    yield reverse(f"{stem}_add")
    for row in model._default_manager.all():
        yield reverse(f"{stem}_change", args=[row.pk])
        yield reverse(f"{stem}_history", args=[row.pk])


def personal_values(node: Node) -> set[str]:
    """This will give every value of the issued licences that is not the agency's own or a word of the type, and masks."""
    public = repr([type_data(code) for code in (CONSTRUCTOR, REAL_ESTATE, FOOD)])
    found: set[str] = set()
    for code in (CONSTRUCTOR, REAL_ESTATE, FOOD):
        for name, value in node.request(code).values.items():
            if name not in _AGENCY_WORDS:
                found |= {value} if isinstance(value, str) else set(value)
            if name == "holder_name":
                names = [value] if isinstance(value, str) else list(value)
                found |= {mask(FieldKind.PERSON_NAME, one) for one in names}
    said = {str(MEMBERS[name]) for name in ("operator.name", "case", "purpose", "field.person_name.masked")}
    candidates = {one for one in found | said if one not in public and not _DATE.fullmatch(one)}
    return {one for one in candidates if len(one) > 3 or (len(one) > 1 and not one.isascii())}


def sealed_forms() -> set[str]:
    """This will give every sealed or indexed column of every row, in the forms in which a page might print it."""
    found: set[str] = set()
    for model in apps.get_models():
        names = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.BinaryField) and (field.name.startswith("sealed_") or "index" in field.name)
        ]
        for row in model._default_manager.all() if names else ():
            for value in (getattr(row, name) for name in names):
                data = bytes(value or b"")[:24]
                if len(data) > 12:
                    found |= {
                        data.hex(),
                        base64.b64encode(data).decode()[:16],
                        repr(data)[2:14],
                        data.decode("latin-1"),
                    }
    return found
