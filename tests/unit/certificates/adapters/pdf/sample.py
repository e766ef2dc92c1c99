"""A region root, an agency's key under it, and the text of a seal code: made afresh for every run."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from certificates.adapters.pdf.facts import TrustAnchor
from certificates.adapters.pdf.sign import PdfSigningKey

AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
SEAL_CODE = "HZ1:" + "".join(ALPHABET[(7 * i * i + 11 * i + i // 45) % 45] for i in range(616))


@dataclass(frozen=True, kw_only=True)
class Authority:
    """A certificate that can issue others."""

    name: str
    key: ec.EllipticCurvePrivateKey
    certificate: bytes

    @property
    def anchor(self) -> TrustAnchor:
        return TrustAnchor(der=self.certificate, valid_from=AT - timedelta(days=3650))

    def issue(self, name: str, key: ec.EllipticCurvePublicKey, *, ca: bool = False) -> bytes:
        return _certificate(name, key, issuer=self.name, issuer_key=self.key, ca=ca)


def _certificate(
    name: str, key: ec.EllipticCurvePublicKey, *, issuer: str, issuer_key: ec.EllipticCurvePrivateKey, ca: bool
) -> bytes:
    def as_name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    usage = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False)
    return (
        x509.CertificateBuilder()
        .subject_name(as_name(name))
        .issuer_name(as_name(issuer))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT - timedelta(days=10))
        .not_valid_after(AT + timedelta(days=400))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not ca,
                key_cert_sign=ca,
                crl_sign=ca,
                encipher_only=False,
                decipher_only=False,
                **usage,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )


def make_root(name: str = "Sample region root") -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    own = _certificate(name, key.public_key(), issuer=name, issuer_key=key, ca=True)
    return Authority(name=name, key=key, certificate=own)


def handle(key: ec.EllipticCurvePrivateKey) -> Callable[[bytes], bytes]:
    return lambda data: key.sign(data, ec.ECDSA(hashes.SHA256()))


def make_signing_key(root: Authority, *, through: Authority | None = None) -> PdfSigningKey:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = through or root
    chain = (through.certificate,) if through else ()
    return PdfSigningKey(certificate=issuer.issue("云溪市行政审批局", key.public_key()), chain=chain, sign=handle(key))
