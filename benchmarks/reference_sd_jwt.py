"""The reference implementation (PyPI `sd-jwt`) brought to the same shape, so that it does the same work.

Its own decoys are two to five at random in every object, so the padding to fixed totals is added by a subclass; its disclosures of
a presentation are only checked in `get_verified_payload`, so that call belongs to verifying; its default `typ` is a sample's.
"""

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from benchmarks.sample_credential import FACTS, TOTALS, Licence


class _PaddedIssuer(SDJWTIssuer):  # type: ignore[misc]  # the library publishes no types
    """Pads the three digest arrays as a credential of ours has them."""

    def _assemble_sd_jwt_payload(self) -> None:
        super()._assemble_sd_jwt_payload()
        payload = self.sd_jwt_payload
        for owner, total in (
            (payload, TOTALS.sd),
            (payload["masked"], TOTALS.masked),
            (payload["facts"], TOTALS.facts),
        ):
            digests = owner["_sd"]
            digests.extend(self._create_decoy_claim_entry() for _ in range(total - len(digests)))
            digests.sort()


def private_jwk(key: ec.EllipticCurvePrivateKey) -> Any:
    """This will load a private key once, as a server would."""
    return JWK.from_pyca(key)


def public_jwk(key: ec.EllipticCurvePublicKey) -> Any:
    """This will load a public key once, as a server would."""
    return JWK.from_pyca(key)


def issue(licence: Licence, *, key: Any, kid: str, x5c_text: list[str]) -> str:
    """This will issue the same claims, grains, facts and padding, with the same header, and give the whole credential."""
    claims = licence.claims
    user_claims: dict[Any, Any] = {
        "iss": claims.iss,
        "vct": claims.vct,
        "region": claims.region,
        "iat": claims.iat,
        "nbf": claims.nbf,
        "exp": claims.exp,
        "status": {"status_list": {"idx": claims.status.index, "uri": claims.status.uri}},
        "masked": {SDObj(name): value for name, value in licence.masked.items()},
        "facts": {SDObj(name): True for name in FACTS},
    }
    user_claims.update((SDObj(name), value) for name, value in licence.values.items())
    header = {"typ": "dc+sd-jwt", "kid": kid, "x5c": x5c_text}
    made = _PaddedIssuer(user_claims, key, extra_header_parameters=header)
    return str(made.sd_jwt_issuance)


def verify(presentation: str, *, key: Any) -> dict[str, Any]:
    """This will verify signature and disclosures and give the claims."""
    verifier = SDJWTVerifier(presentation, lambda _issuer, _header: key)
    payload: dict[str, Any] = verifier.get_verified_payload()
    return payload


def shape_of(credential: str) -> tuple[int, tuple[int, int, int]]:
    """This will count a credential's disclosures and the digests of its three arrays."""
    jwt, *disclosures, _ = credential.split("~")
    text = jwt.split(".")[1]
    payload = json.loads(SDJWTIssuer._base64url_decode(text))  # noqa: SLF001  # of the library, which offers no other
    return len(disclosures), (len(payload["_sd"]), len(payload["masked"]["_sd"]), len(payload["facts"]["_sd"]))
