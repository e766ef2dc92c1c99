"""The bodies that provinces exchange: one form, read back the same, everything else refused."""

import json
from typing import Any
from uuid import UUID

import pytest

from accounts.core.caller import Operator
from certificates.core.canonical import canonical_json
from certificates.core.grains import Grain
from verification.core.errors import MessageError
from verification.core.recognition_message import (
    MAX_ASK_BYTES,
    AnswerOutcome,
    RecognitionAnswer,
    RecognitionAsk,
    read_answer,
    read_ask,
    write_answer,
    write_ask,
)

LOOKUP = UUID("6e78cff1-3e3a-439e-8636-459023ea8d84")
ASK = RecognitionAsk(
    lookup_id=LOOKUP,
    presentation="HZP1:330000:ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    matter_code="m-1",
    matter_name_zh="资格核验",
    case_number="C-1",
    purpose="核验投标人资格",
    agency_uscc="12510100MB9900064A",
    agency_name="成都市公共资源交易服务中心",
    operator=Operator(name="刘洋", post="核验岗", unit="一窗"),
    fields={"holder_name": Grain.FULL, "age_over_18": Grain.FACT},
)
RELEASED = RecognitionAnswer(
    outcome=AnswerOutcome.RELEASED,
    lookup_id=LOOKUP,
    credential="a.b.c~d~",
    release="a.b.c",
    receipt="d.e.f",
    withheld=("sex",),
    photo=b"\xff\xd8\xff\x00",
)


def changed(data: bytes, **changes: Any) -> bytes:
    members = json.loads(data) | changes
    return canonical_json({name: value for name, value in members.items() if value != "<absent>"})


def test_an_ask_reads_back_and_shows_no_value_in_its_text_form() -> None:
    assert read_ask(write_ask(ASK)) == ASK
    assert not any(text in repr(ASK) for text in ("刘洋", "HZP1", "C-1", ASK.purpose))


def test_answers_read_back() -> None:
    refused = RecognitionAnswer(outcome=AnswerOutcome.REFUSED, lookup_id=LOOKUP, code="code.used", receipt="d.e.f")
    for answer in (RELEASED, refused):
        assert read_answer(write_answer(answer), lookup_id=LOOKUP) == answer
    assert "a.b.c" not in repr(RELEASED)
    assert "xff" not in repr(RELEASED)


@pytest.mark.parametrize(
    "changes",
    [
        {"lookup_id": "6E78CFF1-3E3A-439E-8636-459023EA8D84"},
        {"lookup_id": "<absent>"},
        {"presentation": ""},
        {"presentation": "x" * 257},
        {"purpose": "a\nb"},
        {"agency": {"uscc": "12510100MB9900064B", "name": "x"}},
        {"agency": "x"},
        {"operator": {"name": "x", "post": "", "unit": "x"}},
        {"fields": {"Holder": "full"}},
        {"fields": {"holder_name": 1}},
        {"fields": {f"f{number}": "full" for number in range(65)}},
        {"url": "https://evil.example"},
    ],
)
def test_refuses_an_ask_of_another_form(changes: dict[str, Any]) -> None:
    with pytest.raises(MessageError) as refused:
        read_ask(changed(write_ask(ASK), **changes))
    assert refused.value.code == "recognition.body"


def test_refuses_an_ask_that_is_too_large_or_repeats_a_member() -> None:
    for data in (b" " * MAX_ASK_BYTES + write_ask(ASK), write_ask(ASK)[:-1] + b',"purpose":"other"}', b"[]", b""):
        with pytest.raises(MessageError):
            read_ask(data)


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "valid"},
        {"outcome": "refused"},
        {"outcome": "refused", "code": "code.used"},
        {"outcome": "refused", "code": "code.used", "credential": "<absent>", "release": "a.b.c", "lookup_id": "x"},
        {"outcome": "valid", "code": "code.used", "credential": "<absent>", "release": "<absent>"},
        {"credential": "<absent>"},
        {"release": "<absent>"},
        {"lookup_id": "00000000-0000-4000-8000-000000000000"},
        {"withheld": ["sex", "sex"]},
        {"withheld": ["sex", "birth_date"]},
        {"withheld": "sex"},
        {"more": 1},
        {"photo": "/9j/"},
        {"photo": ""},
        {"photo": "A" * 300_000},
        {"outcome": "refused", "code": "code.used", "credential": "<absent>", "release": "<absent>", "photo": "_9j_"},
    ],
)
def test_refuses_an_answer_of_another_form(changes: dict[str, Any]) -> None:
    with pytest.raises(MessageError) as refused:
        read_answer(changed(write_answer(RELEASED), **changes), lookup_id=LOOKUP)
    assert refused.value.code == "peer.answer_invalid"


@pytest.mark.parametrize("code", ["<script>", "code used", "used", "code." + "x" * 60, ""])
def test_refuses_a_reason_code_that_is_none(code: str) -> None:
    body = canonical_json({"outcome": "refused", "lookup_id": str(LOOKUP), "code": code, "withheld": []})
    with pytest.raises(MessageError):
        read_answer(body, lookup_id=LOOKUP)
