"""A file raised from PAdES B-B to B-LTA with a development timestamp authority in this process: what a whole licence looks like."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from cryptography import x509

from certificates.adapters.pdf.facts import TrustAnchor
from certificates.adapters.pdf.long_term import (
    finish_archive_timestamp,
    lay_out_archive_timestamp,
    signature_imprint,
    with_signature_timestamp,
    with_validation_data,
)
from certificates.adapters.pdf.sign import PdfCertificates
from demo.timestamp_tokens import KeyAndCertificate, make_ca, make_unit, revocation_list, token
from tests.unit.certificates.adapters.pdf.sample import AT, Authority


@dataclass(frozen=True, kw_only=True)
class SampleTsa:
    """A timestamp authority's CA and the unit that signs for it."""

    ca: KeyAndCertificate
    unit: KeyAndCertificate

    @property
    def anchor(self) -> TrustAnchor:
        return TrustAnchor(der=self.ca.der, valid_from=self.ca.certificate.not_valid_before_utc)

    @property
    def chain(self) -> list[bytes]:
        return [self.unit.der, self.ca.der]

    def token(self, digest: bytes, *, at: datetime, nonce: int | None = 1) -> bytes:
        return token(digest=digest, nonce=nonce, unit=self.unit, chain=self.chain, at=at)

    def crl(self, *, at: datetime, revoked: Mapping[int, datetime] = MappingProxyType({})) -> bytes:
        return revocation_list(self.ca, at=at, revoked=revoked)


def make_tsa(*, at: datetime = AT, term: timedelta = timedelta(days=730)) -> SampleTsa:
    ca = make_ca(at=at)
    return SampleTsa(ca=ca, unit=make_unit(ca, at=at, term=term))


def root_crl(root: Authority, *, at: datetime, revoked: Mapping[int, datetime] = MappingProxyType({})) -> bytes:
    """The list of revoked certificates (DER) of a sample root, as of `at`, for thirty days."""
    ca = KeyAndCertificate(key=root.key, certificate=x509.load_der_x509_certificate(root.certificate))
    return revocation_list(ca, at=at, revoked=revoked)


@dataclass(frozen=True, kw_only=True)
class Levels:
    """One file at each level, and what vouches for it."""

    b: bytes = field(repr=False)
    t: bytes = field(repr=False)
    lt: bytes = field(repr=False)
    lta: bytes = field(repr=False)


def raise_levels(
    signed: bytes,
    *,
    signer: PdfCertificates,
    root: Authority,
    tsa: SampleTsa,
    at: datetime = AT,
    crls: list[bytes] | None = None,
) -> Levels:
    """The file at every level: the signature's timestamp at `at`, lists of that moment, the archive timestamp a second later."""
    t = with_signature_timestamp(signed, token=tsa.token(signature_imprint(signed), at=at))
    lists = [root_crl(root, at=at), tsa.crl(at=at)] if crls is None else crls
    certificates = [signer.certificate, *signer.chain, root.certificate, *tsa.chain]
    lt = with_validation_data(t, certificates=certificates, revocation_lists=lists)
    return Levels(b=signed, t=t, lt=lt, lta=archived(lt, tsa=tsa, at=at + timedelta(seconds=1)))


def archived(pdf: bytes, *, tsa: SampleTsa, at: datetime) -> bytes:
    """The file with one archive timestamp more."""
    prepared = lay_out_archive_timestamp(pdf)
    return finish_archive_timestamp(prepared, token=tsa.token(prepared.digest, at=at))
