"""A document's signature at each level of PAdES, from the laid-out page on: with the development timestamp authority over HTTP.

Every level does all that the ones below it do. Beside them pyHanko does the same in its own ordinary way, with the same authority, keys
and lists; what the authority's process spends is not in either.
"""

import io
import logging
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from asn1crypto.crl import CertificateList
from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from benchmarks.result import Row, Section
from benchmarks.rounds import interleave
from certificates.adapters.pdf.content import DocumentContent
from certificates.adapters.pdf.content import Row as Line
from certificates.adapters.pdf.facts import TrustAnchor
from certificates.adapters.pdf.long_term import (
    finish_archive_timestamp,
    lay_out_archive_timestamp,
    signature_imprint,
    with_signature_timestamp,
    with_validation_data,
)
from certificates.adapters.pdf.render import render
from certificates.adapters.pdf.sign import PdfSigningKey, sign
from certificates.adapters.pdf_worker.pool import POOL
from certificates.adapters.timestamps.authority import TimestampSource
from demo.timestamp_authority import open_authority
from demo.timestamp_process import TimestampProcess, free_port
from demo.timestamp_tokens import KeyAndCertificate, make_ca, make_unit, revocation_list

ROUNDS = 15
LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")
AIM = 1.3  # times what the library alone takes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """This will hold a page, an agency's key under a region's CA, and the authority's address and CA."""

    page: bytes
    region: KeyAndCertificate
    agency: KeyAndCertificate
    source: TimestampSource
    url: str

    @property
    def signer(self) -> PdfSigningKey:
        """This will give the agency's key as the product signs with it."""
        key = self.agency.key
        return PdfSigningKey(
            certificate=self.agency.der, chain=(), sign=lambda data: key.sign(data, ec.ECDSA(SHA256()))
        )


def document_levels() -> Section:
    """This will sign one page again and again at each level, the product and pyHanko alone in turns."""
    logging.getLogger("pyhanko").setLevel(logging.ERROR)  # it warns at each file that nothing may be fetched
    with _desk() as desk:
        ours = {level: _repeated(lambda level=level: _signed(desk, level)) for level in LEVELS}  # type: ignore[misc]
        alone = {f"pyHanko {level}": _repeated(_library(desk, level)) for level in ("B-B", "B-LTA")}
        timings = interleave(ours | alone, rounds=ROUNDS)
        files = {level: _signed(desk, level) for level in LEVELS}
        read = {level: _wall_seconds(partial(_read, desk, files[level])) for level in ("B-B", "B-T", "B-LTA")}
        wall = {level: _wall_seconds(lambda level=level: _signed(desk, level)) for level in LEVELS}  # type: ignore[misc]
    rows = [
        Row(
            name=f"signed at PAdES {level}",
            measured=timings.median(level) * 1e3,
            unit="ms",
            beside=f"{wall[level] * 1e3:.0f} ms on the clock; {(len(files[level]) - len(desk.page)) / 1024:.0f} KiB more than the page",
        )
        for level in LEVELS
    ]
    ratios = [
        Row(
            name=f"  {level} over pyHanko alone",
            measured=1 / timings.speed_ratio(level, f"pyHanko {level}"),
            unit="ratio",
            aim=AIM,
            at_most=True,
            beside=f"{timings.median(f'pyHanko {level}') * 1e3:.1f} ms",
        )
        for level in ("B-B", "B-LTA")
    ]
    verified = [
        Row(
            name=f"read strictly, in a process apart, PAdES {level}",
            measured=seconds * 1e3,
            unit="ms",
            beside="on the clock",
        )
        for level, seconds in read.items()
    ]
    title = "A PDF's signature at each level (CPU time of the node's process), and reading it"
    return Section(title=title, rows=(*rows, *ratios, *verified))


def _read(desk: _Desk, data: bytes) -> None:
    now = datetime.now(UTC)
    anchors = [
        TrustAnchor(der=der, valid_from=now - timedelta(days=1)) for der in (desk.region.der, *desk.source.trusted)
    ]
    facts = POOL.read(data, trust_anchors=anchors[:1], timestamp_anchors=anchors[1:], at=now + timedelta(seconds=1))
    if not facts.signer_trusted or facts.doubt is not None:
        raise RuntimeError("a document of the benchmark does not hold")


@contextmanager
def _desk() -> Iterator[_Desk]:
    at = datetime.now(UTC)
    region = make_ca(at=at, name="Region CA")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        process = TimestampProcess(folder=folder, port=free_port())
        process.start()
        try:
            ca, _ = open_authority(folder, crl_url="", at=at, term=timedelta(days=730))
            environment = process.environment()
            source = TimestampSource(
                url=process.url,
                trusted=(ca.der,),
                crl_urls=(environment["HUZHENG_TSA_CRL_URL"],),
                timeout_seconds=5.0,
                tolerance=timedelta(seconds=60),
            )
            yield _Desk(
                page=render(_content()),
                region=region,
                agency=make_unit(region, at=at),
                source=source,
                url=process.url,
            )
        finally:
            process.stop()


def _content() -> DocumentContent:
    return DocumentContent(
        title_zh="二级建造师注册证书",
        title_en="Registration Certificate of Class II Constructor",
        number_label="证书编号",
        number="浙233202612345678",
        rows=(Line(label="姓名", values=("欧阳慎",)), Line(label="注册专业", values=("建筑工程", "市政公用工程"))),
        identifier="1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
        agency_name="浙江省住房和城乡建设厅",
        agency_code="3301060012345",
        issue_date=date(2026, 11, 23),
        validity="2026-11-23 至 2029-11-22",
        seal_code="HZ1:" + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 17,
        notes=("本证书由持证人保管。",),
    )


def _signed(desk: _Desk, level: str) -> bytes:
    at = datetime.now(UTC)
    pdf = sign(desk.page, signer=desk.signer, at=at)
    if level == "B-B":
        return pdf
    token = desk.source.ask(digest=signature_imprint(pdf), at=at)
    pdf = with_signature_timestamp(pdf, token=token.der)
    if level == "B-T":
        return pdf
    lists = [revocation_list(desk.region, at=token.at), *desk.source.revocation_lists(at=at)]
    certificates = [desk.agency.der, desk.region.der, *token.path]
    pdf = with_validation_data(pdf, certificates=certificates, revocation_lists=lists)
    if level == "B-LT":
        return pdf
    prepared = lay_out_archive_timestamp(pdf)
    return finish_archive_timestamp(prepared, token=desk.source.ask(digest=prepared.digest, at=at).der)


def _library(desk: _Desk, level: str) -> Callable[[], object]:
    der = desk.agency.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = signers.SimpleSigner(
        signing_cert=Certificate.load(desk.agency.der),
        signing_key=PrivateKeyInfo.load(der),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]  # of the library
    )
    stamper = RequestsHTTPTimeStamper(desk.url)  # type: ignore[no-untyped-call]  # of the library

    def run() -> object:
        at = datetime.now(UTC)
        settings: dict[str, Any] = {}
        if level == "B-LTA":
            lists = [revocation_list(desk.region, at=at.replace(microsecond=0)), *desk.source.revocation_lists(at=at)]
            settings = {"embed_validation_info": True, "use_pades_lta": True}
            settings["validation_context"] = ValidationContext(
                trust_roots=[Certificate.load(der) for der in (desk.region.der, *desk.source.trusted)],
                crls=[CertificateList.load(one) for one in lists],
                revocation_mode="require",
                allow_fetching=False,
            )
        metadata = signers.PdfSignatureMetadata(
            field_name="IssuerSeal",
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            **settings,
        )
        writer = IncrementalPdfFileWriter(io.BytesIO(desk.page))
        stamping = stamper if level == "B-LTA" else None
        return signers.PdfSigner(metadata, signer=signer, timestamper=stamping).sign_pdf(writer).getvalue()

    return run


def _repeated(act: Callable[[], object]) -> Callable[[int], object]:
    def run(count: int) -> object:
        for _ in range(count):
            act()
        return None

    return run


def _wall_seconds(act: Callable[[], object], times: int = 11) -> float:
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - start)
    return sorted(seconds)[times // 2]
