"""Steps shared by the tests of the trust list: how a file is refused, and entries of keys and witnesses."""

import base64
from typing import Any

import pytest

from certificates.core.signing.suite import kid_of
from tests.unit.verification.province import NOW, World, spki_of
from verification.core.errors import TrustListError
from verification.core.note import NoteKey, SignatureType
from verification.core.trust_list import load_trust_list


def refusal(world: World, data: bytes, **changes: Any) -> str:
    arguments: dict[str, Any] = {"anchor_fingerprint": world.fingerprint, "at": NOW} | changes
    with pytest.raises(TrustListError) as caught:
        load_trust_list(data, **arguments)
    return caught.value.code


def vkey(name: str, kind: SignatureType) -> str:
    return NoteKey(name=name, public_key=bytes(32), kind=kind).vkey


def listed_key(suite: str, key: Any) -> dict[str, Any]:
    """A key's entry whose kid and base64 are right, whatever key and suite are."""
    spki = key if isinstance(key, bytes) else spki_of(key)
    return {"kid": kid_of(spki), "suite": suite, "spki": base64.b64encode(spki).decode(), "from": 1, "to": None}
