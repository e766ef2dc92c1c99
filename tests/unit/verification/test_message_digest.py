"""A message's body is the one that was signed: under every digest that it states."""

from base64 import b64encode
from dataclasses import replace

import pytest

from tests.unit.verification.message_steps import (
    BODY,
    COMPONENTS,
    ED,
    PARAMETERS,
    PLAIN,
    TARGET,
    digest_of,
    edited,
    refused,
    signed,
    verified,
)


def test_refuses_a_changed_body_under_the_kept_digest() -> None:
    assert refused(replace(signed(), body=BODY + b" ")) == "message.digest"
    assert refused(replace(signed(), body=b"")) == "message.digest"


def test_refuses_a_changed_body_with_its_digest_recomputed() -> None:
    forged = replace(PLAIN, body=b"{}")
    digest = dict(signed(forged).headers)["Content-Digest"]
    assert refused(edited(replace(signed(), body=b"{}"), "Content-Digest", lambda _: digest)) == "message.signature"


@pytest.mark.parametrize(
    ("digest", "code"),
    [
        (f"{digest_of(BODY)}, {digest_of(BODY, 'sha-512', 'sha512')}", None),
        (f"{digest_of(BODY)}, {digest_of(b'', 'sha-512', 'sha512')}", "message.digest"),
        (f"{digest_of(b'')}, {digest_of(BODY, 'sha-512', 'sha512')}", "message.digest"),
        (digest_of(BODY, "sha-512", "sha512"), "message.digest"),
        (f"{digest_of(BODY)}, {digest_of(BODY, 'md5', 'md5')}", "message.digest"),
        (f"{digest_of(BODY)}, unknown=1", "message.digest"),
        (f"{digest_of(BODY)};x=1", "message.digest"),
        (digest_of(BODY).replace(":", '"'), "message.digest"),
        (digest_of(BODY)[:-3] + ":", "message.digest"),
    ],
)
def test_every_digest_must_hold(digest: str, code: str | None) -> None:
    base = f'"@method": POST\n"@target-uri": {TARGET}\n"content-digest": {digest}\n"@signature-params": {COMPONENTS}{PARAMETERS}'
    request = PLAIN.with_headers(
        {
            "Content-Digest": digest,
            "Signature-Input": f"s={COMPONENTS}{PARAMETERS}",
            "Signature": f"s=:{b64encode(ED.private_key.sign(base.encode())).decode()}:",
        }
    )
    if code is None:
        assert verified(request).keyid == ED.kid
    else:
        assert refused(request) == code
