"""Issuing: what a credential tells, what it hides, and that others can read it."""

import base64
import json
import os
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jwcrypto.jwk import JWK
from sd_jwt.verifier import SDJWTVerifier

from certificates.core.canonical import b64url_decode_strict
from certificates.core.errors import CredentialError
from certificates.core.grains import Grain
from certificates.core.sd_jwt import finish, prepare, present
from certificates.core.sd_jwt_format import MAX_DISCLOSURE_CHARS, DigestTotals, DisclosureKey, Shown
from certificates.core.sd_jwt_verify import verify_credential
from tests.unit.certificates.credential_parts import (
    CLAIMS,
    FACTS,
    IAT,
    MASKED,
    TOTALS,
    VALUES,
    X5C,
    counting_random,
    digest,
    issue,
    private_key,
    shown,
    signer,
    trusted_key,
)
from tests.unit.suite_in_use import suite_in_use, using

pytestmark = pytest.mark.usefixtures("every_suite")

NAMES = st.from_regex(r"v_[a-z0-9]{1,20}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
FIELD_VALUES = TEXTS | st.lists(TEXTS, min_size=1, max_size=4).map(tuple)


def part(jwt: str, number: int) -> dict:  # type: ignore[type-arg]
    return json.loads(b64url_decode_strict(jwt.split(".")[number]))


def test_only_the_named_claims_are_in_the_clear() -> None:
    payload = part(issue().jwt, 1)
    assert payload.keys() == {
        *("iss", "vct", "region", "iat", "nbf", "exp", "status"),
        *("_sd", "_sd_alg", "masked", "facts"),
    }
    assert payload["masked"].keys() == payload["facts"].keys() == {"_sd"}
    assert payload["status"] == {"status_list": {"idx": 77, "uri": CLAIMS.status.uri}}
    text = b64url_decode_strict(issue().jwt.split(".")[1]).decode()
    for value in ("张", "李", "杭州", "浙A", "holder_name", "age_over_18"):
        assert value not in text


def test_the_header_holds_type_algorithm_key_id_and_chain_alone() -> None:
    assert part(issue().jwt, 0) == {
        "alg": suite_in_use().jose_alg,
        "typ": "dc+sd-jwt",
        "kid": trusted_key().kid,
        "x5c": [base64.b64encode(X5C[0]).decode()],
    }


def test_the_number_of_digests_tells_nothing_about_the_licence() -> None:
    for values, masked, facts in ((VALUES, MASKED, FACTS), ({"a": "1"}, {}, ()), ({}, {}, ())):
        payload = part(issue(values=values, masked=masked, facts=facts).jwt, 1)
        arrays = payload["_sd"], payload["masked"]["_sd"], payload["facts"]["_sd"]
        assert tuple(map(len, arrays)) == (TOTALS.sd, TOTALS.masked, TOTALS.facts)
        assert len({text for array in arrays for text in array}) == sum(map(len, arrays))
        assert all(len(b64url_decode_strict(text)) == 32 for array in arrays for text in array)


def test_the_order_of_digests_tells_nothing_about_fields_and_decoys() -> None:
    payload = part(issue(random=os.urandom).jwt, 1)
    assert payload["_sd"] == sorted(payload["_sd"])
    assert payload["masked"]["_sd"] == sorted(payload["masked"]["_sd"])


def test_each_field_at_each_grain_has_a_disclosure_of_its_own_with_its_own_salt() -> None:
    issued = issue(random=os.urandom)
    assert set(issued.disclosures) == {
        *((name, Grain.FULL) for name in VALUES),
        *((name, Grain.MASKED) for name in MASKED),
        *((name, Grain.FACT) for name in FACTS),
    }
    opened = {key: json.loads(b64url_decode_strict(text)) for key, text in issued.disclosures.items()}
    assert opened[DisclosureKey("holder_name", Grain.MASKED)][1:] == ["holder_name", ["张**", "李**"]]
    assert opened[DisclosureKey("age_over_18", Grain.FACT)][1:] == ["age_over_18", True]
    salts = [salt for salt, _, _ in opened.values()]
    assert len(set(salts)) == len(salts)
    assert all(len(b64url_decode_strict(salt)) >= 16 for salt in salts)
    payload = part(issued.jwt, 1)
    assert digest(issued.disclosures[DisclosureKey("address", Grain.MASKED)]) in payload["masked"]["_sd"]


def test_two_credentials_of_one_licence_share_no_digest() -> None:
    first, second = (part(issue(random=os.urandom).jwt, 1) for _ in range(2))
    assert not set(first["_sd"]) & set(second["_sd"])


def test_prepared_bytes_are_the_signed_bytes() -> None:
    prepared = prepare(
        values=VALUES,
        masked=MASKED,
        facts=FACTS,
        totals=TOTALS,
        claims=CLAIMS,
        x5c=X5C,
        signer=signer(),
        random=counting_random,
    )
    first, again = (finish(prepared, signer().sign(prepared.signing_input)) for _ in range(2))
    assert first.jwt.encode().startswith(prepared.signing_input + b".")
    assert first.disclosures == again.disclosures == issue().disclosures
    # ES256 is signed without a random number, so a repeat after a crash is the same text; SM2's standard wants a random one.
    assert (first == again == issue()) is (suite_in_use().name == "ES256")


def test_the_key_decides_the_digest_of_the_disclosures() -> None:
    for name, other in (("ES256", "SM2"), ("SM2", "ES256")):
        with using(name) as chosen:
            payload = part(issue().jwt, 1)
            assert payload["_sd_alg"] == chosen.sd_alg
            text = issue().disclosures[DisclosureKey("address", Grain.FULL)]
            assert digest(text) in payload["_sd"]
        with using(other):
            assert digest(text) not in payload["_sd"]


def test_shows_the_chosen_grains_and_nothing_else() -> None:
    issued = issue()
    verified = verify_credential(
        shown(issued, ("holder_name", Grain.MASKED), ("licence_number", Grain.FULL), ("age_over_18", Grain.FACT)),
        key=trusted_key(),
    )
    assert verified.shown == {
        "holder_name": Shown(Grain.MASKED, ("张**", "李**")),
        "licence_number": Shown(Grain.FULL, "浙A-001"),
        "age_over_18": Shown(Grain.FACT, True),
    }
    assert verified.claims == CLAIMS
    assert verified.header.x5c == X5C
    assert verified.token_digest == verify_credential(shown(issued), key=trusted_key()).token_digest


def refused(**changes: object) -> str:
    with pytest.raises(CredentialError) as caught:
        issue(**changes)
    return caught.value.code


@pytest.mark.parametrize(
    "name", ["exp", "status", "cnf", "vct", "masked", "facts", "_sd", "...", "Name", "1st", "", "姓名"]
)
def test_refuses_to_issue_fields_with_names_that_a_verifier_refuses(name: str) -> None:
    assert refused(values={name: "x"}) == "credential.claim_name"
    assert refused(facts=(name,)) == "credential.claim_name"


def test_refuses_to_issue_a_fact_that_is_named_as_a_field() -> None:
    assert refused(facts=("address",)) == "credential.name_repeated"
    assert refused(facts=("old", "old")) == "credential.name_repeated"


def test_refuses_to_issue_more_digests_than_the_padding_holds() -> None:
    assert refused(totals=DigestTotals(sd=2, masked=8, facts=4)) == "credential.padding"
    assert refused(totals=DigestTotals(sd=600, masked=8, facts=4)) == "credential.padding"


@pytest.mark.parametrize("value", [7, None, True, {"a": "b"}, [], ["x", 1], [["x"]], "\ud800", ["x"] * 65])
def test_refuses_to_issue_values_that_are_no_texts(value: object) -> None:
    assert refused(values={"a": value}) == "credential.value"
    assert refused(masked={"a": value}) == "credential.value"


def test_refuses_to_issue_what_is_too_large_to_verify() -> None:
    assert refused(values={"a": "证" * 3000}) == "limit.disclosure"
    longest = "证" * ((MAX_DISCLOSURE_CHARS - 256) // 4 - 2)
    assert verify_credential(shown(issue(values={"a": longest}), ("a", Grain.FULL)), key=trusted_key()).shown["a"]
    assert refused(x5c=()) == "credential.x5c"
    assert refused(x5c=(b"x" * 5000,)) == "credential.x5c"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"exp": IAT + 367 * 86_400}, "credential.time"),
        ({"exp": IAT}, "credential.time"),
        ({"nbf": IAT + 400 * 86_400}, "credential.time"),
        ({"iat": 1.5}, "credential.time"),
        ({"region": "33000"}, "credential.claims"),
        ({"iss": ""}, "credential.claims"),
        ({"vct": "x" * 1000}, "credential.claims"),
    ],
)
def test_refuses_to_issue_claims_out_of_range(change: dict[str, object], code: str) -> None:
    assert refused(claims=CLAIMS._replace(**change)) == code  # type: ignore[arg-type]


class TestInterop:
    """The reference implementation of the standard reads what is issued here; it knows no SM2."""

    @pytest.fixture(autouse=True)
    def _es256(self) -> Iterator[None]:
        with using("ES256"):
            yield

    def read(self, text: str) -> dict[str, object]:
        key = JWK.from_pyca(private_key().public_key())
        return SDJWTVerifier(text, lambda *_: key).get_verified_payload()  # type: ignore[no-any-return]

    def test_reads_a_presentation(self) -> None:
        text = shown(issue(), ("holder_name", Grain.FULL), ("address", Grain.MASKED), ("age_over_18", Grain.FACT))
        payload = self.read(text)
        assert payload["holder_name"] == ["张三丰", "李四"]
        assert payload["masked"] == {"address": "杭州市西湖区**"}
        assert payload["facts"] == {"age_over_18": True}
        assert payload["region"] == "330000"
        assert "licence_number" not in payload

    def test_reads_the_whole_credential(self) -> None:
        issued = issue(random=os.urandom)
        payload = self.read(present(issued.jwt, list(issued.disclosures.values())))
        assert payload["masked"] == {
            name: list(value) if isinstance(value, tuple) else value for name, value in MASKED.items()
        }
        assert payload["facts"] == dict.fromkeys(FACTS, True)


@settings(max_examples=60, deadline=None)
@given(
    values=st.dictionaries(NAMES, FIELD_VALUES, max_size=8),
    masked=st.dictionaries(NAMES, FIELD_VALUES, max_size=8),
    facts=st.sets(st.from_regex(r"f_[a-z0-9]{1,20}", fullmatch=True), max_size=4),
)
def test_what_is_issued_is_what_is_verified(values: dict, masked: dict, facts: set) -> None:  # type: ignore[type-arg]
    issued = issue(values=values, masked=masked, facts=tuple(facts), random=os.urandom)
    for grain, names in ((Grain.FULL, values), (Grain.MASKED, masked), (Grain.FACT, dict.fromkeys(facts, True))):
        text = shown(issued, *((name, grain) for name in names))
        expected = {name: Shown(grain, value) for name, value in names.items()}
        assert verify_credential(text, key=trusted_key()).shown == expected
