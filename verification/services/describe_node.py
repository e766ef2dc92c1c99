"""Describe this node to the national anchor: the entry it asks to have listed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from accounts.core.regions import region as region_named
from certificates.adapters.region_ca import region_ca_certificate
from certificates.core.canonical import b64url_decode_strict
from certificates.core.signing.public_jwk import spki_of_jwk
from certificates.core.x509_read import read_certificate
from certificates.models import LicenceType, NodeKey
from verification.core.log_names import log_origin
from verification.core.trust_keys import CaEntry, NodeKeyEntry, Purpose, Witness, node_key
from verification.core.trust_list import TrustedRegion, region_payload
from verification.services.sign_note import sign_note


def describe_node(*, at: datetime) -> dict[str, Any]:
    """This will give the node's public entry for a trust list: name, address, CA, keys, witness and the types it would issue.

    Whoever signs the list decides; the node only proposes. Raises LogError `log.no_key` on a node that was not initialised.
    """
    code = settings.NODE.region
    named = region_named(code)
    ca = region_ca_certificate()
    ca_from = read_certificate(ca).valid_from
    witness = sign_note(purpose="witness").key
    entry = TrustedRegion(
        code=code,
        name_zh=named.name_zh,
        name_en=named.name_en,
        node_url=settings.NODE.node_url,
        log_origin=log_origin(code),
        cas=(CaEntry(der=ca, valid_from=ca_from, valid_to=None),),
        keys={purpose: _entries(purpose) for purpose in Purpose},
        witnesses=(Witness(name=witness.name, vkey=witness.vkey),),
        licence_types=frozenset(LicenceType.objects.filter(is_current=True).values_list("code", flat=True)),
    )
    return region_payload(entry)


def _entries(purpose: Purpose) -> tuple[NodeKeyEntry, ...]:
    rows = NodeKey.objects.filter(purpose=purpose.value).order_by("pk")
    return tuple(
        node_key(
            suite=row.suite,
            spki=_spki(row.public_jwk),
            valid_from=row.from_at.replace(microsecond=0),
            valid_to=row.to_at,
        )
        for row in rows
    )


def _spki(jwk: Mapping[str, Any]) -> bytes:
    """This will give the DER SubjectPublicKeyInfo of one of our own stored public keys."""
    if jwk["kty"] != "OKP":
        return spki_of_jwk(jwk)[1]
    key = ed25519.Ed25519PublicKey.from_public_bytes(b64url_decode_strict(jwk["x"]))
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
