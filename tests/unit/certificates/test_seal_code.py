"""The seal code: small, strict, and verifiable from its own text and a key alone."""

import dataclasses
import os
import zlib
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.core import base45
from certificates.core import deterministic_cbor as cbor
from certificates.core.errors import CredentialError, SealCodeError
from certificates.core.grains import Grain
from certificates.core.sd_jwt_format import Shown
from certificates.core.seal_code import VerifiedSealCode, build_seal_code
from certificates.core.signing.registry import SUITES
from tests.unit.certificates.credential_parts import IAT, signer
from tests.unit.certificates.seal_code_steps import (
    CONTENT,
    claims,
    cose_of,
    good,
    own_alg,
    own_kid,
    packed,
    protected_header,
    read,
    refused,
    sign_parts,
    signed,
)

pytestmark = pytest.mark.usefixtures("every_suite")


def test_round_trip() -> None:
    verified = read(good())
    assert verified == VerifiedSealCode(
        **{f.name: getattr(CONTENT, f.name) for f in dataclasses.fields(CONTENT)}, kid=own_kid()
    )


def test_the_text_is_alphanumeric_for_qr_and_of_printable_size() -> None:
    assert good().startswith("HZ1:")
    assert set(good()) <= set(base45.ALPHABET)
    assert len(good()) < 619  # a version 16 QR code at level M, which decodes from 35 mm


def test_a_hand_made_code_is_accepted() -> None:
    assert read(signed(claims())).fields == {
        "a": Shown(Grain.FULL, "x"),
        "b": Shown(Grain.MASKED, "y"),
        "c": Shown(Grain.FACT, True),
    }
    assert read(sign_parts(protected_header(), {}, cbor.encode(claims()))).region == "330000"


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True),
        st.tuples(
            st.sampled_from([Grain.FULL, Grain.MASKED]), st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
        ),
        max_size=6,
    )
)
def test_any_fields_round_trip(fields: dict[str, tuple[Grain, str]]) -> None:
    content = dataclasses.replace(CONTENT, fields={name: Shown(*shown) for name, shown in fields.items()})
    assert read(build_seal_code(content, signer=signer())).fields == content.fields


class TestOuterLayers:
    @pytest.mark.parametrize("prefix", ["", "HC1:", "HZ2:", "hz1:", "HZ1", " HZ1:", "https://phish.example/HZ1:"])
    def test_refuses_another_prefix(self, prefix: str) -> None:
        assert refused(prefix + good()[4:]) in {"seal_code.prefix", "seal_code.base45", "limit.seal_code"}

    @pytest.mark.parametrize("body", ["abc", "é12", "A", "GGW", "HTTP://X", "\0\0\0"])
    def test_refuses_what_is_not_base45(self, body: str) -> None:
        assert refused("HZ1:" + body) in {"seal_code.base45", "seal_code.zlib"}
        assert refused("HZ1:" + good()[4:].lower()) == "seal_code.base45"

    def test_refuses_a_zlib_bomb_at_64_kib(self) -> None:
        bomb = base45.encode(zlib.compress(bytes(2_500_000), 9))
        assert len(bomb) < 4_000
        assert refused("HZ1:" + bomb) == "limit.decompress"

    def test_refuses_two_streams_trailing_bytes_presets_and_cut_streams(self) -> None:
        stream = zlib.compress(cose_of(good()), 9)
        packer = zlib.compressobj(zdict=cose_of(good()))
        preset = packer.compress(cose_of(good())) + packer.flush()
        for data in (stream * 2, stream + b"\0", stream[:-1], preset, b"", cose_of(good())):
            assert refused("HZ1:" + base45.encode(data)) == "seal_code.zlib"

    def test_refuses_more_text_than_a_qr_code_can_carry(self) -> None:
        assert refused("HZ1:" + "0" * 5_000) == "limit.seal_code"

    def test_refuses_to_build_what_does_not_fit(self) -> None:
        noise = os.urandom(2_500).hex()
        with pytest.raises(SealCodeError) as caught:
            build_seal_code(dataclasses.replace(CONTENT, fields={"a": Shown(Grain.FULL, noise)}), signer=signer())
        assert caught.value.code == "limit.seal_code"


class TestCose:
    def test_refuses_a_changed_payload(self) -> None:
        protected, _, payload, signature = cbor2.loads(cose_of(good())[1:])
        forged = payload.replace(b"330000", b"510000")
        assert forged != payload
        assert refused(packed(b"\xd2" + cbor.encode([protected, {}, forged, signature]))) == "seal_code.signature"

    @pytest.mark.parametrize("tag", ["", "d862", "d1", "d83d d2", "d2d2", "d812"])
    def test_refuses_other_tags(self, tag: str) -> None:
        assert refused(packed(bytes.fromhex(tag) + cose_of(good())[1:])) in {"seal_code.cose", "seal_code.cbor"}

    def test_refuses_a_key_id_in_the_unprotected_header(self) -> None:
        payload = cbor.encode(claims())
        assert refused(sign_parts(cbor.encode({1: own_alg()}), {4: own_kid()}, payload)) == "seal_code.cose"
        assert refused(sign_parts(protected_header(), {4: own_kid()}, payload)) == "seal_code.cose"
        assert refused(sign_parts(protected_header(), {4: bytes(8)}, payload)) == "seal_code.cose"

    def test_refuses_an_algorithm_in_the_unprotected_header_or_none(self) -> None:
        payload = cbor.encode(claims())
        assert refused(sign_parts(cbor.encode({4: own_kid()}), {1: own_alg()}, payload)) == "seal_code.cose"
        assert refused(sign_parts(cbor.encode({4: own_kid()}), {}, payload)) == "seal_code.cose"
        assert refused(sign_parts(b"", {}, payload)) == "seal_code.cbor"

    def test_refuses_the_algorithm_of_another_suite(self) -> None:
        for other in {one.cose_alg for one in SUITES.values()} - {own_alg()}:
            text = sign_parts(cbor.encode({1: other, 4: own_kid()}), {}, cbor.encode(claims()))
            assert refused(text) == "seal_code.key_algorithm"

    @pytest.mark.parametrize("alg", [-8, -35, 5, 0, "ES256", True])
    def test_refuses_an_algorithm_that_is_not_the_keys(self, alg: object) -> None:
        assert (
            refused(sign_parts(cbor.encode({1: alg, 4: own_kid()}), {}, cbor.encode(claims())))
            == "seal_code.key_algorithm"
        )

    @pytest.mark.parametrize("label", [2, 3, 5, 33, "x5u"])
    def test_refuses_protected_members_beyond_alg_and_kid(self, label: int | str) -> None:
        protected = cbor.encode({1: own_alg(), 4: own_kid(), label: b"x"})
        assert refused(sign_parts(protected, {}, cbor.encode(claims()))) == "seal_code.cose"

    def test_refuses_repeated_members_in_the_protected_header(self) -> None:
        doubled = b"\xa3" + (b"\x01" + cbor.encode(own_alg())) * 2 + b"\x04\x48" + own_kid()
        assert refused(sign_parts(doubled, {}, cbor.encode(claims()))) == "seal_code.cbor"

    @pytest.mark.parametrize("kid", [b"", b"1234567", b"123456789", "12345678", 7])
    def test_refuses_a_key_id_that_has_not_8_bytes(self, kid: object) -> None:
        assert refused(sign_parts(cbor.encode({1: own_alg(), 4: kid}), {}, cbor.encode(claims()))) == "seal_code.cose"

    def test_passes_on_that_a_key_is_unknown(self) -> None:
        assert refused(build_seal_code(CONTENT, signer=signer(2))) == "key.unknown"

    def test_refuses_a_signature_of_another_length_and_a_detached_payload(self) -> None:
        protected, _, payload, signature = cbor2.loads(cose_of(good())[1:])
        for other in (signature[:63], signature + b"\0", b""):
            assert refused(packed(b"\xd2" + cbor.encode([protected, {}, payload, other]))) == "seal_code.signature"
        for items in (
            [protected, {}, None, signature],
            [protected, {}, payload],
            [protected, {}, payload, signature, 1],
        ):
            assert refused(packed(b"\xd2" + cbor2.dumps(items))) in {"seal_code.cose", "seal_code.cbor"}

    def test_refuses_bytes_after_the_cose_item(self) -> None:
        assert refused(packed(cose_of(good()) + b"\0")) == "seal_code.cbor"


class TestPayload:
    @pytest.mark.parametrize(
        "payload",
        [
            {},
            {k: v for k, v in claims().items() if k != 4},
            claims() | {1: "iss"},
            claims() | {7: b"cti"},
            claims() | {4: IAT},
            claims() | {4: 0},
            claims() | {6: -1},
            claims() | {4: 2**63},
            claims() | {4: "1"},
            claims() | {65535: {"status_list": {"idx": 1}}},
            claims() | {65535: {"status_list": {"idx": -1, "uri": "x"}}},
            claims() | {65535: {"status_list": {"idx": 2**40, "uri": "x"}}},
            claims() | {65535: {"status_list": {"idx": True, "uri": "x"}}},
            claims() | {65535: {"status_list": {"idx": 1, "uri": ""}}},
            claims() | {65535: {"status_list": {"idx": 1, "uri": "x", "z": 1}}},
            claims() | {65535: []},
            claims() | {-65537: []},
            claims(region="33000"),
            claims(region=330000),
            claims(type_code=""),
            claims(type_code="x" * 65),
            claims(type_code="a\x00b"),
            claims(type_code="a\n"),
            claims(type_code="身份证"),
            claims(type_code="a b"),
            claims(type_code="a:1"),
            claims(type_version=0),
            claims(type_version=True),
            claims(full=[]),
            claims(full={1: "x"}),
            claims(full={"A": "x"}),
            claims(full={"a": 1}),
            claims(full={"a": []}),
            claims(full={"a": ["x", 1]}),
            claims(masked={"b": {"c": "d"}}),
            claims(facts=["C"]),
            claims(facts=[1]),
            claims(facts={"c": True}),
        ],
    )
    def test_refuses_a_payload_of_another_shape(self, payload: dict[int, Any]) -> None:
        assert refused(signed(payload)) == "seal_code.content"

    @pytest.mark.parametrize("change", [{"masked": {"a": "y"}}, {"facts": ["a"]}, {"facts": ["c", "c"]}])
    def test_refuses_one_field_at_two_grains(self, change: dict[str, Any]) -> None:
        assert refused(signed(claims(**change))) == "seal_code.two_grains"

    @pytest.mark.parametrize(
        "payload",
        [
            cbor2.dumps(claims() | {4: float(IAT + 1_000)}),
            cbor2.dumps({6: IAT} | claims()),
            b"\xbf" + cbor.encode(claims())[1:] + b"\xff",
            cbor.encode(claims()) + b"\0",
            b"\xd2" + cbor.encode(claims()),
            b"",
        ],
    )
    def test_refuses_a_payload_that_is_not_deterministic_cbor(self, payload: bytes) -> None:
        assert refused(signed(payload)) == "seal_code.cbor"

    def test_refuses_to_build_a_field_that_is_withheld(self) -> None:
        content = dataclasses.replace(CONTENT, fields={"a": Shown(Grain.WITHHELD, "x")})
        with pytest.raises(SealCodeError) as caught:
            build_seal_code(content, signer=signer())
        assert caught.value.code == "seal_code.content"


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, 999), to=st.sampled_from([*base45.ALPHABET, ""]))
def test_no_changed_character_ever_passes_as_other_content(at: int, to: str) -> None:
    at %= len(good())
    mutated = good()[:at] + to + good()[at + 1 :]
    try:
        verified = read(mutated)
    except (SealCodeError, CredentialError):
        return
    assert verified == read(good())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_signed_or_unsigned_bytes_are_refused_by_a_named_error(data: bytes) -> None:
    for text in (packed(data), packed(b"\xd2" + data), signed(data), "HZ1:" + base45.encode(data)):
        with pytest.raises((SealCodeError, CredentialError)):
            read(text)
