"""An agency's electronic seal: made once by the node's seal maker for the key that seals and the picture that is shown."""

import hashlib
import secrets
from base64 import b64decode
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction

from certificates.adapters.node_keys import SEAL_PURPOSE, node_signer
from certificates.adapters.ofd.seal_picture import seal_png
from certificates.adapters.region_ca import issue_own_leaf
from certificates.core.errors import CredentialError, DocumentError
from certificates.core.ses import read_seal
from certificates.core.ses_make import SealPicture, seal, seal_info
from certificates.core.signing.registry import SM2
from certificates.core.x509_extensions import SEAL_MAKING_EKU
from certificates.core.x509_read import read_certificate
from certificates.models import EXTERNAL, AgencySeal, IssuerKey, KeyState, NodeKey, RegionCa

_SIDE: Final = 44  # mm of the seal's picture, as on the page
_NUMBER_BYTES: Final = 5


def agency_seal(*, key: IssuerKey, picture: str, at: datetime) -> bytes:
    """This will give the agency's seal (SESeal, DER) for its SM2 key and a picture (SVG of 44 mm), made and committed if there is none.

    Raises DocumentError `document.no_seal_maker`, `document.no_seal_ca`, KeyUnavailableError.
    """
    certificate = b64decode(key.chain_der[0])
    made_for = hashlib.sha256(certificate + picture.encode("utf-8")).hexdigest()
    stolen = NodeKey.objects.filter(purpose=SEAL_PURPOSE, state=KeyState.COMPROMISED).values("kid")
    kept = AgencySeal.objects.filter(issuer_key=key, made_for=made_for).exclude(maker_kid__in=stolen)
    found = kept.order_by("-pk").first()
    if found is None:
        try:
            with transaction.atomic():
                _make(key, certificate, picture, made_for, at)
        except IntegrityError:
            pass  # another worker made it in between: that one is the seal
        found = kept.latest("pk")
    return bytes(found.seal_der)


def _make(key: IssuerKey, certificate: bytes, picture: str, made_for: str, at: datetime) -> None:
    maker_key = NodeKey.objects.filter(purpose=SEAL_PURPOSE, state=KeyState.ACTIVE).first()
    if maker_key is None:
        raise DocumentError("document.no_seal_maker", "the node has no key that makes seals: run manage.py init_node")
    maker = _maker_certificate(maker_key, at)
    number = f"{settings.NODE.region}{secrets.token_hex(_NUMBER_BYTES).upper()}"
    made_at = at.replace(microsecond=0)
    info = seal_info(
        number=number,
        name=f"{key.agency.name_zh}电子证照专用章",
        signers=[certificate],
        made_at=made_at,
        valid_from=made_at,
        valid_until=read_certificate(certificate).valid_until,
        picture=SealPicture(kind="PNG", data=seal_png(picture), width=_SIDE, height=_SIDE),
    )
    AgencySeal.objects.create(
        issuer_key=key,
        made_for=made_for,
        number=number,
        maker_kid=maker_key.kid,
        seal_der=seal(info=info, maker=maker, signature=_signed(maker_key, info)),
        made_at=made_at,
    )


def _maker_certificate(maker_key: NodeKey, at: datetime) -> bytes:
    """The certificate in the maker's newest seal, as long as it is good; else a new one of the region's CA."""
    newest = AgencySeal.objects.filter(maker_kid=maker_key.kid).order_by("-pk").first()
    if newest is not None:
        known = read_seal(bytes(newest.seal_der)).maker
        if read_certificate(known).in_force(at):
            return known
    ca = RegionCa.objects.filter(suite=maker_key.suite, state=KeyState.ACTIVE).exclude(backend=EXTERNAL).first()
    if ca is None:
        raise DocumentError(
            "document.no_seal_ca", "the region has no CA for the maker of seals: run manage.py init_node"
        )
    return issue_own_leaf(
        eku=SEAL_MAKING_EKU,
        ca_kid=ca.kid,
        ca_certificate=b64decode(ca.certificate_der),
        spki=b64decode(maker_key.spki),
        at=at,
    )


def _signed(maker_key: NodeKey, info: bytes) -> bytes:
    signature = node_signer(purpose=SEAL_PURPOSE, kid=maker_key.kid).sign(info)
    try:
        SM2.verify(SM2.load_public_key(b64decode(maker_key.spki)), signature, info)
    except CredentialError as error:
        raise DocumentError("document.signed_other_bytes", "the seal's signature is not one over its data") from error
    return signature
