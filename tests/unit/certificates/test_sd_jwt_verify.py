"""Verification of credentials: each thing an attacker, or an issuer gone wrong, might send is refused by its code."""

import json
import time
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.core.errors import CredentialError
from certificates.core.grains import Grain
from certificates.core.sd_jwt import present
from certificates.core.sd_jwt_format import MAX_TIME, CredentialHeader, Shown
from certificates.core.sd_jwt_verify import verify_credential
from certificates.core.signing.suite import TrustedKey
from tests.unit.certificates.credential_parts import (
    IAT,
    digest,
    disclosure,
    header,
    issue,
    payload,
    shown,
    signed,
    trusted_key,
)
from tests.unit.suite_in_use import suite_in_use

pytestmark = pytest.mark.usefixtures("every_suite")

SALT = "c2FsdHNhbHRzYWx0c2FsdA"
NAME = disclosure(SALT, "holder_name", "张三丰")
FACT = disclosure(SALT, "age_over_18", True)


def refused(text: str, key: TrustedKey | None = None) -> str:
    with pytest.raises(CredentialError) as caught:
        verify_credential(text, key=key or trusted_key())
    return caught.value.code


def test_an_honest_credential_signed_by_hand_is_accepted() -> None:
    verified = verify_credential(
        signed(payload(_sd=[digest(NAME)], facts={"_sd": [digest(FACT)]}), [NAME, FACT]), key=trusted_key()
    )
    assert verified.shown == {"holder_name": Shown(Grain.FULL, "张三丰"), "age_over_18": Shown(Grain.FACT, True)}


class TestClaims:
    @pytest.mark.parametrize("name", ["iss", "vct", "region", "iat", "nbf", "exp", "status", "_sd", "masked", "facts"])
    def test_refuses_a_missing_claim(self, name: str) -> None:
        assert refused(signed(payload(**{name: None}))) == "credential.claims"

    @pytest.mark.parametrize("name", ["cnf", "sub", "holder_name", "jti", "...", "x"])
    def test_refuses_a_claim_in_the_clear_that_has_no_place_there(self, name: str) -> None:
        assert refused(signed(payload(**{name: "x"}))) == "credential.claims"

    @pytest.mark.parametrize("time_claim", ["iat", "nbf", "exp"])
    @pytest.mark.parametrize("value", ["1790000000", -1, 0, 2**63, 1.79e9, True, [], 10**30])
    def test_refuses_times_that_are_no_number_in_range(self, time_claim: str, value: object) -> None:
        assert refused(signed(payload(**{time_claim: value}))) == "credential.time"

    @pytest.mark.parametrize("text", [b"NaN", b"1e999", b"-Infinity"])
    def test_refuses_times_that_json_does_not_know(self, text: bytes) -> None:
        claims = json.dumps(payload()).encode().replace(str(payload()["exp"]).encode(), text)
        assert refused(signed(claims)) == "credential.payload"

    def test_refuses_a_lifetime_of_more_than_a_year_or_backwards(self) -> None:
        assert verify_credential(signed(payload(exp=IAT + 366 * 86_400)), key=trusted_key())
        assert refused(signed(payload(exp=IAT + 366 * 86_400 + 1))) == "credential.time"
        assert refused(signed(payload(exp=IAT))) == "credential.time"
        assert refused(signed(payload(nbf=payload()["exp"]))) == "credential.time"
        last = {"iat": MAX_TIME - 9, "nbf": MAX_TIME - 9}
        assert verify_credential(signed(payload(**last, exp=MAX_TIME)), key=trusted_key())
        assert refused(signed(payload(**last, exp=MAX_TIME + 1))) == "credential.time"

    def test_refuses_a_credential_that_is_valid_before_it_was_issued(self) -> None:
        assert verify_credential(signed(payload(nbf=IAT + 1)), key=trusted_key())
        assert refused(signed(payload(iat=IAT + 1))) == "credential.time"
        assert refused(signed(payload(iat=IAT + 20 * 86_400))) == "credential.time"

    @pytest.mark.parametrize(
        "status",
        [
            {},
            [],
            "x",
            {"status_list": {"idx": 1}},
            {"status_list": {"uri": "https://x", "idx": 1, "z": 0}},
            {"status_list": {"uri": "https://x", "idx": 1}, "z": 0},
            {"status_list": {"uri": "https://x", "idx": -1}},
            {"status_list": {"uri": "https://x", "idx": 1.0}},
            {"status_list": {"uri": "https://x", "idx": True}},
            {"status_list": {"uri": "https://x", "idx": 2**63}},
            {"status_list": {"uri": "https://x", "idx": "1"}},
        ],
    )
    def test_refuses_a_status_that_names_no_entry(self, status: object) -> None:
        assert refused(signed(payload(status=status))) == "credential.status"

    @pytest.mark.parametrize("text", ["", "x" * 1_000, "a\nb", 7, None, ["x"], {}, "a\u202eb"])
    def test_refuses_text_claims_that_are_no_short_text(self, text: object) -> None:
        for name in ("iss", "vct"):
            if text is not None:
                assert refused(signed(payload(**{name: text}))) == "credential.claims"
        status = {"status_list": {"uri": text, "idx": 1}}
        assert refused(signed(payload(status=status))) == "credential.claims"

    @pytest.mark.parametrize("region", ["33000", "3300000", "33000x", 330000, "", "３３００００", "33000\n"])
    def test_refuses_a_region_that_is_no_six_digit_code(self, region: object) -> None:
        assert refused(signed(payload(region=region))) == "credential.claims"

    @pytest.mark.parametrize(
        "text", [b"[]", b"7", b"{", b'{"iss":"a","iss":"b"}', b"[" * 5_000, b"[" * 900 + b"]" * 900]
    )
    def test_refuses_payloads_that_are_no_strict_json_object(self, text: bytes) -> None:
        assert refused(signed(text)) in {"credential.payload", "credential.claims"}

    def test_refuses_a_claim_given_twice(self) -> None:
        doubled = json.dumps(payload()).encode()[:-1] + b',"exp":1790000001}'
        assert refused(signed(doubled)) == "credential.payload"


class TestHeaderAndKey:
    @pytest.mark.parametrize("typ", ["kb+jwt", "at+jwt", "vc+sd-jwt", "statuslist+jwt", "JWT", None])
    def test_refuses_tokens_of_another_type(self, typ: str | None) -> None:
        assert refused(signed(payload(), head=header(typ=typ))) == "jws.typ"

    @pytest.mark.parametrize("alg", ["none", "HS256", "ES384", ""])
    def test_refuses_an_algorithm_that_is_not_the_keys(self, alg: str) -> None:
        assert refused(signed(payload(), head=header(alg=alg))) == "key.algorithm"

    @pytest.mark.parametrize("member", ["crit", "jwk", "jku", "x5u", "zip", "b64", "x5t", "cty", "trust_chain"])
    def test_refuses_header_members_that_have_no_place(self, member: str) -> None:
        assert refused(signed(payload(), head=header(**{member: ["x"]}))) == "jws.header"

    @pytest.mark.parametrize(
        "x5c",
        [
            None,
            [],
            "MIIB",
            [1],
            ["MIIB\n"],
            ["MII-"],
            ["MIIBQ"],
            ["MIIBQR=="],
            [""],
            ["AAAA"] * 5,
            ["A" * 6_000],
            {"0": "AAAA"},
        ],
    )
    def test_refuses_a_chain_that_is_no_short_list_of_base64(self, x5c: object) -> None:
        assert refused(signed(payload(), head=header(x5c=x5c))) == "credential.x5c"

    def test_a_header_without_a_key_id_is_allowed(self) -> None:
        assert verify_credential(signed(payload(), head=header(kid=None)), key=trusted_key()).header.kid is None

    @pytest.mark.parametrize("kid", ["", "x", "../../dev/null", "another"])
    def test_refuses_a_key_id_that_is_not_the_trusted_keys(self, kid: str) -> None:
        kid = trusted_key(2).kid if kid == "another" else kid
        assert refused(signed(payload(), head=header(kid=kid))) == "key.unknown"

    @pytest.mark.parametrize("kid", [1, [], {}, True])
    def test_refuses_a_key_id_that_is_no_text(self, kid: object) -> None:
        assert refused(signed(payload(), head=header(kid=kid))) == "jws.header"

    def test_refuses_the_signature_of_another_key(self) -> None:
        other = TrustedKey(kid=trusted_key().kid, suite=trusted_key().suite, public_key=trusted_key(2).public_key)
        assert refused(shown(issue()), other) == "signature.invalid"

    def test_refuses_when_no_key_is_given(self) -> None:
        with pytest.raises(CredentialError) as caught:
            verify_credential(shown(issue()))
        assert caught.value.code == "key.unknown"

    def test_the_resolver_sees_the_chain_and_decides(self) -> None:
        seen: list[CredentialHeader] = []

        def resolve(head: CredentialHeader) -> TrustedKey:
            seen.append(head)
            return trusted_key()

        assert verify_credential(shown(issue()), resolve_key=resolve).shown == {}
        assert seen[0].x5c[0].startswith(b"\x30\x82")

    def test_a_refusal_of_the_resolver_is_passed_on_and_cached_headers_do_not_hide_it(self) -> None:
        def refuse(head: CredentialHeader) -> TrustedKey:
            raise CredentialError("key.unknown", "not ours")

        verify_credential(shown(issue()), key=trusted_key())
        with pytest.raises(CredentialError):
            verify_credential(shown(issue()), resolve_key=refuse)


class TestShape:
    def test_refuses_a_bare_jwt_and_other_shapes(self) -> None:
        jwt = issue().jwt
        for text in (jwt, "", "~", "~~", jwt.replace(".", "~", 1), "é~", jwt + "~~", "a.b.c.d~", jwt + ".~"):
            assert refused(text).split(".")[0] in {"credential", "jws"}

    def test_refuses_a_key_binding_token_because_credentials_carry_no_cnf(self) -> None:
        assert refused(shown(issue()) + "e30.e30.AAAA") == "credential.key_binding"
        assert refused(present(issue().jwt, [], "e30.e30.AAAA")) == "credential.key_binding"

    def test_refuses_more_than_the_size_limit_quickly(self) -> None:
        started = time.process_time()
        assert refused("~" * 70_000) == "limit.credential"
        assert refused("~" * 60_000) == "limit.disclosures"
        assert time.process_time() - started < 1


def presentation() -> str:
    return _presentation(suite_in_use().name)


@cache
def _presentation(_: str) -> str:
    return shown(issue(), ("holder_name", Grain.MASKED), ("licence_number", Grain.FULL), ("age_over_18", Grain.FACT))


@settings(max_examples=400, deadline=None)
@given(
    at=st.integers(0, 4_999),
    to=st.characters(codec="ascii") | st.sampled_from(["", "~", ".", "=", "A", "_"]),
)
def test_no_changed_character_ever_passes_as_other_content(at: int, to: str) -> None:
    original = presentation()
    at %= len(original)
    mutated = original[:at] + to + original[at + 1 :]
    if mutated == original:
        return
    with pytest.raises(CredentialError):
        verify_credential(mutated, key=trusted_key())


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300) | st.from_regex(r"[A-Za-z0-9_\-.~]{0,300}", fullmatch=True))
def test_any_text_is_refused_by_a_named_error(text: str) -> None:
    with pytest.raises(CredentialError):
        verify_credential(text, key=trusted_key())


def test_dropping_a_disclosure_shows_less_and_changes_nothing_else() -> None:
    whole = verify_credential(presentation(), key=trusted_key())
    head, *rest = presentation().split("~")
    less = verify_credential("~".join([head, *rest[1:]]), key=trusted_key())
    assert less.shown == {name: value for name, value in whole.shown.items() if name != "holder_name"}
