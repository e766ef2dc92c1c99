"""What checks say of purpose copies, and whether a document says of itself which copy it is."""

import pytest

from certificates.core.copy_claims import CopyClaims
from verification.core.copy_codes import spoken_of_copy
from verification.core.copy_sentences import COPY_SENTENCES
from verification.core.document_stated import names_copy
from verification.core.verdict import Check, Outcome

COPY = CopyClaims(number="7Q4K-09ZT-MXB2", purpose="投标", recipient="湖州市城市建设投资集团")
STATED = {"JZJZZSJ": "20261123090000", "JZJZZZ": "持证主体", "JZJZZSY": "投标", "JZJYXQJZSJ": "20261130090000"}


@pytest.mark.parametrize(
    ("code", "of_copy"),
    [
        ("validity.credential_expired", "copy.expired"),
        ("validity.in_force", "copy.in_force"),
        ("validity.expired", "validity.expired"),
        ("status.revoked", "copy.revoked"),
        ("status.suspended", "copy.suspended"),
        ("status.valid", "copy.valid"),
        ("status.stale", "status.stale"),
    ],
)
def test_a_copy_is_spoken_of_in_its_own_words_and_judged_no_otherwise(code: str, of_copy: str) -> None:
    check = Check(number=5, outcome=Outcome.FAILED, code=code, age_seconds=3)
    told = spoken_of_copy(check)
    assert (told.code, told.outcome, told.age_seconds) == (of_copy, Outcome.FAILED, 3)


def test_every_word_about_a_copy_has_a_sentence_of_its_own() -> None:
    assert {"copy.only_for", "copy.expired", "copy.revoked", "copy.suspended", "copy.in_force", "copy.valid"} <= (
        COPY_SENTENCES.keys()
    )
    assert len({zh for zh, _ in COPY_SENTENCES.values()}) == len(COPY_SENTENCES)


def test_a_document_is_the_very_copy_that_it_says_to_be() -> None:
    assert names_copy(STATED, copy=COPY)
    assert not names_copy(STATED | {"JZJZZSY": "贷款"}, copy=COPY)
    assert not names_copy({name: text for name, text in STATED.items() if name != "JZJYXQJZSJ"}, copy=COPY)
    assert not names_copy({}, copy=COPY)


def test_a_licences_document_does_not_say_to_be_a_copy() -> None:
    assert names_copy({"ZZBH": "1"}, copy=None)
    assert not names_copy(STATED, copy=None)
    assert not names_copy({"JZJZZSY": "投标"}, copy=None)
