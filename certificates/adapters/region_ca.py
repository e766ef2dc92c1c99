"""The region's X.509 CAs: keys in the key store, purpose "ca"; what they sign are certificates of agencies and their own."""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from asn1crypto.core import Sequence
from asn1crypto.crl import TbsCertList
from asn1crypto.x509 import TbsCertificate
from django.conf import settings

from accounts.core.regions import region
from certificates.adapters.key_store import KeptKey, create_key, kept_key
from certificates.core.errors import CredentialError
from certificates.core.x509_crl import Revocation
from certificates.core.x509_crl_make import make_crl
from certificates.core.x509_make import make_agency_certificate, make_own_certificate, make_region_ca
from certificates.core.x509_read import read_certificate

_PURPOSE: Final = "ca"
_CA_TERM: Final = timedelta(days=20 * 365)
_LEAF_TERM: Final = timedelta(days=5 * 365)
_SERIAL_BITS: Final = 127  # positive, within the 20 octets of RFC 5280, not to be guessed or repeated


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCa:
    """This will hold a new CA: its key as kept, and its self-signed X.509 certificate (DER)."""

    key: KeptKey
    certificate: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CaSigner:
    """This will sign X.509 certificates, or lists of revoked ones, with a CA's key; it is a `Signer` of certificates.core."""

    kid: str
    suite: str
    form: type[Sequence] = TbsCertificate

    def sign(self, data: bytes) -> bytes:
        """This will give the raw r || s signature.

        Raises CredentialError `key.purpose` for what is no TBSCertificate (RFC 5280 section 4.1), or no TBSCertList (5.1) where
        the handle is for lists; KeyUnavailableError.
        """
        try:
            self.form.load(data, strict=True).native  # noqa: B018  # parsed only when asked for
        except (ValueError, TypeError) as error:
            raise CredentialError(
                "key.purpose", "a CA's key signs X.509 certificates and lists of revoked ones only"
            ) from error
        return kept_key(kid=self.kid, purpose=_PURPOSE).sign(data, most_a_minute=settings.NODE.issue_key_rate)


def create_region_ca(*, suite: str, at: datetime) -> MadeCa:
    """This will make and keep a CA key of the suite, with a certificate for 20 years. Raises as `create_key` does."""
    key = create_key(purpose=_PURPOSE, suite=suite)
    start = at.replace(microsecond=0)
    certificate = make_region_ca(
        region_code=settings.NODE.region,
        region_name=region(settings.NODE.region).name_zh,
        spki=key.spki,
        signer=CaSigner(kid=key.kid, suite=key.suite),
        serial_number=_serial_number(),
        valid_from=start,
        valid_until=start + _CA_TERM,
    )
    return MadeCa(key=key, certificate=certificate)


def held_region_ca(*, kid: str) -> bytes:
    """This will give the public half (DER SubjectPublicKeyInfo) of a CA key kept here; raises CipherError `cipher.no_key`."""
    return kept_key(kid=kid, purpose=_PURPOSE).spki


def issue_leaf(
    *,
    ca_kid: str,
    ca_certificate: bytes,
    agency_uscc: str,
    agency_name: str,
    licence_types: Collection[str],
    spki: bytes,
    at: datetime,
) -> bytes:
    """This will give an agency's X.509 certificate (DER, 5 years) for signing licences of those types.

    Raises IssueError, CipherError `cipher.no_key`, KeyUnavailableError.
    """
    start = at.replace(microsecond=0)
    return make_agency_certificate(
        ca_certificate=ca_certificate,
        signer=CaSigner(kid=ca_kid, suite=kept_key(kid=ca_kid, purpose=_PURPOSE).suite),
        agency_uscc=agency_uscc,
        agency_name=agency_name,
        licence_types=licence_types,
        spki=spki,
        serial_number=_serial_number(),
        valid_from=start,
        valid_until=min(start + _LEAF_TERM, read_certificate(ca_certificate).valid_until),
        crl_url=crl_url(ca_kid=ca_kid),
    )


def issue_own_leaf(*, eku: str, ca_kid: str, ca_certificate: bytes, spki: bytes, at: datetime) -> bytes:
    """This will give an X.509 certificate (DER, 5 years) for one of the region's own roles, named by its purpose.

    Raises IssueError, CipherError `cipher.no_key`, KeyUnavailableError.
    """
    start = at.replace(microsecond=0)
    return make_own_certificate(
        eku=eku,
        ca_certificate=ca_certificate,
        signer=CaSigner(kid=ca_kid, suite=kept_key(kid=ca_kid, purpose=_PURPOSE).suite),
        spki=spki,
        serial_number=_serial_number(),
        valid_from=start,
        valid_until=min(start + _LEAF_TERM, read_certificate(ca_certificate).valid_until),
        crl_url=crl_url(ca_kid=ca_kid),
    )


def crl_url(*, ca_kid: str) -> str:
    """This will give the address under which a CA's list of revoked certificates is published."""
    return f"{settings.NODE.node_url}/crl/{ca_kid}.crl"


def sign_revocation_list(
    *,
    ca_kid: str,
    ca_certificate: bytes,
    number: int,
    issued_at: datetime,
    next_update: datetime,
    revoked: Iterable[Revocation],
) -> bytes:
    """This will give a CA's list of revoked certificates (DER). Raises IssueError, CipherError, KeyUnavailableError."""
    suite = kept_key(kid=ca_kid, purpose=_PURPOSE).suite
    return make_crl(
        ca_certificate=ca_certificate,
        signer=CaSigner(kid=ca_kid, suite=suite, form=TbsCertList),
        number=number,
        issued_at=issued_at,
        next_update=next_update,
        revoked=revoked,
    )


def _serial_number() -> int:
    return secrets.randbits(_SERIAL_BITS) | 1 << _SERIAL_BITS - 1
