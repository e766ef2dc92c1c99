"""The extensions that our X.509 certificates, requests and revocation lists bear, as they are made (RFC 5280 section 4.2)."""

import hashlib
from typing import Final

from asn1crypto import core, x509

from certificates.core.der import octets_in_bits, read_der, sequence

# The arc under 2.25 needs no registration (ITU-T X.667): it is the number of a random UUID.
LICENCE_SIGNING_EKU: Final = "2.25.214007393116565566172689354434170099529"
SEAL_MAKING_EKU: Final = "2.25.306278894919295551351764005747823502773"
ARCHIVE_SIGNING_EKU: Final = "2.25.167924605678010443051602016289040163830"  # receipts as files, by a node

SUBJECT_KEY_IDENTIFIER: Final = "2.5.29.14"
KEY_USAGE: Final = "2.5.29.15"
BASIC_CONSTRAINTS: Final = "2.5.29.19"
CRL_NUMBER: Final = "2.5.29.20"
REASON_CODE: Final = "2.5.29.21"
INVALIDITY_DATE: Final = "2.5.29.24"
NAME_CONSTRAINTS: Final = "2.5.29.30"
CRL_DISTRIBUTION_POINTS: Final = "2.5.29.31"
AUTHORITY_KEY_IDENTIFIER: Final = "2.5.29.35"
EXTENDED_KEY_USAGE: Final = "2.5.29.37"

_MAX_SPKI_BYTES: Final = 512  # a key on a curve takes 91
_IDENTIFIER_BYTES: Final = 20


def extension(oid: str, value: core.Asn1Value | bytes, *, critical: bool = False) -> x509.Extension:
    """This will make one extension around a value or its DER."""
    der = value if isinstance(value, bytes) else value.dump()
    return x509.Extension({"extn_id": oid, "critical": critical, "extn_value": core.ParsableOctetString(der)})


def key_identifier(spki: bytes) -> bytes:
    """This will give 20 bytes of SHA-256 over the public key's bits (RFC 7093 section 2, method 1)."""
    _, bits = sequence(read_der(spki, max_bytes=_MAX_SPKI_BYTES), least=2, most=2)
    return hashlib.sha256(octets_in_bits(bits)).digest()[:_IDENTIFIER_BYTES]


def subject_key_identifier(spki: bytes) -> x509.Extension:
    """This will name the certificate's own key."""
    return extension(SUBJECT_KEY_IDENTIFIER, core.OctetString(key_identifier(spki)))


def authority_key_identifier(identifier: bytes) -> x509.Extension:
    """This will name the key that signs, by its own certificate's key identifier."""
    return extension(AUTHORITY_KEY_IDENTIFIER, x509.AuthorityKeyIdentifier({"key_identifier": identifier}))


def basic_constraints(*, ca: bool) -> x509.Extension:
    """This will say that the subject is no CA, or one straight above the agencies (path length 0)."""
    value = {"ca": True, "path_len_constraint": 0} if ca else {"ca": False}
    return extension(BASIC_CONSTRAINTS, x509.BasicConstraints(value), critical=True)


def key_usage(*uses: str) -> x509.Extension:
    """This will name the uses of the key, by their names in RFC 5280 in snake case."""
    return extension(KEY_USAGE, x509.KeyUsage(set(uses)), critical=True)


def one_purpose(eku: str) -> x509.Extension:
    """This will name the one purpose of the key, by its object identifier."""
    return extension(EXTENDED_KEY_USAGE, x509.ExtKeyUsageSyntax([eku]))


def names_under(base: x509.Name) -> x509.Extension:
    """This will let a CA certify names that begin with `base` only."""
    subtree = x509.GeneralSubtree({"base": x509.GeneralName(name="directory_name", value=base)})
    return extension(NAME_CONSTRAINTS, x509.NameConstraints({"permitted_subtrees": [subtree]}), critical=True)


def crl_at(url: str) -> x509.Extension:
    """This will say where the CA publishes its revocation list, for readers that know no agency-key bundle."""
    names = x509.GeneralNames([x509.GeneralName(name="uniform_resource_identifier", value=url)])
    point = x509.DistributionPoint({"distribution_point": x509.DistributionPointName(name="full_name", value=names)})
    return extension(CRL_DISTRIBUTION_POINTS, x509.CRLDistributionPoints([point]))
