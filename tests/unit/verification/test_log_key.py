"""A log's key of the trust list becomes a note key under the log's name; any other suite is refused."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from verification.core.errors import LogError
from verification.core.log_key import note_key
from verification.core.trust_keys import NodeKeyEntry, node_key


def entry(private_key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey, suite: str) -> NodeKeyEntry:
    spki = private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return node_key(suite=suite, spki=spki, valid_from=datetime(2026, 1, 1, tzinfo=UTC))


def test_an_ed25519_key_stands_under_the_logs_name() -> None:
    private_key = Ed25519PrivateKey.generate()
    key = note_key(entry(private_key, "Ed25519"), origin="huzheng.cn/330000")
    assert (key.name, key.public_key) == ("huzheng.cn/330000", private_key.public_key().public_bytes_raw())


def test_refuses_a_key_that_signs_no_notes() -> None:
    with pytest.raises(LogError):
        note_key(entry(ec.generate_private_key(ec.SECP256R1()), "ES256"), origin="huzheng.cn/330000")
