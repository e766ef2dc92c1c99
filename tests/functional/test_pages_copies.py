"""Purpose copies 加注件 on pages: a holder makes, takes and revokes one; a counter reads it, and makes one for its case."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.core.errors import RateLimited
from certificates.core.errors import KeyUnavailableError
from certificates.models import Document, PurposeCopy
from certificates.services.render_document import render_document
from tests.functional.page_steps import Journey, ask, hidden, show_code, words
from verification.models import RecognitionRule
from verification.pages import receipt as pages

pytestmark = pytest.mark.django_db
RECIPIENT, PURPOSE = "湖州市城市建设投资集团", "城东污水处理厂扩建工程投标"


def copy_form(journey: Journey) -> str:
    page: str = journey.holder.get(f"/my/{journey.licence}/copy").content.decode()
    return page


def fill(journey: Journey, **changes: str) -> Any:
    """The holder's form with everything that is chosen beforehand, sent."""
    address = f"/my/{journey.licence}/copy"
    page = journey.holder.get(address)
    chosen = dict(re.findall(r'name="(grain\.[a-z0-9_]+)" value="([a-z]+)" checked', page.content.decode()))
    given = {
        **chosen,
        "idempotency_key": hidden(page.content, "idempotency_key"),
        "recipient": RECIPIENT,
        "purpose": PURPOSE,
        "days": "7",
    }
    return journey.holder.post(address, {**given, **changes})


def finished() -> UUID:
    """The only copy, its file made by a worker."""
    assert render_document(document_id=Document.objects.get(kind="copy").pk, at=timezone.now())
    return PurposeCopy.objects.get().public_id


def test_a_holder_makes_takes_and_revokes_a_copy(journey: Journey) -> None:
    assert fill(journey).status_code == 302
    assert "制作中" in words(journey.holder.get("/my/copies").content)
    copy_id = finished()

    listed = words(journey.holder.get("/my/copies").content)
    assert RECIPIENT in listed
    assert PURPOSE in listed
    answer = journey.holder.post(f"/my/copies/{copy_id}/file")
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"] == f'attachment; filename="copy-{PurposeCopy.objects.get().number}.pdf"'
    assert answer.content.startswith(b"%PDF")
    assert journey.holder.get(f"/my/copies/{copy_id}/file").status_code == 302  # an address alone is no look

    journey.holder.post(f"/my/copies/{copy_id}/revoke")
    assert "已作废" in words(journey.holder.get("/my/copies").content)
    looks = words(journey.holder.get("/my/lookups").content)
    assert "制作了加注件" in looks
    assert "下载了加注件" in looks


def test_a_counter_reads_first_for_what_and_for_whom_a_copy_is(journey: Journey) -> None:
    RecognitionRule.objects.update(presence_required=False)
    fill(journey, **{"grain.holder_name": "full", "grain.certificate_number": "full"})
    data = journey.holder.post(f"/my/copies/{finished()}/file").content

    page = ask(journey, document=SimpleUploadedFile("copy.pdf", data, content_type="application/pdf"))

    told = words(page.content)
    assert "这是加注件" in told
    assert told.index(RECIPIENT) < told.index("逐项核对")
    assert "制作加注件" not in told  # of a copy no copy is made


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"purpose": "测试测试"}, "请改正下面标出的内容"),
        ({"recipient": "\u200b甲"}, "请填写接收方名称"),
        ({"recipient": ""}, "请填写这一项"),
        ({"days": "31"}, "超过允许的天数"),
    ],
)
def test_says_what_is_wrong_and_makes_nothing(journey: Journey, changes: dict[str, str], sentence: str) -> None:
    page = fill(journey, **changes)
    assert sentence in words(page.content)
    (name,) = changes
    assert re.search(rf'name="{name}"[^>]*aria-invalid="true"', page.content.decode())
    assert PurposeCopy.objects.count() == 0


def test_what_is_wrong_with_no_field_is_told_above_the_form(journey: Journey) -> None:
    withheld = dict.fromkeys(re.findall(r'name="(grain\.[a-z0-9_]+)"', copy_form(journey)), "withheld")
    told = words(fill(journey, **withheld).content)
    assert "没有完成" in told
    assert "请至少选择一项内容" in told
    assert "请改正下面标出的内容" not in told


def test_anothers_copies_are_not_found(journey: Journey) -> None:
    fill(journey)
    copy_id = finished()
    assert journey.counter.post(f"/my/copies/{copy_id}/file").status_code == 403
    journey.counter.post(f"/copies/{copy_id}/revoke")
    assert PurposeCopy.objects.get().revoked_at is None
    assert "没有这份加注件" in words(journey.counter.post(f"/copies/{uuid4()}/file", follow=True).content)


def test_an_officer_makes_a_copy_from_the_verdict(journey: Journey) -> None:
    verdict = ask(journey, show_code(journey, holder_name="full", certificate_number="full", specialities="full"))
    found = re.search(r"/lookups/([0-9a-f-]{36})/copy", verdict.content.decode())
    assert found, words(verdict.content)

    assert journey.counter.post(found[0], {"purpose": "投标资格审查存档"}).status_code == 302
    assert journey.counter.post(found[0], {"purpose": "投标资格审查存档"}).status_code == 302  # a second click
    copy_id = finished()
    assert "投标资格审查存档" in words(journey.counter.get("/copies").content)
    file = journey.counter.post(f"/copies/{copy_id}/file")
    assert file.content.startswith(b"%PDF")
    assert "no-store" in file["Cache-Control"]
    assert "投标资格审查存档" in words(journey.holder.get("/my/copies").content)
    assert f"/my/copies/{copy_id}/revoke" not in journey.holder.get("/my/copies").content.decode()
    looked = words(journey.holder.get("/my/lookups").content)
    assert looked.count("制作了加注件") == 1
    assert looked.count("取了加注件的文件") == 1


def test_an_officer_whose_reason_was_refused_may_give_another(journey: Journey) -> None:
    verdict = ask(journey, show_code(journey, holder_name="full", certificate_number="full", specialities="full"))
    found = re.search(r"/lookups/([0-9a-f-]{36})/copy", verdict.content.decode())
    assert found, words(verdict.content)

    poor = journey.counter.post(found[0], {"purpose": "测试"})
    assert poor.status_code == 403
    assert f'action="{found[0]}"' in poor.content.decode()  # to be corrected at once: the verdict is not had again
    assert re.search(r'id="copy-purpose-error".*真实的用证事由', poor.content.decode())
    assert re.search(r'name="purpose"[^>]*value="测试"[^>]*aria-invalid="true"', poor.content.decode())
    for _ in range(2):
        assert journey.counter.post(found[0], {"purpose": "投标资格审查存档"}).status_code == 302
    assert PurposeCopy.objects.count() == 1


def test_an_officer_out_of_reasons_is_told_to_check_again(journey: Journey) -> None:
    verdict = ask(journey, show_code(journey, holder_name="full", certificate_number="full", specialities="full"))
    found = re.search(r"/lookups/([0-9a-f-]{36})/copy", verdict.content.decode())
    assert found, words(verdict.content)

    statuses = [journey.counter.post(found[0], {"purpose": "测" * (2 + count)}).status_code for count in range(8)]
    last = journey.counter.post(found[0], {"purpose": "投标资格审查存档"}, follow=True)

    assert statuses == [403] * 8
    assert "已经试过太多用途，请重新核验一次" in words(last.content)
    assert PurposeCopy.objects.count() == 0


def test_a_refused_copy_of_an_officer_is_told_and_recorded(journey: Journey) -> None:
    verdict = ask(journey, show_code(journey, holder_name="full"))
    found = re.search(r"/lookups/([0-9a-f-]{36})/copy", verdict.content.decode())
    page = journey.counter.post(f"/lookups/{uuid4()}/copy" if found is None else found[0], {"purpose": "测试"})
    assert page.status_code == 403
    assert "已拒绝，并已记录" in words(page.content)
    unknown = journey.counter.post(f"/lookups/{uuid4()}/copy", {"purpose": "投标资格审查存档"})
    assert unknown.status_code == 403
    assert "copy-purpose" not in unknown.content.decode()  # no other reason would help


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (KeyUnavailableError("key.backend_unavailable", "no answer"), 409),
        (RateLimited("rate.files_caller", "too many", retry_after=7), 429),
    ],
)
def test_a_file_for_the_archive_that_cannot_be_made_now_is_told_as_such(
    journey: Journey, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def refuse(**_: object) -> bytes:
        raise error

    monkeypatch.setattr(pages, "archive_receipt", refuse)
    answer = journey.holder.get(f"/lookups/{uuid4()}/receipt.pdf")
    assert answer.status_code == status
    assert answer.get("Retry-After") == ("7" if status == 429 else None)
