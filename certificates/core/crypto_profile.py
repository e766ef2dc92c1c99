"""The two crypto profiles of a node: which algorithms its own keys, credentials and stored values are made with.

The profile decides what a node makes. What it accepts from others is decided by each trusted key's own suite, so
that nodes of different profiles verify each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from certificates.core.errors import CredentialError


@dataclass(frozen=True, slots=True, kw_only=True)
class CryptoProfile:
    """This will name a profile's signing suite, credential digest, cipher of stored values, and digest of keyed hashes."""

    name: str
    suite: Literal["ES256", "SM2"]
    sd_alg: Literal["sha-256", "sm3"]
    field_cipher: Literal["A256GCM", "SM4GCM"]
    mac: Literal["sha256", "sm3"]


INTERNATIONAL: Final = CryptoProfile(
    name="international", suite="ES256", sd_alg="sha-256", field_cipher="A256GCM", mac="sha256"
)
GUOMI: Final = CryptoProfile(name="guomi", suite="SM2", sd_alg="sm3", field_cipher="SM4GCM", mac="sm3")

PROFILES: Final[Mapping[str, CryptoProfile]] = MappingProxyType({p.name: p for p in (INTERNATIONAL, GUOMI)})


def profile(name: str) -> CryptoProfile:
    """This will give the profile of that exact name; raises CredentialError `key.profile` for any other name."""
    found = PROFILES.get(name)
    if found is None:
        raise CredentialError("key.profile", "no crypto profile has this name")
    return found
