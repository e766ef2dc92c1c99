"""A trust list is read in one form, whoever signed it."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.unit.verification.province import SINCE, World, p256, signer_of
from tests.unit.verification.trust_list_steps import listed_key, refusal, vkey
from verification.core.errors import TrustListError
from verification.core.note import SignatureType
from verification.core.trust_list import sign_trust_list

pytestmark = pytest.mark.usefixtures("every_suite")


def _set(path: str, value: object) -> Any:
    def change(payload: dict[str, Any]) -> None:
        *parents, last = path.split(".")
        target: Any = payload
        for name in parents:
            target = target[int(name)] if name.isdigit() and isinstance(target, list) else target[name]
        target[int(last) if isinstance(target, list) else last] = value

    return change


def _share(path: str) -> Any:
    def change(payload: dict[str, Any]) -> None:
        if path == "code":
            payload["regions"][1] = payload["regions"][0]
        else:
            payload["regions"][1]["keys"]["status"] = payload["regions"][0]["keys"]["status"]

    return change


ED_SPKI = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="


@pytest.mark.parametrize(
    "change",
    [
        _set("format", 2),
        _set("version", True),
        _set("version", -1),
        _set("version", 1.5),
        _set("exp", 10**15),
        _set("regions.0.code", "330100"),
        _set("regions.0.name_zh", ""),
        _set("regions.0.name_zh", "浙江\n省"),
        _set("regions.0.keys", []),
        _set("regions.0.keys.payment", []),
        _set("regions.0.keys.status.0.kid", "AAAAAAAAAAA"),
        _set("regions.0.keys.status.0.suite", "RS256"),
        _set("regions.0.keys.status.0.suite", "Ed25519"),
        _set("regions.0.keys.log.0.suite", "ES256"),
        _set("regions.0.keys.status.0.spki", ED_SPKI),
        _set("regions.0.keys.status.0.spki", "AA=A"),
        _set("regions.0.keys.status.0.spki", "AB=="),
        _set("regions.0.keys.status.0.from", None),
        _set("regions.0.keys.status.0.to", 1),
        _set("regions.0.keys.status.0.to", int(SINCE.timestamp())),
        _set("regions.0.keys.status", [listed_key("Ed25519", Ed25519PrivateKey.generate())]),
        _set("regions.0.keys.log", [listed_key("ES256", p256())]),
        _set("regions.0.keys.log", [listed_key("Ed25519", p256())]),
        _set("regions.0.keys.log", [listed_key("Ed25519", b"junk")]),
        _set("regions.0.keys.log_sm2", [listed_key("ES256", p256())]),
        _set("regions.0.keys.log_sm2", [listed_key("Ed25519", Ed25519PrivateKey.generate())]),
        _set("regions.0.keys.log_sm2", [listed_key("SM2", p256())]),
        _set("regions.0.cas.0.certificate", "AAAA"),
        _set("regions.0.witnesses", [{"name": "w", "vkey": "w"}]),
        _set("regions.0.witnesses", [{"name": "w", "vkey": vkey("v", SignatureType.COSIGNATURE_V1)}]),
        _set("regions.0.witnesses", [{"name": "w", "vkey": vkey("w", SignatureType.ED25519)}]),
        _set("regions.0.licence_types", ["a", "a"]),
        _set("regions.0.licence_types", ["a b"]),
        _set("regions.0.licence_types", "driving_licence"),
        _share("code"),
        _share("status"),
    ],
)
def test_refuses_a_signed_list_out_of_its_form(world: World, payload: dict[str, Any], change: Any) -> None:
    change(payload)
    assert refusal(world, world.file(payload)) == "trust_list.format"
    with pytest.raises(TrustListError):
        sign_trust_list(payload=payload, signer=signer_of(world.anchor_key))
