"""What an agency's licence-signing certificate and a region's CA must say, the same for every suite (RFC 5280, GB/T 20518).

Agency: no CA, signs statements only (content commitment may be added for PDF readers), our one extended key usage, its CA's
key identifier, a scope, nothing critical that nobody reads. CA: may sign certificates, names its key, constrains names by
directory name only. Both of one suite: a path is as strong as its weakest signature.
"""

from collections.abc import Iterable
from typing import Final

from certificates.core.der import (
    OCTET_STRING,
    Node,
    integer,
    named_bits,
    oid,
    primitive,
    read_der,
    sequence,
    true,
)
from certificates.core.errors import X509Error
from certificates.core.x509_algorithms import suite_of_spki, verify_der
from certificates.core.x509_extensions import (
    ARCHIVE_SIGNING_EKU,
    AUTHORITY_KEY_IDENTIFIER,
    BASIC_CONSTRAINTS,
    EXTENDED_KEY_USAGE,
    KEY_USAGE,
    LICENCE_SIGNING_EKU,
    NAME_CONSTRAINTS,
    SEAL_MAKING_EKU,
    SUBJECT_KEY_IDENTIFIER,
)
from certificates.core.x509_read import MAX_CERTIFICATE_BYTES, Extension, X509Certificate, certificate_form
from certificates.core.x509_scope import LICENCE_SCOPE, LicenceScope, read_scope

DIGITAL_SIGNATURE: Final = 0
CONTENT_COMMITMENT: Final = 1
KEY_CERT_SIGN: Final = 5
CRL_SIGN: Final = 6

_READ_IN_LEAF: Final = frozenset({BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE, LICENCE_SCOPE})
_READ_IN_CA: Final = frozenset({BASIC_CONSTRAINTS, KEY_USAGE, NAME_CONSTRAINTS})
_MAX_PURPOSES: Final = 16  # exactly one is taken; the rest is read only to be refused by name
_MAX_SUBTREES: Final = 16  # a region's CA names one
_KEY_IDENTIFIER_TAG: Final = 0x80
_PERMITTED_TAG: Final = 0xA0
_DIRECTORY_NAME_TAG: Final = 0xA4
_MAX_IDENTIFIER_BYTES: Final = 64  # ours have 20, those of SHA-512 64


@certificate_form()
def require_leaf_profile(leaf: X509Certificate) -> None:
    """This will return for a certificate of an agency. Raises X509Error `issuer.is_ca|key_usage|extended_key_usage|
    critical_extension|key_identifier|unreadable`.
    """
    _require_signer(leaf, purpose=LICENCE_SIGNING_EKU)


@certificate_form()
def require_seal_maker_profile(maker: X509Certificate) -> None:
    """This will return for a certificate of a region's maker of electronic seals. Raises X509Error as `require_leaf_profile`."""
    _require_signer(maker, purpose=SEAL_MAKING_EKU)


@certificate_form()
def require_archive_profile(leaf: X509Certificate) -> None:
    """This will return for a node's own certificate for receipts as files. Raises X509Error as `require_leaf_profile`."""
    _require_signer(leaf, purpose=ARCHIVE_SIGNING_EKU)


def _require_signer(leaf: X509Certificate, *, purpose: str) -> None:
    constraints = _value(leaf, BASIC_CONSTRAINTS)
    if constraints is None or sequence(constraints, least=0, most=2):
        raise X509Error("issuer.is_ca", "the agency's certificate does not say that it is no CA")
    usage = key_usage_of(leaf)
    if DIGITAL_SIGNATURE not in usage or usage - {DIGITAL_SIGNATURE, CONTENT_COMMITMENT}:
        raise X509Error("issuer.key_usage", "the agency's key is not for signing statements only")
    purposes = _value(leaf, EXTENDED_KEY_USAGE)
    named = () if purposes is None else sequence(purposes, least=1, most=_MAX_PURPOSES)
    if [oid(item) for item in named] != [purpose]:
        raise X509Error("issuer.extended_key_usage", "the key is for another purpose, or for several")
    _require_all_read(leaf, _READ_IN_LEAF)


@certificate_form()
def require_ca_profile(ca: X509Certificate) -> None:
    """This will return for a certificate of a region's CA. Raises X509Error `issuer.ca_constraints|critical_extension|
    unreadable`.
    """
    constraints = _value(ca, BASIC_CONSTRAINTS)
    items = () if constraints is None else sequence(constraints, least=0, most=2)
    if not items or not true(items[0]) or any(integer(length) < 0 for length in items[1:]):
        raise X509Error("issuer.ca_constraints", "the region's certificate may not issue certificates")
    if KEY_CERT_SIGN not in key_usage_of(ca):
        raise X509Error("issuer.ca_constraints", "the region's certificate may not issue certificates")
    _require_all_read(ca, _READ_IN_CA)


@certificate_form()
def require_vouched(leaf: X509Certificate, *, ca: X509Certificate) -> None:
    """This will return if the CA's name and key signed the agency's certificate, within the names that it may certify.

    Raises X509Error `issuer.unknown_ca|curve|signature_algorithm|signature|key_identifier|name_constraints|unreadable`.
    """
    if leaf.issuer != ca.subject:
        raise X509Error("issuer.unknown_ca", "another CA than this one issued the agency's certificate")
    verify_der(leaf.tbs, leaf.signature, algorithm=leaf.algorithm, spki=ca.spki)
    if suite_of_spki(leaf.spki) != suite_of_spki(ca.spki):
        raise X509Error("issuer.curve", "the agency's key is of another suite than its region's CA")
    if authority_key_identifier(leaf) != subject_key_identifier(ca):
        raise X509Error("issuer.key_identifier", "the agency's certificate names another key of its CA")
    _require_name_within(leaf, ca)


def scope_of(leaf: X509Certificate) -> LicenceScope:
    """This will give what the certificate may sign. Raises X509Error `issuer.scope` where it does not say so."""
    found = leaf.extensions.get(LICENCE_SCOPE)
    if found is None:
        raise X509Error("issuer.scope", "the certificate does not say for which licence types it is")
    return read_scope(found.value)


def require_scope(leaf: X509Certificate, *, region_code: str, licence_types: Iterable[str]) -> None:
    """This will return if the certificate covers that region and all those types. Raises X509Error `issuer.scope`."""
    scope = scope_of(leaf)
    if scope.region_code != region_code or not scope.licence_types.issuperset(licence_types):
        raise X509Error("issuer.scope", "the certificate is not for this region or licence type")


@certificate_form()
def subject_key_identifier(certificate: X509Certificate) -> bytes:
    """This will give the certificate's own key identifier. Raises X509Error `issuer.key_identifier`."""
    node = _value(certificate, SUBJECT_KEY_IDENTIFIER)
    if node is None:
        raise X509Error("issuer.key_identifier", "a certificate does not name its key")
    return primitive(node, OCTET_STRING)


def authority_key_identifier(certificate: X509Certificate) -> bytes:
    """This will give the key identifier of the certificate's issuer. Raises X509Error `issuer.key_identifier`."""
    return authority_identifier_in(certificate.extensions.get(AUTHORITY_KEY_IDENTIFIER))


@certificate_form()
def authority_identifier_in(extension: Extension | None) -> bytes:
    """This will give the key identifier in an authorityKeyIdentifier. Raises X509Error `issuer.key_identifier|unreadable`."""
    node = None if extension is None else read_der(extension.value, max_bytes=MAX_CERTIFICATE_BYTES)
    # An issuer's name and serial number may follow; the key identifier stands first (RFC 5280 section 4.2.1.1).
    items = () if node is None else sequence(node, least=0, most=3)
    if not items or items[0].tag != _KEY_IDENTIFIER_TAG:
        raise X509Error("issuer.key_identifier", "a certificate does not name its issuer's key")
    return items[0].content


@certificate_form()
def key_usage_of(certificate: X509Certificate) -> frozenset[int]:
    """This will give the numbers of the key's uses, none where there is no such extension. Raises X509Error `issuer.unreadable`."""
    node = _value(certificate, KEY_USAGE)
    return frozenset() if node is None else named_bits(node)


def _require_all_read(certificate: X509Certificate, known: frozenset[str]) -> None:
    if any(extension.critical and name not in known for name, extension in certificate.extensions.items()):
        raise X509Error("issuer.critical_extension", "a certificate has a critical part that nobody here reads")


def _require_name_within(leaf: X509Certificate, ca: X509Certificate) -> None:
    """This will apply the CA's name constraints (RFC 5280 section 4.2.1.10); others than by directory name are refused."""
    node = _value(ca, NAME_CONSTRAINTS)
    if node is None:
        return
    items = sequence(node, least=1, most=2)
    if len(items) > 1 or items[0].tag != _PERMITTED_TAG:
        raise X509Error("issuer.ca_constraints", "the CA's name constraints are of a kind that is not used here")
    bases = [_base(item) for item in sequence(items[0], least=1, most=_MAX_SUBTREES, tag=_PERMITTED_TAG)]
    names = [
        rdn.raw
        for rdn in sequence(read_der(leaf.subject, max_bytes=MAX_CERTIFICATE_BYTES), least=1, most=_MAX_SUBTREES)
    ]
    if not any(names[: len(base)] == base for base in bases):
        raise X509Error("issuer.name_constraints", "the agency's name is outside those that its CA may certify")


def _base(subtree: Node) -> list[bytes]:
    (name,) = sequence(subtree, least=1, most=1)
    if name.tag != _DIRECTORY_NAME_TAG:
        raise X509Error("issuer.ca_constraints", "the CA's name constraints are of a kind that is not used here")
    (rdns,) = sequence(name, least=1, most=1, tag=_DIRECTORY_NAME_TAG)
    return [rdn.raw for rdn in sequence(rdns, least=1, most=_MAX_SUBTREES)]


def _value(certificate: X509Certificate, name: str) -> Node | None:
    found = certificate.extensions.get(name)
    return None if found is None else read_der(found.value, max_bytes=MAX_CERTIFICATE_BYTES)
