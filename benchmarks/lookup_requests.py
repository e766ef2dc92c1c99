"""Requests to verify, ready to be sent: each with its own case, reason, Idempotency-Key."""

import json
import secrets
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from benchmarks.nodes import BenchNode
from demo.clients import PersonClient, SystemClient
from demo.people import PASSWORD, client_id

PATH = "/api/v1/verifications"
AGENCY, OFFICER = "hz_tender", "hz.counter"
MATTER = "12330100MB9900048F3330117001001"
FIELDS = {"certificate_number": "full", "holder_name": "full", "holder_code": "masked", "age_over_18": "fact"}
_numbers = count(1)

Maker = Callable[[int], list[bytes]]


def system_requests(node: BenchNode, shown: list[str]) -> Maker:
    """This will make requests of an agency's system; the node must be up to give it a token (they live ten minutes)."""
    system = SystemClient(
        base_url=node.url,
        client_id=client_id(AGENCY),
        private_jwk=node.system_keys[AGENCY],
        operator={"name": "傅一鸣", "post": "窗口受理岗", "unit": "建设工程交易部"},
    )

    def make(amount: int) -> list[bytes]:
        return [_request(body, system.headers()) for body in _bodies(shown, amount)]

    return make


def session_requests(node: BenchNode, shown: list[str]) -> Maker:
    """This will make requests of a signed-in officer; the node must be up to sign in."""
    headers = _Browser(base_url=node.url, username=OFFICER, password=PASSWORD).headers()

    def make(amount: int) -> list[bytes]:
        return [_request(body, headers) for body in _bodies(shown, amount)]

    return make


class _Browser(PersonClient):
    """A signed-in person whose headers others may send."""

    def headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._session.cookies)
        return {"Cookie": cookies, "X-CSRFToken": self._csrf()}


def body_of(presentation: str, number: int) -> dict[str, Any]:
    """This will give the body of one request; the number makes case and reason its own."""
    return {
        "presentation": presentation,
        "matter_code": MATTER,
        "case_number": f"HZZB20{number // 100_000 % 100:02d}{number % 100_000:05d}",
        "purpose": f"西湖区文化中心改造投标，核验第{number}家投标人拟派项目负责人的注册资格",
        "fields": FIELDS,
    }


def _bodies(shown: list[str], amount: int) -> list[bytes]:
    bodies = (body_of(shown[number % len(shown)], next(_numbers)) for number in range(amount))
    return [json.dumps(body, ensure_ascii=False).encode() for body in bodies]


def _request(body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = {
        "Host": "127.0.0.1",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Idempotency-Key": secrets.token_urlsafe(18),
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {PATH} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body
