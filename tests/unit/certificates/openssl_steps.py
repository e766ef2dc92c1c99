"""What openssl's command line makes and judges: the other implementation of X.509 in these tests."""

import base64
import subprocess
from pathlib import Path

from certificates.core.x509_algorithms import suite_of_spki
from certificates.core.x509_read import read_certificate

IDENTITY = "distid:1234567812345678"  # GM/T 0009; OpenSSL 3.0 takes an empty one where it is not named


def run(*command: str, folder: Path | None = None, fails: bool = False) -> str:
    """The output of a command that must succeed, or must not."""
    done = subprocess.run(["openssl", *command], capture_output=True, text=True, check=False, cwd=folder)
    assert (done.returncode != 0) == fails, done.stderr
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


_CONFIG = """
[req]
distinguished_name = dn
prompt = no
string_mask = utf8only
[dn]
C = CN
ST = 330000
O = 浙江省
[ca_extensions]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[leaf_extensions]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ca]
default_ca = here
[here]
database = index.txt
crlnumber = crlnumber
default_md = default
default_crl_days = 30
crl_extensions = crl_extensions
[crl_extensions]
authorityKeyIdentifier = keyid
"""


class OpensslCa:
    """A licensed CA played by openssl's command line, in a folder of its own."""

    def __init__(self, folder: Path, suite: str) -> None:
        self.folder = folder
        self.config = self._file("ca.cnf", _CONFIG)
        curve = "SM2" if suite == "SM2" else "prime256v1"
        self.digest = "-sm3" if suite == "SM2" else "-sha256"
        self.signing = ["-sigopt", IDENTITY] if suite == "SM2" else []
        self.verifying = ["-vfyopt", IDENTITY] if suite == "SM2" else []
        self.key = str(folder / "ca.key")
        run("ecparam", "-name", curve, "-genkey", "-noout", "-out", self.key)
        made = ["-x509", "-new", "-key", self.key, "-config", self.config, "-utf8", "-extensions", "ca_extensions"]
        self.certificate = str(folder / "ca.pem")
        run("req", *made, self.digest, *self.signing, "-days", "30", "-out", self.certificate)

    @property
    def der(self) -> bytes:
        return self._der("x509", self.certificate)

    def issue(self, request: bytes, *, days: int = 20) -> bytes:
        """A certificate over a PKCS#10 request (DER), with the extensions that it asks for."""
        asked = pem_file(self.folder, "asked.pem", request, label="CERTIFICATE REQUEST")
        out = str(self.folder / "leaf.pem")
        under = ["-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial", "-copy_extensions", "copyall"]
        own = ["-extfile", self.config, "-extensions", "leaf_extensions", "-days", str(days), "-out", out]
        run("x509", "-req", "-in", asked, *under, self.digest, *self.signing, *self.verifying, *own)
        return self._der("x509", out)

    def revocation_list(self, *revoked: bytes) -> bytes:
        """A revocation list (DER) that names these certificates, for a compromise of their keys."""
        self._file("index.txt", "")
        self._file("crlnumber", "0A\n")
        own = ["-config", self.config, "-cert", self.certificate, "-keyfile", self.key, "-md", self.digest[1:]]
        for der in revoked:
            run(
                "ca",
                *own,
                "-revoke",
                pem_file(self.folder, "gone.pem", der),
                "-crl_reason",
                "keyCompromise",
                folder=self.folder,
            )
        out = str(self.folder / "crl.pem")
        run("ca", *own, *self.signing, "-gencrl", "-out", out, folder=self.folder)
        return self._der("crl", out)

    def _der(self, kind: str, path: str) -> bytes:
        out = self.folder / "out.der"
        run(kind, "-in", path, "-outform", "DER", "-out", str(out))
        return out.read_bytes()

    def _file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text, "utf-8")
        return str(path)
