"""A timestamp authority of one's own for development and demonstration: `python -m demo.timestamp_authority --folder F --port N`.

RFC 3161 over HTTP (section 3.4) on the loopback, with a small CA made at the first start. Its times are worth as much as
the folder's secrecy: never use it for evidence.
"""

import argparse
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from demo.timestamp_tokens import MAX_REQUEST_BYTES, KeyAndCertificate, answer, make_ca, make_unit, revocation_list

CA_FILE = "ca.pem"
CRL_PATH = "/ca.crl"
QUERY, REPLY, LIST = "application/timestamp-query", "application/timestamp-reply", "application/pkix-crl"

_OWNER_ONLY = 0o600
_RENEW_BEFORE = timedelta(days=30)


def open_authority(
    folder: Path, *, crl_url: str, at: datetime, term: timedelta
) -> tuple[KeyAndCertificate, KeyAndCertificate]:
    """This will read the CA and the unit from the folder, or make them: the unit anew where its certificate ends within a month."""
    folder.mkdir(parents=True, exist_ok=True)
    ca = _kept(folder, "ca") or _keep(folder, "ca", make_ca(at=at))
    unit = _kept(folder, "unit")
    if unit is None or unit.certificate.not_valid_after_utc - at < min(_RENEW_BEFORE, term / 2):
        unit = _keep(folder, "unit", make_unit(ca, at=at, term=term, crl_url=crl_url))
    return ca, unit


def _kept(folder: Path, name: str) -> KeyAndCertificate | None:
    file = folder / f"{name}.key"
    if not file.exists():
        return None
    key = load_pem_private_key(file.read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey), "the folder is this module's own"
    return KeyAndCertificate(key=key, certificate=x509.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes()))


def _keep(folder: Path, name: str, made: KeyAndCertificate) -> KeyAndCertificate:
    (folder / f"{name}.pem").write_bytes(made.certificate.public_bytes(Encoding.PEM))
    with os.fdopen(os.open(folder / f"{name}.key", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY), "wb") as file:
        file.write(made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return made


def wall_clock() -> datetime:
    """This will read this machine's clock."""
    return datetime.now(UTC)


def make_server(
    port: int, *, ca: KeyAndCertificate, unit: KeyAndCertificate, clock: Callable[[], datetime] = wall_clock
) -> ThreadingHTTPServer:
    """This will listen on 127.0.0.1; `serve_forever` then answers, with the clock's times."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body leave together: apart, the second waits for an acknowledgement of the first

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", "0"))
            if self.headers.get("Content-Type") != QUERY or not 0 < size <= MAX_REQUEST_BYTES:
                self._answer(400, "text/plain", b"a timestamp query is wanted\n")
                self.close_connection = True
                return
            self._answer(200, REPLY, answer(self.rfile.read(size), unit=unit, ca=ca, at=clock()))

        def do_GET(self) -> None:
            if self.path == CRL_PATH:
                self._answer(200, LIST, revocation_list(ca, at=clock().replace(microsecond=0)))
            else:
                self._answer(404, "text/plain", b"not here\n")

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Nothing: who asked for a time, and when, is nobody's business here."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def main() -> None:
    """This will serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m demo.timestamp_authority", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--certificate-days", type=float, default=730.0, help="life of the unit's certificate")
    options = parser.parse_args()
    crl_url = f"http://127.0.0.1:{options.port}{CRL_PATH}"
    term = timedelta(days=options.certificate_days)
    ca, unit = open_authority(options.folder, crl_url=crl_url, at=wall_clock(), term=term)
    server = make_server(options.port, ca=ca, unit=unit)
    signal.signal(signal.SIGTERM, _end)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


def _end(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
