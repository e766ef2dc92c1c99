"""SM2-with-SM3 (GM/T 0003, used as GM/T 0009 says: default identity), signatures as raw r || s.

Every number is checked here, before an engine sees it: points on the curve, 1 <= d <= n - 2, 0 < r, s < n. SM2 needs no
low-s rule: s is bound by r, and changing its sign breaks the signature. Nonces are random, so two signatures over the same bytes differ.
"""

from collections.abc import Callable
from typing import Any

from certificates.core.errors import CredentialError
from certificates.core.signing.der_signature import RAW_BYTES
from certificates.core.signing.ec_keys_der import (
    SM2_OID,
    PrivateParts,
    pkcs8,
    read_pkcs8,
    read_spki,
    spki,
)
from certificates.core.signing.identifiers import SM2_COSE_ALG, SM2_JOSE_ALG, SM2_MESSAGE_ALG, SM3_SD_ALG
from certificates.core.signing.sm2_curve import LARGEST_SCALAR, halves_in_range, require_on_curve
from certificates.core.signing.sm2_engine import Sm2Engine, engine


class Sm2PublicKey:
    """This will hold one loaded public key: `point` is 04 || x || y, 65 bytes."""

    __slots__ = ("engine", "handle", "point")

    def __init__(self, *, point: bytes, handle: Any, engine: Sm2Engine) -> None:
        self.point = point
        self.handle = handle
        self.engine = engine

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sm2PublicKey) and other.point == self.point

    def __hash__(self) -> int:
        return hash(self.point)


class Sm2PrivateKey:
    """This will hold one loaded private key and its public point; its text form shows neither."""

    __slots__ = ("engine", "handle", "point")

    def __init__(self, *, point: bytes, handle: Any, engine: Sm2Engine) -> None:
        self.point = point
        self.handle = handle
        self.engine = engine


class Sm2:
    """This will be the SM2 entry of the closed table of suites; `choose` gives the engine, at first use."""

    name = "SM2"
    jose_alg = SM2_JOSE_ALG
    cose_alg = SM2_COSE_ALG
    message_alg = SM2_MESSAGE_ALG
    sd_alg = SM3_SD_ALG

    def __init__(self, *, choose: Callable[[], Sm2Engine] = engine) -> None:
        self._choose = choose

    def generate(self) -> Sm2PrivateKey:
        """This will make a new key."""
        chosen = self._choose()
        handle, point = chosen.generate()
        return Sm2PrivateKey(point=point, handle=handle, engine=chosen)

    def private_from_pkcs8(self, der: bytes) -> Sm2PrivateKey:
        """This will load a key from PKCS#8; a public half that is stated there must match.

        Raises CredentialError `key.algorithm` or, outside 1..n-2, `key.range`.
        """
        parts = read_pkcs8(der, curve=SM2_OID, largest_scalar=LARGEST_SCALAR)
        chosen = self._choose()
        try:
            handle, point = chosen.private(parts.scalar, parts.point)
        except ValueError as error:
            raise CredentialError("key.algorithm", "the private key and its public half do not match") from error
        return Sm2PrivateKey(point=point, handle=handle, engine=chosen)

    def pkcs8_of(self, private_key: object) -> bytes:
        """This will give the key as DER PrivateKeyInfo with its public half; raises CredentialError `key.algorithm`."""
        key = _private(private_key)
        return pkcs8(curve=SM2_OID, parts=PrivateParts(scalar=key.engine.scalar(key.handle), point=key.point))

    def public_of(self, private_key: object) -> Sm2PublicKey:
        """This will give the public half; raises CredentialError `key.algorithm` for a foreign kind of key."""
        return self._public(_private(private_key).point)

    def spki_of(self, public_key: object) -> bytes:
        """This will give the DER SubjectPublicKeyInfo, point uncompressed; raises CredentialError `key.algorithm`."""
        return spki(curve=SM2_OID, point=_public(public_key).point)

    def load_public_key(self, spki_der: bytes) -> Sm2PublicKey:
        """This will load an SM2 key from DER; raises CredentialError `key.algorithm`."""
        return self._public(read_spki(spki_der, curve=SM2_OID))

    def sign(self, private_key: object, data: bytes) -> bytes:
        """This will give a new raw signature each time; raises CredentialError `key.algorithm` for a foreign kind of key."""
        key = _private(private_key)
        return key.engine.sign(key.handle, data)

    def verify(self, public_key: object, signature: bytes, data: bytes) -> None:
        """This will accept a good signature; raises CredentialError `signature.invalid` or `key.algorithm`."""
        key = _public(public_key)
        if len(signature) != RAW_BYTES or not halves_in_range(signature):
            raise CredentialError("signature.invalid", "the signature does not have its two numbers in range")
        if not key.engine.verify(key.handle, signature, data):
            raise CredentialError("signature.invalid", "the signature does not verify")

    def _public(self, point: bytes) -> Sm2PublicKey:
        require_on_curve(point)
        chosen = self._choose()
        try:
            return Sm2PublicKey(point=point, handle=chosen.public(point), engine=chosen)
        except ValueError as error:
            raise CredentialError("key.algorithm", "the bytes hold no key of this suite") from error


def _private(key: object) -> Sm2PrivateKey:
    if not isinstance(key, Sm2PrivateKey):
        raise CredentialError("key.algorithm", "the private key is not an SM2 key")
    return key


def _public(key: object) -> Sm2PublicKey:
    if not isinstance(key, Sm2PublicKey):
        raise CredentialError("key.algorithm", "the public key is not an SM2 key")
    return key
