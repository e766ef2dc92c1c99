"""A world of two provinces around the node under test: Zhejiang is the node, Sichuan is made of keys in the test."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from accounts.core.caller import Caller, Operator
from accounts.core.permissions import Role
from accounts.models import Agency
from certificates.core.grains import Grain
from certificates.services.issue_certificate import issue_certificate
from certificates.services.present_certificate import present_certificate
from tests.integration.factories import AT, CONSTRUCTOR, FOOD, POLICIES, REAL_ESTATE, Node, holder_caller, owner_of
from tests.unit.verification.province import SINCE, Province, p256, signer_of
from verification.core.anchor_key import anchor_fingerprint, anchor_jwk
from verification.core.message_signature import MessageRequest, sign_request
from verification.core.recognition_message import LOOKUPS_PATH, RecognitionAsk, write_ask
from verification.core.trust_keys import CaEntry, Purpose
from verification.core.trust_list import (
    TrustedRegion,
    TrustList,
    payload_of,
    read_region,
    sign_trust_list,
    trust_list_file,
)
from verification.core.verification_request import VerificationRequest
from verification.services.asked import VerificationAnswer
from verification.services.describe_node import describe_node
from verification.services.load_policies import load_policies
from verification.services.load_trust_list import load_trust_list
from verification.services.publish_log import publish_log
from verification.services.verify_presentation import verify_presentation

ZHEJIANG, SICHUAN = "330000", "510000"
COUNTER_USCC = "12330100MB9900048F"
HOME_MATTER = "12330100MB9900048F3330117001001"
SC_COUNTER_USCC = "12510100MB9900064A"
SC_MATTER = "12510100MB9900064A2510117001001"
PURPOSE = "核验投标项目负责人注册信息，招标编号 HZ-17"
WANTED: Mapping[str, Grain] = {
    "certificate_number": Grain.FULL,
    "holder_name": Grain.FULL,
    "holder_code": Grain.MASKED,
    "age_over_18": Grain.FACT,
    "specialities": Grain.FULL,
    "valid_until": Grain.FULL,
}
OFFERED: Mapping[str, Grain] = dict(WANTED)
ALL_TYPES = frozenset({CONSTRUCTOR, REAL_ESTATE, FOOD})


def counter(principal: str = "31", *, operator: str = "陈晓", uscc: str = COUNTER_USCC) -> Caller:
    """An officer at a counter of Zhejiang."""
    return Caller(
        kind=Role.COUNTER_OFFICER,
        principal_id=principal,
        agency_uscc=uscc,
        agency_name="杭州市公共资源交易中心",
        operator=Operator(name=operator, post="受理岗", unit="三号窗口"),
    )


def asked(presentation: str, **changes: Any) -> VerificationRequest:
    """A request that the demo's policies permit, about whatever is presented."""
    values: dict[str, Any] = {
        "presentation": presentation,
        "matter_code": HOME_MATTER,
        "case_number": "HZZB202600012",
        "purpose": PURPOSE,
        "fields": WANTED,
    }
    return VerificationRequest(**(values | changes))


def look(
    presentation: str, *, key: str = "look-0001", at: Any = AT, caller: Any = None, **changes: Any
) -> VerificationAnswer:
    """A look at that counter."""
    return verify_presentation(
        caller=caller or counter(), request=asked(presentation, **changes), idempotency_key=key, at=at
    )


def looked(certificate_id: UUID, *, key: str = "look-0001", at: Any = AT, **changes: Any) -> UUID:
    """The number of a look at that counter at the code of a licence."""
    return UUID(look(shown_code(certificate_id, at=at), key=key, at=at, **changes).body["lookup_id"])


def issued_in_log(node: Node, key: str = "first", **values: str) -> UUID:
    """A licence, with these values changed, whose events the log itself gave their places."""
    request = node.request(values=values or None)
    answer = issue_certificate(caller=node.officer, request=request, idempotency_key=key, at=AT)
    publish_log(at=AT)
    return answer.id


def shown_code(certificate_id: UUID, *, at: datetime = AT, audience: str = "", **grains: Grain) -> str:
    """A code that the holder makes for a licence; without grains it offers what the demo's counter wants."""
    caller = holder_caller(owner_of(certificate_id))
    chosen = grains or dict(OFFERED)
    return present_certificate(
        caller=caller, certificate_id=certificate_id, grains=chosen, audience=audience, at=at
    ).text


def outcomes(body: Mapping[str, Any]) -> dict[int, tuple[str, str]]:
    """Outcome and code of each check of an answer."""
    return {check["number"]: (check["outcome"], check["code"]) for check in body["verdict"]["checks"]}


def values(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the view of an answer shows."""
    return {item["name"]: item["value"] for item in body["view"]["fields"]}


@dataclass(kw_only=True)
class World:
    """The node under test, and a Sichuan whose keys are in the test's hands."""

    node: Node
    settings: Any
    sichuan: Province
    sichuan_url: str = "http://127.0.0.1:9"
    anchor: Any = field(default_factory=p256)
    version: int = 0
    document: bytes = b""

    def trust(
        self, *, expires_at: datetime = AT + timedelta(days=90), issued_at: datetime = AT, **others: Any
    ) -> bytes:
        """Load a new trust list over both provinces, and give the file."""
        self.version += 1
        self.document = self.trust_file(expires_at=expires_at, issued_at=issued_at, **others)
        load_trust_list(document=self.document, at=max(issued_at, AT - timedelta(days=399)))
        return self.document

    def trust_file(self, *, expires_at: datetime, issued_at: datetime, without_sichuan: bool = False) -> bytes:
        """The file as the anchor hands it out; the node's setting pins this anchor."""
        regions = {ZHEJIANG: read_region(describe_node(at=AT))}
        if not without_sichuan:
            regions[SICHUAN] = self.sichuan_region()
        payload = payload_of(
            TrustList(
                version=self.version,
                issued_at=issued_at.replace(microsecond=0),
                expires_at=expires_at.replace(microsecond=0),
                regions=regions,
            )
        )
        jwk = anchor_jwk(self.anchor.public_key())
        self.settings.NODE = replace(self.settings.NODE, anchor_fingerprint=anchor_fingerprint(jwk))
        return trust_list_file(sign_trust_list(payload=payload, signer=signer_of(self.anchor)), anchor=jwk)

    def sichuan_region(self) -> TrustedRegion:
        ca = CaEntry(der=self.ca, valid_from=SINCE, valid_to=None)
        return replace(self.sichuan.trusted(cas=(ca,)), node_url=self.sichuan_url, licence_types=ALL_TYPES)

    @property
    def ca(self) -> bytes:
        if not hasattr(self, "_ca"):
            self._ca = self.sichuan.ca()
        return self._ca

    def ask(self, presentation: str, **changes: Any) -> RecognitionAsk:
        """What Sichuan's counter asks."""
        values: dict[str, Any] = {
            "lookup_id": uuid4(),
            "presentation": presentation,
            "matter_code": SC_MATTER,
            "matter_name_zh": "建设工程招标投标项目负责人资格核验",
            "case_number": "CDZB-2026-00042",
            "purpose": PURPOSE,
            "agency_uscc": SC_COUNTER_USCC,
            "agency_name": "成都市公共资源交易服务中心",
            "operator": Operator(name="刘洋", post="核验岗", unit="一窗"),
            "fields": WANTED,
        }
        return RecognitionAsk(**(values | changes))

    def message(self, ask: RecognitionAsk | bytes, *, at: datetime = AT, **changes: Any) -> MessageRequest:
        """Sichuan's signed request; `nonce`, `signer` and `node_url` may be another's."""
        body = ask if isinstance(ask, bytes) else write_ask(ask)
        node_url = changes.get("node_url", self.settings.NODE.node_url)
        path = changes.get("path", LOOKUPS_PATH)
        request = MessageRequest(
            method=changes.get("method", "POST"), target_uri=f"{node_url}{path}", headers=(), body=body
        )
        signer = changes.get("signer") or self.sichuan.signer(Purpose.REQUEST)
        nonce = changes.get("nonce") or uuid4().hex
        return request.with_headers(sign_request(request=request, signer=signer, created=at, nonce=nonce))


def make_world(node: Node, settings: Any) -> World:
    """Both provinces in one trust list, and the demo's policies."""
    world = World(
        node=node,
        settings=settings,
        sichuan=Province(code=SICHUAN, name_zh="四川省", agency_uscc="11510000MB9900056D"),
    )
    Agency.objects.create(
        uscc=COUNTER_USCC, name_zh=counter().agency_name or "", name_en="Counter", region_code=ZHEJIANG
    )
    world.trust(issued_at=AT - timedelta(days=1))
    load_policies(data=POLICIES, at=AT)
    return world
