"""A CA outside of the node, as a licensed one is: its key is nobody's here, it reads requests and gives certificates."""

from base64 import b64decode, encodebytes
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from certificates.core.crypto_profile import profile
from certificates.core.signing.local import LocalSigner
from certificates.core.signing.registry import suite as suite_named
from certificates.core.signing.suite import kid_of
from certificates.core.x509_crl import Revocation
from certificates.core.x509_crl_make import make_crl
from certificates.core.x509_make import make_agency_certificate, make_region_ca
from certificates.core.x509_request import read_csr


class LicensedCa:
    """One CA of a region, with a key of its own."""

    def __init__(self, *, at: datetime, suite: str | None = None, region: str = "330000") -> None:
        """It has a key of the suite of the node's profile, if none is named."""
        suite = suite or profile(settings.NODE.profile).suite
        kind = suite_named(suite)
        private_key = kind.generate()
        self.spki = kind.spki_of(kind.public_of(private_key))
        self.at = at
        self._signer = LocalSigner(kid=kid_of(self.spki), suite=suite, private_key=private_key)
        self._serial = 1000
        self.certificate = make_region_ca(
            region_code=region,
            region_name="数字证书认证中心",
            spki=self.spki,
            signer=self._signer,
            serial_number=999,
            valid_from=at - timedelta(days=400),
            valid_until=at + timedelta(days=3650),
        )

    def certify(self, request: bytes, **changes: Any) -> bytes:
        """The certificate for a request, DER to DER; `changes` make it another than was asked for."""
        asked = read_csr(request)
        self._serial += 1
        values: dict[str, Any] = {
            "agency_uscc": asked.subject.agency_uscc,
            "agency_name": asked.subject.organisation_name,
            "licence_types": asked.scope.licence_types,
            "spki": asked.spki,
            "valid_from": self.at - timedelta(days=1),
            "valid_until": self.at + timedelta(days=700),
        }
        return make_agency_certificate(
            ca_certificate=self.certificate, signer=self._signer, serial_number=self._serial, **(values | changes)
        )

    def revocation_list(self, *revoked: Revocation, number: int = 1, days: int = 30) -> bytes:
        """Its list of revoked certificates (DER), of the day `at`."""
        return make_crl(
            ca_certificate=self.certificate,
            signer=self._signer,
            number=number,
            issued_at=self.at,
            next_update=self.at + timedelta(days=days),
            revoked=revoked,
        )


def pem(der: bytes) -> bytes:
    """A certificate in PEM."""
    return b"-----BEGIN CERTIFICATE-----\n" + encodebytes(der) + b"-----END CERTIFICATE-----\n"


def request_in(data: bytes) -> bytes:
    """The DER of a request in PEM."""
    return b64decode(b"".join(data.splitlines()[1:-1]))
