"""The journey: Zhejiang issues, a holder shows, counters verify, Sichuan recognises, and the holder reads who looked."""

import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from demo.clients import Answer, PersonClient
from demo.node import DemoNode
from demo.people import Cast
from demo.story import eventually, require

CONSTRUCTOR = "zhang_constructor"
FOOD = "lakeside_food"
HOME = "ouyang_shen_home"
SICHUAN_CONSTRUCTOR = "shama_constructor"
# What else the demo's people hold, to be looked at on their pages: licence and the officer who issues it.
WALLET = {
    "zhang_id_card": "xihu.id.issue",
    "zhang_social_card": "hz.social.issue",
    "zhang_zhou_marriage": "xihu.civil.issue",
    "lakeside_business": "xihu.issue",
}
RELEASE_SECONDS = 60
DOCUMENT_SECONDS = 60


@dataclass(kw_only=True)
class Journey:
    """What the steps share: the nodes, the cast, what was issued, and the looks counted so far."""

    zhejiang: DemoNode
    sichuan: DemoNode
    cast: Cast
    folder: Path
    certificates: dict[str, str] = field(default_factory=dict)
    looks: list[str] = field(
        default_factory=list
    )  # ids of every look at Zhang's licence, counted by this client itself
    spent_code: str = ""

    # -- small actions that several steps take ---------------------------------------------------------------------

    def issue(self, node: DemoNode, licence_id: str, client: Any) -> dict[str, Any]:
        """This will have a sample licence issued and wait until its issue stands in the log."""
        accepted = self.ask_issue(licence_id, client)
        eventually(
            lambda: client.get(accepted["location"]).expect(200)["released_at"] is not None,
            seconds=RELEASE_SECONDS,
            otherwise=f"{licence_id} was not released",
        )
        return accepted

    def ask_issue(self, licence_id: str, client: Any) -> dict[str, Any]:
        """This will ask for a sample licence twice under one key, which makes one, and not wait for its way into the log."""
        key = secrets.token_urlsafe(18)
        body = self.cast.issue_body(licence_id)
        first = client.post("/api/v1/certificates", body, idempotency_key=key)
        accepted: dict[str, Any] = first.expect(202)
        again = client.post("/api/v1/certificates", body, idempotency_key=key)
        require(again.content == first.content, "a repeat under the same key got another answer")
        self.certificates[licence_id] = accepted["id"]
        return accepted

    def present(self, holder: PersonClient, licence_id: str, grains: dict[str, str], audience: str = "") -> str:
        """This will make a presentation code as the holder."""
        body = {"certificate_id": self.certificates[licence_id], "grains": grains, "audience": audience}
        code: str = holder.post("/api/v1/presentations", body).expect(201)["code"]
        return code

    def verify(self, counter: PersonClient, presentation: str, look: "Look", fields: dict[str, str]) -> Answer:
        """This will verify what is shown, as an officer at a counter."""
        return counter.post(
            "/api/v1/verifications",
            {
                "presentation": presentation,
                "matter_code": look.matter_code,
                "case_number": look.case_number(),
                "purpose": look.purpose,
                "fields": fields,
            },
        )

    def seal_code(self, holder: PersonClient, licence_id: str) -> str:
        """This will read the own printed code, as the holder."""
        path = f"/api/v1/me/certificates/{self.certificates[licence_id]}/seal-code"
        text: str = holder.get(path).expect(200)["seal_code"]
        return text

    def anonymous(self, node: DemoNode, path: str) -> bytes:
        """This will read a public address, as anyone may."""
        answer = requests.get(node.url + path, timeout=10)
        answer.raise_for_status()
        return answer.content


@dataclass(frozen=True, kw_only=True)
class Look:
    """For which matter somebody looks, and why; every look has a case of its own."""

    matter_code: str
    case_prefix: str
    digits: int
    purpose: str

    def case_number(self) -> str:
        """This will give a fresh case number in the matter's pattern."""
        return self.case_prefix + str(secrets.randbelow(10**self.digits)).zfill(self.digits)


TENDER_SICHUAN = Look(
    matter_code="12510100MB9900064A2510117001001",
    case_prefix="CDZB-2026-",
    digits=5,
    purpose="锦江生态公园二期投标，核验拟派项目负责人的注册资格",
)
TENDER_ZHEJIANG = Look(
    matter_code="12330100MB9900048F3330117001001",
    case_prefix="HZZB2026",
    digits=5,
    purpose="西湖区文化中心改造投标，核验拟派项目负责人的注册资格",
)
FOOD_SICHUAN = Look(
    matter_code="11510104MB9900080W2510125005003",
    case_prefix="JJSP-2026-",
    digits=6,
    purpose="连锁门店在锦江区开业，核对总部的食品经营许可",
)

HOME_SICHUAN = Look(
    matter_code="12510100MB990007252510129003002",
    case_prefix="GJJ2026",
    digits=6,
    purpose="在成都购房提取住房公积金，核对浙江的不动产权证书",
)


def checks_of(answer: dict[str, Any]) -> str:
    """This will write a verdict's checks in one line."""
    return " ".join(f"{check['number']}:{check['outcome']}" for check in answer["verdict"]["checks"])


def codes_of(answer: dict[str, Any]) -> set[str]:
    """This will give the reason codes of a verdict."""
    return {check["code"] for check in answer["verdict"]["checks"]}


def outcome_of(answer: dict[str, Any]) -> str:
    """This will give VALID, INVALID or UNDETERMINED."""
    return str(answer["verdict"]["outcome"]).upper()


def wait_seconds(seconds: float) -> None:
    """This will let time pass, as real clocks must."""
    time.sleep(seconds)
