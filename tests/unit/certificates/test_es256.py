"""ES256: agrees with the published edge cases, and takes one form of each signature."""

import json
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from certificates.core.errors import CredentialError
from certificates.core.signing.es256 import GROUP_ORDER, Es256, verify_any_s
from certificates.core.signing.registry import SUITES, suite
from certificates.core.signing.suite import kid_bytes, kid_of
from tests.published_vectors import FOLDER, needs
from tests.unit.certificates.credential_parts import private_key, signer, trusted_key
from tests.unit.suite_in_use import using

WYCHEPROOF = ("wycheproof", "ecdsa_secp256r1_sha256_p1363_test.json")
DATA = "证照".encode()
ES256 = Es256()


@pytest.fixture(autouse=True)
def _es256() -> Iterator[None]:
    with using("ES256"):
        yield


def code_of(signature: bytes, *, key: object = None, data: bytes = DATA) -> str:
    with pytest.raises(CredentialError) as caught:
        ES256.verify(key or trusted_key().public_key, signature, data)
    return caught.value.code


def halves(signature: bytes) -> tuple[int, int]:
    return int.from_bytes(signature[:32]), int.from_bytes(signature[32:])


def raw(r: int, s: int) -> bytes:
    return r.to_bytes(32) + s.to_bytes(32)


def test_signs_with_the_low_s_and_the_same_bytes_each_time() -> None:
    for number in range(20):
        signature = signer().sign(bytes([number]))
        assert halves(signature)[1] <= GROUP_ORDER // 2
        assert signature == signer().sign(bytes([number]))
        ES256.verify(trusted_key().public_key, signature, bytes([number]))


def test_refuses_a_changed_message() -> None:
    assert code_of(signer().sign(DATA), data=DATA + b"!") == "signature.invalid"


def test_refuses_the_high_s_twin_of_a_good_signature() -> None:
    r, s = halves(signer().sign(DATA))
    twin = raw(r, GROUP_ORDER - s)
    verify_any_s(trusted_key().public_key, twin, DATA)  # the standard alone would take it
    assert code_of(twin) == "signature.high_s"


@pytest.mark.parametrize(
    "signature", [raw(0, 0), raw(GROUP_ORDER, 1), raw(1, 0), raw(0, 1), raw(1, GROUP_ORDER), b"\xff" * 64]
)
def test_refuses_signatures_out_of_range(signature: bytes) -> None:
    assert code_of(signature) == "signature.invalid"


def test_refuses_signatures_of_another_length_or_form() -> None:
    good = signer().sign(DATA)
    for signature in (good[:63], good + b"\0", b"", encode_dss_signature(*halves(good))):
        assert code_of(signature) == "signature.invalid"


def test_refuses_keys_of_another_kind() -> None:
    p384 = ec.derive_private_key(7, ec.SECP384R1())
    k256 = ec.derive_private_key(7, ec.SECP256K1())
    edwards = ed25519.Ed25519PrivateKey.generate()
    for other in (p384, k256, edwards):
        assert code_of(signer().sign(DATA), key=other.public_key()) == "key.algorithm"
        with pytest.raises(CredentialError) as caught:
            ES256.sign(other, DATA)
        assert caught.value.code == "key.algorithm"
    for bytes_of_a_key in (b"", b"\x30\x00", b"-----BEGIN PUBLIC KEY-----"):
        with pytest.raises(CredentialError):
            ES256.load_public_key(bytes_of_a_key)


def test_the_table_of_suites_is_closed() -> None:
    with pytest.raises(CredentialError) as caught:
        suite("none")
    assert caught.value.code == "key.algorithm"
    with pytest.raises(TypeError):
        SUITES["none"] = ES256  # type: ignore[index]


def test_the_key_id_is_the_same_eight_bytes_for_jose_and_cose() -> None:
    spki = b"any key"
    assert len(kid_bytes(kid_of(spki))) == 8
    assert kid_of(spki) != kid_of(b"another key")


def test_a_signer_never_shows_its_key() -> None:
    assert "private" not in repr(signer()).lower()
    assert str(private_key().private_numbers().private_value) not in repr(signer())


def verdict(key: object, signature: bytes, message: bytes) -> str:
    try:
        verify_any_s(key, signature, message)
    except CredentialError as error:
        return error.code.removeprefix("signature.")
    return "valid"


@needs(*WYCHEPROOF)
def test_agrees_with_every_wycheproof_case() -> None:
    groups = json.loads(FOLDER.joinpath(*WYCHEPROOF).read_text())["testGroups"]
    cases = [(group, case) for group in groups for case in group["tests"]]
    assert len(cases) > 250
    for group, case in cases:
        key = ES256.load_public_key(bytes.fromhex(group["publicKeyDer"]))
        signature, message = bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"])
        assert verdict(key, signature, message) == case["result"], case["tcId"]
        # The product's own rule takes the low s only, and never more than the standard.
        own = code_of_any(key, signature, message)
        low = len(signature) == 64 and halves(signature)[1] <= GROUP_ORDER // 2
        assert (own is None) == (case["result"] == "valid" and low), case["tcId"]


def code_of_any(key: object, signature: bytes, message: bytes) -> str | None:
    try:
        ES256.verify(key, signature, message)
    except CredentialError as error:
        return error.code
    return None
