"""T21 to T29: signed tokens whose header, key or coding an attacker chose."""

import hashlib
import hmac
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certificates.core.canonical import b64url, b64url_decode_strict
from certificates.core.signing.es256 import GROUP_ORDER
from certificates.core.signing.jws import verify_jws
from tests.unit.certificates.credential_parts import private_key, signer, trusted_key
from tests.unit.certificates.threats.case import Case

_TYP = "test+jwt"
_KEYS = {trusted_key(number).kid: trusted_key(number) for number in (1, 2)}
_METADATA = "http://169.254.169.254/latest"


def _head(**changes: Any) -> dict[str, Any]:
    members = {"alg": "ES256", "typ": _TYP, "kid": trusted_key().kid} | changes
    return {name: value for name, value in members.items() if value is not None}


def _input(head: dict[str, Any] | bytes, payload: bytes = b'{"a":1}') -> str:
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    return f"{b64url(text)}.{b64url(payload)}"


def _token(head: dict[str, Any] | bytes | None = None, payload: bytes = b'{"a":1}') -> str:
    signing_input = _input(_head() if head is None else head, payload)
    return f"{signing_input}.{b64url(signer().sign(signing_input.encode()))}"


def _row(number: str, name: str, make: Any, code: str) -> Case:
    return Case(
        number=number, name=name, run=lambda: verify_jws(make(), typ=_TYP, keys=_KEYS, max_bytes=200_000), code=code
    )


def _headed(number: str, name: str, code: str, **members: Any) -> Case:
    return _row(number, name, lambda: _token(_head(**members)), code)


def _unsigned(alg: str) -> str:
    return f"{_input(_head(alg=alg))}."


def _public(form: str) -> bytes:
    public = private_key().public_key()
    if form == "jwk":
        numbers = public.public_numbers()
        jwk = {"kty": "EC", "crv": "P-256", "x": b64url(numbers.x.to_bytes(32)), "y": b64url(numbers.y.to_bytes(32))}
        return json.dumps(jwk).encode()
    coding = {"pem": Encoding.PEM, "der": Encoding.DER, "point": Encoding.X962}[form]
    shape = PublicFormat.UncompressedPoint if form == "point" else PublicFormat.SubjectPublicKeyInfo
    return public.public_bytes(coding, shape)


def _mac(form: str, alg: str) -> str:
    signing_input = _input(_head(alg=alg))
    return f"{signing_input}.{b64url(hmac.digest(_public(form), signing_input.encode(), hashlib.sha256))}"


def _with_signature(change: Any) -> str:
    """A token whose signature bytes are what `change` makes of the good ones."""
    body, _, signature = _token().rpartition(".")
    return f"{body}.{b64url(change(b64url_decode_strict(signature)))}"


def _raw(r: int, s: int) -> bytes:
    return r.to_bytes(32) + s.to_bytes(32)


def _high_s(signature: bytes) -> bytes:
    return signature[:32] + (GROUP_ORDER - int.from_bytes(signature[32:])).to_bytes(32)


def _der(signature: bytes) -> bytes:
    return bytes(encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:])))


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
    "r-order": lambda signature: GROUP_ORDER.to_bytes(32) + signature[32:],
    "s-order": lambda _: _raw(1, GROUP_ORDER),
    "der": _der,
    "63-bytes": lambda signature: signature[:63],
    "65-bytes": lambda signature: signature + b"\0",
    "empty": lambda _: b"",
}
_KIDS = {
    "path": "../../dev/null",
    "sql": "' OR 1=1 --",
    "64-kb": None,
    "look-alike": trusted_key().kid.replace(trusted_key().kid[0], "а", 1),
    "blank": trusted_key().kid + " ",
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
    *(_row("T22", f"as-es256-{f}", lambda f=f: _mac(f, "ES256"), "signature.invalid") for f in ("pem", "der", "jwk")),
    *(
        _row("T23", name, lambda change=change: _with_signature(change), "signature.invalid")
        for name, change in _BAD_SIGNATURES.items()
    ),
    _row("T23", "high-s", lambda: _with_signature(_high_s), "signature.high_s"),
    *(_headed("T24", f"kid-{name}", "key.unknown", kid=kid or "A" * 5_000) for name, kid in _KIDS.items()),
    _headed("T24", "kid-header-of-64-kb", "jws.malformed", kid="A" * 65_536),
    _headed("T24", "other-key", "signature.invalid", kid=trusted_key(2).kid),
    _headed("T24", "kid-list", "key.unknown", kid=["x"]),
    _headed("T25", "jku", "jws.header", jku=_METADATA),
    _headed("T25", "x5u", "jws.header", x5u="file:///etc/passwd"),
    _headed("T25", "jwk", "jws.header", jwk={"kty": "EC"}),
    _headed("T27", "crit", "jws.header", crit=["exp"]),
    _headed("T27", "crit-b64", "jws.header", crit=["b64"], b64=False),
    _headed("T27", "b64", "jws.header", b64=False),
    _headed("T27", "zip", "jws.header", zip="DEF"),
    _row("T27", "doubled", lambda: _token(json.dumps(_head()).encode()[:-1] + b',"alg":"ES256"}'), "jws.malformed"),
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
