"""From PAdES B-B to B-LTA: each level is what it says to other readers, and nothing but what it says is added."""

import io
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from certificates.adapters.pdf.long_term import (
    finish_archive_timestamp,
    lay_out_archive_timestamp,
    signature_imprint,
    with_signature_timestamp,
    with_validation_data,
)
from certificates.adapters.pdf.sign import PdfSigningKey
from certificates.core.errors import DocumentError
from tests.unit.certificates.adapters.pdf.ades import ades_indication
from tests.unit.certificates.adapters.pdf.long_term_sample import Levels, SampleTsa, archived, raise_levels, root_crl
from tests.unit.certificates.adapters.pdf.sample import AT, Authority

SOON = AT + timedelta(seconds=5)


def signatures(pdf: bytes) -> list[EmbeddedPdfSignature]:
    return list(PdfFileReader(io.BytesIO(pdf)).embedded_signatures)


def test_passes_ades_validation_at_the_last_level_only(levels: Levels, root: Authority, tsa: SampleTsa) -> None:
    trusted = {"roots": [root.certificate], "tsa_roots": [tsa.ca.der], "at": SOON}
    assert ades_indication(levels.lta, **trusted) == AdESPassed.OK
    assert ades_indication(levels.lta, **trusted | {"tsa_roots": []}) != AdESPassed.OK
    assert ades_indication(levels.lta, **trusted | {"roots": []}) != AdESPassed.OK
    assert ades_indication(levels.b, **trusted) != AdESPassed.OK  # nothing says that the key was not revoked


def test_outlives_the_agencys_certificate(levels: Levels, root: Authority, tsa: SampleTsa) -> None:
    """The sample's certificate lasts 400 days; the lists in the file are a week old by then, the verifier's own is fresh."""
    later = AT + timedelta(days=500)
    trusted = {"roots": [root.certificate], "tsa_roots": [tsa.ca.der], "at": later, "crls": [tsa.crl(at=later)]}
    assert ades_indication(levels.lta, **trusted) == AdESPassed.OK
    assert ades_indication(levels.b, **trusted) != AdESPassed.OK


def test_a_revocation_before_the_timestamp_is_seen(
    signed: bytes, signing_key: PdfSigningKey, root: Authority, tsa: SampleTsa
) -> None:
    serial = x509.Certificate.load(signing_key.certificate).serial_number
    revoked = root_crl(root, at=AT, revoked={serial: AT - timedelta(days=1)})
    pdf = raise_levels(signed, signer=signing_key, root=root, tsa=tsa, crls=[revoked, tsa.crl(at=AT)]).lta
    found = ades_indication(pdf, roots=[root.certificate], tsa_roots=[tsa.ca.der], at=SOON)
    assert found != AdESPassed.OK


def test_every_step_after_the_first_only_appends(levels: Levels) -> None:
    assert len(levels.t) == len(levels.b)  # the first one fills room that was kept for it
    assert levels.lt.startswith(levels.t)
    assert levels.lta.startswith(levels.lt)


def test_updates_change_nothing_but_what_long_term_validation_needs(levels: Levels) -> None:
    certification = signatures(levels.lta)[0]
    certification.compute_integrity_info()
    assert certification.diff_result.modification_level == ModificationLevel.LTA_UPDATES
    assert not certification.diff_result.changed_form_fields
    assert certification.docmdp_level.value == 1
    metadata = [PdfFileReader(io.BytesIO(pdf)).root["/Metadata"].data for pdf in (levels.b, levels.lta)]
    assert metadata[0] == metadata[1]


def test_the_same_input_gives_the_same_file(
    levels: Levels, signing_key: PdfSigningKey, root: Authority, tsa: SampleTsa
) -> None:
    data = {"certificates": [signing_key.certificate, *tsa.chain], "revocation_lists": [root_crl(root, at=AT)]}
    assert with_validation_data(levels.t, **data) == with_validation_data(levels.t, **data)
    assert lay_out_archive_timestamp(levels.lt) == lay_out_archive_timestamp(levels.lt)


def test_every_update_has_an_id_of_its_own(levels: Levels) -> None:
    files = [PdfFileReader(io.BytesIO(pdf)).trailer["/ID"] for pdf in (levels.b, levels.lt, levels.lta)]
    first, second = ({one.original_bytes for one in column} for column in zip(*files, strict=True))
    assert (len(first), len(second)) == (1, 3)


def test_what_the_store_holds_is_not_added_again(levels: Levels, tsa: SampleTsa) -> None:
    assert with_validation_data(levels.lt, certificates=tsa.chain, revocation_lists=[]) == levels.lt


def test_the_archive_timestamp_covers_the_whole_file(levels: Levels) -> None:
    _, stamp = signatures(levels.lta)
    start, first, second, rest = stamp.byte_range
    assert (start, second + rest) == (0, len(levels.lta))
    assert stamp.sig_object_type == "/DocTimeStamp"
    assert levels.lta[first : first + 1] == b"<"


def test_further_archive_timestamps_are_numbered(levels: Levels, tsa: SampleTsa) -> None:
    again = archived(levels.lta, tsa=tsa, at=SOON)
    assert [one.field_name for one in signatures(again)] == ["IssuerSeal", "ArchiveTimestamp1", "ArchiveTimestamp2"]


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler's pdfsig is not installed")
def test_pdfsig_takes_the_signature_for_valid_at_every_level(levels: Levels, tmp_path: Path) -> None:
    for data in (levels.b, levels.t, levels.lt, levels.lta):
        (tmp_path / "file.pdf").write_bytes(data)
        told = subprocess.run(
            ["pdfsig", "-nocert", tmp_path / "file.pdf"], capture_output=True, text=True, check=False
        ).stdout
        assert "Signature #1" in told
        assert "Signature is Valid" in told
    assert told.count("Total document signed") == 1  # by the archive timestamp


def test_refuses_a_second_timestamp_in_the_signature(levels: Levels, tsa: SampleTsa) -> None:
    with pytest.raises(DocumentError) as refusal:
        with_signature_timestamp(levels.t, token=tsa.token(signature_imprint(levels.t), at=AT))
    assert refusal.value.code == "pdf.unreadable"


def test_refuses_a_token_that_does_not_fit(levels: Levels) -> None:
    for add in (
        lambda: finish_archive_timestamp(lay_out_archive_timestamp(levels.lt), token=b"\0" * 8193),
        lambda: with_signature_timestamp(levels.b, token=b"\x30\x83\x00\x30\x00" + b"\0" * 0x3000),
    ):
        with pytest.raises(DocumentError) as refusal:
            add()
        assert refusal.value.code == "pdf.unreadable"


def test_refuses_what_is_no_signed_file(page: bytes) -> None:
    for data in (b"", page, page[:1000]):
        with pytest.raises(DocumentError) as refusal:
            signature_imprint(data)
        assert refusal.value.code == "pdf.unreadable"
