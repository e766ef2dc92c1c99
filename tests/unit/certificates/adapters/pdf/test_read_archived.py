"""Documents with timestamps: the time that they prove, and what leaves it open or speaks against it. The threats' P17, P19, P20."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.adapters.pdf.content import DocumentContent
from certificates.adapters.pdf.facts import DocumentFacts, Level
from certificates.adapters.pdf.long_term import signature_imprint, with_signature_timestamp, with_validation_data
from certificates.adapters.pdf.read import read_document
from certificates.adapters.pdf.render import render
from certificates.adapters.pdf.seal_appearance import find_seal
from certificates.adapters.pdf.sign import PdfSigningKey, sign
from certificates.core.errors import DocumentError
from certificates.core.layout_kinds import TEMPLATE_FIRST_LINE
from demo.timestamp_tokens import KeyAndCertificate, make_ca, make_unit
from tests.unit.certificates.adapters.pdf.long_term_sample import (
    Levels,
    SampleTsa,
    archived,
    make_tsa,
    raise_levels,
    root_crl,
)
from tests.unit.certificates.adapters.pdf.sample import AT, Authority

LATER = AT + timedelta(minutes=1)
Raise = Callable[..., Levels]


@pytest.fixture(scope="module")
def raised(signed: bytes, signing_key: PdfSigningKey, root: Authority, tsa: SampleTsa) -> Raise:
    def make(*, by: SampleTsa = tsa, **given: object) -> Levels:
        return raise_levels(signed, signer=signing_key, root=root, tsa=by, **given)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="module")
def levels(raised: Raise) -> Levels:
    return raised()


def facts(data: bytes, root: Authority, *trusted: SampleTsa, at: datetime = LATER) -> DocumentFacts:
    return read_document(data, trust_anchors=[root.anchor], timestamp_anchors=[tsa.anchor for tsa in trusted], at=at)


def code(data: bytes, root: Authority, *trusted: SampleTsa, at: datetime = LATER) -> str:
    with pytest.raises(DocumentError) as refusal:
        facts(data, root, *trusted, at=at)
    return refusal.value.code


def test_each_level_proves_what_it_can(levels: Levels, root: Authority, tsa: SampleTsa) -> None:
    for data, level, proven, stamps in (
        (levels.b, Level.B, None, 0),
        (levels.t, Level.T, AT, 0),
        (levels.lta, Level.LTA, AT, 1),
    ):
        found = facts(data, root, tsa)
        assert (found.level, found.proven_at, found.doubt, found.timestamp_count) == (level, proven, None, stamps)
        assert found.signer_trusted
    assert len(facts(levels.lta, root, tsa).revocation_lists) == 2


def test_outlives_the_agencys_certificate_and_the_time_authoritys_own_needs_renewal(
    levels: Levels, root: Authority, tsa: SampleTsa
) -> None:
    after_the_agency = AT + timedelta(days=500)
    assert not facts(levels.b, root, tsa, at=after_the_agency).signer_trusted
    assert facts(levels.lta, root, tsa, at=after_the_agency).signer_trusted
    after_the_unit = AT + timedelta(days=800)
    assert facts(levels.lta, root, tsa, at=after_the_unit).doubt == "document.timestamp_expired"
    renewing = AT + timedelta(days=700)
    unit = SampleTsa(ca=tsa.ca, unit=make_unit(tsa.ca, at=renewing))
    lists = with_validation_data(levels.lta, certificates=unit.chain, revocation_lists=[tsa.crl(at=renewing)])
    renewed = facts(archived(lists, tsa=unit, at=renewing), root, tsa, at=after_the_unit)
    assert (renewed.doubt, renewed.proven_at, renewed.timestamp_count, renewed.signer_trusted) == (None, AT, 2, True)


def test_refuses_to_be_renewed_too_late(levels: Levels, root: Authority, tsa: SampleTsa) -> None:
    late = AT + timedelta(days=800)
    unit = SampleTsa(ca=tsa.ca, unit=make_unit(tsa.ca, at=late))
    renewed = archived(levels.lta, tsa=unit, at=late)
    assert facts(renewed, root, tsa, at=late).doubt == "document.timestamp_expired"


def test_an_authority_that_nobody_lists_proves_nothing(levels: Levels, root: Authority, tsa: SampleTsa) -> None:
    for data in (levels.t, levels.lta):
        for trusted in ((), (make_tsa(),)):
            found = facts(data, root, *trusted)
            assert (found.doubt, found.proven_at) == ("document.timestamp_untrusted", None)


def test_an_authority_counts_only_while_it_is_listed(levels: Levels, root: Authority, tsa: SampleTsa) -> None:
    from dataclasses import replace

    ended = replace(tsa.anchor, valid_to=AT)
    found = read_document(levels.lta, trust_anchors=[root.anchor], timestamp_anchors=[ended], at=LATER)
    assert found.doubt == "document.timestamp_untrusted"


def test_the_signers_ca_counts_at_the_proven_time(levels: Levels, root: Authority, tsa: SampleTsa) -> None:
    from dataclasses import replace

    retired = replace(root.anchor, valid_to=AT + timedelta(seconds=1))
    for data, is_trusted in ((levels.b, False), (levels.lta, True)):
        found = read_document(data, trust_anchors=[retired], timestamp_anchors=[tsa.anchor], at=LATER)
        assert found.signer_trusted is is_trusted


@pytest.mark.parametrize("missing", ["both", "the authority's"])
def test_without_the_lists_that_it_rests_on_the_time_is_open(
    raised: Raise, root: Authority, tsa: SampleTsa, missing: str
) -> None:
    lists = [] if missing == "both" else [root_crl(root, at=AT)]
    assert facts(raised(crls=lists).lta, root, tsa).doubt == "document.revocation_data"


def test_lists_of_another_authority_or_of_another_time_are_none(raised: Raise, root: Authority, tsa: SampleTsa) -> None:
    own = root_crl(root, at=AT)
    stale = tsa.crl(at=AT - timedelta(days=30))
    for other in (make_tsa().crl(at=AT), stale):
        assert facts(raised(crls=[own, other]).lta, root, tsa).doubt == "document.revocation_data"


def test_an_authority_revoked_before_its_timestamp_is_refused(raised: Raise, root: Authority, tsa: SampleTsa) -> None:
    serial = tsa.unit.certificate.serial_number
    revoked = tsa.crl(at=AT, revoked={serial: AT - timedelta(hours=1)})
    assert code(raised(crls=[root_crl(root, at=AT), revoked]).lta, root, tsa) == "pdf.timestamp"


def test_an_authority_revoked_after_its_timestamp_leaves_the_time_open(
    levels: Levels, root: Authority, tsa: SampleTsa
) -> None:
    """Unless a later timestamp by another unit came first."""
    serial, noon = tsa.unit.certificate.serial_number, AT + timedelta(hours=8)
    other = SampleTsa(ca=tsa.ca, unit=make_unit(tsa.ca, at=AT))
    revoked = tsa.crl(at=noon, revoked={serial: noon})
    told = with_validation_data(levels.lta, certificates=[], revocation_lists=[revoked])
    after = archived(told, tsa=other, at=noon + timedelta(hours=1))
    assert facts(after, root, tsa, at=noon + timedelta(hours=2)).doubt == "document.timestamp_revoked"
    before = archived(levels.lta, tsa=other, at=AT + timedelta(hours=1))
    told = with_validation_data(before, certificates=[], revocation_lists=[revoked])
    saved = archived(told, tsa=other, at=noon + timedelta(hours=1))
    assert facts(saved, root, tsa, at=noon + timedelta(hours=2)).doubt is None


def test_refuses_timestamps_out_of_order_or_of_the_future(levels: Levels, root: Authority, tsa: SampleTsa) -> None:
    earlier = archived(levels.lta, tsa=tsa, at=AT - timedelta(seconds=1))
    assert code(earlier, root, tsa) == "pdf.timestamp"
    assert code(levels.lta, root, tsa, at=AT - timedelta(minutes=2)) == "pdf.timestamp"


def test_refuses_a_timestamp_of_something_else(signed: bytes, levels: Levels, root: Authority, tsa: SampleTsa) -> None:
    other = with_signature_timestamp(signed, token=tsa.token(bytes(32), at=AT))
    assert code(other, root, tsa) == "pdf.timestamp"
    mixed = with_signature_timestamp(signed, token=tsa.token(signature_imprint(signed)[::-1], at=AT))
    assert code(mixed, root, tsa) == "pdf.timestamp"


def test_refuses_a_timestamp_by_a_certificate_that_is_not_for_it(
    signed: bytes, root: Authority, tsa: SampleTsa
) -> None:
    units = {
        "expired": make_unit(tsa.ca, at=AT - timedelta(days=9), term=timedelta(days=8)),
        "not yet": make_unit(tsa.ca, at=AT + timedelta(days=9)),
        "other use": make_unit(tsa.ca, at=AT, usages=(ExtendedKeyUsageOID.CODE_SIGNING,)),
        "more uses": make_unit(
            tsa.ca, at=AT, usages=(ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CLIENT_AUTH)
        ),
        "not critical": make_unit(tsa.ca, at=AT, critical=False),
    }
    for unit in units.values():
        by = SampleTsa(ca=tsa.ca, unit=unit)
        forged = with_signature_timestamp(signed, token=by.token(signature_imprint(signed), at=AT))
        assert code(forged, root, tsa) == "pdf.timestamp"


def test_a_seal_on_the_second_side_is_archived_like_one_on_the_first(
    content: DocumentContent, signing_key: PdfSigningKey, root: Authority, tsa: SampleTsa
) -> None:
    sides = replace(content, template=TEMPLATE_FIRST_LINE + "\n#show: sheet\n一\n#pagebreak()\n#seal-block()\n")
    signed = sign(render(sides), signer=signing_key, at=AT)
    found = find_seal(PdfFileReader(io.BytesIO(signed)))
    assert found is not None
    assert found.page == 1
    made = raise_levels(signed, signer=signing_key, root=root, tsa=tsa)
    renewed = archived(made.lta, tsa=tsa, at=AT + timedelta(seconds=9))
    for data, count in ((made.lta, 1), (renewed, 2)):
        read = facts(data, root, tsa)
        assert (read.level, read.timestamp_count, read.proven_at) == (Level.LTA, count, AT)


def test_a_list_that_had_ended_before_the_next_timestamp_says_nothing_of_the_time_between(
    levels: Levels, root: Authority, tsa: SampleTsa
) -> None:
    """Whoever stole the first unit's key since then could have made its timestamp, and left the newer lists out."""
    other = SampleTsa(ca=tsa.ca, unit=make_unit(tsa.ca, at=AT))
    for days, doubt in ((7, None), (8, "document.revocation_data")):
        later = AT + timedelta(days=days)
        found = facts(archived(levels.lt, tsa=other, at=later), root, tsa, at=later)
        assert (found.doubt, found.proven_at) == (doubt, None if doubt else AT)


def test_an_older_list_that_names_the_unit_is_not_forgotten(raised: Raise, root: Authority, tsa: SampleTsa) -> None:
    revoked = tsa.crl(at=AT - timedelta(days=30), revoked={tsa.unit.certificate.serial_number: AT - timedelta(days=31)})
    assert code(raised(crls=[root_crl(root, at=AT), tsa.crl(at=AT), revoked]).lta, root, tsa) == "pdf.timestamp"


def test_a_unit_under_a_ca_that_its_own_ca_may_not_make_proves_nothing(
    signed: bytes, root: Authority, tsa: SampleTsa
) -> None:
    below = make_ca(at=AT, name="A CA below")
    made = x509.CertificateBuilder(
        tsa.ca.certificate.subject,
        below.certificate.subject,
        below.key.public_key(),
        9,
        AT - timedelta(days=1),
        AT + timedelta(days=9),
    )
    for extension in below.certificate.extensions:
        made = made.add_extension(extension.value, critical=extension.critical)
    ca = KeyAndCertificate(key=below.key, certificate=made.sign(tsa.ca.key, hashes.SHA256()))
    by = SampleTsa(ca=ca, unit=make_unit(ca, at=AT, term=timedelta(days=5)))
    stamped = with_signature_timestamp(signed, token=by.token(signature_imprint(signed), at=AT))
    assert facts(stamped, root, tsa).doubt == "document.timestamp_untrusted"
