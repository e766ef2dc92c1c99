"""The administration speaks Chinese first and English whole: labels, hints and refusals."""

import json
import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.integration.accounts_steps import KEY
from tests.integration.factories import Node

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[\u3400-\u9fff]")
LABEL = re.compile(r"<label[^>]*>(.*?)</label>|<div class=\"help[^>]*>(.*?)</div>", re.DOTALL)
OWN = [model for model in admin.site._registry if model._meta.app_label == "accounts"]


@pytest.fixture(autouse=True)
def _language_of_the_next_test() -> Iterator[None]:
    """A request leaves its reader's language behind in the thread."""
    yield
    translation.activate(settings.LANGUAGE_CODE)


@pytest.mark.parametrize("model", OWN, ids=lambda model: model.__name__)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_labels_and_hints_of_a_form_are_in_the_readers_language(
    administrator: Client, model: type, language: str
) -> None:
    url = reverse(f"admin:accounts_{model.__name__.lower()}_add")
    page = administrator.get(url, headers={"Accept-Language": language}).content.decode()
    labels = [re.sub(r"<[^>]+>", "", one or other).strip() for one, other in LABEL.findall(page)]
    labels = [label for label in labels if label and not re.fullmatch(r"[a-z_:]+", label)]
    assert len(labels) >= 4
    in_chinese = {label: bool(CHINESE.search(label)) for label in labels}
    assert set(in_chinese.values()) == {language == "zh-hans"}, in_chinese


@pytest.mark.parametrize(
    ("language", "told"), [("zh-hans", "这是私钥。请立即销毁它"), ("en", "This is a private key. Destroy it at once")]
)
def test_a_refusal_is_told_in_the_readers_language_with_its_code(
    node: Node, administrator: Client, language: str, told: str
) -> None:
    form = {
        "client_id": "zj-one",
        "agency": str(node.agency.pk),
        "scopes": ["certificates:issue"],
        "keys": json.dumps(KEY.as_dict(private=True)),
    }
    url = reverse("admin:accounts_apiclient_add")
    page = administrator.post(url, form, headers={"Accept-Language": language}).content.decode()
    assert told in page
    assert "api_client.private_key" in page
    assert "destroy it, and register" not in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_tables_are_named_in_the_readers_language(language: str) -> None:
    with translation.override(language):
        names = [str(model._meta.verbose_name_plural) for model in OWN]
    assert {bool(CHINESE.search(name)) for name in names} == {language == "zh-hans"}
