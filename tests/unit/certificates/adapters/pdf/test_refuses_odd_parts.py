"""Certificates, times and lists that nobody would issue end in a named refusal by the file's own fault, and the reading process lives on.

A process that breaks down leaves a file open (`document.reader_lost`): a forger would rather have that than INVALID.
"""

import asyncio
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from asn1crypto import core, keys
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from certificates.adapters.pdf.long_term import signature_imprint, with_signature_timestamp
from certificates.adapters.pdf.sign import PdfSigningKey, _HandleSigner, finish, lay_out, sign
from certificates.adapters.pdf_worker.pool import WorkerPool
from certificates.core.errors import DocumentError
from demo.timestamp_tokens import token
from tests.unit.certificates.adapters.pdf.attack_steps import LATER, name, stream, updated
from tests.unit.certificates.adapters.pdf.long_term_sample import SampleTsa
from tests.unit.certificates.adapters.pdf.sample import AT, Authority

VERSION_3 = bytes.fromhex("a003020102")


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    made = WorkerPool(most=1)
    yield made
    made.close()


def refused(pool: WorkerPool, data: bytes, root: Authority, tsa: SampleTsa) -> str | None:
    """The code of the refusal, or of the doubt that is left; the reading process must be the same before and after."""
    with pytest.raises(DocumentError):
        pool.read(b"", trust_anchors=[], at=AT)
    (before,) = pool._free
    try:
        code = pool.read(data, trust_anchors=[root.anchor], timestamp_anchors=[tsa.anchor], at=LATER).doubt
    except DocumentError as refusal:
        code = refusal.code
    assert pool._free == [before]
    return code


def changed(der: bytes, change: Callable[[asn1_x509.TbsCertificate], None]) -> bytes:
    own = asn1_x509.Certificate.load(der)
    tbs = own["tbs_certificate"]
    change(tbs)
    parts = {"signature_algorithm": own["signature_algorithm"], "signature_value": own["signature_value"]}
    return bytes(asn1_x509.Certificate({"tbs_certificate": tbs} | parts).dump(force=True))


def negative_serial(tbs: Any) -> None:
    tbs["serial_number"] = -5


def extension_twice(tbs: Any) -> None:
    tbs["extensions"] = [*tbs["extensions"], tbs["extensions"][0]]


def unknown_curve(tbs: Any) -> None:
    parameters = keys.ECDomainParameters("named", "1.2.3.4.5")
    algorithm = {"algorithm": "ec", "parameters": parameters}
    point = tbs["subject_public_key_info"]["public_key"]
    tbs["subject_public_key_info"] = keys.PublicKeyInfo({"algorithm": algorithm, "public_key": point})


def wide_letters(tbs: Any) -> None:
    text = asn1_x509.DirectoryString("universal_string", core.UniversalString("abc"))
    pair = asn1_x509.NameTypeAndValue({"type": "common_name", "value": text})
    tbs["issuer"] = asn1_x509.Name("", [asn1_x509.RelativeDistinguishedName([pair])])


def another_version(der: bytes) -> bytes:
    return der.replace(VERSION_3, VERSION_3[:-1] + b"\x09", 1)


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "negative serial number": lambda der: changed(der, negative_serial),
    "extension twice": lambda der: changed(der, extension_twice),
    "unknown curve": lambda der: changed(der, unknown_curve),
    "letters of four bytes": lambda der: changed(der, wide_letters),
    "version of no standard": another_version,
}


@pytest.mark.parametrize("which", list(CHANGES))
def test_refuses_a_timestamp_with_a_certificate_that_no_reader_knows(
    pool: WorkerPool, signed: bytes, root: Authority, tsa: SampleTsa, which: str
) -> None:
    change = CHANGES[which]
    odd_unit = SimpleNamespace(der=change(tsa.unit.der), key=tsa.unit.key)
    for unit, others in ((tsa.unit, [change(tsa.ca.der)]), (odd_unit, [])):
        made = token(digest=signature_imprint(signed), nonce=1, unit=unit, chain=[unit.der, *others], at=AT)  # type: ignore[arg-type]
        code = refused(pool, with_signature_timestamp(signed, token=made), root, tsa)
        # Its CA never signed the changed one, so no path leads from it.
        assert code == "pdf.timestamp" or (unit is odd_unit and code == "document.timestamp_untrusted")


def signed_with(page: bytes, key: PdfSigningKey, change: Callable[[bytes], bytes]) -> bytes:
    """A file that was changed after it was laid out and before it was signed."""
    laid_out = lay_out(page, signer=key, at=AT)
    data = change(laid_out.data)
    assert len(data) == len(laid_out.data)
    digest = hashlib.sha256(data[: laid_out.start] + data[laid_out.end :]).digest()
    settings = PdfCMSSignedAttributes(signing_time=AT)
    signer = _HandleSigner(key)
    attributes = asyncio.run(signer.signed_attrs(digest, "sha256", settings, use_pades=True)).dump()
    prepared = replace(laid_out, data=data, digest=digest, attributes=attributes)
    return finish(prepared, signer=key, signature=key.sign(attributes))


def signed_stating(page: bytes, key: PdfSigningKey, *, time: bytes) -> bytes:
    """A file whose signer writes another time than the library would."""
    own = rb"(D\07220261123040000Z)"
    return signed_with(page, key, lambda data: data.replace(own, time.ljust(len(own))))


@pytest.mark.parametrize("time", [rb"(D\07220261123040000)", rb"(D\07220261123)"])
def test_refuses_a_signing_time_of_no_zone(
    pool: WorkerPool, page: bytes, signing_key: PdfSigningKey, root: Authority, tsa: SampleTsa, time: bytes
) -> None:
    assert refused(pool, signed_stating(page, signing_key, time=time), root, tsa) == "pdf.cms"


def test_refuses_more_lists_and_files_than_an_answer_holds(
    pool: WorkerPool, page: bytes, signing_key: PdfSigningKey, root: Authority, tsa: SampleTsa
) -> None:
    def lists(writer: IncrementalPdfFileWriter) -> None:
        made = [stream(bytes(256 * 1024)) for _ in range(64)]
        for one in made:
            one.compress()
        store = DictionaryObject({name("/CRLs"): ArrayObject([writer.add_object(one) for one in made])})
        writer.root[name("/DSS")] = writer.add_object(store)
        writer.update_root()

    assert refused(pool, sign(updated(page, lists), signer=signing_key, at=AT), root, tsa) == "pdf.limit"


def test_what_a_reading_process_says_of_a_file_goes_nowhere(pool: WorkerPool, signed: bytes, root: Authority) -> None:
    pool.read(signed, trust_anchors=[root.anchor], at=AT)
    (worker,) = pool._free
    assert Path(f"/proc/{worker._process.pid}/fd/2").readlink() == Path(os.devnull)
