"""The closed table of algorithms that HTTP messages between regions may be signed with, by the suite of the key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.core.errors import CredentialError
from certificates.core.signing.es256 import verify_any_s
from certificates.core.signing.registry import ES256, SM2
from verification.core.errors import MessageError


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAlgorithm:
    """This will pair an algorithm's name (RFC 9421, 6.2.2; that of SM2 is private) with the call that verifies it.

    `verify(public_key, signature, data)` raises MessageError `message.signature`.
    """

    name: str
    verify: Callable[[object, bytes, bytes], None]


def algorithm_of(suite: str) -> MessageAlgorithm:
    """This will return the algorithm of a key's suite; raises MessageError `message.algorithm` for any other suite."""
    found = _ALGORITHMS.get(suite)
    if found is None:
        raise MessageError("message.algorithm", "Messages are not signed with keys of this suite.")
    return found


def _verify_ed25519(public_key: object, signature: bytes, data: bytes) -> None:
    if not isinstance(public_key, Ed25519PublicKey):
        raise MessageError("message.signature", "The key is not an Ed25519 key.")
    try:
        public_key.verify(signature, data)
    except InvalidSignature as error:
        raise MessageError("message.signature", "The message's signature does not hold.") from error


def _verify_es256(public_key: object, signature: bytes, data: bytes) -> None:
    # RFC 9421, 3.3.4 knows no low-s rule, and a message signed twice over is stopped by its nonce.
    try:
        verify_any_s(public_key, signature, data)
    except CredentialError as error:
        raise MessageError("message.signature", "The message's signature does not hold.") from error


def _verify_sm2(public_key: object, signature: bytes, data: bytes) -> None:
    try:
        SM2.verify(public_key, signature, data)
    except CredentialError as error:
        raise MessageError("message.signature", "The message's signature does not hold.") from error


_ALGORITHMS: Mapping[str, MessageAlgorithm] = MappingProxyType(
    {
        "Ed25519": MessageAlgorithm(name="ed25519", verify=_verify_ed25519),
        ES256.name: MessageAlgorithm(name=ES256.message_alg, verify=_verify_es256),
        SM2.name: MessageAlgorithm(name=SM2.message_alg, verify=_verify_sm2),
    }
)
