"""Steps shared by the tests of checkpoints and cosignatures: a log, its witnesses, and notes put together by hand."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from verification.core.checkpoint import build_checkpoint, verify_checkpoint
from verification.core.errors import LogError
from verification.core.note import NoteKey, NoteSigner, SignatureType

ORIGIN = "zhejiang.example/log"
WITNESS = "shanghai.example/witness"
ROOT = hashlib.sha256(b"root").digest()
AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


# The example of C2SP tlog-cosignature (CC BY 4.0); its keys are not published, its bytes are.
PUBLISHED = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE"
    "+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe"
    "+mbIUBkBIfZ+qnA==\n"
).encode()


def signer(name: str, seed: int, kind: SignatureType = SignatureType.ED25519) -> NoteSigner:
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    key = NoteKey(name=name, public_key=private.public_key().public_bytes_raw(), kind=kind)
    return NoteSigner(key=key, sign=private.sign)


LOG = signer(ORIGIN, 1)
WITNESS_ONE = signer(WITNESS, 2, SignatureType.COSIGNATURE_V1)
WITNESS_TWO = signer("jiangsu.example/witness", 3, SignatureType.COSIGNATURE_V1)


def checkpoint_note(*, size: int = 7, root: bytes = ROOT, log: NoteSigner = LOG) -> bytes:
    return build_checkpoint(origin=log.key.name, size=size, root=root, signer=log)


def note_of(text: str, *signers: NoteSigner) -> bytes:
    """A note put together without the code under test."""
    lines = ""
    for each in signers:
        key_id = hashlib.sha256(each.key.name.encode() + b"\n\x01" + each.key.public_key).digest()[:4]
        lines += f"— {each.key.name} {base64.b64encode(key_id + each.sign(text.encode())).decode()}\n"
    return f"{text}\n{lines}".encode()


def refused(data: bytes, *, key: NoteKey = LOG.key, origin: str = ORIGIN) -> str:
    with pytest.raises(LogError) as caught:
        verify_checkpoint(data, origin=origin, key=key)
    return caught.value.code
