"""Bombs, loops, active content and encryption: a named refusal within a second, and nothing is run. The threats' P11 to P15."""

import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.crypt import PubKeySecurityHandler
from pyhanko.pdf_utils.crypt.pubkey import RecipientEncryptionPolicy
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NumberObject, TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from certificates.adapters.pdf.sign import PdfSigningKey, sign
from certificates.adapters.pdf_worker.pool import WorkerPool
from certificates.core.errors import DocumentError
from tests.unit.certificates.adapters.pdf.attack_steps import (
    annotation,
    first_page,
    name,
    refusal_code,
    stream,
    updated,
)
from tests.unit.certificates.adapters.pdf.sample import AT, Authority

Writer = IncrementalPdfFileWriter
Change = Callable[[Writer], None]
ZEROS = bytes(64 * 1024 * 1024)
ONCE = zlib.compress(ZEROS, 9)  # 64 KiB
TWICE = zlib.compress(ONCE, 9)  # some 200 bytes
SECONDS = 1.0


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    made = WorkerPool(most=1)
    yield made
    made.close()


def timed_refusal(pool: WorkerPool, data: bytes, root: Authority) -> tuple[str, float]:
    """The code, and the processor time that the reading process took."""
    with pytest.raises(DocumentError):  # a warm process
        pool.read(b"", trust_anchors=[], at=AT)
    pid = pool._free[0]._process.pid
    before = _processor_time(pid)
    with pytest.raises(DocumentError) as refusal:
        pool.read(data, trust_anchors=[root.anchor], at=AT)
    return refusal.value.code, _processor_time(pid) - before


def _processor_time(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except FileNotFoundError:
        return SECONDS  # it was ended by its clock
    return (int(fields[11]) + int(fields[12])) / 100


def by_hand(*objects: bytes, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A file of these objects, numbered from 1."""
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + b"".join(
        b"%010d 00000 n \n" % at for at in places
    )
    return data + table + b"trailer\n<</Size %d%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, trailer, len(data))


def packed(content: bytes, entries: bytes) -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


CATALOG = b"<</Type/Catalog/Pages 2 0 R/AcroForm 3 0 R>>"
PAGES = b"<</Type/Pages/Kids[]/Count 0>>"

FLATE = b"/Filter/FlateDecode"


def cross_reference_stream(content: bytes, entries: bytes) -> bytes:
    head = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    body = packed(content, b"/Type/XRef/Size 3/W[1 2 1]/Root 1 0 R" + entries)
    return head + b"3 0 obj\n" + body + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)


def object_stream(content: bytes, entries: bytes) -> bytes:
    """A catalog that lies in an object stream."""
    head = b"%PDF-1.7\n"
    body = b"4 0 obj\n" + packed(content, b"/Type/ObjStm/N 1/First 4" + entries) + b"\nendobj\n"
    rows = b"".join(row.to_bytes(4, "big") for row in (0x000000FF, 0x02000400, 0x00000000, 0x00000000, 0x01000900))
    place = len(head) + len(body)
    table = packed(rows, b"/Type/XRef/Size 5/W[1 2 1]/Root 1 0 R")
    return head + body + b"5 0 obj\n" + table + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % place


PREDICTOR = b"/DecodeParms<</Predictor 12/Columns 4>>"
BOMBS = {
    "table": cross_reference_stream(ONCE, FLATE),
    "table, packed twice": cross_reference_stream(TWICE, b"/Filter[/FlateDecode/FlateDecode]"),
    "table with a predictor": cross_reference_stream(ONCE, FLATE + PREDICTOR),
    "objects": object_stream(ONCE, FLATE),
    "objects, packed twice": object_stream(TWICE, b"/Filter[/FlateDecode/FlateDecode]"),
    "objects as digits": object_stream(ONCE.hex().encode() + b">", b"/Filter[/ASCIIHexDecode/FlateDecode]"),
}


@pytest.mark.parametrize("which", list(BOMBS))
def test_a_bomb_in_the_files_own_structure_is_refused_in_time(pool: WorkerPool, root: Authority, which: str) -> None:
    code, seconds = timed_refusal(pool, BOMBS[which], root)
    assert code == "limit.decode"
    assert seconds <= SECONDS


@pytest.mark.parametrize(
    "filters", [["FlateDecode"], ["FlateDecode", "FlateDecode"], ["ASCIIHexDecode", "FlateDecode"]]
)
def test_a_bomb_that_an_agency_signed_is_refused_in_time(
    pool: WorkerPool, page: bytes, root: Authority, signing_key: PdfSigningKey, filters: list[str]
) -> None:
    data = {1: ONCE, 2: TWICE}[len(filters)] if filters[0] == "FlateDecode" else ONCE.hex().encode() + b">"

    def change(writer: Writer) -> None:
        specification = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
        bomb = stream(b"")
        bomb._encoded_data, bomb._data = data, None
        bomb[name("/Filter")] = ArrayObject([name("/" + one) for one in filters])
        specification["/EF"][name("/F")] = writer.add_object(bomb)
        writer.update_container(specification["/EF"])

    code, seconds = timed_refusal(pool, sign(updated(page, change), signer=signing_key, at=AT), root)
    assert code == "limit.decode"
    assert seconds <= SECONDS


FORM = b"<</Fields[4 0 R]>>"
LOOPS = {
    "reference to itself": by_hand(b"1 0 R"),
    "catalog's form to itself": by_hand(b"<</Type/Catalog/AcroForm 2 0 R>>", b"2 0 R"),
    "two references": by_hand(b"<</Type/Catalog/AcroForm 2 0 R>>", b"3 0 R", b"2 0 R"),
    "fields in fields": by_hand(CATALOG, PAGES, FORM, b"<</FT/Sig/T(a)/Kids[4 0 R]>>"),
    "field's parent": by_hand(CATALOG, PAGES, FORM, b"<</FT/Sig/T(a)/Parent 4 0 R/V 4 0 R>>"),
    "deep array": by_hand(b"<</Type/Catalog/AcroForm " + b"[" * 100_000 + b"]" * 100_000 + b">>"),
    "deep dictionary": by_hand(b"<</Type/Catalog/AcroForm " + b"<</A" * 50_000 + b">>" * 50_000 + b">>"),
    "open strings": b"%PDF-1.7\n" + b"(" * 500_000 + b"\nstartxref\n9\n%%EOF\n",
    "stream's length is itself": by_hand(b"<</Length 1 0 R>>\nstream\nx\nendstream"),
    "stream in its own stream": object_stream(zlib.compress(b"4 0 <<>>"), FLATE + b"/Extends 4 0 R"),
    "a table for many objects": b"%PDF-1.7\nxref\n0 99999999\n0000000000 65535 f \ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n",
    "a table of a great size": cross_reference_stream(b"", b"/Index[0 2000000000]"),
}


@pytest.mark.parametrize("which", list(LOOPS))
def test_a_loop_ends_in_time(pool: WorkerPool, root: Authority, which: str) -> None:
    code, seconds = timed_refusal(pool, LOOPS[which], root)
    assert code.startswith(("pdf.", "limit."))
    assert seconds <= SECONDS


def test_a_signed_loop_of_pages_or_outlines_ends_in_time(
    pool: WorkerPool, page: bytes, root: Authority, signing_key: PdfSigningKey
) -> None:
    def pages(writer: Writer) -> None:
        tree = writer.root["/Pages"]
        tree["/Kids"].append(writer.root.raw_get("/Pages"))
        tree[name("/Count")] = NumberObject(2)
        writer.update_container(tree)

    def outlines(writer: Writer) -> None:
        entry = DictionaryObject({name("/Title"): TextStringObject("x")})
        own = writer.add_object(entry)
        entry[name("/Next")] = entry[name("/First")] = entry[name("/Parent")] = own
        writer.root[name("/Outlines")] = own
        writer.update_root()

    assert timed_refusal(pool, sign(updated(page, pages), signer=signing_key, at=AT), root)[0] == "pdf.unreadable"
    looped = sign(updated(page, outlines), signer=signing_key, at=AT)
    assert pool.read(looped, trust_anchors=[root.anchor], at=AT).signer_trusted  # nobody walks them


def action(kind: str, **entries: object) -> DictionaryObject:
    return DictionaryObject({name("/S"): name("/" + kind)} | {name("/" + key): value for key, value in entries.items()})


def opening(made: DictionaryObject) -> Change:
    def change(writer: Writer) -> None:
        writer.root[name("/OpenAction")] = writer.add_object(made)
        writer.update_root()

    return change


def on_page(made: DictionaryObject) -> Change:
    def change(writer: Writer) -> None:
        sheet = first_page(writer)
        sheet[name("/Annots")] = ArrayObject([writer.add_object(made)])
        writer.update_container(sheet)

    return change


def forms(writer: Writer) -> None:
    writer.root[name("/AcroForm")] = DictionaryObject(
        {name("/Fields"): ArrayObject(), name("/XFA"): writer.add_object(stream(b"<xdp/>"))}
    )
    writer.update_root()


def attached(file_name: str) -> Change:
    def change(writer: Writer) -> None:
        inside = DictionaryObject({name("/F"): writer.add_object(stream(b"MZ"))})
        specification = DictionaryObject(
            {
                name("/Type"): name("/Filespec"),
                name("/F"): TextStringObject(file_name),
                name("/UF"): TextStringObject(file_name),
            }
        )
        specification[name("/EF")] = inside
        names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
        names.append(TextStringObject(file_name))
        names.append(writer.add_object(specification))
        writer.update_root()

    return change


def hidden_file(writer: Writer) -> None:
    inside = DictionaryObject({name("/F"): writer.add_object(stream(b"MZ"))})
    writer.root[name("/AF")] = ArrayObject([writer.add_object(DictionaryObject({name("/EF"): inside}))])
    writer.update_root()


WEB = TextStringObject("http://127.0.0.1:9/")
ACTIVE: dict[str, Change] = {
    "script": opening(action("JavaScript", JS=TextStringObject("app.alert(1)"))),
    "program": opening(action("Launch", F=TextStringObject("calc.exe"))),
    "other file": opening(action("GoToR", F=TextStringObject("\\\\host\\share"))),
    "inner file": opening(action("GoToE")),
    "address": opening(action("URI", URI=WEB)),
    "form sent": opening(action("SubmitForm", F=WEB)),
    "data fetched": opening(action("ImportData", F=WEB)),
    "link": on_page(annotation(Subtype=name("/Link"), A=action("URI", URI=WEB))),
    "note": on_page(annotation()),
    "film": on_page(annotation(Subtype=name("/RichMedia"))),
    "file on the page": on_page(annotation(Subtype=name("/FileAttachment"))),
    "XFA": forms,
    "another file": attached("readme.exe"),
    "file of a known name twice": attached("credential.sd-jwt"),
    "file that no list names": hidden_file,
}


@pytest.mark.parametrize("which", list(ACTIVE))
def test_active_content_is_refused_however_rightly_it_is_signed(
    page: bytes, root: Authority, signing_key: PdfSigningKey, which: str
) -> None:
    pdf = sign(updated(page, ACTIVE[which]), signer=signing_key, at=AT)
    expected = {"file of a known name twice": "pdf.limit"}.get(which, "pdf.active")
    assert refusal_code(pdf, root=root) == expected


ENCRYPTED = {
    "unknown handler": b"/Encrypt<</Filter/Strange/V 5>>",
    "unknown filter": b"/Encrypt<</Filter/Standard/V 5/R 6/CF<</X<</CFM/Odd>>>>/StmF/X/StrF/X/O()/U()/P 0>>",
    "no dictionary": b"/Encrypt 7",
    "key agreement": b"/Encrypt<</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s5/V 5/CF<</DefaultCryptFilter<</CFM/AESV3/Recipients[<00>]>>>>"
    b"/StmF/DefaultCryptFilter/StrF/DefaultCryptFilter>>",
}


@pytest.mark.parametrize("which", list(ENCRYPTED))
def test_an_encrypted_file_is_refused_as_one(root: Authority, which: str) -> None:
    assert (
        refusal_code(by_hand(CATALOG, PAGES, FORM, trailer=b"/Root 1 0 R" + ENCRYPTED[which]), root=root)
        == "pdf.encrypted"
    )


def test_a_file_encrypted_to_a_p256_key_is_refused_as_one(
    page: bytes, root: Authority, signing_key: PdfSigningKey
) -> None:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(page)))
    writer.encrypt_pubkey(
        [asn1_x509.Certificate.load(signing_key.certificate)], policy=RecipientEncryptionPolicy(ignore_key_usage=True)
    )
    output = io.BytesIO()
    writer.write(output)
    assert isinstance(writer.security_handler, PubKeySecurityHandler)
    assert refusal_code(output.getvalue(), root=root) == "pdf.encrypted"
