"""A real S3-compatible server for a test, on loopback: it checks signatures (AWS SigV4) and keeps objects in a folder."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.integration.document_workers import free_port

BUCKET = "licences"
ACCOUNT = {"AWS_ACCESS_KEY_ID": "huzheng-test", "AWS_SECRET_ACCESS_KEY": "secret-of-the-test-account"}
_START_SECONDS = 40


@contextmanager
def s3_server(folder: Path) -> Iterator[str]:
    """The server's address, with one empty bucket, for the length of a block."""
    port = free_port()
    command = "import sys; from nanio.cli import main; sys.exit(main())"
    names = {"NANIO_ACCESS_KEY": ACCOUNT["AWS_ACCESS_KEY_ID"], "NANIO_SECRET_KEY": ACCOUNT["AWS_SECRET_ACCESS_KEY"]}
    (folder / BUCKET).mkdir(parents=True)
    with (folder.parent / "s3.log").open("wb") as log:
        server = subprocess.Popen(
            [
                sys.executable,
                "-c",
                command,
                "serve",
                "--data-dir",
                str(folder),
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
            ],
            env={**os.environ, **names},
            stdout=log,
            stderr=log,
        )
    try:
        _wait(f"http://127.0.0.1:{port}", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            requests.get(url, timeout=2)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the S3 server did not start")
