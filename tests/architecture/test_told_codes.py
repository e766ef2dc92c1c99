"""Every code that a page can meet is told in a sentence of its own kind, in both languages: never the last resort alone."""

import ast
import re
from collections.abc import Iterator

import pytest
from django.utils import translation

from accounts.admin_wording import admin_sentence
from accounts.pages.wording import sentence_for
from tests.architecture.source_tree import name_of, python_files, tree
from verification.core.reasons import UNKNOWN_REASON, reason

CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+){1,3}")
CHINESE = re.compile(r"[\u3400-\u9fff]")
# Where an error is made that a page of accounts or certificates catches, and where one of verification's pages does.
DESK = (
    "accounts/services/",
    "accounts/core/",
    "certificates/services/",
    "certificates/core/issued_values",
    "certificates/core/field_rules",
    "certificates/core/kind_rules",
    "certificates/core/licence_identifier",
)
COUNTER = ("verification/services/", "certificates/services/")
# Made at a command line or in a machine's call, never for somebody who reads a page.
# What a spent code, a document or a copy refuses is told by the pages of verification.
TOLD_AT_THE_COUNTER = ("code.", "document.", "copy.", "ofd.")
NOT_ON_PAGES = (
    "accounts/services/register_api_client.py",
    "accounts/services/add_client_key.py",
    "accounts/services/retire_client_key.py",
    "accounts/services/issue_access_token.py",
    "accounts/services/token_caller.py",
    "accounts/core/client_keys.py",
    "accounts/core/client_assertion.py",
    "accounts/core/operator_header.py",
    "accounts/core/permissions.py",
    "accounts/core/four_eyes.py",
    "accounts/services/confirm_membership.py",
    "certificates/services/load_licence_types.py",
    "verification/services/load_policies.py",
)


def _codes(*places: str) -> set[str]:
    return {code for where, code in _raised() if where.startswith(places) and where not in NOT_ON_PAGES}


def _desk_codes() -> set[str]:
    return {code for code in _codes(*DESK) if not code.startswith(TOLD_AT_THE_COUNTER)}


def _raised() -> Iterator[tuple[str, str]]:
    for path in python_files("accounts", "certificates", "verification"):
        for node in ast.walk(tree(path)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            known = node.func.id.endswith("Error") or node.func.id in {"NotPermitted", "AuthenticationFailed"}
            code = node.args[0].value if known and node.args and isinstance(node.args[0], ast.Constant) else None
            if isinstance(code, str) and CODE.fullmatch(code):
                yield name_of(path), code


def test_the_collection_finds_codes_at_all() -> None:
    assert {"issue.number_in_use", "licence_type.validity.too_long", "presentation.audience"} <= _desk_codes()
    assert len(_codes(*COUNTER)) > 20


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_code_of_the_desks_has_a_sentence(language: str) -> None:
    with translation.override(language):
        last_resort = sentence_for("nobody.knows.this")
        told = {code: sentence_for(code) for code in _desk_codes()}
    assert {code for code, sentence in told.items() if sentence == last_resort} == set()
    if language == "en":
        assert {code for code, sentence in told.items() if CHINESE.search(sentence)} == set()


def test_every_code_of_the_counter_has_a_sentence() -> None:
    found = {code for code in _codes(*COUNTER) if not code.startswith("user.")}  # accounts are opened at a desk
    assert {code for code in found if reason(code) is UNKNOWN_REASON} == set()


@pytest.mark.parametrize(
    "code",
    [
        "issue.number_in_use",
        "issue.type_not_allowed",
        "issue.holder",
        "issue.holder_kind",
        "issue.holders",
        "issue.busy",
        "issue.key_compromised",
        "issue.reason",
        "licence_type.validity.too_long",
        "licence_type.validity.past",
        "licence_type.validity.order",
        "presentation.audience",
        "presentation.grain",
        "presentation.not_live",
    ],
)
def test_what_a_clerk_or_holder_can_mend_is_told_apart_from_its_family(code: str) -> None:
    assert sentence_for(code) != sentence_for(code.rsplit(".", 1)[0] + ".something_else")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_refusal_of_the_administration_is_told_by_its_own_sentence(language: str) -> None:
    own_pages = {"user.inactive", "user.password_same", "user.self", "user.unknown"}  # of the agency's own page
    places = ("accounts/services/", "accounts/core/client_keys", "accounts/core/four_eyes")
    codes = {code for where, code in _raised() if where.startswith(places)}
    records = {
        code for code in codes if code.startswith(("agency.", "api_client.", "four_eyes.", "membership.", "user."))
    }
    assert len(records) > 20
    with translation.override(language):
        told = {code: admin_sentence(code) for code in records - own_pages}
    assert {code for code, sentence in told.items() if sentence is None} == set()
    assert {bool(CHINESE.search(sentence or "")) for sentence in told.values()} == {language == "zh-hans"}
    assert len(set(told.values())) == len(told)
