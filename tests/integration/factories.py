"""One whole node from the demo's data files, at a fixed time."""

import copy
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.core.caller import Caller, Operator
from accounts.core.permissions import Role
from accounts.models import Agency
from certificates.core.act_reasons import REASONS
from certificates.core.certificate_states import Act
from certificates.core.issue_request import IssueRequest
from certificates.models import CertificateEvent, CertificateHolder
from certificates.services.create_issuer_key import create_issuer_key
from certificates.services.initialise_node import initialise_node
from certificates.services.issue_certificate import issue_certificate
from certificates.services.load_licence_types import load_licence_types
from certificates.services.mark_events_logged import mark_events_logged

DEMO = Path(__file__).parents[2] / "demo"
AT = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

CONSTRUCTOR = "11100000000013338W001"
REAL_ESTATE = "11100000MB03271699001"
FOOD = "11100000MB0000000P001"

PEOPLE: dict[str, Any] = tomllib.loads((DEMO / "people.toml").read_text("utf-8"))


TYPES: tuple[dict[str, Any], ...] = tuple(
    tomllib.loads(path.read_text("utf-8")) for path in sorted((DEMO / "licence_types").glob("*.toml"))
)
POLICIES: dict[str, Any] = tomllib.loads((DEMO / "policies.toml").read_text("utf-8"))


def type_data(code: str) -> dict[str, Any]:
    """A copy of the demo's definition of a type, which a test may change."""
    return copy.deepcopy(next(data for data in TYPES if data["code"] == code))


TEMPLATES = {path.name: path.read_text("utf-8") for path in sorted((DEMO / "licence_types").glob("*.typ"))}


def sample(code: str) -> dict[str, Any]:
    """A copy of the demo's first licence of a type."""
    return copy.deepcopy(next(one for one in PEOPLE["licences"] if one["type"] == code))


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An initialised node with one issuing agency for every type, and an officer of it."""

    agency: Agency
    kid: str
    officer: Caller
    at: datetime = AT

    def request(self, code: str = CONSTRUCTOR, values: Mapping[str, Any] | None = None, **changes: Any) -> IssueRequest:
        """A licence of the demo, issued by this node's agency; `values` replace single fields."""
        found = sample(code)
        stated = {
            **found["values"],
            "issuing_authority": self.agency.name_zh,
            "issuing_authority_code": self.agency.uscc,
            **(values or {}),
        }
        end = found.get("valid_until")
        request = IssueRequest(
            type_code=code,
            values=stated,
            valid_from=date.fromisoformat(found["valid_from"]),
            valid_until=date.fromisoformat(end) if end else None,
        )
        return replace(request, **changes)

    def issue(self, request: IssueRequest | None = None, *, key: str = "first", at: datetime = AT) -> UUID:
        """Issue and release a licence, as the log's publisher would release it."""
        answer = issue_certificate(caller=self.officer, request=request or self.request(), idempotency_key=key, at=at)
        release(answer.id, at=at)
        return answer.id


def make_node(*, at: datetime = AT) -> Node:
    """Initialise the node in settings.NODE, load the demo's types, and make the agency with its key."""
    initialise_node(at=at)
    definitions = [type_data(code) for code in (CONSTRUCTOR, REAL_ESTATE, FOOD)]
    load_licence_types(definitions=definitions, templates=TEMPLATES, at=at)
    agency = make_agency()
    kid = create_issuer_key(agency_uscc=agency.uscc, licence_types=[CONSTRUCTOR, REAL_ESTATE, FOOD], at=at)
    return Node(agency=agency, kid=kid, officer=officer_of(agency))


def make_agency(*, which: str = "zj_construction", issues: bool = True) -> Agency:
    """One of the demo's agencies."""
    data = next(one for one in PEOPLE["agencies"] if one["id"] == which)
    return Agency.objects.create(
        uscc=data["uscc"],
        name_zh=data["name_zh"],
        name_en=data["name_en"],
        region_code=data["region"],
        issues=issues,
    )


def officer_of(agency: Agency, *, role: Role = Role.ISSUING_OFFICER, principal: str = "7") -> Caller:
    """Somebody who works at an agency."""
    return Caller(
        kind=role,
        principal_id=principal,
        agency_uscc=agency.uscc,
        agency_name=agency.name_zh,
        operator=Operator(name="王芳", post="窗口", unit="政务服务处"),
    )


def holder_caller(holder_id: UUID) -> Caller:
    """The holder, signed in."""
    return Caller(kind=Role.HOLDER, principal_id=str(holder_id), holder_id=holder_id)


def owner_of(certificate_id: UUID) -> UUID:
    """The first owner of a certificate."""
    return CertificateHolder.objects.get(certificate=certificate_id, position=0).holder_id


def release(certificate_id: UUID, *, at: datetime = AT) -> None:
    """Give the certificate's waiting events an index, as the log's publisher does."""
    with transaction.atomic():
        events = CertificateEvent.objects.filter(certificate=certificate_id, log_index__isnull=True)
        mark_events_logged(indices={event.pk: event.pk for event in events}, at=at)


def reason_for(act: Callable[..., None]) -> str:
    """A reason that the service of an act on a certificate knows."""
    return REASONS[Act(act.__name__.removesuffix("_certificate"))][0]
