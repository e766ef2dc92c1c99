"""Which of some CAs issued a certificate, and if none did, the reason of the one that comes nearest."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from certificates.core.errors import X509Error
from certificates.core.x509_algorithms import verify_der
from certificates.core.x509_profile import require_vouched
from certificates.core.x509_read import read_certificate

# What says only "this is not the CA": the reason of a CA that comes nearer is told instead.
_FAR: Final = frozenset({"issuer.unknown_ca", "issuer.signature"})


def issuing_cas(leaf_der: bytes, *, cas: Sequence[bytes]) -> tuple[bytes, ...]:
    """This will give those of the CAs (DER) that vouch for the leaf (DER), in their order.

    Raises X509Error `issuer.unknown_ca|curve|signature_algorithm|key_identifier|name_constraints|ca_constraints|...`.
    """
    refusals = [(ca, _refusal(ca, leaf_der)) for ca in cas]
    found = tuple(ca for ca, refusal in refusals if refusal is None)
    if found:
        return found
    near = next((refusal for _, refusal in refusals if refusal is not None and refusal[0] not in _FAR), None)
    if near is not None:
        raise X509Error(*near)
    raise X509Error("issuer.unknown_ca", "none of the region's CAs issued the agency's certificate")


@lru_cache(maxsize=1024)  # two signatures; agencies sign many licences with one certificate
def _refusal(ca_der: bytes, leaf_der: bytes) -> tuple[str, str] | None:
    """This will give code and sentence of why the CA did not issue the leaf, or None where it did."""
    try:
        ca = read_certificate(ca_der)
        require_vouched(read_certificate(leaf_der), ca=ca)
        if ca.issuer == ca.subject:
            # The list vouches for the CA; a CA that does not vouch for itself was damaged or put together by hand.
            verify_der(ca.tbs, ca.signature, algorithm=ca.algorithm, spki=ca.spki)
    except X509Error as error:
        return error.code, error.message
    return None
