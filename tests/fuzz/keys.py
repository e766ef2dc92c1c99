"""Fixed keys of every suite: the same seed makes the same inputs on every run, as far as the suite signs the same twice."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from certificates.core.errors import CredentialError
from certificates.core.signing.local import LocalSigner
from certificates.core.signing.registry import SUITES
from certificates.core.signing.suite import TrustedKey, kid_of

THIEF = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A key for signing and what verifiers trust of it."""

    signer: LocalSigner
    trusted: TrustedKey
    spki: bytes


@cache
def pair(suite: str, number: int) -> Pair:
    """The key of that number."""
    chosen = SUITES[suite]
    private = _private(suite, number)
    public = chosen.public_of(private)
    spki = chosen.spki_of(public)
    kid = kid_of(spki)
    return Pair(
        signer=LocalSigner(kid=kid, suite=suite, private_key=private),
        trusted=TrustedKey(kid=kid, suite=suite, public_key=public),
        spki=spki,
    )


def _private(suite: str, number: int) -> Any:
    scalar = 0x1234567890ABCDEF_0000 + number
    if suite == "ES256":
        return ec.derive_private_key(scalar, ec.SECP256R1())
    try:
        return SUITES[suite].private_from_pkcs8(_pkcs8(suite, scalar))
    except CredentialError:
        return SUITES[suite].generate()


def _pkcs8(suite: str, scalar: int) -> bytes:
    """A key made elsewhere is written with that scalar in place of its own and without its public half."""
    from asn1crypto.keys import ECPrivateKey, PrivateKeyInfo

    info = PrivateKeyInfo.load(SUITES[suite].pkcs8_of(SUITES[suite].generate()))
    info["private_key"] = ECPrivateKey({"version": "ecPrivkeyVer1", "private_key": scalar})
    return bytes(info.dump(force=True))
