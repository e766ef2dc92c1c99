"""A region's CA vouches for a document's signer within its own limits: its names, its term, its path length."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from asn1crypto import x509

from certificates.adapters.pdf.facts import TrustAnchor
from certificates.adapters.pdf.read import read_document
from certificates.adapters.pdf.sign import PdfSigningKey, sign
from certificates.core.x509_extensions import KEY_USAGE, key_usage
from tests.unit.certificates.adapters.pdf.sample import AT, handle
from tests.unit.certificates.x509_parts import Key, make_ca, make_leaf, new_key, remade

FROM, UNTIL = AT - timedelta(days=100), AT + timedelta(days=300)


@dataclass(frozen=True, kw_only=True)
class Region:
    ca_key: Key
    key: Key
    ca: bytes
    leaf: bytes


@pytest.fixture(scope="module")
def region() -> Region:
    ca_key, key = new_key("ES256"), new_key("ES256")
    ca = make_ca(ca_key, valid_from=FROM, valid_until=UNTIL)
    leaf = make_leaf(ca, ca_key, key, valid_from=FROM, valid_until=UNTIL)
    return Region(ca_key=ca_key, key=key, ca=ca, leaf=leaf)


def is_trusted(page: bytes, region: Region, leaf: bytes, *, ca: bytes | None = None, at: datetime = AT) -> bool:
    signer = PdfSigningKey(certificate=leaf, chain=(), sign=handle(region.key.private))  # type: ignore[arg-type]
    anchor = TrustAnchor(der=ca or region.ca, valid_from=FROM)
    return read_document(sign(page, signer=signer, at=AT), trust_anchors=[anchor], at=at).signer_trusted


def test_a_signer_within_its_cas_limits_is_trusted(page: bytes, region: Region) -> None:
    assert is_trusted(page, region, region.leaf)


def test_a_signer_of_another_region_is_not_trusted_under_this_ca(page: bytes, region: Region) -> None:
    other_key = new_key("ES256")
    other = make_ca(other_key, region_code="440000", region_name="广东省")
    abroad = x509.Certificate.load(make_leaf(other, other_key, region.key)).subject
    assert not is_trusted(page, region, remade(region.leaf, region.ca_key, subject=abroad))


def test_a_signer_is_not_trusted_under_a_ca_whose_certificate_has_ended(page: bytes, region: Region) -> None:
    longer = remade(region.leaf, region.ca_key, valid_until=UNTIL + timedelta(days=900))
    assert is_trusted(page, region, longer, at=UNTIL)
    assert not is_trusted(page, region, longer, at=UNTIL + timedelta(seconds=1))
    assert not is_trusted(page, region, longer, at=FROM - timedelta(seconds=1))


def test_a_key_that_is_not_for_signing_is_not_trusted(page: bytes, region: Region) -> None:
    for use, trusted in (("digital_signature", True), ("key_agreement", False)):
        leaf = remade(region.leaf, region.ca_key, drop=[KEY_USAGE], add=[key_usage(use)])
        assert is_trusted(page, region, leaf) is trusted
