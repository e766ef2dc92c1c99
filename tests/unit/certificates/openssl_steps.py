"""What openssl's command line makes and judges: the other implementation of X.509 in these tests."""

import base64
import subprocess
from pathlib import Path

from certificates.core.x509_algorithms import suite_of_spki
from certificates.core.x509_read import read_certificate

IDENTITY = "distid:1234567812345678"  # GM/T 0009; OpenSSL 3.0 takes an empty one where it is not named


def run(*command: str) -> str:
    """The output of a command that must succeed."""
    done = subprocess.run(["openssl", *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def pem_file(folder: Path, name: str, der: bytes, *, label: str = "CERTIFICATE") -> str:
    path = folder / name
    body = base64.encodebytes(der).decode("ascii")
    path.write_text(f"-----BEGIN {label}-----\n{body}-----END {label}-----\n", "ascii")
    return str(path)


def openssl_verifies(folder: Path, *, data: bytes, signature: bytes, certificate: bytes) -> None:
    """`openssl dgst` verifies the signature (DER) under the key of a certificate (DER)."""
    key = folder / "key.pem"
    key.write_text(run("x509", "-in", pem_file(folder, "of.pem", certificate), "-noout", "-pubkey"), "ascii")
    (folder / "data").write_bytes(data)
    (folder / "signature").write_bytes(signature)
    sm2 = suite_of_spki(read_certificate(certificate).spki) == "SM2"
    digest = ["-sm3", "-sigopt", IDENTITY] if sm2 else ["-sha256"]
    files = ["-verify", str(key), "-signature", str(folder / "signature"), str(folder / "data")]
    assert "Verified OK" in run("dgst", *digest, *files)
