"""Fixed keys of every suite: the same seed makes the same inputs on every run, as far as the suite signs the same twice."""

from dataclasses import dataclass
from functools import cache

from certificates.core.signing.ec_keys_der import P256_OID, SCALAR_BYTES, SM2_OID, PrivateParts, pkcs8
from certificates.core.signing.local import LocalSigner
from certificates.core.signing.registry import SUITES
from certificates.core.signing.suite import TrustedKey, kid_of

THIEF = 99
_CURVES = {"ES256": P256_OID, "SM2": SM2_OID}


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


def _private(suite: str, number: int) -> object:
    scalar = (0x1234567890ABCDEF_0000 + number).to_bytes(SCALAR_BYTES)
    return SUITES[suite].private_from_pkcs8(pkcs8(curve=_CURVES[suite], parts=PrivateParts(scalar=scalar, point=None)))
