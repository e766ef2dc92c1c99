"""Every signing suite by one body: keys out and in, signatures, and what each refuses."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from certificates.core.crypto_profile import PROFILES, profile
from certificates.core.errors import CredentialError
from certificates.core.signing.der_signature import der_of, raw_of
from certificates.core.signing.ec_keys_der import P256_OID, SM2_OID, PrivateParts, pkcs8, read_pkcs8
from certificates.core.signing.registry import SUITES, suite
from certificates.core.signing.suite import Suite, kid_bytes, kid_of

DATA = "证照".encode()
CURVES = {"ES256": P256_OID, "SM2": SM2_OID}
ORDERS = {
    "ES256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "SM2": 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123,
}


@pytest.fixture(params=sorted(SUITES))
def chosen(request: pytest.FixtureRequest) -> Suite:
    return suite(request.param)


@pytest.fixture
def other(chosen: Suite) -> Suite:
    return next(one for one in SUITES.values() if one.name != chosen.name)


def raw(r: int, s: int) -> bytes:
    return r.to_bytes(32) + s.to_bytes(32)


def refusal(call: object, *arguments: object) -> str:
    assert callable(call)
    with pytest.raises(CredentialError) as caught:
        call(*arguments)
    return caught.value.code


def test_verifies_what_it_signed_and_nothing_else(chosen: Suite) -> None:
    private = chosen.generate()
    public = chosen.public_of(private)
    for data in (b"", DATA, b"x" * 70_000, b"a\0b"):
        signature = chosen.sign(private, data)
        assert len(signature) == 64
        chosen.verify(public, signature, data)
        assert refusal(chosen.verify, public, signature, data + b"!") == "signature.invalid"
    stranger = chosen.public_of(chosen.generate())
    assert refusal(chosen.verify, stranger, signature, data) == "signature.invalid"


def test_refuses_every_changed_bit_of_a_signature(chosen: Suite) -> None:
    private = chosen.generate()
    public, signature = chosen.public_of(private), chosen.sign(private, DATA)
    for bit in range(0, 512, 7):
        changed = bytearray(signature)
        changed[bit // 8] ^= 1 << bit % 8
        assert refusal(chosen.verify, public, bytes(changed), DATA) in {"signature.invalid", "signature.high_s"}


def test_refuses_signatures_out_of_range(chosen: Suite) -> None:
    public, n = chosen.public_of(chosen.generate()), ORDERS[chosen.name]
    for r, s in ((0, 0), (0, 1), (1, 0), (n, 1), (1, n), (n + 1, 1), (1, n + 1), (1, n - 1), (2**256 - 1, 2**256 - 1)):
        assert refusal(chosen.verify, public, raw(r, s), DATA) in {"signature.invalid", "signature.high_s"}


def test_refuses_signatures_of_another_length_or_form(chosen: Suite) -> None:
    private = chosen.generate()
    public, good = chosen.public_of(private), chosen.sign(private, DATA)
    for signature in (b"", good[:63], good + b"\0", b"\0" + good, der_of(good), good.hex().encode()):
        assert refusal(chosen.verify, public, signature, DATA) == "signature.invalid"


def test_keys_come_back_from_their_stored_forms(chosen: Suite) -> None:
    private = chosen.generate()
    public = chosen.public_of(private)
    again = chosen.private_from_pkcs8(chosen.pkcs8_of(private))
    assert chosen.pkcs8_of(again) == chosen.pkcs8_of(private)
    spki = chosen.spki_of(public)
    assert chosen.spki_of(chosen.public_of(again)) == spki
    loaded = chosen.load_public_key(spki)
    assert loaded == public
    chosen.verify(loaded, chosen.sign(again, DATA), DATA)
    assert len(kid_bytes(kid_of(spki))) == 8


def test_a_private_key_without_its_public_half_is_completed(chosen: Suite) -> None:
    private = chosen.generate()
    curve = CURVES[chosen.name]
    parts = read_pkcs8(chosen.pkcs8_of(private), curve=curve, largest_scalar=ORDERS[chosen.name])
    bare = pkcs8(curve=curve, parts=PrivateParts(scalar=parts.scalar, point=None))
    assert chosen.pkcs8_of(chosen.private_from_pkcs8(bare)) == chosen.pkcs8_of(private)


def test_refuses_private_keys_out_of_range(chosen: Suite) -> None:
    n = ORDERS[chosen.name]
    point = _point(chosen)
    largest = n - 1 if chosen.name == "ES256" else n - 2  # GM/T 0003.1 section 6: SM2 needs the inverse of 1 + d
    for scalar in (0, largest + 1, n, n + 1, 2**256 - 1):
        for stated in (None, point):
            der = pkcs8(curve=CURVES[chosen.name], parts=PrivateParts(scalar=scalar.to_bytes(32), point=stated))
            assert refusal(chosen.private_from_pkcs8, der) == "key.range"
    for scalar in (1, 2, largest):
        der = pkcs8(curve=CURVES[chosen.name], parts=PrivateParts(scalar=scalar.to_bytes(32), point=None))
        private = chosen.private_from_pkcs8(der)
        chosen.verify(chosen.public_of(private), chosen.sign(private, DATA), DATA)


def test_refuses_a_private_key_beside_another_ones_public_half(chosen: Suite) -> None:
    parts = PrivateParts(scalar=(12345).to_bytes(32), point=_point(chosen))
    assert refusal(chosen.private_from_pkcs8, pkcs8(curve=CURVES[chosen.name], parts=parts)) == "key.algorithm"


def test_refuses_public_keys_of_another_form(chosen: Suite) -> None:
    good = chosen.spki_of(chosen.public_of(chosen.generate()))
    x, y = good[-64:-32], good[-32:]
    prefix, p_bytes = good[:-65], b"\xff" * 32
    compressed = bytes([0x30, 0x39]) + good[2:-67] + b"\x22\0" + bytes([2 + y[-1] % 2]) + x
    hybrid = prefix + bytes([6 + y[-1] % 2]) + x + y
    off_curve = prefix + b"\4" + x + bytes([*y[:-1], y[-1] ^ 1])
    too_large = prefix + b"\4" + p_bytes + y
    zero, infinity = prefix + b"\4" + bytes(64), bytes([0x30, 0x19]) + good[2:-67] + b"\2\0\0"
    for der in (
        compressed,
        hybrid,
        off_curve,
        too_large,
        zero,
        infinity,
        good + b"\0",
        good[:-1],
        b"",
        b"\x30\0",
        good[:2],
    ):
        assert refusal(chosen.load_public_key, der) == "key.algorithm"


def test_refuses_x_coordinates_that_wrap_around(chosen: Suite) -> None:
    """x + p is the same point to a careless reader, under another key id."""
    p = {
        "ES256": 2**256 - 2**224 + 2**192 + 2**96 - 1,
        "SM2": 2**256 - 2**224 - 2**96 + 2**64 - 1,
    }[chosen.name]
    for scalar in range(1, 40):
        der = pkcs8(curve=CURVES[chosen.name], parts=PrivateParts(scalar=scalar.to_bytes(32), point=None))
        spki = chosen.spki_of(chosen.public_of(chosen.private_from_pkcs8(der)))
        y = int.from_bytes(spki[-32:])
        if y + p < 2**256:
            assert refusal(chosen.load_public_key, spki[:-32] + (y + p).to_bytes(32)) == "key.algorithm"
    doubled = spki[:-64] + p.to_bytes(32) + spki[-32:]
    assert refusal(chosen.load_public_key, doubled) == "key.algorithm"


def test_refuses_keys_of_the_other_suite_and_of_other_kinds(chosen: Suite, other: Suite) -> None:
    private, foreign = chosen.generate(), other.generate()
    signature = chosen.sign(private, DATA)
    strangers = [foreign, ed25519.Ed25519PrivateKey.generate(), ec.derive_private_key(7, ec.SECP384R1()), None, b"key"]
    for stranger in strangers:
        assert refusal(chosen.sign, stranger, DATA) == "key.algorithm"
        assert refusal(chosen.public_of, stranger) == "key.algorithm"
        assert refusal(chosen.pkcs8_of, stranger) == "key.algorithm"
    for stranger in [other.public_of(foreign), strangers[1].public_key(), strangers[2].public_key(), None, private]:  # type: ignore[union-attr]
        assert refusal(chosen.verify, stranger, signature, DATA) == "key.algorithm"
        assert refusal(chosen.spki_of, stranger) == "key.algorithm"
    assert refusal(chosen.load_public_key, other.spki_of(other.public_of(foreign))) == "key.algorithm"
    assert refusal(chosen.private_from_pkcs8, other.pkcs8_of(foreign)) == "key.algorithm"


def test_refuses_private_keys_of_another_form(chosen: Suite) -> None:
    good = chosen.pkcs8_of(chosen.generate())
    traditional = good[good.index(b"\x30", 4) :]
    for der in (b"", good[:-1], good + b"\0", b"\x30\0", good[1:], traditional, good.replace(b"\2\1\0", b"\2\1\1", 1)):
        assert refusal(chosen.private_from_pkcs8, der) == "key.algorithm"
    for at in range(len(good) - 100):
        changed = good[:at] + bytes([good[at] ^ 0x40]) + good[at + 1 :]
        assert refusal(chosen.private_from_pkcs8, changed) in {"key.algorithm", "key.range"}


def test_der_signatures_are_read_strictly() -> None:
    small, large = b"\1".rjust(32, b"\0"), b"\xff" * 32
    for r, s in ((small, large), (large, small), (b"\x7f" * 32, b"\x80" + bytes(31))):
        assert raw_of(der_of(r + s)) == r + s
    good = der_of(b"\x11" * 64)
    bad = {
        "trailing": good + b"\0",
        "cut": good[:-1],
        "empty": b"",
        "zero r": bytes.fromhex("3006020100020101"),
        "negative": bytes.fromhex("3006020181020101"),
        "padded": bytes.fromhex("300702020001020101"),
        "no number": bytes.fromhex("30050200020101"),
        "three numbers": bytes.fromhex("3009020101020101020101"),
        "one number": bytes.fromhex("3003020101"),
        "inside trailing": bytes.fromhex("30080201010201010500"),
        "long length": bytes.fromhex("308106020101020101"),
        "indefinite": bytes.fromhex("30800201010201010000"),
        "a set": bytes.fromhex("3106020101020101"),
        "33 bytes": bytes.fromhex("3026022101" + "00" * 32 + "020101"),
    }
    for name, der in bad.items():
        assert refusal(raw_of, der) == "signature.invalid", name
    assert refusal(der_of, b"\1" * 63) == "signature.invalid"


def test_the_table_of_suites_and_that_of_profiles_are_closed() -> None:
    for name in ("none", "es256", "sm2", ""):
        assert refusal(suite, name) == "key.algorithm"
        assert refusal(profile, name) == "key.profile"
    with pytest.raises(TypeError):
        SUITES["none"] = suite("ES256")  # type: ignore[index]


def test_every_profile_agrees_with_its_suite() -> None:
    assert {one.suite for one in PROFILES.values()} == SUITES.keys()
    for one in PROFILES.values():
        assert suite(one.suite).sd_alg == one.sd_alg


def test_no_two_suites_share_a_name() -> None:
    for member in ("name", "jose_alg", "cose_alg", "message_alg", "sd_alg"):
        assert len({getattr(one, member) for one in SUITES.values()}) == len(SUITES)


def _point(chosen: Suite) -> bytes:
    return chosen.spki_of(chosen.public_of(chosen.generate()))[-65:]
