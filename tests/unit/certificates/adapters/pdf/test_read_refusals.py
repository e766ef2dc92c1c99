"""Every way in which a document may be tampered with ends in a named refusal, never in another exception."""

import io
import random
import re
import zlib
from collections.abc import Callable

import pytest
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner

from certificates.adapters.pdf.read import read_document
from certificates.adapters.pdf.refusals import MAX_DOCUMENT_BYTES
from certificates.adapters.pdf.sign import PdfSigningKey, _HandleSigner, sign
from certificates.core.errors import DocumentError
from tests.unit.certificates.adapters.pdf.sample import AT, Authority

name = NameObject


def refusal_of(data: bytes, root: Authority) -> str:
    """The code of the refusal; fails where the document is taken for good."""
    with pytest.raises(DocumentError) as refusal:
        read_document(data, trust_anchors=[root.anchor], at=AT)
    return refusal.value.code


def gap_of(data: bytes) -> tuple[int, int]:
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) ", data)
    assert found
    return int(found[1]), int(found[2])


def with_cms(data: bytes, change: Callable[[cms.ContentInfo], None]) -> bytes:
    """Change the CMS in place, keeping the gap's size."""
    start, end = gap_of(data)
    content = bytes.fromhex(data[start + 1 : end - 1].decode())
    info = cms.ContentInfo.load(content)
    change(info)
    digits = info.dump(True).hex().upper().encode()
    return data[: start + 1] + digits.ljust(end - start - 2, b"0") + data[end - 1 :]


def amended(page: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Write one increment, as any editor would."""
    writer = IncrementalPdfFileWriter(io.BytesIO(page))
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def signed_loosely(page: bytes, key: PdfSigningKey, *, field: str = "S", **settings: object) -> bytes:
    metadata = PdfSignatureMetadata(field_name=field, md_algorithm="sha256", **settings)  # type: ignore[arg-type]
    output = PdfSigner(metadata, signer=_HandleSigner(key, key.sign)).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(page))
    )
    return bytes(output.getvalue())


class TestBytes:
    def test_refuses_appended_bytes(self, signed: bytes, root: Authority) -> None:
        for tail in (b"\0", b"\n", b"x", b"\n%%EOF\n", b"%PDF-1.7\n%%EOF\n", signed):
            assert refusal_of(signed + tail, root) in {"pdf.trailing", "pdf.unreadable", "pdf.coverage"}

    def test_refuses_an_appended_increment(self, signed: bytes, root: Authority) -> None:
        changed = amended(signed, lambda writer: writer.update_root())
        assert changed.startswith(signed)
        assert refusal_of(changed, root) == "pdf.modified"

    def test_refuses_bytes_in_front(self, signed: bytes, root: Authority) -> None:
        assert refusal_of(b"x" + signed, root) == "pdf.trailing"
        assert refusal_of(b"%PDF-1.7\n" + signed, root).startswith("pdf.")

    def test_refuses_a_cut_file(self, signed: bytes, root: Authority) -> None:
        for keep in (0, 4, 9, 1000, len(signed) // 2, len(signed) - 7, len(signed) - 1):
            assert refusal_of(signed[:keep], root).startswith("pdf.")

    def test_refuses_a_file_over_the_limit_unread(self, root: Authority) -> None:
        assert refusal_of(b"%PDF-" + b"0" * MAX_DOCUMENT_BYTES, root) == "pdf.limit"

    def test_refuses_noise(self, root: Authority) -> None:
        chance = random.Random(1)
        for size in (1, 10, 1000, 50_000):
            assert refusal_of(b"%PDF-1.7\n" + chance.randbytes(size) + b"startxref\n9\n%%EOF", root) == "pdf.unreadable"


class TestGap:
    def test_refuses_digits_in_the_other_case(self, signed: bytes, root: Authority) -> None:
        start, end = gap_of(signed)
        assert refusal_of(signed[:start] + signed[start:end].lower() + signed[end:], root) == "pdf.gap"

    def test_refuses_blanks_between_digits(self, signed: bytes, root: Authority) -> None:
        start, end = gap_of(signed)
        loose = signed[start : end - 3] + b"  >"
        assert refusal_of(signed[:start] + loose + signed[end:], root) == "pdf.gap"

    def test_refuses_padding_that_is_not_zero(self, signed: bytes, root: Authority) -> None:
        _, end = gap_of(signed)
        assert refusal_of(signed[: end - 3] + b"01" + signed[end - 1 :], root) == "pdf.padding"

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ("0 0 0 0", "pdf.byterange"),
            ("0 1 2 3", "pdf.gap"),
            ("-1", "pdf.byterange"),
            ("0 9 9 9", "pdf.byterange"),  # overlapping
            ("0 9 -9 9", "pdf.byterange"),
            ("1 9 19 9", "pdf.byterange"),
            ("", "pdf.byterange"),
            ("null", "pdf.byterange"),
            ("0 1.5 9 9", "pdf.byterange"),
            ("0 9 9999999 99", "pdf.coverage"),
        ],
    )
    def test_refuses_another_byte_range(self, signed: bytes, root: Authority, change: str, code: str) -> None:
        found = re.search(rb"/ByteRange \[([^\]]*)\]", signed)
        assert found
        start, end = found.span(1)
        assert len(change) <= end - start
        assert refusal_of(signed[:start] + change.encode().ljust(end - start) + signed[end:], root) == code


class TestEnvelope:
    def test_an_envelope_written_anew_without_change_is_accepted(self, signed: bytes, root: Authority) -> None:
        assert with_cms(signed, lambda _: None) == signed

    def test_refuses_an_unsigned_attribute(self, signed: bytes, root: Authority) -> None:
        def change(info: cms.ContentInfo) -> None:
            attribute = cms.CMSAttribute({"type": "content_type", "values": ["data"]})
            info["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([attribute])

        assert refusal_of(with_cms(signed, change), root) == "pdf.cms"

    def test_refuses_another_version(self, signed: bytes, root: Authority) -> None:
        def change(info: cms.ContentInfo) -> None:
            info["content"]["version"] = "v3"

        assert refusal_of(with_cms(signed, change), root) == "pdf.cms"

    def test_refuses_a_second_signer(self, signed: bytes, root: Authority) -> None:
        def change(info: cms.ContentInfo) -> None:
            only = info["content"]["signer_infos"][0]
            info["content"]["signer_infos"] = cms.SignerInfos([only, only.copy()])

        assert refusal_of(with_cms(signed, change), root) == "pdf.cms"

    def test_refuses_another_certificate_for_the_same_key(
        self, signed: bytes, root: Authority, signing_key: PdfSigningKey
    ) -> None:
        own = asn1_x509.Certificate.load(signing_key.certificate)
        public = load_der_public_key(own.public_key.dump())
        other = asn1_x509.Certificate.load(root.issue("别的机关", public))  # type: ignore[arg-type]

        def change(info: cms.ContentInfo) -> None:
            info["content"]["certificates"] = cms.CertificateSet([cms.CertificateChoices("certificate", other)])
            info["content"]["signer_infos"][0]["sid"] = cms.SignerIdentifier(
                "issuer_and_serial_number",
                cms.IssuerAndSerialNumber({"issuer": other.issuer, "serial_number": other.serial_number}),
            )

        assert refusal_of(with_cms(signed, change), root) == "pdf.cms"


class TestSignatures:
    def test_refuses_an_unsigned_document(self, page: bytes, root: Authority) -> None:
        assert refusal_of(page, root) == "pdf.unsigned"

    def test_refuses_two_signatures(self, page: bytes, root: Authority, signing_key: PdfSigningKey) -> None:
        first = signed_loosely(
            page,
            signing_key,
            certify=True,
            docmdp_permissions=MDPPerm.FILL_FORMS,
            subfilter=SigSeedSubFilter.PADES,
        )
        assert refusal_of(signed_loosely(first, signing_key, field="T"), root) == "pdf.signatures"

    @pytest.mark.parametrize("permission", [MDPPerm.FILL_FORMS, MDPPerm.ANNOTATE])
    def test_refuses_a_certification_that_allows_changes(
        self, page: bytes, root: Authority, signing_key: PdfSigningKey, permission: MDPPerm
    ) -> None:
        pdf = signed_loosely(
            page, signing_key, certify=True, docmdp_permissions=permission, subfilter=SigSeedSubFilter.PADES
        )
        assert refusal_of(pdf, root) == "pdf.docmdp"

    def test_refuses_a_plain_approval(self, page: bytes, root: Authority, signing_key: PdfSigningKey) -> None:
        assert refusal_of(signed_loosely(page, signing_key, subfilter=SigSeedSubFilter.PADES), root) == "pdf.docmdp"

    def test_refuses_a_signature_of_another_kind(
        self, page: bytes, root: Authority, signing_key: PdfSigningKey
    ) -> None:
        pdf = signed_loosely(page, signing_key, certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)
        assert refusal_of(pdf, root) == "pdf.algorithm"


class TestContent:
    """Even rightly signed, a licence must be inert."""

    @staticmethod
    def _script() -> DictionaryObject:
        return DictionaryObject({name("/S"): name("/JavaScript"), name("/JS"): TextStringObject("app.alert(1)")})

    def test_refuses_a_script(self, page: bytes, root: Authority, signing_key: PdfSigningKey) -> None:
        def change(writer: IncrementalPdfFileWriter) -> None:
            writer.root[name("/OpenAction")] = writer.add_object(self._script())
            writer.update_root()

        assert refusal_of(sign(amended(page, change), signer=signing_key, at=AT), root) == "pdf.active"

    def test_refuses_an_action_that_nothing_refers_to(
        self, page: bytes, root: Authority, signing_key: PdfSigningKey
    ) -> None:
        def change(writer: IncrementalPdfFileWriter) -> None:
            writer.add_object(ArrayObject([DictionaryObject({name("/S"): name("/Launch")})]))

        assert refusal_of(sign(amended(page, change), signer=signing_key, at=AT), root) == "pdf.active"

    def test_refuses_an_action_whose_kind_is_given_elsewhere(
        self, page: bytes, root: Authority, signing_key: PdfSigningKey
    ) -> None:
        def change(writer: IncrementalPdfFileWriter) -> None:
            kind = writer.add_object(name("/SubmitForm"))
            writer.add_object(DictionaryObject({name("/S"): kind}))

        assert refusal_of(sign(amended(page, change), signer=signing_key, at=AT), root) == "pdf.active"

    def test_refuses_a_link(self, page: bytes, root: Authority, signing_key: PdfSigningKey) -> None:
        def change(writer: IncrementalPdfFileWriter) -> None:
            sheet = writer.root["/Pages"]["/Kids"][0]
            note = DictionaryObject({name("/Type"): name("/Annot"), name("/Subtype"): name("/Link")})
            sheet[name("/Annots")] = ArrayObject([writer.add_object(note)])
            writer.update_container(sheet)

        assert refusal_of(sign(amended(page, change), signer=signing_key, at=AT), root) == "pdf.active"

    def test_refuses_an_unpacking_bomb(self, page: bytes, root: Authority, signing_key: PdfSigningKey) -> None:
        packed = zlib.compress(zlib.compress(b"\0" * 200_000_000, 9), 9)

        def change(writer: IncrementalPdfFileWriter) -> None:
            filters = ArrayObject([name("/FlateDecode"), name("/FlateDecode")])
            bomb = writer.add_object(StreamObject({name("/Filter"): filters}, encoded_data=packed))
            specification = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
            specification["/EF"][name("/F")] = bomb
            writer.update_container(specification["/EF"])

        assert refusal_of(sign(amended(page, change), signer=signing_key, at=AT), root) == "limit.decode"

    @pytest.mark.parametrize("count", [51, 10**9])
    def test_refuses_more_pages_than_a_licence_has(
        self, page: bytes, root: Authority, signing_key: PdfSigningKey, count: int
    ) -> None:
        def change(writer: IncrementalPdfFileWriter) -> None:
            pages = writer.root["/Pages"]
            pages[name("/Count")] = NumberObject(count)
            writer.update_container(pages)

        assert refusal_of(sign(amended(page, change), signer=signing_key, at=AT), root) == "pdf.limit"

    def test_refuses_an_encrypted_document(self, page: bytes, root: Authority) -> None:
        writer = copy_into_new_writer(PdfFileReader(io.BytesIO(page)))
        writer.encrypt(owner_pass="secret", user_pass="")
        output = io.BytesIO()
        writer.write(output)
        assert refusal_of(output.getvalue(), root) == "pdf.encrypted"

    def test_refuses_a_tree_of_names_that_leads_to_itself(
        self, page: bytes, root: Authority, signing_key: PdfSigningKey
    ) -> None:
        def change(writer: IncrementalPdfFileWriter) -> None:
            tree = writer.add_object(DictionaryObject())
            tree.get_object()[name("/Kids")] = ArrayObject([tree])
            names = writer.root["/Names"]
            names[name("/EmbeddedFiles")] = tree
            writer.update_container(names)

        assert refusal_of(sign(amended(page, change), signer=signing_key, at=AT), root) == "pdf.limit"

    def test_refuses_a_reference_table_that_leads_to_itself(self, root: Authority) -> None:
        head = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n"
        table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 2/Root 1 0 R/Prev %d>>\n" % len(head)
        looped = head + table + b"startxref\n%d\n%%%%EOF\n" % len(head)
        assert refusal_of(looped, root) == "pdf.unreadable"
