"""Messages between provinces that a node does not answer as a look: unsigned, forged, old, repeated, changed, misdirected."""

import json
import secrets
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from certificates.core.signing.local import LocalSigner
from demo.clients import Answer
from demo.journey import TENDER_SICHUAN, outcome_of
from demo.node import PROJECT, DemoNode
from tests.functional.provinces.steps import SHOWN, anonymous, code_of, look_at_home, own_reason, problem
from tests.functional.provinces.world import Provinces
from verification.core.message_signature import MessageRequest, sign_request

LOOKUPS = "/recognition/v1/lookups"
WINDOW_SECONDS = 60
Sign = Callable[..., dict[str, str]]
pytestmark = pytest.mark.usefixtures("licence")


@pytest.fixture(scope="module")
def sign(provinces: Provinces) -> Iterator[Sign]:
    """Sichuan's real key, in a process of Sichuan's node."""
    command = [sys.executable, "-m", "tests.functional.provinces.node_hand"]
    environment = provinces.sichuan.environment()
    with subprocess.Popen(
        command, env=environment, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as hand:
        assert hand.stdin is not None
        assert hand.stdout is not None

        def signed(
            *, target_uri: str, body: str, age: float = 0, nonce: str = "", method: str = "POST"
        ) -> dict[str, str]:
            asked = {
                "method": method,
                "target_uri": target_uri,
                "body": body,
                "age": age,
                "nonce": nonce or secrets.token_urlsafe(18),
            }
            assert hand.stdin is not None
            assert hand.stdout is not None
            hand.stdin.write(json.dumps(asked) + "\n")
            hand.stdin.flush()
            headers: dict[str, str] = json.loads(hand.stdout.readline())
            return headers

        yield signed
        hand.stdin.close()
        hand.wait(10)


def ask(presentation: str, **changes: Any) -> str:
    """The body of Sichuan's question about a code."""
    look = own_reason(TENDER_SICHUAN)
    body = {
        "lookup_id": str(uuid.uuid4()),
        "presentation": presentation,
        "matter_code": look.matter_code,
        "matter_name_zh": "建设工程招标投标项目负责人资格核验",
        "case_number": look.case_number(),
        "purpose": look.purpose,
        "agency": {"uscc": "12510100MB9900064A", "name": "成都市公共资源交易服务中心（样例）"},
        "operator": {"name": "唐雨薇", "post": "窗口受理岗", "unit": "交易受理大厅"},
        "fields": SHOWN,
    }
    return json.dumps(body | changes, ensure_ascii=False)


def post(node: DemoNode, body: str, headers: dict[str, str]) -> Answer:
    return anonymous("POST", node.url + LOOKUPS, body.encode(), **headers, **{"Content-Type": "application/json"})


def unspent(provinces: Provinces, code: str) -> bool:
    """The refused message did not use up the holder's code."""
    return outcome_of(look_at_home(provinces, code)) == "VALID"


def test_answers_a_message_that_sichuan_really_signed(provinces: Provinces, sign: Sign) -> None:
    zhejiang = provinces.zhejiang
    body = ask(code_of(provinces))

    answer = post(zhejiang, body, sign(target_uri=zhejiang.url + LOOKUPS, body=body))

    assert answer.status == 200
    assert answer.body["outcome"] == "released"
    assert "Signature" in answer.headers


def test_refuses_an_unsigned_message(provinces: Provinces) -> None:
    code = code_of(provinces)
    body = ask(code)

    problem(post(provinces.zhejiang, body, {}), status=401, code="message", without=code)
    assert unspent(provinces, code)


def test_refuses_a_province_outside_the_trust_list(provinces: Provinces) -> None:
    code, target = code_of(provinces), provinces.zhejiang.url + LOOKUPS
    body = ask(code)
    stranger = LocalSigner(kid="c3RyYW5nZXI", suite="ES256", private_key=ec.generate_private_key(ec.SECP256R1()))
    headers = sign_request(
        request=MessageRequest(method="POST", target_uri=target, headers=(), body=body.encode()),
        signer=stranger,
        created=datetime.now(UTC),
        nonce=secrets.token_urlsafe(18),
    )

    problem(post(provinces.zhejiang, body, headers), status=401, code="message.key_unknown", without=code)
    assert unspent(provinces, code)


def test_refuses_a_key_of_nobody_under_the_name_of_sichuans(provinces: Provinces, sign: Sign) -> None:
    code, target = code_of(provinces), provinces.zhejiang.url + LOOKUPS
    body = ask(code)
    kid = sign(target_uri=target, body=body)["Signature-Input"].split('keyid="')[1].split('"')[0]
    headers = sign_request(
        request=MessageRequest(method="POST", target_uri=target, headers=(), body=body.encode()),
        signer=LocalSigner(kid=kid, suite="ES256", private_key=ec.generate_private_key(ec.SECP256R1())),
        created=datetime.now(UTC),
        nonce=secrets.token_urlsafe(18),
    )

    problem(post(provinces.zhejiang, body, headers), status=401, code="message.signature", without=code)
    assert unspent(provinces, code)


def test_refuses_a_message_sent_twice(provinces: Provinces, sign: Sign) -> None:
    zhejiang = provinces.zhejiang
    body = ask(code_of(provinces))
    headers = sign(target_uri=zhejiang.url + LOOKUPS, body=body)
    assert post(zhejiang, body, headers).status == 200

    problem(post(zhejiang, body, headers), status=401, code="message.replay")


def test_answers_the_same_question_signed_anew_with_the_same_bytes(provinces: Provinces, sign: Sign) -> None:
    zhejiang = provinces.zhejiang
    body = ask(code_of(provinces))
    first, second = (post(zhejiang, body, sign(target_uri=zhejiang.url + LOOKUPS, body=body)) for _ in range(2))

    assert first.status == 200
    assert first.content == second.content


@pytest.mark.parametrize("age", [WINDOW_SECONDS + 1, -(WINDOW_SECONDS + 2)])
def test_refuses_a_message_of_another_minute(provinces: Provinces, sign: Sign, age: int) -> None:
    zhejiang, code = provinces.zhejiang, code_of(provinces)
    body = ask(code)

    headers = sign(target_uri=zhejiang.url + LOOKUPS, body=body, age=age)

    problem(post(zhejiang, body, headers), status=401, code="message.created", without=code)
    assert unspent(provinces, code)


def test_refuses_a_changed_body(provinces: Provinces, sign: Sign) -> None:
    zhejiang, code = provinces.zhejiang, code_of(provinces)
    headers = sign(target_uri=zhejiang.url + LOOKUPS, body=ask(code))

    problem(post(zhejiang, ask(code), headers), status=401, code="message.digest", without=code)
    assert unspent(provinces, code)


def test_refuses_a_body_with_its_digest_changed_along(provinces: Provinces, sign: Sign) -> None:
    zhejiang, code = provinces.zhejiang, code_of(provinces)
    other, body = ask(code), ask(code)
    headers = sign(target_uri=zhejiang.url + LOOKUPS, body=body)
    headers["Content-Digest"] = sign(target_uri=zhejiang.url + LOOKUPS, body=other)["Content-Digest"]

    problem(post(zhejiang, other, headers), status=401, code="message.signature", without=code)
    assert unspent(provinces, code)


@pytest.mark.parametrize("target", ["own node", "own path", "query", "method"])
def test_refuses_a_message_signed_for_elsewhere(provinces: Provinces, sign: Sign, target: str) -> None:
    zhejiang, code = provinces.zhejiang, code_of(provinces)
    body = ask(code)
    uri = {
        "own node": provinces.sichuan.url + LOOKUPS,
        "own path": f"{zhejiang.url}{LOOKUPS}/{uuid.uuid4()}",
        "query": f"{zhejiang.url}{LOOKUPS}?a=1",
        "method": zhejiang.url + LOOKUPS,
    }[target]
    headers = sign(target_uri=uri, body=body, method="PUT" if target == "method" else "POST")

    problem(post(zhejiang, body, headers), status=401, code="message", without=code)
    assert unspent(provinces, code)


def test_refuses_its_own_key(provinces: Provinces, sign: Sign) -> None:
    """Sichuan's key signs to Sichuan: a node never takes itself for a peer."""
    sichuan = provinces.sichuan
    body = ask(f"HZP1:510000:{'A' * 26}")

    problem(
        post(sichuan, body, sign(target_uri=sichuan.url + LOOKUPS, body=body)), status=401, code="message.key_unknown"
    )


@pytest.mark.parametrize(
    "body",
    [
        "",
        "canary",
        "[]",
        "{}",
        "null",
        '{"canary":1}',
        '{"lookup_id":"a","lookup_id":"a"}',
        ask("canary", lookup_id="canary"),
        ask("canary", agency={"uscc": "canary", "name": "x"}),
        ask("canary", fields={"canary name": "full"}),
        ask("canary", fields={"holder_name": "canary"}),
        ask("canary", operator={}),
        ask("canary", more="canary"),
        ask("canary" * 60),
        ask("canary", purpose="x" * 40_000),
    ],
)
def test_refuses_a_signed_body_that_is_no_question(provinces: Provinces, sign: Sign, body: str) -> None:
    zhejiang = provinces.zhejiang

    answer = post(zhejiang, body, sign(target_uri=zhejiang.url + LOOKUPS, body=body))

    assert 400 <= answer.status < 500
    problem(answer, status=answer.status, code=answer.body["code"], without="canary")


def test_gives_nobody_elses_answer(provinces: Provinces, sign: Sign) -> None:
    path = f"{LOOKUPS}/{uuid.uuid4()}"
    uri = provinces.zhejiang.url + path

    answer = anonymous("GET", uri, b"", **sign(target_uri=uri, body="", method="GET"))

    assert (answer.status, answer.body["outcome"], answer.body["code"]) == (200, "refused", "lookup.unknown")
    assert anonymous("GET", uri).status == 401


def test_refuses_fields_beyond_the_usage_list_of_another_agency(provinces: Provinces, sign: Sign) -> None:
    zhejiang, code = provinces.zhejiang, code_of(provinces)
    body = ask(code, agency={"uscc": "12510100MB99000725", "name": "成都住房公积金管理中心（样例）"})

    answer = post(zhejiang, body, sign(target_uri=zhejiang.url + LOOKUPS, body=body))

    assert answer.status == 200
    assert answer.body["outcome"] == "refused"
    assert "credential" not in answer.body
