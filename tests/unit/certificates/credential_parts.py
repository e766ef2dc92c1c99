"""One issuer, one sample credential, and the means to sign what an honest issuer never would."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from certificates.core import digests
from certificates.core.canonical import b64url
from certificates.core.grains import Grain
from certificates.core.sd_jwt import IssuedCredential, build_credential, present
from certificates.core.sd_jwt_format import CredentialClaims, DigestTotals, DisclosureKey
from certificates.core.status_list import StatusReference
from tests.unit.suite_in_use import sample_private_key, sample_signer, sample_trusted_key, suite_in_use

IAT = 1_790_000_000
X5C = (b"\x30\x82" + bytes(range(200)),)  # opaque here: the chain is checked by the caller's `resolve_key`
VALUES = {"holder_name": ("张三丰", "李四"), "licence_number": "浙A-001", "address": "杭州市西湖区文三路1号"}
MASKED = {"holder_name": ("张**", "李**"), "address": "杭州市西湖区**"}
FACTS = ("age_over_18", "holder_is_citizen")
TOTALS = DigestTotals(sd=8, masked=8, facts=4)
CLAIMS = CredentialClaims(
    iss="https://zj.example.cn",
    vct="urn:huzheng:licence-type:11100000000013338W011:1",
    region="330000",
    iat=IAT,
    nbf=IAT,
    exp=IAT + 86_400 * 300,
    status=StatusReference(uri="https://zj.example.cn/status-lists/17", index=77),
)


private_key, trusted_key, signer = sample_private_key, sample_trusted_key, sample_signer


def counting_random(size: int) -> bytes:
    """Repeatable bytes without repeats."""
    return b"".join(hashlib.sha256(at.to_bytes(4)).digest() for at in range(size // 32 + 1))[:size]


def issue(**changes: Any) -> IssuedCredential:
    arguments: dict[str, Any] = {
        "values": VALUES,
        "masked": MASKED,
        "facts": FACTS,
        "totals": TOTALS,
        "claims": CLAIMS,
        "x5c": X5C,
        "signer": signer(),
        "random": counting_random,
    }
    return build_credential(**(arguments | changes))


def shown(issued: IssuedCredential, *keys: tuple[str, Grain]) -> str:
    return present(issued.jwt, [issued.disclosures[DisclosureKey(*key)] for key in keys])


def disclosure(*items: Any) -> str:
    return b64url(json.dumps(items, ensure_ascii=False).encode())


def digest(text: str) -> str:
    return b64url(digests.digest(suite_in_use().sd_alg)(text.encode()))


def decoy(number: int) -> str:
    return digest(f"decoy {number}")


def payload(**changes: Any) -> dict[str, Any]:
    """An honest payload with changes; a change to `None` leaves the member out."""
    honest = {
        "iss": CLAIMS.iss,
        "vct": CLAIMS.vct,
        "region": CLAIMS.region,
        "iat": CLAIMS.iat,
        "nbf": CLAIMS.nbf,
        "exp": CLAIMS.exp,
        "status": {"status_list": {"idx": 77, "uri": CLAIMS.status.uri}},
        "_sd_alg": suite_in_use().sd_alg,
        "_sd": [decoy(1), decoy(2)],
        "masked": {"_sd": [decoy(3)]},
        "facts": {"_sd": [decoy(4)]},
    }
    return {name: value for name, value in (honest | changes).items() if value is not None}


def header(**changes: Any) -> dict[str, Any]:
    honest = {
        "alg": suite_in_use().jose_alg,
        "typ": "dc+sd-jwt",
        "kid": trusted_key().kid,
        "x5c": ["MIIBszCC"],
    }
    return {name: value for name, value in (honest | changes).items() if value is not None}


def signed(
    claims: dict[str, Any] | bytes,
    disclosures: Sequence[str] = (),
    head: dict[str, Any] | bytes | None = None,
) -> str:
    """What the issuer's key signs, whatever it is, with disclosures behind it."""
    parts = [header() if head is None else head, claims]
    coded = [b64url(part if isinstance(part, bytes) else json.dumps(part).encode()) for part in parts]
    signing_input = ".".join(coded)
    return present(f"{signing_input}.{b64url(signer().sign(signing_input.encode()))}", disclosures)
