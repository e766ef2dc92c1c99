"""What OpenSSL hands out for SM2 is given back, and a refusal leaves nothing behind in it."""

import gc
from collections import Counter
from typing import Any

import pytest

from certificates.core.errors import CredentialError
from certificates.core.signing.ec_keys_der import SM2_OID, spki
from certificates.core.signing.openssl_sm2 import load_openssl
from certificates.core.signing.sm2 import Sm2
from tests.unit.certificates.sm2_example import MESSAGE, POINT


class Counting:
    """A libcrypto that counts what it hands out and gets back."""

    def __init__(self, library: Any) -> None:
        self._library, self.calls = library, Counter[str]()

    def __getattr__(self, name: str) -> Any:
        function = getattr(self._library, name)

        def counted(*arguments: Any) -> Any:
            answer = function(*arguments)
            self.calls[name] += bool(answer) or name.endswith("free")
            return answer

        return counted


def test_everything_that_openssl_hands_out_is_given_back() -> None:
    engine = load_openssl()
    assert engine is not None
    engine._lib = counting = Counting(engine._lib)  # type: ignore[assignment]
    sm2 = Sm2(choose=lambda: engine)
    for _ in range(3):
        private = sm2.generate()
        der, public = sm2.pkcs8_of(private), sm2.load_public_key(sm2.spki_of(sm2.public_of(private)))
        sm2.verify(public, sm2.sign(sm2.private_from_pkcs8(der), b"x"), b"x")
        for call in (
            lambda public=public: sm2.verify(public, b"\1" * 64, b"x"),
            lambda public=public: engine.sign(public.handle, b"x"),
            lambda public=public: engine.scalar(public.handle),
            lambda: engine.public(b"\4" + bytes(63) + b"\1"),
            lambda: engine.private(bytes(32), None),
        ):
            with pytest.raises((CredentialError, ValueError)):
                call()
    del private, public, call
    gc.collect()
    calls = counting.calls
    assert calls["EVP_MD_CTX_free"] == calls["EVP_MD_CTX_new"] == 12
    assert calls["EVP_PKEY_CTX_free"] == calls["EVP_PKEY_CTX_new"] + calls["EVP_PKEY_CTX_new_from_name"] == 15
    made = calls["d2i_PUBKEY"] + calls["d2i_AutoPrivateKey"] + calls["EVP_PKEY_generate"]
    assert calls["EVP_PKEY_free"] == made >= 12
    assert calls["BN_clear_free"] == calls["EVP_PKEY_get_bn_param"] == 3


def test_a_refusal_leaves_no_error_behind_for_pythons_own_ssl() -> None:
    engine = load_openssl()
    assert engine is not None
    sm2 = Sm2(choose=lambda: engine)
    public = sm2.load_public_key(spki(curve=SM2_OID, point=POINT))
    assert not engine.verify(public.handle, bytes(64), MESSAGE)
    assert engine._lib.ERR_peek_error() == 0
    for call in (
        lambda: sm2.verify(public, b"\1" * 64, MESSAGE),
        lambda: engine.public(b"\4" + bytes(63) + b"\1"),
        lambda: engine.private(bytes(32), None),
        lambda: engine.sign(public.handle, MESSAGE),
        lambda: engine.scalar(public.handle),
    ):
        with pytest.raises((CredentialError, ValueError)):
            call()
        assert engine._lib.ERR_peek_error() == 0
