"""What agencies' systems send to say who they are: assertions, keys, the operator's header."""

import base64
import json
from datetime import UTC, datetime
from random import Random
from typing import Any

from accounts.core.client_assertion import Assertion, check_claims, read_assertion
from accounts.core.client_keys import client_keys
from accounts.core.errors import AccountsError
from accounts.core.operator_header import read_operator
from certificates.core.canonical import b64url
from certificates.core.signing.public_jwk import public_jwk
from tests.fuzz.keys import pair
from tests.fuzz.spoil_bytes import text_mutators
from tests.fuzz.spoil_json import json_mutators, spoil_json
from tests.fuzz.spoil_tokens import decoded, has_one_reading, parts_of, signed, token_mutators
from tests.fuzz.target import Mutant, Target

_AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
_AUDIENCE = "https://zj.example.cn/api/v1/oauth/token"


def caller_targets() -> list[Target]:
    """Assertions before their signature is looked at, keys as they are handed in, operators."""
    return [_assertion(), _key_file(), _operator()]


def _assertion() -> Target:
    by, now = pair("ES256", 5), int(_AT.timestamp())
    claims = {"iss": "hz-desk", "sub": "hz-desk", "aud": _AUDIENCE, "iat": now, "exp": now + 60, "jti": "j" * 20}
    header = {"alg": "ES256", "kid": by.trusted.kid, "typ": "JWT"}
    seed = signed(json.dumps(header).encode(), json.dumps(claims).encode(), by.signer)

    def read(text: str) -> Assertion:
        found = read_assertion(text)
        check_claims(found.claims, audiences=[_AUDIENCE], at=_AT)
        return found

    def whole(text: str, found: Assertion) -> bool:
        """What is verified is the text itself, and what it says is what another reader sees."""
        body = json.loads(decoded(parts_of(text)[1]))
        return f"{found.signing_input.decode()}.{b64url(found.signature)}" == text and body == found.claims

    def claims_spoilt(rng: Random, text: str) -> Mutant:
        head, body, signature = parts_of(text)
        return Mutant(f"{head}.{b64url(spoil_json(rng, decoded(body)))}.{signature}")

    return Target(
        name="client-assertion",
        seeds=[seed],
        read=read,
        named=(AccountsError,),
        entitled=whole,
        sound=has_one_reading,
        mutators=[*token_mutators([seed], by=by), *[claims_spoilt] * 12],
    )


def _key_file() -> Target:
    jwks = [public_jwk(pair(suite, 5).trusted.public_key) | {"kid": f"k-{suite}"} for suite in ("ES256", "SM2")]
    seeds = [json.dumps(jwks[0]).encode(), json.dumps({"keys": jwks}).encode()]

    def shown(data: bytes, keys: Any) -> bool:
        text = data.decode(json.detect_encoding(data), "surrogatepass")  # as json.loads reads bytes
        return all(key.members["x"] in text and base64.b64encode(key.spki) for key in keys)

    return Target(
        name="client-keys",
        seeds=seeds,
        read=lambda data: client_keys(json.loads(data)),
        named=(
            AccountsError,
            ValueError,
            RecursionError,
        ),  # the latter two of json.loads: the API's parser refuses before
        entitled=shown,
        mutators=json_mutators(),
        weight=4,
    )


def _operator() -> Target:
    seeds = ['name=%"%e5%82%85%e4%b8%80%e9%b8%a3", post="counter 3", unit=%"%e7%aa%97"', 'name="a", post="b", unit="c"']
    return Target(
        name="operator-header",
        seeds=seeds,
        read=read_operator,
        named=(AccountsError,),
        entitled=lambda _text, found: all(
            1 <= len(one) <= 60 and one.isprintable() for one in (found.name, found.post, found.unit)
        ),
        mutators=text_mutators(seeds),
        weight=4,
    )
