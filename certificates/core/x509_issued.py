"""Is the certificate that came back from a CA the one that was asked for? Asked before the key may sign anything."""

from collections.abc import Sequence
from datetime import datetime

from certificates.core.errors import X509Error
from certificates.core.x509_chain import issuing_cas
from certificates.core.x509_profile import require_ca_profile, require_leaf_profile, require_scope
from certificates.core.x509_read import X509Certificate, read_certificate
from certificates.core.x509_request import read_csr
from certificates.core.x509_subject import read_subject


def check_issued_certificate(
    *, request: bytes, chain: Sequence[bytes], cas: Sequence[bytes], at: datetime
) -> X509Certificate:
    """This will give the agency's certificate if it answers our request (DER) and every verifier would take it at `at`.

    `chain` is DER, leaf first, with or without its CA; `cas` are the CAs (DER) that the trust list has or will have for the
    region. Refused, in this order: another key, another agency or region, an unknown CA or a longer chain, another profile,
    a time outside its validity, fewer licence types than asked for.

    Raises X509Error `issuer.chain_missing|chain_too_long|other_key|other_subject|not_in_force`, those of `issuing_cas`,
    `require_ca_profile`, `require_leaf_profile`, `require_scope` and `read_csr`.
    """
    asked = read_csr(request)
    leaf = read_certificate(_leaf_of(chain, cas))
    if leaf.spki != asked.spki:
        raise X509Error("issuer.other_key", "the certificate is for another key than the request")
    if read_subject(leaf.subject) != asked.subject:
        raise X509Error("issuer.other_subject", "the certificate names another agency or region than the request")
    ca = read_certificate(issuing_cas(leaf.der, cas=cas)[0])
    require_ca_profile(ca)
    require_leaf_profile(leaf)
    if not (leaf.in_force(at) and ca.in_force(at)):
        raise X509Error("issuer.not_in_force", "the certificate or its CA's is not valid now")
    require_scope(leaf, region_code=asked.scope.region_code, licence_types=asked.scope.licence_types)
    return leaf


def _leaf_of(chain: Sequence[bytes], cas: Sequence[bytes]) -> bytes:
    if not chain:
        raise X509Error("issuer.chain_missing", "there is no certificate")
    if any(der not in cas for der in chain[1:]):
        raise X509Error("issuer.chain_too_long", "there is a certificate between the agency and its region's CA")
    return chain[0]
