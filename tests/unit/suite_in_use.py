"""Which signing suite the sample keys of the unit tests are of, so that one test body runs over every suite."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from certificates.core.crypto_profile import profile
from certificates.core.signing.ec_keys_der import P256_OID, SM2_OID, PrivateParts, pkcs8
from certificates.core.signing.local import LocalSigner
from certificates.core.signing.registry import SUITES, suite
from certificates.core.signing.suite import Suite, TrustedKey, kid_of

# Under HUZHENG_CRYPTO_PROFILE=guomi all tests run over SM2 keys, also those that do not ask for every suite.
DEFAULT = profile(os.environ.get("HUZHENG_CRYPTO_PROFILE", "international")).suite
_NAME: ContextVar[str] = ContextVar("suite_in_use", default=DEFAULT)
_CURVES = {"ES256": P256_OID, "SM2": SM2_OID}


def suite_in_use() -> Suite:
    return suite(_NAME.get())


@contextmanager
def using(name: str) -> Iterator[Suite]:
    token = _NAME.set(name)
    try:
        yield suite(name)
    finally:
        _NAME.reset(token)


def sample_private_key(number: int = 1) -> object:
    """Fixed keys: a failure must be the same on every run."""
    return _sample(_NAME.get(), number)


def sample_trusted_key(number: int = 1) -> TrustedKey:
    chosen = suite_in_use()
    public = chosen.public_of(sample_private_key(number))
    return TrustedKey(kid=kid_of(chosen.spki_of(public)), suite=chosen.name, public_key=public)


def sample_signer(number: int = 1) -> LocalSigner:
    return LocalSigner(kid=sample_trusted_key(number).kid, suite=_NAME.get(), private_key=sample_private_key(number))


def sample_keys() -> dict[str, TrustedKey]:
    """The first sample key of every suite, by kid: a verifier that trusts all of them must not mix them up."""
    found = {}
    for name in SUITES:
        with using(name):
            key = sample_trusted_key()
            found[key.kid] = key
    return found


@cache
def _sample(name: str, number: int) -> object:
    parts = PrivateParts(scalar=(0x1234567890ABCDEF + number).to_bytes(32), point=None)
    return suite(name).private_from_pkcs8(pkcs8(curve=_CURVES[name], parts=parts))
