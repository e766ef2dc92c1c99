"""The public keys of agencies' systems as they are handed in: a JWK (RFC 7517 section 4) or a JWK set (section 5).

Only the four members that make the point are kept. The curve names the one algorithm the key may ever be used with.
"""

import hashlib
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from accounts.core.errors import RecordError

# SubjectPublicKeyInfo (RFC 5480) up to the uncompressed point, by curve: id-ecPublicKey with P-256, and with sm2p256v1 (GM/T 0006).
_SPKI_HEADS: Final = MappingProxyType(
    {
        "P-256": bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200"),
        "SM2": bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200"),
    }
)
SUITE_OF_CURVE: Final[Mapping[str, str]] = MappingProxyType({"P-256": "ES256", "SM2": "SM2"})
MOST_KEYS: Final = 8  # in one file: a system needs two at a time, the next and the present one
_PRIVATE_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})  # RFC 7518 section 6, every key type
_COORDINATE: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)  # 32 bytes in base64url without padding
_KID: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)
_POINT_MEMBERS: Final = ("crv", "kty", "x", "y")  # in the order of RFC 7638


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientKey:
    """This will hold one public key: `kid` as its JWK names it, else its RFC 7638 thumbprint; `members` are crv, kty, x, y.

    `alg` is what the JWK says of itself, None where it says nothing; it decides nothing, and must not say another thing.
    """

    kid: str
    suite: str
    alg: str | None
    members: Mapping[str, str]

    @property
    def spki(self) -> bytes:
        """This will be the key as DER SubjectPublicKeyInfo."""
        return spki_of(self.members)


def client_keys(given: object) -> tuple[ClientKey, ...]:
    """This will read a JWK or a JWK set of one to MOST_KEYS keys, each once; whether a point lies on its curve is not seen here.

    Raises RecordError `api_client.private_key` where any member of any key is a private one, else `api_client.key`.
    """
    if not isinstance(given, Mapping):
        raise RecordError("api_client.key", "a key is handed in as a JWK or a JWK set")
    jwks = given.get("keys") if "keys" in given else [given]
    if not isinstance(jwks, Sequence) or isinstance(jwks, str) or not 0 < len(jwks) <= MOST_KEYS:
        raise RecordError("api_client.key", "a JWK set holds one key or a few")
    found = tuple(_client_key(jwk) for jwk in jwks)
    if len({key.kid for key in found}) < len(found) or len({key.spki for key in found}) < len(found):
        raise RecordError("api_client.key", "a key, or a key id, stands in the set twice")
    return found


def spki_of(members: Mapping[str, str]) -> bytes:
    """This will give kept members of a key as DER SubjectPublicKeyInfo, the point uncompressed."""
    return _SPKI_HEADS[members["crv"]] + b"\x04" + _bytes(members["x"]) + _bytes(members["y"])


def _client_key(jwk: object) -> ClientKey:
    if not isinstance(jwk, Mapping):
        raise RecordError("api_client.key", "a key of the set is no JWK")
    if _PRIVATE_MEMBERS & jwk.keys():
        raise RecordError(
            "api_client.private_key", "this is a private key: destroy it, and register only its public half"
        )
    if jwk.get("kty") != "EC" or jwk.get("crv") not in tuple(SUITE_OF_CURVE):  # what is no text has no hash to look up
        raise RecordError("api_client.key", "the key must be an EC key on P-256 or SM2")
    members = {name: jwk.get(name) for name in _POINT_MEMBERS}
    if not all(_is_coordinate(members[name]) for name in ("x", "y")):
        raise RecordError("api_client.key", "x and y are 32 bytes each, in base64url")
    alg = jwk.get("alg")
    if jwk.get("use", "sig") != "sig" or not isinstance(alg, str | None):
        raise RecordError("api_client.key", "the key is meant for another use")
    kept: dict[str, str] = {name: str(value) for name, value in members.items()}
    kid = jwk.get("kid", _thumbprint(kept))
    if not isinstance(kid, str) or _KID.fullmatch(kid) is None:
        raise RecordError("api_client.key", "a key id is 1 to 64 of A-Z a-z 0-9 _ . -")
    return ClientKey(kid=kid, suite=SUITE_OF_CURVE[kept["crv"]], alg=alg, members=MappingProxyType(kept))


def _is_coordinate(value: Any) -> bool:
    # The unused bits of the last character must be zero: one point, one text.
    return isinstance(value, str) and _COORDINATE.fullmatch(value) is not None and _text(_bytes(value)) == value


def _thumbprint(members: Mapping[str, str]) -> str:
    return _text(hashlib.sha256(json.dumps(dict(members), separators=(",", ":")).encode()).digest())


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
