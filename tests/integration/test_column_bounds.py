"""Whatever a validator lets pass fits its column: SQLite keeps a longer text, PostgreSQL answers it with an error."""

import re

import pytest
from django.db.models import CharField, Model

from accounts.api import idempotency
from accounts.core import client_assertion, client_keys
from accounts.core.permissions import Role
from accounts.models import ApiClient, ApiClientKey, UsedAssertion
from certificates.core import issue_request, licence_identifier, licence_types, presentation_code
from certificates.core.act_reasons import REASONS
from certificates.models import Certificate, CertificateEvent, IssueIntent, LicenceType, Presentation
from tests.integration.factories import AT
from verification.core import member_reader, message_signature, node_url, recognition_message
from verification.core.policy_file import LARGEST_WHOLE, LONGEST
from verification.models import (
    Cosignature,
    FetchedStatusList,
    Lookup,
    Matter,
    RecognitionRule,
    SpentNonce,
    StoredAnswer,
    UsageRule,
)

LONGEST_CLIENT_ID = 64  # longer than any row's number
LONGEST_CALLER = max(len(role) for role in Role) + len(":") + LONGEST_CLIENT_ID
LONGEST_SPENDER = LONGEST_CALLER + len(" ") + 36  # a look-up's id
LONGEST_LIST = node_url._MAX_LENGTH + len("/status-lists/") + 18
PATTERNS: tuple[tuple[re.Pattern[str], str, type[Model], str], ...] = (
    (message_signature._NONCE, "a", SpentNonce, "nonce"),
    (message_signature._KEY_ID, "a", SpentNonce, "keyid"),
    (client_assertion.CLIENT_ID, "a", ApiClient, "client_id"),
    (client_assertion.KEY_ID, "a", ApiClientKey, "kid"),
    (client_keys._KID, "a", ApiClientKey, "kid"),
    (client_assertion.JTI, "a", UsedAssertion, "jti"),
    (idempotency._KEY, "a", StoredAnswer, "idempotency_key"),
    (issue_request._IDEMPOTENCY_KEY, "a", IssueIntent, "idempotency_key"),
    (licence_identifier._SERIAL, "A", Certificate, "serial"),
    (licence_types._CODE, "1", LicenceType, "code"),
    (presentation_code._REGION, "330000", UsageRule, "relying_region"),
)
LENGTHS: tuple[tuple[int, type[Model], str], ...] = (
    (LONGEST_CALLER, Lookup, "caller"),
    (LONGEST_CALLER, StoredAnswer, "scope"),
    (LONGEST_CALLER, IssueIntent, "scope"),
    (LONGEST_CALLER, CertificateEvent, "actor"),
    (max(len(code) for codes in REASONS.values() for code in codes), CertificateEvent, "reason_code"),
    (LONGEST_SPENDER, Presentation, "spent_by"),
    (recognition_message._MAX_CODE, Lookup, "code"),
    (LONGEST_LIST, FetchedStatusList, "uri"),
    (member_reader._MAX_TEXT, Cosignature, "witness"),
    *((LONGEST[name], Matter, name) for name in ("code", "name_zh", "name_en", "case_pattern")),
    (LONGEST["agency"], Matter, "agency_uscc"),
    *((LONGEST[name], UsageRule, name) for name in ("type_code", "relying_region", "agency_uscc", "matter_code")),
    *((LONGEST[name], RecognitionRule, name) for name in ("type_code", "issuing_region", "matter_code")),
)


def taken_by(model: type[Model], name: str) -> int:
    """The characters that a column takes."""
    field = model._meta.get_field(name)
    assert isinstance(field, CharField)
    return int(field.max_length or 0)


@pytest.mark.parametrize(
    ("pattern", "text", "model", "name"), PATTERNS, ids=[f"{one.__name__}.{name}" for _, _, one, name in PATTERNS]
)
def test_what_a_pattern_lets_pass_fits_its_column(
    pattern: re.Pattern[str], text: str, model: type[Model], name: str
) -> None:
    passing = [len(text) * count for count in range(1, 1000) if pattern.fullmatch(text * count)]
    assert passing
    assert max(passing) <= taken_by(model, name)


@pytest.mark.parametrize(
    ("longest", "model", "name"), LENGTHS, ids=[f"{one.__name__}.{name}" for _, one, name in LENGTHS]
)
def test_what_a_bound_lets_pass_fits_its_column(longest: int, model: type[Model], name: str) -> None:
    assert longest <= taken_by(model, name)


@pytest.mark.django_db
def test_keeps_the_longest_nonce_that_a_peer_may_send() -> None:
    row = SpentNonce.objects.create(keyid="k" * 128, nonce="n" * 128, expires_at=AT)
    row.refresh_from_db()
    assert (len(row.keyid), len(row.nonce)) == (128, 128)


@pytest.mark.django_db
def test_keeps_the_highest_version_of_a_rule() -> None:
    row = UsageRule.objects.create(type_code="t", matter_code="m", fields={}, version=LARGEST_WHOLE)
    row.refresh_from_db()
    assert row.version == LARGEST_WHOLE
