"""What a purpose copy states of itself, in both forms of its statement."""

import dataclasses
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.core import deterministic_cbor as cbor
from certificates.core.copy_claims import (
    MARK_BITS,
    MAX_PURPOSE_CHARS,
    CopyClaims,
    copy_claims,
    is_copy_number,
    new_copy_mark,
    new_copy_number,
)
from certificates.core.copy_terms import CopyTerms, copy_end, most_copy_days, pack_terms, unpack_terms
from certificates.core.cose import sign1
from certificates.core.errors import CopyError, CredentialError
from certificates.core.sd_jwt import finish, prepare, present
from certificates.core.sd_jwt_format import DigestTotals
from certificates.core.sd_jwt_verify import verify_credential
from certificates.core.seal_code import build_seal_code
from certificates.core.seal_content import seal_from_json, seal_to_json
from tests.unit.certificates.credential_parts import CLAIMS, signer, trusted_key
from tests.unit.certificates.seal_code_steps import CONTENT, claims, packed, read, refused

AT = datetime(2026, 11, 23, tzinfo=UTC)
COPY = CopyClaims(number="7Q4K-09ZT-MXB2", purpose="城东污水处理厂扩建工程投标", recipient="湖州市城市建设投资集团")
BAD = [
    ("7Q4K-09ZT-MXBI", COPY.purpose, COPY.recipient),  # I is no letter of a number
    ("7Q4K09ZTMXB2", COPY.purpose, COPY.recipient),
    (COPY.number, "", COPY.recipient),
    (COPY.number, "a" * (MAX_PURPOSE_CHARS + 1), COPY.recipient),
    (COPY.number, COPY.purpose, "湖州\u202e集团"),
    (COPY.number, COPY.purpose, " 湖州"),
    (COPY.number, COPY.purpose, 7),
    (COPY.number, [COPY.purpose], COPY.recipient),
]


def credential(copy: Any) -> str:
    """An honest credential with one field, that says to be of this copy."""
    prepared = prepare(
        values={"licence_number": "浙A-001"},
        masked={},
        facts=(),
        totals=DigestTotals(sd=4, masked=2, facts=2),
        claims=CLAIMS._replace(copy=copy),
        x5c=(b"\x30\x00",),
        signer=signer(),
        random=os.urandom,
    )
    issued = finish(prepared, signer().sign(prepared.signing_input))
    return present(issued.jwt, tuple(issued.disclosures.values()))


@given(st.binary(min_size=8, max_size=8))
def test_numbers_have_their_form_and_marks_their_bits(noise: bytes) -> None:
    assert is_copy_number(new_copy_number(random=lambda _: noise))
    assert 0 <= new_copy_mark(random=lambda size: noise[:size]) < 2**MARK_BITS


def test_a_codes_copy_claims_are_read_back() -> None:
    content = dataclasses.replace(CONTENT, copy=COPY)
    assert read(build_seal_code(content, signer=signer())).copy == COPY
    assert read(build_seal_code(CONTENT, signer=signer())).copy is None
    assert seal_from_json(seal_to_json(content)) == content


def test_a_credentials_copy_claims_are_read_back() -> None:
    assert verify_credential(credential(COPY), key=trusted_key()).claims.copy == COPY
    assert verify_credential(credential(None), key=trusted_key()).claims.copy is None


@pytest.mark.parametrize("stated", BAD)
def test_refuses_what_is_no_copys_claims(stated: tuple[Any, Any, Any]) -> None:
    assert copy_claims(*stated) is None
    payload = claims()
    payload[-65537][7] = list(stated)
    assert refused(packed(sign1(cbor.encode(payload), signer=signer()))) == "seal_code.content"
    with pytest.raises(CredentialError) as caught:
        credential(CopyClaims(*stated))
    assert caught.value.code == "credential.claims"


@pytest.mark.parametrize("stated", [[], ["7Q4K-09ZT-MXB2", "x"], "7Q4K-09ZT-MXB2", {"number": "7Q4K-09ZT-MXB2"}, None])
def test_refuses_copy_claims_of_another_shape(stated: Any) -> None:
    payload = claims()
    payload[-65537][7] = stated
    assert refused(packed(sign1(cbor.encode(payload), signer=signer()))).startswith("seal_code.")


def test_a_copy_ends_after_its_days_and_never_after_its_licence() -> None:
    assert copy_end(at=AT, days=7, most_days=30, licence_end=None) == AT + timedelta(days=7)
    assert copy_end(at=AT, days=7, most_days=30, licence_end=AT + timedelta(days=3)) == AT + timedelta(days=3)
    for days in (0, 31):
        with pytest.raises(CopyError) as caught:
            copy_end(at=AT, days=days, most_days=30, licence_end=None)
        assert caught.value.code == "copy.days"
    with pytest.raises(CopyError) as caught:
        copy_end(at=AT, days=7, most_days=30, licence_end=AT)
    assert caught.value.code == "copy.licence_ended"


def test_a_type_may_say_less_than_the_node_and_nobody_more_than_a_year() -> None:
    assert most_copy_days(node_days=30, type_days=None) == 30
    assert most_copy_days(node_days=30, type_days=3) == 3
    assert most_copy_days(node_days=30, type_days=90) == 30
    assert most_copy_days(node_days=9_999, type_days=None) == 365


def test_terms_are_read_back_and_show_nothing() -> None:
    terms = CopyTerms(purpose=COPY.purpose, recipient=COPY.recipient, maker_name="持证主体")
    assert unpack_terms(pack_terms(terms)) == terms
    assert COPY.recipient not in repr(terms)
    with pytest.raises(CopyError) as caught:
        unpack_terms(b'{"purpose":"x"}')
    assert caught.value.code == "copy.terms"
