"""A timestamp is taken only from a unit that may give it: of a trusted authority, for this use, in force and not revoked."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asn1crypto import crl as asn1_crl
from cryptography.x509.oid import ExtendedKeyUsageOID

from certificates.adapters.timestamps.unit_path import unit_path
from certificates.core.errors import TimestampError
from demo.timestamp_tokens import KeyAndCertificate, make_ca, make_unit, revocation_list
from tests.unit.certificates.adapters.timestamps.authority_steps import refusal, stamping

pytestmark = pytest.mark.real_network


class TestSigner:
    def refused(self, ca: KeyAndCertificate, unit: KeyAndCertificate, **changes: Any) -> bool:
        return refusal(stamping(ca, unit, **changes), ca) == "timestamp.signer"

    def test_refuses_an_expired_certificate(self, ca: KeyAndCertificate) -> None:
        then = datetime.now(UTC) - timedelta(days=10)
        assert self.refused(ca, make_unit(ca, at=then, term=timedelta(days=5)))

    def test_refuses_a_unit_in_the_minute_in_which_it_ends(self, ca: KeyAndCertificate) -> None:
        """Paths are remembered by the minute; a certificate's end is not."""
        minute = datetime.now(UTC).replace(second=0, microsecond=0)
        unit = make_unit(ca, at=minute, term=timedelta(seconds=20))
        known = {"others": [], "trusted": [ca.der], "revocation_lists": [revocation_list(ca, at=minute)]}
        assert unit_path(unit.der, **known, at=minute + timedelta(seconds=19)) == (unit.der, ca.der)
        with pytest.raises(TimestampError) as refused:
            unit_path(unit.der, **known, at=minute + timedelta(seconds=20))
        assert refused.value.code == "timestamp.signer"

    def test_refuses_a_certificate_that_is_not_for_timestamps(self, ca: KeyAndCertificate) -> None:
        other, stamp = ExtendedKeyUsageOID.CODE_SIGNING, ExtendedKeyUsageOID.TIME_STAMPING
        for usages in ((other,), (stamp, other)):
            assert self.refused(ca, make_unit(ca, at=datetime.now(UTC), usages=usages))

    def test_refuses_a_usage_that_others_may_overlook(self, ca: KeyAndCertificate) -> None:
        assert self.refused(ca, make_unit(ca, at=datetime.now(UTC), critical=False))

    def test_refuses_a_unit_of_another_authority(self, ca: KeyAndCertificate) -> None:
        other = make_ca(at=datetime.now(UTC))
        unit = make_unit(other, at=datetime.now(UTC))
        assert self.refused(ca, unit, chain=[unit.der, other.der])

    def test_refuses_a_revoked_unit(self, ca: KeyAndCertificate) -> None:
        now = datetime.now(UTC).replace(microsecond=0)
        unit = make_unit(ca, at=now)
        crl = revocation_list(ca, at=now, revoked={unit.certificate.serial_number: now - timedelta(minutes=1)})
        assert refusal(stamping(ca, unit), ca, crl=crl) == "timestamp.signer"

    def test_refuses_lists_that_are_over(self, ca: KeyAndCertificate, unit: KeyAndCertificate) -> None:
        crl = revocation_list(ca, at=datetime.now(UTC).replace(microsecond=0) - timedelta(days=8))
        assert refusal(stamping(ca, unit), ca, crl=crl) == "timestamp.signer"

    def test_refuses_a_list_that_is_none(self, ca: KeyAndCertificate, unit: KeyAndCertificate) -> None:
        assert refusal(stamping(ca, unit), ca, crl=b"junk") == "timestamp.answer"

    def test_refuses_a_list_that_never_ends(self, ca: KeyAndCertificate, unit: KeyAndCertificate) -> None:
        endless = asn1_crl.CertificateList.load(revocation_list(ca, at=datetime.now(UTC).replace(microsecond=0)))
        kept = ("version", "signature", "issuer", "this_update", "crl_extensions")
        endless["tbs_cert_list"] = {name: endless["tbs_cert_list"][name] for name in kept}
        assert refusal(stamping(ca, unit), ca, crl=endless.dump(force=True)) == "timestamp.answer"

    def test_refuses_a_carried_certificate_that_cannot_be_read(
        self, ca: KeyAndCertificate, unit: KeyAndCertificate
    ) -> None:
        name, no_name = b"\x06\x03\x55\x04\x03", b"\x13\x03\x55\x04\x03"
        spoilt = ca.der.replace(name, no_name)
        assert refusal(stamping(ca, unit, chain=[unit.der, spoilt]), ca) == "timestamp.malformed"
