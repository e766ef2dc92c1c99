"""The published SD-JWT structures: a general reader agrees with each, and ours, which knows one shape only, refuses each."""

from collections.abc import Iterator
from typing import Any

import pytest
from jwcrypto.jwk import JWK
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.utils.yaml_specification import load_yaml_specification, remove_sdobj_wrappers

from certificates.core.canonical import b64url
from certificates.core.errors import CredentialError
from certificates.core.grains import Grain
from certificates.core.sd_jwt_verify import verify_credential
from tests.published_vectors import FOLDER, needs
from tests.rfc9901_reader import read_sd_jwt
from tests.unit.certificates.credential_parts import IAT, issue, private_key, shown, signer, trusted_key
from tests.unit.suite_in_use import using

CASES = sorted(path.parent.name for path in FOLDER.glob("sd-jwt/*/specification.yml"))
ISSUER = "https://example.com/issuer"


@pytest.fixture(autouse=True)
def _in_es256() -> Iterator[None]:
    """The reference library signs with nothing else."""
    with using("ES256"):
        yield


def _key(number: int) -> JWK:
    return JWK.from_pyca(private_key(number))


def presented(specification: dict[str, Any]) -> str:
    """What the reference library makes of a vector, signed by the key that our verifier trusts, in compact form."""
    bound = specification.get("key_binding", False)
    claims = {"iss": ISSUER, "iat": IAT, **specification["user_claims"]}
    issuer = SDJWTIssuer(
        claims,
        _key(1),
        _key(2) if bound else None,
        extra_header_parameters={"typ": "dc+sd-jwt", "x5c": ["MIIBszCC"]},
        add_decoy_claims=specification.get("add_decoy_claims", False),
    )
    holder = SDJWTHolder(issuer.sd_jwt_issuance)
    holder.create_presentation(
        specification["holder_disclosed_claims"],
        nonce="1234567890" if bound else None,
        aud="https://example.com/verifier" if bound else None,
        holder_key=_key(2) if bound else None,
    )
    jwt, _, rest = holder.sd_jwt_presentation.partition("~")
    signing_input = jwt.rpartition(".")[0]
    # Signed again: the library gives either s, and a vector must not be refused for that alone.
    return f"{signing_input}.{b64url(signer().sign(signing_input.encode()))}~{rest}"


@needs("sd-jwt")
@pytest.mark.parametrize("name", CASES)
def test_agrees_with_every_published_structure(name: str) -> None:
    specification = load_yaml_specification(FOLDER / "sd-jwt" / name / "specification.yml")
    text = presented(specification)
    read = read_sd_jwt(text)
    wrapped = {"iss": ISSUER, "iat": IAT, **specification["expect_verified_user_claims"]}
    assert {name: value for name, value in read.items() if name != "cnf"} == remove_sdobj_wrappers(wrapped)
    with pytest.raises(CredentialError) as caught:
        verify_credential(text, key=trusted_key())
    assert caught.value.code == ("credential.key_binding" if specification.get("key_binding") else "credential.claims")


def test_the_second_reading_agrees_with_ours_on_our_own_shape() -> None:
    issued = issue()
    text = shown(issued, *(key for key in issued.disclosures if key.grain is not Grain.FULL))
    ours = verify_credential(text, key=trusted_key())
    read = read_sd_jwt(text)
    found = {**read["masked"], **read["facts"]}
    assert found == {name: list(s.value) if isinstance(s.value, tuple) else s.value for name, s in ours.shown.items()}
