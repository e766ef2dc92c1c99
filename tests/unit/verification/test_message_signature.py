"""A signed request tells its signer, and is refused where its signature covers less, is doubled, or is not ours."""

import hashlib
from base64 import b64encode
from dataclasses import replace

import pytest

from certificates.core.signing.suite import Signer
from tests.unit.verification.message_steps import (
    AT,
    BODY,
    COMPONENTS,
    ED,
    LINES,
    NONCE,
    PARAMETERS,
    SIGNERS,
    TARGET,
    edited,
    refused,
    signed,
    signed_by_hand,
    verified,
)


@SIGNERS
def test_a_signed_request_tells_its_signer(signer: Signer) -> None:
    found = verified(signed(signer=signer))
    assert (found.keyid, found.nonce, found.created) == (signer.kid, NONCE, AT)
    assert found.body_digest == hashlib.sha256(BODY).digest()


def test_a_request_put_together_by_hand_from_the_rfc_is_accepted() -> None:
    assert verified(signed_by_hand(COMPONENTS, PARAMETERS, lines=LINES)).keyid == ED.kid
    with_alg = ';alg="ed25519"' + PARAMETERS
    assert verified(signed_by_hand(COMPONENTS, with_alg, lines=LINES, label="sig1")).keyid == ED.kid


def test_the_signature_base_is_that_of_rfc_9421() -> None:
    request = signed()
    headers = dict(request.headers)
    base = (
        f'"@method": POST\n"@target-uri": {TARGET}\n"content-digest": {headers["Content-Digest"]}\n'
        f'"@signature-params": {headers["Signature-Input"].removeprefix("huzheng=")}'
    )
    signature = verified(request) and headers["Signature"].removeprefix("huzheng=:").removesuffix(":")
    assert b64encode(ED.private_key.sign(base.encode())).decode() == signature  # Ed25519 signatures are deterministic


@pytest.mark.parametrize(
    "covered",
    [
        (),
        ("@method",),
        ("@method", "@target-uri"),
        ("@method", "content-digest"),
        ("content-digest", "@target-uri", "@method"),
    ],
)
def test_refuses_a_good_signature_that_covers_less_or_otherwise(covered: tuple[str, ...]) -> None:
    components = "(" + " ".join(f'"{name}"' for name in covered) + ")"
    assert refused(signed_by_hand(components, PARAMETERS, lines=covered)) == "message.components"


@pytest.mark.parametrize(
    ("components", "parameters"),
    [
        ('("@method";req "@target-uri" "content-digest")', PARAMETERS),
        ('("@method" "@target-uri" "content-digest";sf)', PARAMETERS),
        ('("@method" "@target-uri" "content-digest" "content-digest")', PARAMETERS),
        ("(@method @target-uri content-digest)", PARAMETERS),
        (COMPONENTS, PARAMETERS + ";expires=1999999999"),
        (COMPONENTS, PARAMETERS + ';context="x"'),
        (COMPONENTS, PARAMETERS.replace(f';nonce="{NONCE}"', "")),
        (COMPONENTS, PARAMETERS.replace(f';keyid="{ED.kid}"', "")),
        (COMPONENTS, PARAMETERS.replace(f";created={int(AT.timestamp())}", "")),
    ],
)
def test_refuses_components_and_parameters_that_were_not_agreed_on(components: str, parameters: str) -> None:
    assert refused(signed_by_hand(components, parameters, lines=LINES)) in {"message.components", "message.signature"}


def test_refuses_a_good_signature_whose_tag_is_not_ours() -> None:
    for tag in ('"other"', "huzheng-recognition", '"huzheng-recognition-answer"', "?1"):
        parameters = PARAMETERS.replace('"huzheng-recognition"', tag)
        assert refused(signed_by_hand(COMPONENTS, parameters, lines=LINES)) == "message.tag"
    untagged = PARAMETERS.replace(';tag="huzheng-recognition"', "")
    assert refused(signed_by_hand(COMPONENTS, untagged, lines=LINES)) == "message.tag"


def test_refuses_two_signatures_with_our_tag_even_if_both_are_good() -> None:
    request = edited(signed(), "Signature-Input", lambda value: f"{value}, two{value.removeprefix('huzheng')}")
    request = edited(request, "Signature", lambda value: f"{value}, two{value.removeprefix('huzheng')}")
    assert refused(request) == "message.tag"


def test_a_signature_with_another_tag_beside_ours_proves_and_spoils_nothing() -> None:
    proxy = 'proxy=("@method");created=1;keyid="p";tag="proxy"'
    request = edited(signed(), "Signature-Input", lambda value: f"{proxy}, {value}")
    request = edited(request, "Signature", lambda value: f"proxy=:AAAA:, {value}")
    assert verified(request).keyid == ED.kid
    only_proxy = edited(request, "Signature-Input", lambda _: proxy)
    assert refused(only_proxy) == "message.tag"


@pytest.mark.parametrize("name", ["Content-Digest", "Signature-Input", "Signature"])
def test_refuses_a_repeated_folded_padded_or_missing_header(name: str) -> None:
    request = signed()
    value = dict(request.headers)[name]
    refusals = {"message.components", "message.digest", "message.signature"}
    for more in (name, name.lower(), name.upper()):
        assert refused(request.with_headers({more: value})) in refusals
        assert refused(request.with_headers({more: "x"})) in refusals
    for change in (
        lambda text: text + ", " + text,  # as WSGI servers join two lines of one name
        lambda text: text.replace(";", ";\r\n ").replace("=:", "=\r\n :"),
        lambda text: " " + text,
        lambda text: text + "\t",
        lambda text: text + "\x00",
        lambda text: text + "é",
        lambda text: text + ",",
        lambda text: text.upper(),
        lambda _text: "",
        lambda text: text + " " * 0 + ";x" * 3000,
    ):
        assert refused(edited(request, name, change)) in {*refusals, "message.tag"}
    missing = replace(request, headers=[pair for pair in request.headers if pair[0] != name])  # type: ignore[misc]
    assert refused(missing) in refusals


def test_header_names_count_in_any_case() -> None:
    request = signed()
    lowered = replace(request, headers=tuple((name.lower(), value) for name, value in dict(request.headers).items()))
    assert verified(lowered).keyid == ED.kid
