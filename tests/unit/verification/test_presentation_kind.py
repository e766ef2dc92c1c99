"""What was scanned is told by its beginning; the region it claims only leads to keys."""

import json

import pytest

from certificates.core.canonical import b64url
from tests.unit.verification.scene import key_entry, presented, seal
from verification.core.evidence import InputKind
from verification.core.presentation_kind import UNREADABLE, claimed_kid, claimed_region_or_code, kind_of

CODE = "HZP1:510000:ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def credential(**claims: object) -> str:
    return f"{b64url(b'{}')}.{b64url(json.dumps(claims).encode())}.{b64url(b'signature')}~"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (CODE, InputKind.CODE),
        ("HZ1:ABC", InputKind.SEAL_CODE),
        ("a.b.c~", InputKind.SD_JWT),
        ("https://510000.example/x", None),
        ("", None),
        ("hzp1:510000:x", None),
    ],
)
def test_names_the_kind(text: str, kind: InputKind | None) -> None:
    assert kind_of(text) is kind


def test_reads_the_claimed_region() -> None:
    assert claimed_region_or_code(CODE) == ("510000", None)
    assert claimed_region_or_code(credential(region="510000")) == ("510000", None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nothing", UNREADABLE),
        ("HZP1:510000:x", "code.malformed"),
        ("HZ1:!!", "seal_code.base45"),
        (credential(), "credential.claims"),
        (credential(region=5), "credential.claims"),
        ("验.证.照~", "credential.malformed"),
        ("a.b~", "jws.malformed"),
        (f"a.{b64url(b'[]')}.b~", "jws.malformed"),
    ],
)
def test_names_why_a_text_cannot_be_read(text: str, code: str) -> None:
    region, told = claimed_region_or_code(text)
    assert region is None
    assert (told or "").split(".")[0] == code.split(".", maxsplit=1)[0]


def test_reads_the_claimed_key_of_a_signed_text() -> None:
    kid = key_entry().kid
    assert claimed_kid(presented()) == kid
    assert claimed_kid(seal()) == kid


@pytest.mark.parametrize("text", [CODE, "nothing", "HZ1:!!", "验.证.照~", "a.b~", credential(region="510000"), ""])
def test_a_text_without_a_readable_key_claims_none(text: str) -> None:
    assert claimed_kid(text) is None
