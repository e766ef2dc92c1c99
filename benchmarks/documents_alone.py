"""The two libraries that do most of a document's work, each alone on pages of the same content."""

import io
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from benchmarks.sample_credential import make_issuer
from benchmarks.stopwatch import Stopwatch
from certificates.adapters.pdf import render as product
from certificates.adapters.pdf import typeset as typesetter
from certificates.adapters.pdf.content import DocumentContent


class TypstAlone:
    """Takes down what the product hands to typst, and lets typst set pages with nothing around it."""

    def __init__(self, watch: Stopwatch) -> None:
        self._typst: Any = typesetter._compiler()  # noqa: SLF001  # the process has one, with its fonts
        self._compile = watch.timed("typst", self._typst.compile)
        self._content: DocumentContent | None = None
        self._inputs: dict[str, Any] = {}
        self._only_listens = False
        self.last_cpu = 0.0  # seconds that the last page took

    @contextmanager
    def listening(self) -> Iterator[None]:
        """This will stand between the product and typst for the length of a block."""
        original = product.render

        def render(content: DocumentContent) -> bytes:
            self._content = content
            return original(content)

        with (
            patch("certificates.services.licence_pdf.render", render),
            patch("certificates.adapters.pdf.typeset._compiler", lambda: self),
        ):
            yield

    def compile(self, **inputs: Any) -> bytes:
        """This will be what the product takes for its compiler."""
        if self._only_listens:
            self._inputs = inputs
            return b""
        page: bytes = self._compile(**inputs)
        return page

    def set_another_page(self) -> tuple[bytes, float]:
        """This will set the last page again with another number and code, which typst has not seen; page and seconds."""
        assert self._content is not None
        other = replace(
            self._content,
            identifier=self._content.identifier[:-8] + secrets.token_hex(4).upper(),
            seal_code=self._content.seal_code[:-40] + secrets.token_hex(20).upper(),
        )
        self._only_listens = True
        product.render(other)
        self._only_listens = False
        start, cpu = time.perf_counter(), time.process_time()
        page: bytes = self._typst.compile(**self._inputs)
        self.last_cpu = time.process_time() - cpu
        return page, time.perf_counter() - start


class PyhankoAlone:
    """Signs as pyHanko's own examples do: a signer with its key, no size named, so that it signs twice to learn the size."""

    def __init__(self) -> None:
        issuer = make_issuer()
        der = issuer.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self._signer = signers.SimpleSigner(
            signing_cert=Certificate.load(issuer.x5c[0]),
            signing_key=PrivateKeyInfo.load(der),
            cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]  # of the library
        )

    def sign(self, page: bytes) -> float:
        """This will give the seconds that certifying a page takes (PAdES B-B, no change allowed)."""
        metadata = signers.PdfSignatureMetadata(
            field_name="IssuerSeal",
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        )
        start = time.perf_counter()
        writer = IncrementalPdfFileWriter(io.BytesIO(page))
        signers.PdfSigner(metadata, signer=self._signer).sign_pdf(writer).getvalue()
        return time.perf_counter() - start
