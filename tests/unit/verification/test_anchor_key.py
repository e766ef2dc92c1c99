"""The anchor is known by its RFC 7638 thumbprint, which has one form only."""

from typing import Any

import pytest

from tests.unit.verification.province import p256
from verification.core.anchor_key import anchor_fingerprint, anchor_jwk
from verification.core.errors import TrustListError


def test_fingerprint_is_the_thumbprint_of_rfc_7638() -> None:
    # RFC 7638 has an RSA example only; the independent oracle for EC is joserfc.
    from joserfc.jwk import ECKey

    jwk = anchor_jwk(p256().public_key())
    assert anchor_fingerprint(jwk) == ECKey.import_key(jwk).thumbprint()


@pytest.mark.parametrize(
    "changes",
    [{"kty": "RSA"}, {"crv": "P-384"}, {"x": 1}, {"x": "A" * 42}, {"y": "A" * 44}, {"y": "=" * 43}, {"kid": "x"}],
)
def test_refuses_an_anchor_of_another_form(changes: dict[str, Any]) -> None:
    with pytest.raises(TrustListError) as caught:
        anchor_fingerprint(anchor_jwk(p256().public_key()) | changes)
    assert caught.value.code == "trust_list.format"
