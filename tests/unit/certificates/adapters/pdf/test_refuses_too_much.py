"""Each limit and fixed form of a document's parts, by itself: one more, or another, and the file is refused."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from certificates.adapters.pdf import inert, revision_bytes, revisions
from certificates.adapters.pdf.content import LICENCE_TYPE_NAME, OPENINGS_NAME, RECEIPT_NAME
from certificates.adapters.pdf.long_term import signature_imprint, with_signature_timestamp
from certificates.adapters.pdf.read_timestamp import read_timestamp
from certificates.adapters.pdf.sign import PdfSigningKey, sign
from certificates.core.errors import DocumentError
from certificates.core.photos import PHOTO_NAME
from demo.timestamp_tokens import KeyAndCertificate, token
from tests.unit.certificates.adapters.pdf.attack_steps import name, refusal_code, stream, updated
from tests.unit.certificates.adapters.pdf.long_term_sample import Levels, SampleTsa, archived, make_tsa
from tests.unit.certificates.adapters.pdf.sample import AT, Authority
from tests.unit.certificates.adapters.pdf.test_read_refusals import with_cms
from tests.unit.certificates.adapters.pdf.test_refuses_odd_parts import signed_with

Writer = IncrementalPdfFileWriter
LATER = AT + timedelta(seconds=30)
OTHERS = (PHOTO_NAME, RECEIPT_NAME, OPENINGS_NAME, LICENCE_TYPE_NAME)


def nested(writer: Writer) -> None:
    value = ArrayObject()
    for _ in range(50):
        value = ArrayObject([value])
    writer.add_object(value)


def carrying(*sizes: int) -> Callable[[Writer], None]:
    def change(writer: Writer) -> None:
        names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
        for file_name, size in zip(OTHERS, sizes, strict=False):
            file = DictionaryObject({name("/F"): writer.add_object(stream(bytes(size)))})
            text = TextStringObject(file_name)
            entries = {name("/Type"): name("/Filespec"), name("/F"): text, name("/UF"): text, name("/EF"): file}
            names.append(text)
            names.append(writer.add_object(DictionaryObject(entries)))
        writer.update_root()

    return change


def listing(*sizes: int) -> Callable[[Writer], None]:
    def change(writer: Writer) -> None:
        lists = ArrayObject([writer.add_object(stream(bytes(size))) for size in sizes])
        writer.root[name("/DSS")] = writer.add_object(DictionaryObject({name("/CRLs"): lists}))
        writer.update_root()

    return change


TOO_MUCH = {
    "nested": nested,
    "a large file": carrying(1024 * 1024 + 1),
    "several large files": carrying(*(1024 * 1024,) * 4),
    "many lists": listing(*(1,) * 65),
    "a large list": listing(256 * 1024 + 1),
    "many middling lists": listing(*(250 * 1024,) * 25),
}


@pytest.mark.parametrize("which", list(TOO_MUCH))
def test_refuses_more_than_a_document_has(page: bytes, root: Authority, signing_key: PdfSigningKey, which: str) -> None:
    assert refusal_code(sign(updated(page, TOO_MUCH[which]), signer=signing_key, at=AT), root=root) == "pdf.limit"


def test_refuses_more_objects_and_revisions_than_a_document_has(
    levels: Levels, root: Authority, tsa: SampleTsa, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, limit, least, code in (
        (inert, "MAX_OBJECTS", 20, "pdf.limit"),
        (revisions, "MAX_REVISIONS", 1, "pdf.limit"),
        (revision_bytes, "_MOST_OBJECTS", 2, "pdf.modified"),
    ):
        with monkeypatch.context() as lower:
            lower.setattr(module, limit, least)
            assert refusal_code(levels.lta, root=root, tsa=tsa) == code


def test_refuses_more_certificates_than_a_signers_path_has(signed: bytes, root: Authority) -> None:
    others = [
        asn1_x509.Certificate.load(root.issue(f"第{number}个", ec.generate_private_key(ec.SECP256R1()).public_key()))
        for number in range(6)
    ]

    def change(info: cms.ContentInfo) -> None:
        own = [choice.chosen for choice in info["content"]["certificates"]]
        choices = [cms.CertificateChoices("certificate", one) for one in (*own, *others)]
        info["content"]["certificates"] = cms.CertificateSet(choices)

    assert refusal_code(with_cms(signed, change), root=root) == "pdf.limit"


def test_refuses_validation_data_that_could_be_drawn(levels: Levels, root: Authority, tsa: SampleTsa) -> None:
    def form(writer: Writer) -> None:
        drawn = writer.add_object(stream(b"0 0 9 9 re f", Type=name("/XObject"), Subtype=name("/Form")))
        store = DictionaryObject({name("/Certs"): ArrayObject([drawn])})
        writer.root[name("/DSS")] = writer.add_object(store)
        writer.update_root()

    assert refusal_code(archived(updated(levels.t, form), tsa=tsa, at=LATER), root=root, tsa=tsa) == "pdf.modified"


def test_refuses_another_signature_named_as_the_certification(
    page: bytes, root: Authority, signing_key: PdfSigningKey
) -> None:
    other = []

    def add(writer: Writer) -> None:
        way = DictionaryObject({name("/P"): writer.root["/Pages"]["/Count"], name("/V"): name("/1.2")})
        reference = DictionaryObject({name("/TransformMethod"): name("/DocMDP"), name("/TransformParams"): way})
        other.append(writer.add_object(DictionaryObject({name("/Reference"): ArrayObject([reference])})).idnum)

    given = updated(page, add)

    def named_so(data: bytes) -> bytes:
        at = data.index(b"/DocMDP ", data.index(b"/Perms"))
        end = data.index(b" 0 R", at)
        number = b"%d" % other[0]
        assert len(number) == end - at - len(b"/DocMDP ")
        return data[: at + len(b"/DocMDP ")] + number + data[end:]

    assert refusal_code(signed_with(given, signing_key, named_so), root=root) == "pdf.docmdp"


def test_refuses_a_gap_that_is_the_place_of_something_else(
    page: bytes, root: Authority, signing_key: PdfSigningKey
) -> None:
    digits = b"<ABCDEF0123456789>"
    data = sign(updated(page, lambda writer: writer.add_object(stream(digits))), signer=signing_key, at=AT)
    at = data.index(digits)
    found = re.search(rb"/ByteRange \[([^\]]*)\]", data)
    assert found
    start, end = found.span(1)
    numbers = b"0 %d %d 9" % (at, at + len(digits))
    assert len(numbers) <= end - start
    forged = data[:start] + numbers.ljust(end - start) + data[end:]
    assert refusal_code(forged, root=root) == "pdf.coverage"


def reissued(tsa: SampleTsa, key: ec.EllipticCurvePrivateKey) -> KeyAndCertificate:
    own = tsa.unit.certificate
    made = x509.CertificateBuilder(
        own.issuer, own.subject, key.public_key(), 99, own.not_valid_before_utc, own.not_valid_after_utc
    )
    for extension in own.extensions:
        made = made.add_extension(extension.value, critical=extension.critical)
    return KeyAndCertificate(key=key, certificate=made.sign(tsa.ca.key, hashes.SHA256()))


def stamped(signed: bytes, made: bytes) -> bytes:
    return with_signature_timestamp(signed, token=made)


def test_refuses_a_timestamp_by_a_weak_key_over_a_weak_digest_or_too_large(
    signed: bytes, root: Authority, tsa: SampleTsa
) -> None:
    weak = reissued(tsa, ec.generate_private_key(ec.SECP192R1()))
    imprint = signature_imprint(signed)
    by_weak = token(digest=imprint, nonce=1, unit=weak, chain=[weak.der, tsa.ca.der], at=AT)
    assert refusal_code(stamped(signed, by_weak), root=root, tsa=tsa) == "pdf.timestamp"
    short = token(digest=imprint[:20], algorithm="sha1", nonce=1, unit=tsa.unit, chain=tsa.chain, at=AT)
    assert refusal_code(stamped(signed, short), root=root, tsa=tsa) == "pdf.algorithm"
    with pytest.raises(DocumentError) as refused:
        read_timestamp(bytes(16 * 1024 + 1), imprint_of=b"", anchors=[])
    assert refused.value.code == "pdf.limit"


def test_refuses_a_timestamp_with_a_stranger_beside_its_path(signed: bytes, root: Authority, tsa: SampleTsa) -> None:
    made = token(digest=signature_imprint(signed), nonce=1, unit=tsa.unit, chain=[*tsa.chain, make_tsa().ca.der], at=AT)
    assert refusal_code(stamped(signed, made), root=root, tsa=tsa) == "pdf.timestamp"


def test_refuses_a_timestamp_that_is_bound_to_no_certificate(signed: bytes, root: Authority, tsa: SampleTsa) -> None:
    info = cms.ContentInfo.load(tsa.token(signature_imprint(signed), at=AT))
    signer = info["content"]["signer_infos"][0]
    kept = [one for one in signer["signed_attrs"] if one["type"].native != "signing_certificate_v2"]
    attributes = cms.CMSAttributes(kept)
    signer["signed_attrs"] = attributes
    to_sign = cms.CMSAttributes(kept).dump()
    signer["signature"] = tsa.unit.key.sign(to_sign, ec.ECDSA(hashes.SHA256()))
    assert refusal_code(stamped(signed, info.dump(force=True)), root=root, tsa=tsa) == "pdf.timestamp"
