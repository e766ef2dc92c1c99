"""The private names of SM2 and SM3: where the standards leave room for them, and the same wherever they are spelled again."""

import re
from pathlib import Path

from accounts.core.client_keys import SUITE_OF_CURVE
from certificates.core.signing import identifiers
from certificates.core.signing.public_jwk import public_jwk, spki_of_jwk, trusted_jwk
from certificates.core.signing.registry import SUITES

NOTE = Path(__file__).parents[3] / "docs/decisions/0010-names-for-sm2-and-sm3.md"


def test_the_cose_number_is_of_the_range_for_private_use() -> None:
    """RFC 9053 section 10.2 (IANA "COSE Algorithms"): integers less than -65536."""
    assert identifiers.SM2_COSE_ALG < -65536


def test_no_name_is_one_that_a_registry_gave_to_something_else() -> None:
    registered = {"ES256", "EdDSA", "Ed25519", "HS256", "P-256", "sha-256", "ecdsa-p256-sha256", "ed25519"}
    mine = {
        identifiers.SM2_JOSE_ALG,
        identifiers.SM2_JWK_CRV,
        identifiers.SM2_MESSAGE_ALG,
        identifiers.SM3_SD_ALG,
    }
    assert not mine & registered
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in (identifiers.SM2_MESSAGE_ALG, identifiers.SM3_SD_ALG))


def test_the_decision_note_tells_an_interoperating_party_every_name() -> None:
    text = NOTE.read_text("utf-8")
    for name, value in vars(identifiers).items():
        if name.startswith(("SM2_", "SM3_")):
            assert (value.decode() if isinstance(value, bytes) else str(value)) in text, name


def test_systems_keys_use_the_same_names_of_curves() -> None:
    assert dict(SUITE_OF_CURVE) == {identifiers.ES256_JWK_CRV: "ES256", identifiers.SM2_JWK_CRV: "SM2"}


def test_a_public_key_comes_back_from_its_jwk() -> None:
    for chosen in SUITES.values():
        public = chosen.public_of(chosen.generate())
        jwk = public_jwk(public)
        assert spki_of_jwk(jwk) == (chosen, chosen.spki_of(public))
        assert trusted_jwk(jwk | {"kid": "x"}).public_key == public
