"""AES-256-GCM and SM4-GCM: published vectors, and every change refused, by one body for both."""

import pytest

from certificates.core.aead import AEADS, NONCE_BYTES, TAG_BYTES, Aead, aead
from certificates.core.crypto_profile import PROFILES
from certificates.core.errors import CipherError

NONCE = bytes(range(NONCE_BYTES))


@pytest.fixture(params=sorted(AEADS))
def cipher(request: pytest.FixtureRequest) -> Aead:
    return aead(request.param)


def code_of(cipher: Aead, *, key: bytes, nonce: bytes, sealed: bytes, context: bytes) -> str:
    with pytest.raises(CipherError) as caught:
        cipher.open(key=key, nonce=nonce, sealed=sealed, context=context)
    return caught.value.code


def test_sm4_gcm_agrees_with_rfc_8998() -> None:
    """RFC 8998 appendix A.1."""
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    plain = bytes.fromhex(
        "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD"
        "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA"
    )
    sealed = aead("SM4GCM").seal(
        key=key,
        nonce=bytes.fromhex("00001234567800000000ABCD"),
        plain=plain,
        context=bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"),
    )
    assert sealed == bytes.fromhex(
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )


def test_aes_256_gcm_agrees_with_the_authors_test_case_14() -> None:
    """McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B."""
    sealed = aead("A256GCM").seal(key=bytes(32), nonce=bytes(12), plain=bytes(16), context=b"")
    assert sealed.hex() == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"


def test_opens_what_it_sealed(cipher: Aead) -> None:
    key = bytes(range(cipher.key_bytes))
    for plain in (b"", "居民身份证".encode(), b"x" * 5000):
        sealed = cipher.seal(key=key, nonce=NONCE, plain=plain, context=b"a.b:1")
        assert len(sealed) == len(plain) + TAG_BYTES
        assert cipher.open(key=key, nonce=NONCE, sealed=sealed, context=b"a.b:1") == plain


def test_refuses_every_changed_bit_and_every_cut(cipher: Aead) -> None:
    key = bytes(range(cipher.key_bytes))
    sealed = cipher.seal(key=key, nonce=NONCE, plain=b"value", context=b"a.b:1")
    for bit in range(8 * len(sealed)):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        assert code_of(cipher, key=key, nonce=NONCE, sealed=bytes(changed), context=b"a.b:1") == "cipher.mismatch"
    for length in range(len(sealed)):
        assert code_of(cipher, key=key, nonce=NONCE, sealed=sealed[:length], context=b"a.b:1") == "cipher.mismatch"


def test_refuses_another_place_nonce_or_key(cipher: Aead) -> None:
    key, other = bytes(range(cipher.key_bytes)), bytes(cipher.key_bytes)
    sealed = cipher.seal(key=key, nonce=NONCE, plain=b"value", context=b"a.b:1")
    assert code_of(cipher, key=key, nonce=NONCE, sealed=sealed, context=b"a.b:2") == "cipher.mismatch"
    assert code_of(cipher, key=other, nonce=NONCE, sealed=sealed, context=b"a.b:1") == "cipher.mismatch"
    assert code_of(cipher, key=key, nonce=bytes(12), sealed=sealed, context=b"a.b:1") == "cipher.mismatch"


def test_refuses_keys_and_nonces_of_another_length(cipher: Aead) -> None:
    good = bytes(cipher.key_bytes)
    for key, nonce in ((good + b"\0", NONCE), (good[:-1], NONCE), (b"", NONCE), (good, bytes(16)), (good, bytes(8))):
        assert code_of(cipher, key=key, nonce=nonce, sealed=bytes(20), context=b"") == "cipher.key"
        with pytest.raises(CipherError, match=r"cipher\.key"):
            cipher.seal(key=key, nonce=nonce, plain=b"", context=b"")


def test_refuses_ciphers_of_other_names() -> None:
    for name in ("AES", "sm4gcm", "A128GCM", ""):
        with pytest.raises(CipherError, match=r"cipher\.algorithm"):
            aead(name)


def test_every_profile_names_a_cipher_of_the_table() -> None:
    assert {profile.field_cipher for profile in PROFILES.values()} == AEADS.keys()
