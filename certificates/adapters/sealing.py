"""Authenticated encryption in the two forms that stored bytes may have; the form's number stands in front of them.

1: AES-256-GCM. 2: SM4-GCM. Keys are 32 bytes in both; SM4 takes its 16 from them by HMAC-SM3, so that no key serves two
ciphers as it is. A node writes the form of its crypto profile and reads both.
"""

from functools import lru_cache
from typing import Final

from django.conf import settings

from certificates.core.aead import aead
from certificates.core.crypto_profile import profile
from certificates.core.digests import keyed_digest
from certificates.core.errors import CipherError

KEY_BYTES: Final = 32
A256GCM_FORM: Final = 1
SM4GCM_FORM: Final = 2

_CIPHERS: Final = {A256GCM_FORM: "A256GCM", SM4GCM_FORM: "SM4GCM"}
_FORMS: Final = {cipher: form for form, cipher in _CIPHERS.items()}
_LABEL: Final = b"huzheng cipher key:"


def form_of_node() -> int:
    """This will give the form that this node writes, by its crypto profile; raises CredentialError `key.profile`."""
    return _FORMS[profile(settings.NODE.profile).field_cipher]


def encrypt(form: int, *, key: bytes, nonce: bytes, plaintext: bytes, bound: bytes) -> bytes:
    """This will give ciphertext and tag; `bound` is authenticated with them."""
    cipher = _CIPHERS[form]
    return aead(cipher).seal(key=_key_for(cipher, key), nonce=nonce, plain=plaintext, context=bound)


def open_sealed(form: int, *, key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    """This will give the plaintext; raises CipherError `cipher.mismatch` (other key, place, form or bytes)."""
    cipher = _CIPHERS.get(form)
    if cipher is None:
        raise CipherError("cipher.mismatch", "the stored bytes are not of a form that a node writes")
    return aead(cipher).open(key=_key_for(cipher, key), nonce=nonce, sealed=sealed, context=bound)


@lru_cache(maxsize=512)  # a page opens many values under one key
def _key_for(cipher: str, key: bytes) -> bytes:
    size = aead(cipher).key_bytes
    if size == KEY_BYTES:
        return key
    return keyed_digest("sm3", key=key, data=_LABEL + cipher.encode("ascii"))[:size]
