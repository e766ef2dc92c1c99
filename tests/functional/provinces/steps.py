"""Steps shared by the tests of two nodes: a licence of the tests' own, looks at it, raw calls."""

import copy
import itertools
import json
import secrets
from typing import Any

import requests

from demo.clients import Answer, PersonClient
from demo.journey import CONSTRUCTOR, RELEASE_SECONDS, TENDER_SICHUAN, TENDER_ZHEJIANG, Look
from demo.story import eventually
from tests.functional.provinces.world import Provinces

ZHOU = {
    "certificate_number": "浙2332026202600777",
    "holder_name": "周文静",
    "holder_code": "330106199011172045",
    "sex": "女",
    "birth_date": "1990-11-17",
}
ZHOU_LICENCE = "zhou_constructor"
SHAMA_LICENCE = "shama_constructor"
SHOWN = {"certificate_number": "full", "holder_name": "full", "specialities": "full", "valid_until": "full"}
TIMEOUT_SECONDS = 20
LARGE = 128 * 1024
_numbers = itertools.count(1)


def body_of(provinces: Provinces, **values: Any) -> dict[str, Any]:
    """A good request to issue Zhou's registration, with some values changed; None leaves a field out."""
    body = copy.deepcopy(provinces.cast.issue_body(CONSTRUCTOR))
    body["values"] |= ZHOU | values
    body["values"] = {name: value for name, value in body["values"].items() if value is not None}
    return body


def fresh_number() -> str:
    """A registration number that no licence has yet."""
    return f"浙23320262026{secrets.randbelow(10**5):05d}"


def issued(provinces: Provinces, **values: Any) -> str:
    """Issue a registration to Zhou and wait until it stands in the log; gives its id."""
    answer = provinces.system.post("/api/v1/certificates", body_of(provinces, **values)).expect(202)
    wait_released(provinces, answer["location"])
    return str(answer["id"])


def wait_released(provinces: Provinces, location: str) -> None:
    """Wait until a licence's issue stands in the log."""
    eventually(
        lambda: provinces.system.get(location).expect(200)["released_at"] is not None,
        seconds=RELEASE_SECONDS,
        otherwise="not released",
    )


def own_reason(look: Look) -> Look:
    """The same matter for a reason that nobody gave before, so that no test is refused for copying another's."""
    return Look(
        matter_code=look.matter_code,
        case_prefix=look.case_prefix,
        digits=look.digits,
        purpose=f"{look.purpose}，第{next(_numbers)}标段",
    )


def code_of(provinces: Provinces, grains: dict[str, str] | None = None, audience: str = "") -> str:
    """A presentation code for Zhou's registration."""
    return provinces.journey.present(provinces.holder, ZHOU_LICENCE, grains or SHOWN, audience)


def look_at_home(provinces: Provinces, presentation: str, *, counter: PersonClient | None = None) -> Any:
    """What Zhejiang's counter is told."""
    return _look(provinces, counter or provinces.counter, presentation, TENDER_ZHEJIANG)


def look_from_afar(provinces: Provinces, presentation: str, *, counter: PersonClient | None = None) -> Any:
    """What Sichuan's counter is told."""
    return _look(provinces, counter or provinces.foreign_counter, presentation, TENDER_SICHUAN)


def _look(provinces: Provinces, counter: PersonClient, presentation: str, look: Look) -> Any:
    return provinces.journey.verify(counter, presentation, own_reason(look), SHOWN).expect(200)


def question(presentation: str, look: Look = TENDER_ZHEJIANG, **changes: Any) -> dict[str, Any]:
    """The body of a look, as a counter sends it."""
    return {
        "presentation": presentation,
        "matter_code": look.matter_code,
        "case_number": look.case_number(),
        "purpose": own_reason(look).purpose,
        "fields": dict(SHOWN),
        **changes,
    }


def raw(client: PersonClient, method: str, path: str, data: bytes, **headers: str) -> Answer:
    """Bytes of one's own making, in a signed-in session, with its CSRF token."""
    given = {
        "X-CSRFToken": client._csrf(),
        "Idempotency-Key": secrets.token_urlsafe(18),
        "Content-Type": "application/json",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    if len(data) > LARGE:
        given["Connection"] = "close"  # a server may hang up on a body it does not want to the end
    url = client.base_url + path
    return Answer(
        client._session.request(method, url, data=data, headers=given, timeout=TIMEOUT_SECONDS, allow_redirects=False)
    )


def anonymous(method: str, url: str, data: bytes = b"", **headers: str) -> Answer:
    """A call of nobody known."""
    return Answer(
        requests.request(method, url, data=data, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False)
    )


def problem(answer: Answer, *, status: int, code: str, without: str = "") -> dict[str, Any]:
    """Demand a problem document with this status, this code or one below it, that does not repeat `without`."""
    found: dict[str, Any] = json.loads(answer.content)
    assert answer.status == status, found
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert found["status"] == status
    assert found["type"] == f"urn:huzheng:error:{found['code']}"
    assert found["code"] == code or found["code"].startswith(f"{code}."), found
    assert found["title"]
    if without:
        assert without not in answer.content.decode()
        assert without not in json.dumps(found, ensure_ascii=False)
    return found
