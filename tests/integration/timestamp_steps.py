"""A timestamp authority in this process, over HTTP, whose clock a test moves, and a node that asks it."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from certificates.adapters.timestamps import pauses, remembered
from certificates.models import Document
from certificates.services.read_document import read_document
from config.env import TimestampAuthority
from demo.timestamp_authority import CRL_PATH, make_server
from demo.timestamp_process import free_port
from demo.timestamp_tokens import KeyAndCertificate, make_ca, make_unit
from tests.integration.factories import AT

SOON = AT + timedelta(seconds=5)  # when documents are stamped


@dataclass(kw_only=True)
class MovedAuthority:
    """`now` is its clock; it answers between `start` and `stop`."""

    now: datetime
    ca: KeyAndCertificate
    unit: KeyAndCertificate
    port: int
    _server: ThreadingHTTPServer | None = None
    _thread: Thread | None = None

    def start(self) -> None:
        self._server = make_server(self.port, ca=self.ca, unit=self.unit, clock=lambda: self.now)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        forget()

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
        self._server = None
        forget()

    def move(self, *, to: datetime, unit: KeyAndCertificate | None = None) -> None:
        """Its clock, and its unit where another one takes over."""
        self.stop()
        self.now, self.unit = to, unit or self.unit
        self.start()


def forget() -> None:
    """No pause and no list that real time would keep while a test's time jumps."""
    pauses._paused.clear()
    remembered._kept.clear()


@contextmanager
def asked_by_the_node(
    folder: Path, *, at: datetime, term: timedelta = timedelta(days=730), renew_days: int = 90
) -> Iterator[MovedAuthority]:
    """The authority, started, and settings.NODE set up with it."""
    ca = make_ca(at=at)
    authority = MovedAuthority(now=at, ca=ca, unit=make_unit(ca, at=at, term=term), port=free_port())
    (folder / "tsa_ca.pem").write_bytes(ca.certificate.public_bytes(Encoding.PEM))
    url = f"http://127.0.0.1:{authority.port}"
    tsa = TimestampAuthority(
        url=f"{url}/",
        ca_files=(folder / "tsa_ca.pem",),
        crl_urls=(f"{url}{CRL_PATH}",),
        timeout_seconds=5.0,
        clock_tolerance_seconds=60.0,
        renew_days=renew_days,
    )
    settings.NODE = replace(settings.NODE, tsa=tsa)
    authority.start()
    try:
        yield authority
    finally:
        authority.stop()


def signatures(pdf: bytes) -> list[EmbeddedPdfSignature]:
    """Signatures and document timestamps of a file, the oldest first."""
    return list(PdfFileReader(io.BytesIO(pdf)).embedded_signatures)


def released(document: Document) -> bytes:
    """The file as it leaves the node."""
    return read_document(certificate_id=document.certificate_id)
