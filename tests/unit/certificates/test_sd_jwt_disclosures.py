"""Digests and disclosures: what a holder, or an issuer gone wrong, might show is refused by its code."""

import pytest

from certificates.core.canonical import b64url
from certificates.core.digests import digest as digest_named
from certificates.core.errors import CredentialError
from certificates.core.grains import Grain
from certificates.core.sd_jwt import present
from certificates.core.sd_jwt_format import MAX_DIGESTS, MAX_DISCLOSURES, DisclosureKey
from certificates.core.sd_jwt_verify import verify_credential
from certificates.core.signing.registry import SUITES
from tests.unit.certificates.credential_parts import (
    decoy,
    digest,
    disclosure,
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


def refused(text: str) -> str:
    with pytest.raises(CredentialError) as caught:
        verify_credential(text, key=trusted_key())
    return caught.value.code


def with_field(*texts: str) -> str:
    """A credential that references the given disclosures at the top level and shows them."""
    return signed(payload(_sd=[digest(text) for text in texts]), texts)


class TestDigests:
    def test_refuses_one_digest_twice_in_one_array(self) -> None:
        assert refused(signed(payload(_sd=[decoy(1), decoy(1)]))) == "credential.digest_repeated"

    def test_refuses_one_digest_in_two_objects_even_undisclosed(self) -> None:
        assert refused(signed(payload(masked={"_sd": [decoy(1)]}))) == "credential.digest_repeated"
        assert refused(signed(payload(facts={"_sd": [decoy(3)]}))) == "credential.digest_repeated"

    @pytest.mark.parametrize("alg", ["md5", "sha-512", "SHA-256", "SM3", "", ["sha-256"], 256, {}])
    def test_refuses_another_digest_algorithm(self, alg: object) -> None:
        assert refused(signed(payload(_sd_alg=alg))) == "credential.sd_alg"

    def test_refuses_the_digest_of_another_suite(self) -> None:
        own = suite_in_use().sd_alg
        for other in {one.sd_alg for one in SUITES.values()} - {own}:
            assert refused(signed(payload(_sd_alg=other))) == "credential.sd_alg"
            theirs = b64url(digest_named(other)(NAME.encode()))
            assert refused(signed(payload(_sd_alg=other, _sd=[theirs]), [NAME])) == "credential.sd_alg"
            assert refused(signed(payload(_sd=[theirs]), [NAME])) == "credential.disclosure_unreferenced"

    def test_refuses_a_missing_digest_algorithm(self) -> None:
        assert refused(signed(payload(_sd_alg=None))) == "credential.claims"

    @pytest.mark.parametrize("digests", [["A" * 86], [1], [None], [["x"]], "x", {}, [{"...": decoy(9)}], [True], [""]])
    def test_refuses_digests_of_another_length_or_kind(self, digests: object) -> None:
        assert refused(signed(payload(_sd=digests))) == "credential.digests"
        assert refused(signed(payload(masked={"_sd": digests}))) == "credential.digests"
        assert refused(signed(payload(facts={"_sd": digests}))) == "credential.digests"

    @pytest.mark.parametrize(
        "owner", [[], "x", {}, {"_sd": [], "x": 1}, {"x": []}, {"_sd": [], "_sd_alg": "sha-256"}, True]
    )
    def test_refuses_objects_that_hold_more_or_less_than_digests(self, owner: object) -> None:
        assert refused(signed(payload(masked=owner))) == "credential.digests"
        assert refused(signed(payload(facts=owner))) == "credential.digests"

    def test_takes_decoys_up_to_the_cap_and_no_more(self) -> None:
        many = [decoy(number) for number in range(10, MAX_DIGESTS + 8)]
        assert verify_credential(signed(payload(_sd=many)), key=trusted_key()).shown == {}
        assert refused(signed(payload(_sd=[*many, decoy(9_999)]))) == "limit.digests"
        assert refused(signed(payload(_sd=[decoy(number) for number in range(10_000)]))) == "limit.credential"


class TestDisclosures:
    def test_refuses_a_disclosure_nobody_references(self) -> None:
        assert refused(signed(payload(), [NAME])) == "credential.disclosure_unreferenced"

    def test_refuses_the_same_disclosure_sent_twice(self) -> None:
        assert refused(with_field(NAME) + NAME + "~") == "credential.disclosure_repeated"

    def test_refuses_two_disclosures_of_one_name(self) -> None:
        other = disclosure(SALT, "holder_name", "李四")
        assert refused(with_field(NAME, other)) == "credential.name_repeated"

    def test_refuses_one_field_at_two_grains(self) -> None:
        issued = issue()
        text = shown(issued, ("holder_name", Grain.FULL), ("holder_name", Grain.MASKED))
        assert refused(text) == "credential.two_grains"

    def test_refuses_a_fact_with_the_name_of_a_shown_field(self) -> None:
        fact = disclosure(SALT, "holder_name", True)
        text = signed(payload(_sd=[digest(NAME)], facts={"_sd": [digest(fact)]}), [NAME, fact])
        assert refused(text) == "credential.two_grains"

    def test_refuses_a_disclosure_of_another_credential(self) -> None:
        ours, other = issue(), issue(random=lambda size: b"\7" * (size - 40) + bytes(range(40)))
        foreign = other.disclosures[DisclosureKey("holder_name", Grain.FULL)]
        assert refused(present(ours.jwt, [foreign])) == "credential.disclosure_unreferenced"

    @pytest.mark.parametrize(
        "name", ["iss", "vct", "exp", "nbf", "iat", "status", "region", "cnf", "sub", "aud", "masked", "facts"]
    )
    def test_refuses_security_claims_inside_a_disclosure(self, name: str) -> None:
        hidden = disclosure(SALT, name, "x")
        assert refused(with_field(hidden)) == "credential.claim_name"

    @pytest.mark.parametrize("name", ["_sd", "_sd_alg", "...", "", "Name", "张", "a" * 65, "__proto__", "a b", "a\n"])
    def test_refuses_names_that_no_field_has(self, name: str) -> None:
        assert refused(with_field(disclosure(SALT, name, "x"))) == "credential.claim_name"

    @pytest.mark.parametrize("name", [1, None, True, ["a"], {}])
    def test_refuses_names_that_are_no_text(self, name: object) -> None:
        assert refused(with_field(disclosure(SALT, name, "x"))) == "credential.claim_name"

    @pytest.mark.parametrize(
        "items",
        [
            (SALT, "x"),
            (SALT, "a", "b", "c"),
            (),
            ("short", "a", "x"),
            ("s" * 65, "a", "x"),
            (1, "a", "x"),
            (None, "a", "x"),
        ],
    )
    def test_refuses_arrays_that_are_not_salt_name_value(self, items: tuple[object, ...]) -> None:
        assert refused(with_field(disclosure(*items))) == "credential.disclosure"

    @pytest.mark.parametrize(
        "text",
        [
            b'{"c2FsdHNhbHRzYWx0c2FsdA":1,"holder_name":2,"c":3}',
            b'{"a":1,"b":2,"c":3}',
            b'"abc"',
            b"[",
            b"\xff",
            b"\xef\xbb\xbf[]",
            b'["s","\\ud800","x"]',
            b"",
        ],
    )
    def test_refuses_disclosures_that_are_no_json_array(self, text: bytes) -> None:
        assert refused(with_field(b64url(text))) in {"credential.disclosure", "credential.malformed"}

    def test_refuses_disclosures_in_loose_base64(self) -> None:
        for loose in (NAME + "=", NAME + " ", " " + NAME, NAME + "\n"):
            assert refused(with_field(loose)) == "credential.disclosure"

    @pytest.mark.parametrize(
        "value", [1, 1.5, None, False, True, {}, {"_sd": []}, [], ["x", 1], [["x"]], [{"...": "x"}], ["x"] * 65]
    )
    def test_refuses_values_that_are_no_texts(self, value: object) -> None:
        assert refused(with_field(disclosure(SALT, "holder_name", value))) == "credential.value"

    @pytest.mark.parametrize("value", [False, 1, "true", None, ["true"]])
    def test_refuses_facts_that_are_not_true(self, value: object) -> None:
        fact = disclosure(SALT, "age_over_18", value)
        assert refused(signed(payload(facts={"_sd": [digest(fact)]}), [fact])) == "credential.value"

    def test_refuses_salts_and_disclosures_of_a_megabyte(self) -> None:
        assert refused(with_field(disclosure("s" * 1_000_000, "a", "x"))) == "limit.credential"
        assert refused(with_field(disclosure(SALT, "a", "x" * 10_000))) == "limit.disclosure"

    def test_refuses_more_disclosures_than_the_cap(self) -> None:
        texts = [disclosure(SALT, f"f{number}", "x") for number in range(MAX_DISCLOSURES + 1)]
        assert refused(with_field(*texts)) == "limit.disclosures"
