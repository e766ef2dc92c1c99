"""T13 to T19: key binding. No credential names a holder's key (`cnf`), so none of these may ever count as presented.

Each KB-JWT is signed by a key that a lenient verifier might take, over the right `sd_hash` unless the case says otherwise:
if the rule against key-binding JWTs were deleted, every one of these texts would be accepted.
"""

import json
from typing import Any

from certificates.core.canonical import b64url
from certificates.core.sd_jwt import present
from certificates.core.signing.public_jwk import public_jwk
from tests.unit.certificates.credential_parts import IAT, issue, payload, shown, signed, signer, trusted_key
from tests.unit.certificates.threats.case import Case, credential_case
from tests.unit.suite_in_use import suite_in_use
from verification.core.release import sd_hash

_HOLDER = 2
_NONCE, _AUDIENCE = "n0nce-n0nce-n0nce-n0nce", "https://counter.example"


def _jwk(number: int) -> dict[str, str]:
    return public_jwk(trusted_key(number).public_key)


def _bound(*, by: int = _HOLDER, head: dict[str, Any] | None = None, over: str | None = None, **claims: Any) -> str:
    """An honest credential with a KB-JWT behind it, right in all that is not changed."""
    text = shown(issue())
    body = {
        "iat": IAT,
        "nonce": _NONCE,
        "aud": _AUDIENCE,
        "sd_hash": sd_hash(over or text, sd_alg=suite_in_use().sd_alg),
    } | claims
    parts = [
        {"alg": suite_in_use().jose_alg, "typ": "kb+jwt"} | (head or {}),
        {k: v for k, v in body.items() if v is not None},
    ]
    signing_input = ".".join(b64url(json.dumps(part).encode()) for part in parts)
    return present(text[:-1], [], f"{signing_input}.{b64url(signer(by).sign(signing_input.encode()))}")


_REFUSED = "credential.key_binding"


def _row(number: str, name: str, **changes: Any) -> Case:
    return credential_case(number, name, lambda: _bound(**changes), _REFUSED)


CASES: tuple[Case, ...] = (
    credential_case("T13", "stripped", lambda: signed(payload(cnf={"jwk": _jwk(_HOLDER)})), "credential.claims"),
    _row("T14", "good-but-unasked"),
    _row("T14", "empty-nonce", nonce=""),
    _row("T14", "no-nonce", nonce=None),
    _row("T14", "other-nonce", nonce="another-session-0123456"),
    _row("T15", "other-audience", aud="https://thief.example"),
    _row("T15", "two-audiences", aud=[_AUDIENCE, "https://thief.example"]),
    _row("T15", "no-audience", aud=None),
    _row("T16", "other-disclosures", over="another~"),
    _row("T16", "no-sd-hash", sd_hash=None),
    _row("T17", "typ-jwt", head={"typ": "JWT"}),
    _row("T17", "typ-credential", head={"typ": "dc+sd-jwt"}),
    _row("T18", "a-year-old", iat=IAT - 366 * 86_400),
    _row("T18", "a-day-ahead", iat=IAT + 86_400),
    _row("T19", "issuer-key", by=1),
    _row("T19", "own-header-key", by=3, head={"jwk": _jwk(3)}),
    credential_case("T19", "unsigned", lambda: shown(issue()) + "e30.e30.", _REFUSED),
)
