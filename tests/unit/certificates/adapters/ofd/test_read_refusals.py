"""Sealed documents that were changed, or that are sealed and still not what a licence is, are refused by name."""

import io
import random
import zipfile
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta

import pytest

from certificates.adapters.ofd import container_read
from certificates.adapters.ofd.container_read import read_container
from certificates.adapters.ofd.container_write import write_container
from certificates.adapters.ofd.package import ROOT, SIGNATURES, TAGS, build_package
from certificates.adapters.ofd.prepared import finish_ofd, prepare_ofd
from certificates.adapters.ofd.read import read_ofd
from certificates.adapters.ofd.signature_xml import SEAL, SIGNATURE, SIGNED_VALUE
from certificates.core.digests import sm3
from certificates.core.errors import DocumentError
from certificates.core.ses_make import sealed_data, to_be_sealed
from tests.unit.certificates.ofd_parts import AT, BOX, Sealers, make_leaf, make_maker, resealed, sealed_ofd, small_paper
from tests.unit.certificates.x509_parts import new_key

PAGE = "Doc_0/Pages/Page_0/Content.xml"
DOCUMENT = "Doc_0/Document.xml"
Files = dict[str, bytes]


def code_of(data: bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        read_ofd(data)
    return caught.value.code


def flips(data: bytes, places: range | list[int]) -> list[int]:
    unseen = []
    for at in places:
        for bit in (0, 3, 7):
            changed = bytearray(data)
            changed[at] ^= 1 << bit
            try:
                read_ofd(bytes(changed))
            except DocumentError:
                continue
            unseen.append(at)
    return unseen


def test_no_changed_byte_goes_unseen(sealed: bytes) -> None:
    outside = [*range(200), *range(len(sealed) - 1500, len(sealed))]  # headers and directory lie outside of every seal
    assert flips(sealed, [*outside, *random.Random(4).sample(range(len(sealed)), 300)]) == []


@pytest.mark.exhaustive
def test_no_changed_byte_goes_unseen_anywhere(sealed: bytes) -> None:
    assert flips(sealed, range(len(sealed))) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (lambda files: {**files, "Doc_0/Extra.xml": b"<x/>"}, "ofd.coverage"),
        (lambda files: {**files, "Doc_0/Signs/Sign_1/Signature.xml": b"<x/>"}, "ofd.coverage"),
        (lambda files: {name: data for name, data in files.items() if name != PAGE}, "ofd.coverage"),
        (lambda files: {**files, PAGE: files[PAGE].replace("张".encode(), "李".encode())}, "ofd.modified"),
        (lambda files: {**files, ROOT: files[ROOT].replace("张".encode(), "李".encode())}, "ofd.modified"),
        (lambda files: {**files, SIGNATURE: files[SIGNATURE].replace(b"20.", b"21.")}, "ofd.modified"),
        (lambda files: {**files, SIGNATURE: files[SIGNATURE].replace(b"20 30 10 10", b"20 30 10 11")}, "ofd.modified"),
        (lambda files: {**files, SIGNATURES: files[SIGNATURES].replace(b'ID="1"', b'ID="2"')}, "ofd.form"),
        (lambda files: {**files, SIGNATURES: files[SIGNATURES].replace(b"Seal", b"Sign")}, "ofd.signatures"),
        (lambda files: dict(reversed(files.items())), ""),
    ],
    ids=["added", "added beside", "left out", "page", "metadata", "list", "place", "list of seals", "kind", "order"],
)
def test_refuses_what_was_changed_after_sealing(changed: Callable[[Files], Files], code: str, sealed: bytes) -> None:
    files = dict(read_container(sealed))
    data = write_container(changed(files))
    if data == sealed or not code:
        assert read_ofd(data).metadata  # the order of entries says nothing
        return
    assert code_of(data) in {code, "ofd.modified"}


def test_refuses_a_page_that_the_seal_leaves_out(sealers: Sealers) -> None:
    package = build_package(small_paper())
    prepared = prepare_ofd(package, seal=sealers.seal(), at=AT, page=0, box=BOX)
    reference = prepared.files[SIGNATURE]
    start = reference.index(f'<ofd:Reference FileRef="/{PAGE}"'.encode())
    end = reference.index(b"</ofd:Reference>", start) + len(b"</ofd:Reference>")
    data = _sealed_list(sealers, {**prepared.files, SIGNATURE: reference[:start] + reference[end:]})
    assert code_of(data) == "ofd.coverage"
    data = _sealed_list(
        sealers, {**prepared.files, SIGNATURE: reference[:end] + reference[start:end] + reference[end:]}
    )
    assert code_of(data) == "ofd.coverage"


def test_refuses_a_digest_that_is_none(sealers: Sealers) -> None:
    prepared = prepare_ofd(build_package(small_paper()), seal=sealers.seal(), at=AT, page=0, box=BOX)
    for new in ("é", "A", "=", "A" * 1001):  # letters that base64 does not know must not break the reader down
        files = {
            **prepared.files,
            SIGNATURE: prepared.files[SIGNATURE].replace(b"<ofd:CheckValue>", f"<ofd:CheckValue>{new}".encode(), 1),
        }
        assert code_of(_sealed_list(sealers, files)) in {"ofd.structure", "ofd.modified"}


def test_refuses_digests_of_another_kind(sealers: Sealers) -> None:
    prepared = prepare_ofd(build_package(small_paper()), seal=sealers.seal(), at=AT, page=0, box=BOX)
    for old, new in ((b"1.2.156.10197.1.401", b"MD5"), (b"1.2.156.10197.1.501", b"1.2.840.10045.4.3.2")):
        files = {**prepared.files, SIGNATURE: prepared.files[SIGNATURE].replace(old, new)}
        assert code_of(_sealed_list(sealers, files)) == "ofd.algorithm"


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        (ROOT, b"<ofd:OFD", b'<!DOCTYPE x [<!ENTITY a "b">]><ofd:OFD', "ofd.xml"),
        (ROOT, b"<ofd:OFD", b"<?go there?><ofd:OFD", "ofd.xml"),
        (ROOT, b"<ofd:DocRoot>", b"<!-- --><ofd:DocRoot>", "ofd.xml"),
        (ROOT, b"</ofd:OFD>", b"", "ofd.xml"),
        (ROOT, b"http://www.ofdspec.org/2016", b"http://www.ofdspec.org/2017", "ofd.structure"),
        (ROOT, b"</ofd:DocBody>", b"</ofd:DocBody><ofd:DocBody/>", "ofd.structure"),
        (ROOT, b"<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>", b"", "ofd.unsigned"),
        (ROOT, b"Doc_0/Document.xml", b"../Doc_0/Document.xml", "ofd.structure"),
        (ROOT, b"<ofd:DocRoot>", b"<ofd:Versions/><ofd:DocRoot>", "ofd.active"),
        (ROOT, b'Name="CZZT"', b'Name="ZZMC"', "ofd.metadata"),
        (DOCUMENT, b"</ofd:Document>", b"<ofd:Actions/></ofd:Document>", "ofd.active"),
        (DOCUMENT, b"</ofd:Document>", b"<ofd:Annotations>a</ofd:Annotations></ofd:Document>", "ofd.active"),
        (PAGE, b"</ofd:Page>", b'<ofd:Actions><ofd:Action Event="PO"/></ofd:Actions></ofd:Page>', "ofd.active"),
        (PAGE, b"</ofd:Page>", b'<ofd:Template TemplateID="9"/></ofd:Page>', "ofd.active"),
        (TAGS, b">4<", b">99<", "ofd.structure"),
        (PAGE, b"</ofd:Page>", b"<ofd:Layer>" * 40 + b"</ofd:Layer>" * 40 + b"</ofd:Page>", "ofd.limit"),
        (PAGE, b"</ofd:Page>", b"<ofd:Layer/>" * 100_001 + b"</ofd:Page>", "ofd.limit"),
    ],
)
def test_refuses_what_even_a_good_seal_does_not_make_a_licence(
    name: str, old: bytes, new: bytes, code: str, sealed: bytes, sealers: Sealers
) -> None:
    files = dict(read_container(sealed))
    assert old in files[name]
    assert code_of(resealed(sealers, {**files, name: files[name].replace(old, new)})) == code


def test_refuses_a_seal_made_for_another_signer(sealers: Sealers) -> None:
    other = make_leaf(sealers.ca, sealers.ca_key, new_key("SM2"))
    assert code_of(sealed_ofd(sealers, signers=[other])) == "ofd.signer_not_in_seal"


def test_refuses_a_seal_that_its_maker_did_not_sign(sealers: Sealers) -> None:
    own = sealers.seal()
    # A signature's DER has 70 to 72 bytes: one of the same length leaves all else in place.
    made = (make_maker(sealers.ca, sealers.ca_key, new_key("SM2")) for _ in range(200))
    stranger = next(der for der in made if len(der) == len(sealers.maker))
    prepared = prepare_ofd(
        build_package(small_paper()), seal=own.replace(sealers.maker, stranger), at=AT, page=0, box=BOX
    )
    data = finish_ofd(prepared, certificate=sealers.leaf, signature=sealers.key.signer.sign(prepared.to_sign))
    assert code_of(data) == "ofd.seal_signature"


def test_refuses_a_signature_by_another_key(sealers: Sealers) -> None:
    prepared = prepare_ofd(build_package(small_paper()), seal=sealers.seal(), at=AT, page=0, box=BOX)
    data = finish_ofd(prepared, certificate=sealers.leaf, signature=new_key("SM2").signer.sign(prepared.to_sign))
    assert code_of(data) == "ofd.signature"


def test_refuses_another_seal_beside_the_one_it_was_sealed_with(sealers: Sealers) -> None:
    prepared = prepare_ofd(build_package(small_paper()), seal=sealers.seal(), at=AT, page=0, box=BOX)
    old, new = prepared.files[SEAL], sealers.seal(name="另一枚印章")
    signature = prepared.files[SIGNATURE]
    swapped = signature.replace(b64encode(sm3(old)), b64encode(sm3(new)))
    assert code_of(_sealed_list(sealers, {**prepared.files, SEAL: new, SIGNATURE: swapped})) == "ofd.modified"


@pytest.mark.parametrize(
    ("changes", "in_force"),
    [
        ({}, True),
        ({"valid_until": AT - timedelta(seconds=1)}, False),
        ({"valid_from": AT + timedelta(seconds=1)}, False),
        ({"made_at": AT + timedelta(seconds=1)}, False),
        ({"made_at": AT - timedelta(days=3000)}, False),
    ],
)
def test_tells_whether_the_seal_was_in_force(changes: dict[str, object], in_force: bool, sealers: Sealers) -> None:
    assert read_ofd(sealed_ofd(sealers, **changes)).in_force is in_force


def test_refuses_another_container_around_the_same_files(sealed: bytes) -> None:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as container:
        for name, data in read_container(sealed).items():
            container.writestr(zipfile.ZipInfo(name), data)
    assert code_of(output.getvalue()) == "ofd.form"


def test_refuses_a_seal_that_names_another_list_and_one_with_a_timestamp(sealers: Sealers, sealed: bytes) -> None:
    files = dict(read_container(sealed))
    signed = to_be_sealed(seal=files[SEAL], at=AT, data_hash=sm3(files[SIGNATURE]), path=f"/{DOCUMENT}")
    value = sealed_data(signed=signed, certificate=sealers.leaf, signature=sealers.key.signer.sign(signed))
    assert code_of(write_container({**files, SIGNED_VALUE: value})) == "ofd.modified"
    body = files[SIGNED_VALUE][4:] + bytes.fromhex("a0050303000102")
    stamped = b"\x30\x82" + len(body).to_bytes(2, "big") + body
    assert code_of(write_container({**files, SIGNED_VALUE: stamped})) == "ofd.form"


def test_refuses_more_bytes_than_all_files_may_have(sealed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container_read, "MAX_TOTAL_BYTES", 1000)
    assert code_of(sealed) == "ofd.limit"


def _sealed_list(sealers: Sealers, files: Files) -> bytes:
    """These files with whatever list they hold, sealed."""
    kept = {name: data for name, data in files.items() if name != SIGNED_VALUE}
    signed = to_be_sealed(seal=sealers.seal(), at=AT, data_hash=sm3(kept[SIGNATURE]), path=f"/{SIGNATURE}")
    value = sealed_data(signed=signed, certificate=sealers.leaf, signature=sealers.key.signer.sign(signed))
    return write_container({**kept, SIGNED_VALUE: value})
