"""Signing a file of the node's own, such as a receipt to be archived, with the node's key for these."""

from base64 import b64decode, b64encode
from datetime import datetime

from django.db import transaction

from certificates.adapters.node_keys import ARCHIVE_PURPOSE, ArchiveSigner
from certificates.adapters.pdf.sign import PdfSigningKey, der_signature, sign
from certificates.adapters.region_ca import issue_own_leaf
from certificates.adapters.timestamps.authority import has_timestamp_authority
from certificates.core.errors import DocumentError
from certificates.core.x509_extensions import ARCHIVE_SIGNING_EKU
from certificates.core.x509_read import read_certificate
from certificates.models import EXTERNAL, KeyState, NodeKey, RegionCa
from certificates.services.timestamp_document import raised


def sign_archive_file(*, pdf: bytes, at: datetime) -> bytes:
    """This will certify a PDF (no change allowed) in the node's name: at PAdES B-LTA where the node has a timestamp authority, else at B-B.

    The key's X.509 certificate is made by the region's CA when it is first needed, and again when it has ended.
    Raises DocumentError `document.no_key` before init_node, DocumentWaitsError `document.timestamp_waits`, KeyUnavailableError.
    """
    key = NodeKey.objects.filter(purpose=ARCHIVE_PURPOSE, state=KeyState.ACTIVE).first()
    if key is None:
        raise DocumentError("document.no_key", "the node has no active key for its own files")
    leaf = _leaf_in_force(key, at) or _certified(key.pk, at)
    signer = ArchiveSigner(kid=key.kid)
    handle = PdfSigningKey(certificate=leaf, chain=(), sign=lambda data: der_signature(signer.sign(data)))
    signed = sign(pdf, signer=handle, at=at)
    return raised(signed, chain=[leaf], at=at).pdf if has_timestamp_authority() else signed


def _leaf_in_force(key: NodeKey, at: datetime) -> bytes:
    leaf = b64decode(key.certificate_der)
    return leaf if leaf and read_certificate(leaf).in_force(at) else b""


def _certified(key_id: int, at: datetime) -> bytes:
    with transaction.atomic():
        key = NodeKey.objects.select_for_update().get(pk=key_id)
        known = _leaf_in_force(key, at)
        if known:
            return known  # another request was faster
        own = RegionCa.objects.filter(suite=key.suite, state=KeyState.ACTIVE).exclude(backend=EXTERNAL)
        ca = own.first()
        if ca is None:
            raise DocumentError("document.no_key", "the region has no CA for the key of its own files")
        leaf = issue_own_leaf(
            eku=ARCHIVE_SIGNING_EKU,
            ca_kid=ca.kid,
            ca_certificate=b64decode(ca.certificate_der),
            spki=b64decode(key.spki),
            at=at,
        )
        key.certificate_der = b64encode(leaf).decode("ascii")
        key.save(update_fields=["certificate_der"])
        return leaf
