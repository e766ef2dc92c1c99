"""T21 to T29: signed tokens whose header, key or coding an attacker chose."""

import hashlib
import hmac
import json
from typing import Any

from asn1crypto.pem import armor

from certificates.core.canonical import b64url, b64url_decode_strict
from certificates.core.signing.der_signature import der_of
from certificates.core.signing.es256 import GROUP_ORDER
from certificates.core.signing.jws import verify_jws
from certificates.core.signing.public_jwk import public_jwk
from certificates.core.signing.sm2_curve import ORDER
from certificates.core.signing.suite import TrustedKey
from tests.unit.certificates.credential_parts import signer, trusted_key
from tests.unit.certificates.threats.case import Case
from tests.unit.suite_in_use import suite_in_use

_TYP = "test+jwt"
_METADATA = "http://169.254.169.254/latest"


def _keys() -> dict[str, TrustedKey]:
    return {key.kid: key for key in (trusted_key(), trusted_key(2))}


def _head(**changes: Any) -> dict[str, Any]:
    members = {"alg": suite_in_use().jose_alg, "typ": _TYP, "kid": trusted_key().kid} | changes
    found = {name: value() if callable(value) else value for name, value in members.items()}
    return {name: value for name, value in found.items() if value is not None}


def _input(head: dict[str, Any] | bytes, payload: bytes = b'{"a":1}') -> str:
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    return f"{b64url(text)}.{b64url(payload)}"


def _token(head: dict[str, Any] | bytes | None = None, payload: bytes = b'{"a":1}') -> str:
    signing_input = _input(_head() if head is None else head, payload)
    return f"{signing_input}.{b64url(signer().sign(signing_input.encode()))}"


def _row(number: str, name: str, make: Any, code: str, sm2_code: str | None = None) -> Case:
    def run() -> Any:
        return verify_jws(make(), typ=_TYP, keys=_keys(), max_bytes=200_000)

    return Case(number=number, name=name, run=run, code=code, sm2_code=sm2_code)


def _headed(number: str, name: str, code: str, **members: Any) -> Case:
    return _row(number, name, lambda: _token(_head(**members)), code)


def _own_alg_again() -> bytes:
    return f',"alg":"{suite_in_use().jose_alg}"}}'.encode()


def _unsigned(alg: str) -> str:
    return f"{_input(_head(alg=alg))}."


def _public(form: str) -> bytes:
    der = suite_in_use().spki_of(trusted_key().public_key)
    jwk = json.dumps(public_jwk(trusted_key().public_key)).encode()
    return {"pem": bytes(armor("PUBLIC KEY", der)), "der": der, "jwk": jwk, "point": der[-65:]}[form]


def _mac(form: str, alg: str | None = None) -> str:
    signing_input = _input(_head(alg=alg or suite_in_use().jose_alg))
    return f"{signing_input}.{b64url(hmac.digest(_public(form), signing_input.encode(), hashlib.sha256))}"


def _with_signature(change: Any) -> str:
    """A token whose signature bytes are what `change` makes of the good ones."""
    body, _, signature = _token().rpartition(".")
    return f"{body}.{b64url(change(b64url_decode_strict(signature)))}"


def _order() -> int:
    return {"ES256": GROUP_ORDER, "SM2": ORDER}[suite_in_use().name]


def _raw(r: int, s: int) -> bytes:
    return r.to_bytes(32) + s.to_bytes(32)


def _high_s(signature: bytes) -> bytes:
    return signature[:32] + (_order() - int.from_bytes(signature[32:])).to_bytes(32)


def _der(signature: bytes) -> bytes:
    return der_of(signature)


def _unused_bits() -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    token = _token()
    return token[:-1] + alphabet[alphabet.index(token[-1]) + 1]


def _nested(depth: int) -> str:
    token = _token()
    for _ in range(depth):
        token = _token(_head(cty="JWT"), token.encode()[:1_000])
    return token


def _whole_length(header: str) -> str:
    """A header alone that still decodes if its last character is taken for something else."""
    return header + ("A" if len(header) % 4 != 0 else "AA")


def _part(place: int, added: str) -> str:
    parts = _token().split(".")
    parts[place] += added
    return ".".join(parts)


_BAD_SIGNATURES: dict[str, Any] = {
    "zeros": lambda _: bytes(64),
    "r-zero": lambda signature: bytes(32) + signature[32:],
    "s-zero": lambda signature: signature[:32] + bytes(32),
    "r-order": lambda signature: _order().to_bytes(32) + signature[32:],
    "s-order": lambda _: _raw(1, _order()),
    "der": _der,
    "63-bytes": lambda signature: signature[:63],
    "65-bytes": lambda signature: signature + b"\0",
    "empty": lambda _: b"",
}
_KIDS = {
    "path": "../../dev/null",
    "sql": "' OR 1=1 --",
    "64-kb": None,
    "look-alike": lambda: "а" + trusted_key().kid[1:],
    "blank": lambda: trusted_key().kid + " ",
    "empty": "",
}

CASES: tuple[Case, ...] = (
    *(
        _row("T21", f"alg-{a or 'empty'}", lambda a=a: _unsigned(a), "key.algorithm")
        for a in ("none", "None", "nOnE", "")
    ),
    _headed("T21", "no-alg", "jws.header", alg=None),
    _headed("T21", "alg-list", "jws.header", alg=["ES256"]),
    *(_row("T22", f"hs256-{f}", lambda f=f: _mac(f, "HS256"), "key.algorithm") for f in ("pem", "der", "jwk", "point")),
    *(_row("T22", f"as-its-own-{f}", lambda f=f: _mac(f), "signature.invalid") for f in ("pem", "der", "jwk")),
    *(
        _row("T23", name, lambda change=change: _with_signature(change), "signature.invalid")
        for name, change in _BAD_SIGNATURES.items()
    ),
    _row("T23", "high-s", lambda: _with_signature(_high_s), "signature.high_s", "signature.invalid"),
    *(_headed("T24", f"kid-{name}", "key.unknown", kid=kid or "A" * 5_000) for name, kid in _KIDS.items()),
    _headed("T24", "kid-header-of-64-kb", "jws.malformed", kid="A" * 65_536),
    _headed("T24", "other-key", "signature.invalid", kid=lambda: trusted_key(2).kid),
    _headed("T24", "kid-list", "key.unknown", kid=["x"]),
    _headed("T25", "jku", "jws.header", jku=_METADATA),
    _headed("T25", "x5u", "jws.header", x5u="file:///etc/passwd"),
    _headed("T25", "jwk", "jws.header", jwk={"kty": "EC"}),
    _headed("T27", "crit", "jws.header", crit=["exp"]),
    _headed("T27", "crit-b64", "jws.header", crit=["b64"], b64=False),
    _headed("T27", "b64", "jws.header", b64=False),
    _headed("T27", "zip", "jws.header", zip="DEF"),
    _row("T27", "doubled", lambda: _token(json.dumps(_head()).encode()[:-1] + _own_alg_again()), "jws.malformed"),
    _row(
        "T27",
        "escaped-double",
        lambda: _token(json.dumps(_head()).encode()[:-1] + b',"\\u0061lg":"none"}'),
        "jws.malformed",
    ),
    _row("T28", "jwe", lambda: _token().split(".")[0] + ".AAAA.AAAA.AAAA.AAAA", "jws.malformed"),
    _headed("T28", "jwe-header", "jws.header", enc="A256GCM"),
    _row("T28", "nested-50", lambda: _nested(50), "jws.header"),
    *(_row("T29", f"padded-{p}", lambda p=p: _part(p, "="), "jws.malformed") for p in range(3)),
    *(_row("T29", f"blank-{p}", lambda p=p: _part(p, " "), "jws.malformed") for p in range(3)),
    _row("T29", "line-break", lambda: _token() + "\n", "jws.malformed"),
    _row("T29", "trailing-dot", lambda: _token() + ".", "jws.malformed"),
    _row("T29", "two-parts", lambda: "{0}.{2}".format(*_token().split(".")), "jws.malformed"),
    _row("T29", "one-part", lambda: _whole_length(_token().split(".")[0]), "jws.malformed"),
    _row("T29", "four-parts", lambda: _token() + ".AAAA", "jws.malformed"),
    _row("T29", "unused-bits", _unused_bits, "jws.malformed"),
    _row("T29", "standard-alphabet", lambda: _part(1, "+///"), "jws.malformed"),
)
