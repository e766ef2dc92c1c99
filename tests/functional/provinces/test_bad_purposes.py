"""Looks that an agency may not make, refused over HTTP: recorded, with a receipt, and nothing is shown or spent."""

from typing import Any

import pytest

from demo.journey import TENDER_SICHUAN, TENDER_ZHEJIANG, outcome_of
from tests.functional.provinces.steps import code_of, look_at_home, problem, question
from tests.functional.provinces.world import Provinces

pytestmark = pytest.mark.usefixtures("licence")
VERIFICATIONS = "/api/v1/verifications"
ENDED = "12510100MB9900064A2510117001009"


def refuse(provinces: Provinces, code: str, **changes: Any) -> None:
    shown = code_of(provinces)
    answer = provinces.counter.post(VERIFICATIONS, question(shown, **changes))

    found = problem(answer, status=403, code=code)
    assert found["receipt"]
    receipt = provinces.counter.get(f"/api/v1/lookups/{found['lookup_id']}/receipt")
    assert receipt.status == 200
    assert "view" not in found
    assert outcome_of(look_at_home(provinces, shown)) == "VALID"  # nobody spent the holder's code


def test_refuses_a_matter_that_is_no_longer_in_force(provinces: Provinces) -> None:
    body = question("HZP1:330000:" + "A" * 26, TENDER_SICHUAN, matter_code=ENDED, case_number="CDBA-2026-00007")

    problem(provinces.foreign_counter.post(VERIFICATIONS, body), status=403, code="matter.not_in_force")


def test_refuses_a_matter_nobody_knows(provinces: Provinces) -> None:
    refuse(provinces, "matter.unknown", matter_code="canary")


def test_refuses_a_matter_of_another_agency(provinces: Provinces) -> None:
    refuse(provinces, "matter.unknown", matter_code=TENDER_SICHUAN.matter_code)


@pytest.mark.parametrize(
    "case_number", ["X-1", "HZZB20260001", "HZZB2026000123", "hzzb202600012", "HZZB20260001２", "HZZB2026 00012"]
)
def test_refuses_a_case_number_outside_the_matters_pattern(provinces: Provinces, case_number: str) -> None:
    refuse(provinces, "case.pattern", case_number=case_number)


@pytest.mark.parametrize(
    "purpose", ["测试", "测 试。", "ＴＥＳＴ", "办理业务", "啊啊啊啊啊啊啊啊", "。。。。。。。", "123456", "Demo!!"]
)
def test_refuses_a_placeholder_instead_of_a_reason(provinces: Provinces, purpose: str) -> None:
    refuse(provinces, "purpose", purpose=purpose)


def test_refuses_a_reason_copied_from_case_to_case(provinces: Provinces) -> None:
    purpose = "余杭区体育馆改造投标，核验拟派项目负责人"
    answers = [
        provinces.counter.post(VERIFICATIONS, question(f"HZP1:330000:{'A' * 26}", purpose=purpose)) for _ in range(6)
    ]

    assert [answer.status for answer in answers] == [200, 200, 200, 200, 403, 403]
    problem(answers[-1], status=403, code="purpose.copied", without=purpose)


def test_refuses_whoever_has_no_counter(provinces: Provinces) -> None:
    body = question(code_of(provinces), TENDER_ZHEJIANG)
    for login in ("zj.issue", "zhou.wenjing", "auditor", "node.admin"):
        client = provinces.person(login)
        problem(client.post(VERIFICATIONS, body), status=403, code="permission.denied")
