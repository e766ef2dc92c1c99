"""SHA-256 and SM3: published vectors, other implementations, and a closed table of names."""

import hashlib

import gmssl_pyx
import pytest

from certificates.core import digests
from certificates.core.errors import CredentialError

TEXTS = [b"", b"abc", "证照".encode() * 40, b"x" * 5000]


@pytest.mark.parametrize("sm3", [digests.sm3, digests._sm3_of_cryptography])
def test_sm3_agrees_with_the_standards_examples(sm3: digests.Digest) -> None:
    """GM/T 0004 appendix A, and the digest of nothing."""
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    assert sm3(b"").hex() == "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"


@pytest.mark.parametrize("text", TEXTS)
def test_both_sources_of_sm3_agree_with_gmssl(text: bytes) -> None:
    assert digests.sm3(text) == digests._sm3_of_cryptography(text) == gmssl_pyx.sm3_hash(text)
    key = b"k" * 32
    keyed = digests.keyed_digest("sm3", key=key, data=text)
    assert keyed == digests._hmac_sm3_of_cryptography(key, text) == gmssl_pyx.sm3_hmac(key, text)


def test_sm3_can_be_asked_again_and_again() -> None:
    assert [digests.sm3(b"abc") for _ in range(3)] == [gmssl_pyx.sm3_hash(b"abc")] * 3


def test_names_lead_to_their_digest() -> None:
    assert digests.digest("sha-256")(b"a") == digests.digest("sha256")(b"a") == hashlib.sha256(b"a").digest()
    assert digests.digest("sm3")(b"a") == gmssl_pyx.sm3_hash(b"a")


def test_keyed_sha256_agrees_with_rfc_4231() -> None:
    tag = digests.keyed_digest("sha256", key=b"Jefe", data=b"what do ya want for nothing?")
    assert tag.hex() == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


def test_refuses_digests_of_other_names() -> None:
    for name in ("md5", "SM3", "sha-512", ""):
        with pytest.raises(CredentialError, match=r"key\.digest"):
            digests.digest(name)
        with pytest.raises(CredentialError, match=r"key\.digest"):
            digests.keyed_digest(name, key=b"k", data=b"d")
