"""Ed25519, under which logs and witnesses sign, agrees with the published edge cases."""

import json

from tests.published_vectors import FOLDER, needs
from verification.core.errors import LogError
from verification.core.note import verify_ed25519

WYCHEPROOF = ("wycheproof", "ed25519_test.json")


def verdict(key: bytes, signature: bytes, message: bytes) -> str:
    try:
        verify_ed25519(public_key=key, signature=signature, data=message, code="log.note.signature")
    except LogError:
        return "invalid"
    return "valid"


@needs(*WYCHEPROOF)
def test_agrees_with_every_wycheproof_case() -> None:
    groups = json.loads(FOLDER.joinpath(*WYCHEPROOF).read_text())["testGroups"]
    cases = [(bytes.fromhex(group["publicKey"]["pk"]), case) for group in groups for case in group["tests"]]
    assert len(cases) > 140
    for key, case in cases:
        assert verdict(key, bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"])) == case["result"], case["tcId"]
