"""Step: copies of a licence for one purpose and one recipient 加注件, and what becomes of one when its licence is revoked."""

import time
from dataclasses import replace
from itertools import count
from typing import Any

import pypdfium2

from demo.clients import PersonClient
from demo.journey import FOOD, FOOD_SICHUAN, HOME, HOME_SICHUAN, Journey, Look, codes_of, outcome_of
from demo.story import eventually, require

FILE_SECONDS = 60
REVOCATION_SECONDS = 10
FOOD_COPY = {
    "certificate_number": "full",
    "holder_name": "full",
    "valid_until": "full",
    "legal_representative": "masked",
}
HOME_COPY = {"certificate_number": "full", "holder_name": "masked", "location": "masked"}


def copies(journey: Journey) -> str:
    """A holder has a copy made: Sichuan believes its code and its file, and sees for whom it is; of a revoked licence neither."""
    zhejiang, sichuan, cast = journey.zhejiang, journey.sichuan, journey.cast
    zhou, ouyang = cast.person(zhejiang, "zhou.wenjing"), cast.person(zhejiang, "ouyang.fu")
    clerk, fund = cast.person(sichuan, "jinjiang.counter"), cast.person(sichuan, "cd.fund.counter")
    recipient = "成都锦江连锁餐饮管理有限公司"
    file = _copy(journey, zhou, FOOD, FOOD_COPY, purpose="锦江区门店开业登记", recipient=recipient)
    (journey.folder / "food_copy.pdf").write_bytes(file)
    look = replace(FOOD_SICHUAN, purpose="锦江区新开门店登记，核对总部交来的加注件")
    by_code = journey.verify(clerk, _code_in(file), look, FOOD_COPY).expect(200)
    by_file = _verify_file(clerk, file, look)
    for answer in (by_code, by_file):
        require(outcome_of(answer) == "VALID", f"a copy was {outcome_of(answer)}: {codes_of(answer)}")
        require(answer["view"]["copy"]["recipient"] == recipient, "the copy's recipient is not told")
    lines = [f"加注件 {by_code['view']['copy']['number']} 仅供 {recipient}：二维码与文件在四川均为 VALID"]
    return "\n".join([*lines, _revoked(journey, ouyang, fund)])


def _revoked(journey: Journey, holder: PersonClient, counter: PersonClient) -> str:
    file = _copy(journey, holder, HOME, HOME_COPY, purpose="个人住房贷款申请", recipient="中国工商银行成都锦江支行")
    code = _code_in(file)
    tries = count(1)  # the same words for many cases are refused

    def look() -> dict[str, Any]:
        asked = replace(HOME_SICHUAN, purpose=f"{HOME_SICHUAN.purpose}，第{next(tries)}次")
        answer: dict[str, Any] = journey.verify(counter, code, asked, HOME_COPY).expect(200)
        return answer

    before = look()
    require("copy.valid" in codes_of(before), f"before the revocation: {codes_of(before)}")
    system = journey.cast.person(journey.zhejiang, "hz.land.issue")
    path = f"/api/v1/certificates/{journey.certificates[HOME]}/revoke"
    system.post(path, {"reason_code": "holder_request"}).expect(200)
    started = time.monotonic()

    def says_invalid() -> bool:
        answer = look()
        return outcome_of(answer) == "INVALID" and "copy.revoked" in codes_of(answer)

    eventually(says_invalid, seconds=REVOCATION_SECONDS, otherwise="the copy of a revoked licence was not INVALID")
    return f"原证照撤销后，其加注件 INVALID copy.revoked after {time.monotonic() - started:.1f} s"


def _copy(
    journey: Journey, holder: PersonClient, licence_id: str, grains: dict[str, str], *, purpose: str, recipient: str
) -> bytes:
    body = {
        "certificate_id": journey.certificates[licence_id],
        "grains": grains,
        "purpose": purpose,
        "recipient": recipient,
        "days": 7,
    }
    made = holder.post("/api/v1/me/copies", body)
    path = f"/api/v1/me/copies/{made.expect(202)['id']}/file"
    eventually(lambda: holder.get(path).status == 200, seconds=FILE_SECONDS, otherwise="the copy was not made")
    return holder.get(path).content


def _code_in(pdf: bytes) -> str:
    """The text of the printed code, which the file carries beside its picture."""
    document = pypdfium2.PdfDocument(pdf)
    found = (document.get_attachment(place) for place in range(document.count_attachments()))
    return next(bytes(one.get_data()).decode("ascii") for one in found if one.get_name() == "seal-code.txt")


def _verify_file(counter: PersonClient, data: bytes, look: Look) -> Any:
    fields = {
        "matter_code": look.matter_code,
        "case_number": look.case_number(),
        "purpose": look.purpose,
        "fields": '{"certificate_number": "full", "holder_name": "full", "valid_until": "full"}',
    }
    return counter.upload("/api/v1/verifications/document", fields, name="copy.pdf", data=data).expect(200)
