"""Error pages: in words, without anything of the input, and also where there is no request to read from."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

from tests.functional.page_steps import words


def test_an_unknown_address_is_answered_in_words_and_does_not_repeat_it() -> None:
    answer = Client(headers={"accept-language": "zh-CN"}).get("/no/such/330106199003071234")

    assert answer.status_code == 404
    assert "没有找到这个页面" in words(answer.content)
    assert b"330106199003071234" not in answer.content


@pytest.mark.parametrize("template", ["400.html", "413.html", "500.html"])
def test_pages_for_the_worst_moments_need_no_context(template: str) -> None:
    told = render_to_string(template)

    assert template.removesuffix(".html") in told
    assert "<h1></h1>" not in told


@pytest.mark.django_db
def test_a_form_without_its_token_gets_a_page_that_says_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True, headers={"accept-language": "zh-CN"}).post("/sign-in", {"username": "a"})

    assert answer.status_code == 403
    assert "刷新后再提交一次" in words(answer.content)


@pytest.mark.parametrize("path", ["/sign-out", "/my/copies/00000000-0000-0000-0000-000000000000/revoke"])
def test_a_page_opened_by_its_address_that_only_a_form_leads_to_says_so(path: str) -> None:
    answer = Client(headers={"accept-language": "zh-CN"}).get(path)

    assert answer.status_code == 405
    assert "这个页面不能直接打开" in words(answer.content)
    assert answer["Allow"]
    assert "default-src" in answer["Content-Security-Policy"]


def test_a_machine_is_told_of_a_wrong_method_in_a_problem_document() -> None:
    answer = Client().put("/log/checkpoint")

    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert answer.json()["code"] == "request.method_not_allowed"
