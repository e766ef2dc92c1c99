"""The anchor is known by its RFC 7638 thumbprint, which has one form only."""

from typing import Any

import pytest

from tests.unit.suite_in_use import suite_in_use
from tests.unit.verification.province import another_key, p256, public_of
from verification.core.anchor_key import anchor_fingerprint, anchor_jwk, load_anchor
from verification.core.errors import TrustListError

pytestmark = pytest.mark.usefixtures("every_suite")


def test_fingerprint_is_the_thumbprint_of_rfc_7638() -> None:
    # RFC 7638 has an RSA example only; the independent oracle for EC is joserfc.
    from joserfc.jwk import ECKey

    jwk = anchor_jwk(p256().public_key())
    assert anchor_fingerprint(jwk) == ECKey.import_key(jwk).thumbprint()


@pytest.mark.parametrize(
    "changes",
    [
        {"kty": "RSA"},
        {"crv": "P-384"},
        {"crv": "sm2"},
        {"crv": ["SM2"]},
        {"x": 1},
        {"x": "A" * 42},
        {"y": "A" * 44},
        {"y": "=" * 43},
        {"kid": "x"},
    ],
)
def test_refuses_an_anchor_of_another_form(changes: dict[str, Any]) -> None:
    with pytest.raises(TrustListError) as caught:
        anchor_fingerprint(anchor_jwk(public_of(another_key())) | changes)
    assert caught.value.code == "trust_list.format"


def test_an_anchor_of_any_suite_is_loaded_by_its_fingerprint_alone() -> None:
    jwk, other = anchor_jwk(public_of(another_key())), anchor_jwk(public_of(another_key()))
    key = load_anchor(jwk, fingerprint=anchor_fingerprint(jwk))
    assert (key.suite, anchor_jwk(key.public_key)) == (suite_in_use().name, jwk)
    for fingerprint, code in ((anchor_fingerprint(other), "trust_list.fingerprint"), ("", "trust_list.fingerprint")):
        with pytest.raises(TrustListError) as caught:
            load_anchor(jwk, fingerprint=fingerprint)
        assert caught.value.code == code


def test_refuses_an_anchor_that_is_no_point_of_the_curve_it_names() -> None:
    jwk = anchor_jwk(public_of(another_key()))
    moved = jwk | {"crv": {"P-256": "SM2", "SM2": "P-256"}[jwk["crv"]]}
    with pytest.raises(TrustListError) as caught:
        load_anchor(moved, fingerprint=anchor_fingerprint(moved))
    assert caught.value.code == "trust_list.format"
