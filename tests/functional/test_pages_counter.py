"""核验 at the counter and 谁看过 at the holder's: what is asked, told, withheld, refused, recorded and proved."""

import json
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from certificates.core.licence_types import parse_licence_type
from certificates.models import Document
from certificates.services.read_document import read_document
from certificates.services.render_document import render_document
from certificates.services.revoke_certificate import revoke_certificate
from tests.functional.page_steps import Journey, ask, hidden, officer, show_code, words
from tests.integration.factories import AT, CONSTRUCTOR, Node, sample, type_data
from verification.models import Lookup, RecognitionRule
from verification.pages.verdict_view import check_views, verdict_view
from verification.services.publish_log import publish_log

pytestmark = pytest.mark.django_db
VALUES = sample(CONSTRUCTOR)["values"]
SHOWN = {
    "certificate_number": "full",
    "holder_name": "full",
    "holder_code": "masked",
    "age_over_18": "fact",
    "specialities": "full",
    "valid_until": "full",
}


def verdict_of(content: bytes) -> str:
    found = re.search(r'class="verdict-code">([A-Z]+)<', content.decode())
    assert found, words(content)
    return found[1]


def test_the_form_names_the_matter_and_chooses_what_the_rule_requires(journey: Journey) -> None:
    page = journey.counter.get("/counter")

    assert "建设工程招标投标项目负责人资格核验" in words(page.content)
    chosen = dict(re.findall(r'name="grain\.([a-z0-9_]+)" value="([a-z]+)" checked', page.content.decode()))
    assert chosen["holder_name"] == "masked"
    assert chosen["specialities"] == "full"
    assert chosen["birth_date"] == "withheld"


def test_shows_what_a_case_number_of_the_matter_looks_like(journey: Journey) -> None:
    assert "例如 HZZB202600012。" in journey.counter.get("/counter").content.decode()


def test_tells_valid_with_every_check_and_the_fields_at_their_grains(journey: Journey) -> None:
    code = show_code(journey, **SHOWN)

    answer = ask(journey, code, **{"grain.holder_code": "masked", "grain.age_over_18": "fact"})

    assert answer.status_code == 200
    assert verdict_of(answer.content) == "VALID", words(answer.content)
    told = words(answer.content)
    assert VALUES["certificate_number"] in told
    assert f"{VALUES['holder_name'][0]}**" in told
    assert "已满18周岁" in told
    assert VALUES["holder_code"] not in told
    assert answer.content.count(b'class="check-number"') == 8
    assert "no-store" in answer["Cache-Control"]


def test_counts_what_the_usage_list_or_the_holder_withholds(journey: Journey) -> None:
    code = show_code(journey, certificate_number="full", holder_name="masked", specialities="full", valid_until="full")

    told = words(ask(journey, code, **{"grain.birth_date": "full", "grain.employer": "full"}).content)

    assert "另有 2 项被扣下" in told
    assert "出生日期" in told
    assert VALUES["birth_date"] not in told


def test_a_code_is_good_for_one_look(journey: Journey) -> None:
    code = show_code(journey, **SHOWN)

    assert verdict_of(ask(journey, code).content) == "VALID"
    again = ask(journey, code)
    assert verdict_of(again.content) == "INVALID"
    assert "code.used" in words(again.content)
    assert "项被扣下" not in words(again.content)  # nothing was read, so nobody withheld anything


def test_names_what_the_matter_misses_in_both_languages() -> None:
    definition = parse_licence_type(type_data(CONSTRUCTOR))
    missing = [{"name": "holder_name", "grain": "full"}, {"name": "age_over_18", "grain": "fact"}]
    check = {"number": 7, "outcome": "undetermined", "code": "recognition.grain_missing", "missing": missing}
    verdict = {"outcome": "undetermined", "checks": [check]}

    with translation.override("zh-hans"):
        assert verdict_view(verdict, definition).sentence.startswith(
            "缺：姓名（需要全部）、已满18周岁（需要只说结论）。所见内容不够"
        )
        assert check_views(verdict, definition)[0].sentence == verdict_view(verdict, definition).sentence
    with translation.override("en"):
        told = verdict_view(verdict, definition).sentence
        assert told.startswith("Missing: Name (full), ")
        assert "issuing region's usage list does not allow it" in told


def test_the_next_look_of_the_same_case_keeps_case_and_reason_and_no_code(journey: Journey) -> None:
    code = show_code(journey, **SHOWN)
    verdict = ask(journey, code).content.decode()
    form = re.search(r'<form method="post" action="(/counter\?matter=[^"]+)">(.*?)</form>', verdict, re.DOTALL)
    assert form
    assert "HZZB" not in form[1]
    carried = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[2]))

    page = journey.counter.post(unescape(form[1]), {name: unescape(value) for name, value in carried.items()})

    told = page.content.decode()
    assert 'value="HZZB202600012"' in told
    assert "核验拟派项目负责人的注册资格" in told
    assert code not in told
    assert hidden(page.content, "idempotency_key") != carried.get("idempotency_key")
    assert Lookup.objects.count() == 1
    assert "请改正下面标出的内容" not in told


def test_the_language_switch_stands_only_where_it_loses_nothing(journey: Journey) -> None:
    assert b'name="language"' in journey.counter.get("/counter").content
    assert b'name="language"' not in ask(journey, show_code(journey, **SHOWN)).content


def test_sending_the_same_form_twice_is_one_look(journey: Journey) -> None:
    code = show_code(journey, **SHOWN)
    key = "0a0f1a3c-2222-4b5d-9f00-123456789abc"

    first, second = (ask(journey, code, idempotency_key=key) for _ in range(2))

    assert verdict_of(first.content) == verdict_of(second.content) == "VALID"
    assert Lookup.objects.count() == 1


def test_a_revoked_licence_is_told_invalid_and_no_value_stands_beside_it(journey: Journey, node: Node) -> None:
    code = show_code(journey, **SHOWN)
    revoke_certificate(caller=node.officer, certificate_id=journey.licence, reason_code="penalty", at=AT)

    answer = ask(journey, code)

    assert verdict_of(answer.content) == "INVALID"
    assert VALUES["certificate_number"] not in words(answer.content)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"purpose": "测试"}, "purpose."),
        ({"case_number": "X-1"}, "case.pattern"),
    ],
)
def test_refuses_and_records_a_look_without_a_good_reason(journey: Journey, changes: dict[str, str], code: str) -> None:
    presented = show_code(journey, **SHOWN)

    answer = ask(journey, presented, **changes)

    assert answer.status_code == 403
    assert code in words(answer.content)
    assert "已拒绝，并已记录" in words(answer.content)
    assert Lookup.objects.get().outcome == "refused"
    # corrected under a new key, the same code still works: nothing had spent it
    assert verdict_of(ask(journey, presented).content) == "VALID"


def test_refuses_a_form_with_neither_code_nor_file_and_one_with_both(journey: Journey) -> None:
    both = {"document": SimpleUploadedFile("a.pdf", b"%PDF-1.7", "application/pdf")}

    assert "二者取一" in words(ask(journey).content)
    assert "二者取一" in words(ask(journey, "HZP1:330000:AAAA", **both).content)
    assert Lookup.objects.count() == 0


def test_verifies_an_uploaded_document(journey: Journey) -> None:
    render_document(document_id=Document.objects.get(kind="pdf").pk, at=AT)
    data = read_document(certificate_id=journey.licence)

    answer = ask(journey, document=SimpleUploadedFile("licence.pdf", data, "application/pdf"))

    assert verdict_of(answer.content) == "UNDETERMINED"  # the matter wants the holder present
    told = words(answer.content)
    assert "document.agrees" in told
    assert "presenter.not_checked" in told  # a file alone never counts as shown by its holder


def test_says_why_a_file_is_not_shown_as_far_as_it_goes_and_that_nobody_need_be_present(journey: Journey) -> None:
    RecognitionRule.objects.update(presence_required=False)
    render_document(document_id=Document.objects.get(kind="pdf").pk, at=AT)
    data = read_document(certificate_id=journey.licence)
    file = SimpleUploadedFile("licence.pdf", data, "application/pdf")

    told = words(ask(journey, document=file, **{"grain.holder_code": "full"}).content)

    assert "有 2 项没有显示" in told  # the name, which the rule wants masked, and the number
    assert "持证人没有出示" not in told
    assert "不要求持证人当面出示" in told
    assert "请持证人现场打开亮证码" not in told


def test_a_changed_file_shows_nothing_and_says_nothing_was_withheld(journey: Journey) -> None:
    render_document(document_id=Document.objects.get(kind="pdf").pk, at=AT)
    data = read_document(certificate_id=journey.licence)
    answer = ask(journey, document=SimpleUploadedFile("licence.pdf", data + b"\n%%", "application/pdf"))
    assert verdict_of(answer.content) == "INVALID"
    assert "没有显示：" not in words(answer.content)
    # No rule was reached: whether the matter asks for the holder cannot be said.
    assert "没有核对是否由持证人当面出示" in words(answer.content)
    assert "不要求持证人当面出示" not in words(answer.content)


def test_nothing_the_officer_typed_stands_in_an_address(journey: Journey) -> None:
    page = journey.counter.get("/counter").content.decode()

    assert re.search(r'<form class="steps" method="post" action="\?matter=[0-9A-Z]+&amp;type=[0-9A-Z]+"', page)


def test_the_holder_reads_who_looked_and_gets_the_proof(journey: Journey) -> None:
    ask(journey, show_code(journey, **SHOWN))

    waiting = words(journey.holder.get("/my/lookups").content)
    publish_log(at=AT)
    listed = words(journey.holder.get("/my/lookups").content)

    assert "杭州市公共资源交易中心（样例）" in listed
    assert "政务服务处 · 窗口受理岗" in listed
    assert "0017" not in listed  # the officer's own number stays with the agency
    assert "HZZB202600012" in listed
    assert "西湖区文化中心改造投标" in listed
    assert "结论：有效" in listed
    assert "姓名 遮挡" in listed
    assert VALUES["holder_name"] not in listed
    assert "待入日志" in waiting
    assert "已入日志 第 1 条" in listed


def test_the_holder_reads_why_a_look_came_to_nothing_and_what_was_their_own(journey: Journey, node: Node) -> None:
    code = show_code(journey, **SHOWN)
    revoke_certificate(caller=node.officer, certificate_id=journey.licence, reason_code="penalty", at=AT)
    ask(journey, code)
    journey.holder.get(f"/my/{journey.licence}")

    listed = words(journey.holder.get("/my/lookups").content)

    assert "结论：无效" in listed
    assert "证照已被注销或撤销" in listed
    assert "您看到的内容" in listed


def test_both_parties_download_the_receipt_and_nobody_else(journey: Journey, node: Node) -> None:
    ask(journey, show_code(journey, **SHOWN))
    path = f"/lookups/{Lookup.objects.get().pk}/receipt"
    promised = journey.counter.get(path)
    publish_log(at=AT)
    completed = journey.holder.get(path)

    assert promised["Content-Type"] == "application/jwt"
    assert set(json.loads(completed.content)) == {"v", "receipt", "index", "proof", "checkpoint"}
    assert "no-store" in completed["Cache-Control"]
    assert officer(node).get(path).status_code == 403


def test_a_receipt_that_the_log_does_not_prove_yet_is_told_as_a_wait(journey: Journey) -> None:
    ask(journey, show_code(journey, **SHOWN))
    address = f"/lookups/{Lookup.objects.get(outcome='valid').pk}/receipt.pdf"

    answer = journey.counter.get(address)

    assert answer.status_code == 409
    assert "回执马上就好" in words(answer.content)
    assert "没有完成" not in words(answer.content)
    assert "← 核验" in words(answer.content)
    assert "← 谁看过" in words(journey.holder.get(address).content)


def test_the_public_log_shows_the_signed_head(journey: Journey) -> None:
    told = words(journey.counter.get("/log").content)

    assert "huzheng.cn/330000" in told
    assert "条目总数 1" in told


def test_the_verdict_is_told_in_english_too(journey: Journey) -> None:
    journey.counter.post("/i18n/setlang/", {"language": "en", "next": "/"})

    answer = ask(journey, show_code(journey, **SHOWN))

    told = words(answer.content)
    assert "Check by check" in told
    assert "The signature is good; nothing was changed." in told
    page = re.sub(r"<main.*", "", answer.content.decode(), flags=re.DOTALL)
    assert not re.search(r"[\u3400-\u9fff]", page.replace("中文", ""))
