"""Who may sign a receipt's file for the archive: a node of the receipt's own region, by that region's own CA. The threats' S8."""

from asn1crypto import x509

from certificates.core.x509_extensions import ARCHIVE_SIGNING_EKU
from certificates.core.x509_make import make_own_certificate
from tests.unit.certificates.x509_parts import Key, remade
from tests.unit.suite_in_use import suite_in_use
from tests.unit.verification.province import GD, SINCE, ZJ, signer_of, spki_of
from tests.unit.verification.scene import FILE_KEY, NOW, WORLD
from verification.core.archived_receipt import ArchivedReceipt, judge_archive
from verification.core.lookup_entry import EntryKind, LookupEntry

OWN = make_own_certificate(
    eku=ARCHIVE_SIGNING_EKU,
    ca_certificate=WORLD.zj_ca,
    signer=signer_of(WORLD.zj.ca_key),
    spki=spki_of(FILE_KEY),
    serial_number=77,
    valid_from=SINCE,
    valid_until=NOW,
)


_ENTRY = LookupEntry(kind=EntryKind.LOOKUP_VERIFIED, hour="2026-11-23T01Z", commitments=())


def code(leaf: bytes, *, region: str | None = ZJ, is_trusted: bool = True) -> str | None:
    archive = ArchivedReceipt(openings=b"{}", signer_leaf=leaf, signer_trusted=is_trusted, printed="")
    found = None if region is None else WORLD.trust_list.region(region)
    return judge_archive(archive, entry=_ENTRY, region=found)


def test_refuses_the_archives_certificate_of_another_regions_ca() -> None:
    assert code(OWN) == "receipt.archive_differs"  # the signer is taken, it opens nothing
    ca = x509.Certificate.load(WORLD.gd_ca)
    foreign = remade(OWN, Key(suite=suite_in_use().name, private=WORLD.gd.ca_key), issuer=ca.subject)
    assert code(foreign) == "receipt.archive_signer"


def test_refuses_an_archive_of_another_region_of_none_or_of_nobody_trusted() -> None:
    assert code(OWN, region=GD) == "receipt.archive_signer"
    assert code(OWN, region=None) == "receipt.archive_signer"
    assert code(OWN, is_trusted=False) == "receipt.archive_signer"


def test_refuses_the_archives_purpose_under_an_agencys_name() -> None:
    own = Key(suite=suite_in_use().name, private=WORLD.zj.ca_key)
    agency = x509.Certificate.load(WORLD.zj.leaf(WORLD.zj_ca)).subject
    assert code(remade(OWN, own, subject=agency)) == "receipt.archive_signer"
