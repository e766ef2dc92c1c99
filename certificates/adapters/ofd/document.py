"""A sealed OFD as the facts that a verdict on any document rests on: who sealed it, whether a trusted CA vouches, what it carries and says."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from certificates.adapters.ofd.read import OfdFacts, read_ofd
from certificates.adapters.pdf.facts import DocumentFacts, Level, TrustAnchor
from certificates.adapters.pdf.refusals import refusing
from certificates.core.errors import DocumentError, X509Error
from certificates.core.photos import PHOTO_NAME, photo_value
from certificates.core.x509_chain import issuing_cas
from certificates.core.x509_profile import require_ca_profile, require_seal_maker_profile
from certificates.core.x509_read import read_certificate
from certificates.core.x509_subject import read_subject

CLOCK_SKEW: Final = timedelta(seconds=60)  # two nodes' clocks


def read_sealed_document(
    data: bytes, *, trust_anchors: Sequence[TrustAnchor], timestamp_anchors: Sequence[TrustAnchor] = (), at: datetime
) -> DocumentFacts:
    """This will read a sealed licence and judge signer and maker of the seal by the CAs that were in force when it was sealed.

    The time of sealing is the signer's own word; it is not later than `at` (aware). No timestamp is read. The caller must still judge the
    signer's authority and whether signer or maker was revoked. Raises DocumentError: those of `read_ofd`, `ofd.sealed_in_future`,
    `ofd.seal_not_in_force`, `ofd.maker_untrusted`.
    """
    with refusing("ofd.structure", "a part of the document is damaged"):
        found = read_ofd(data)
    if found.sealed_at > at + CLOCK_SKEW:
        raise DocumentError("ofd.sealed_in_future", "the seal was set at a time that has not come yet")
    if not found.in_force:
        raise DocumentError("ofd.seal_not_in_force", "the seal or a certificate in it was not valid when it was set")
    cas = [anchor.der for anchor in trust_anchors if anchor.in_force(found.sealed_at)]
    trusted = _is_vouched(found.signer, cas, found.sealed_at)
    if trusted and not _is_maker(found, cas):
        raise DocumentError("ofd.maker_untrusted", "no trusted maker of the signer's region made the seal")
    return DocumentFacts(
        level=Level.B,
        signer_trusted=trusted,
        signer_leaf=found.signer,
        signing_time=found.sealed_at,
        credential=found.credential,
        metadata=found.metadata,
        code=found.code,
        licence_type=found.licence_type,
        photo=photo_value(found.carried[PHOTO_NAME]) if PHOTO_NAME in found.carried else None,
        picture=found.carried.get(PHOTO_NAME),
        printed=found.text if trusted else None,
        seal_maker=found.maker,
    )


def _is_vouched(certificate: bytes, cas: Sequence[bytes], at: datetime) -> bool:
    try:
        vouching = [read_certificate(der) for der in issuing_cas(certificate, cas=cas)]
        for ca in vouching:
            require_ca_profile(ca)
    except X509Error:
        return False
    return any(ca.in_force(at) for ca in vouching)


def _is_maker(found: OfdFacts, cas: Sequence[bytes]) -> bool:
    if not _is_vouched(found.maker, cas, found.seal_made_at):
        return False
    maker, signer = read_certificate(found.maker), read_certificate(found.signer)
    try:
        require_seal_maker_profile(maker)
    except X509Error:
        return False
    theirs, own = read_subject(maker.subject), read_subject(signer.subject)
    return theirs is not None and own is not None and theirs.region_code == own.region_code
