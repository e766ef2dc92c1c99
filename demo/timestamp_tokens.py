"""A small timestamp authority (RFC 3161): its own CA, P-256 keys, tokens and refusals. For development, never for evidence."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

POLICY = (
    "1.3.6.1.4.1.99999.3161.1"  # an arc that nobody was given: whoever sees it in real life knows where it came from
)
ACCURACY_SECONDS = 1
MAX_REQUEST_BYTES = 4096
CRL_LIFE = timedelta(days=7)
DIGEST_BYTES: Mapping[str, int] = MappingProxyType({"sha256": 32, "sha384": 48, "sha512": 64})

_SKEW = timedelta(minutes=5)
_SHA256 = algos.DigestAlgorithm({"algorithm": "sha256"})
_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


class Refusal(core.Sequence):  # type: ignore[misc]  # untyped library
    """A TimeStampResp without a token, which the library's own class demands (RFC 3161 section 2.4.2: it is optional)."""

    _fields = [("status", tsp.PKIStatusInfo)]  # the library's way


class RefusedRequestError(Exception):
    """A request that gets no token, by the failure's name in RFC 3161 section 2.4.2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAndCertificate:
    """A key and its X.509 certificate."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """This will give the certificate's DER."""
        return self.certificate.public_bytes(Encoding.DER)


def make_ca(*, at: datetime, name: str = "Development time CA") -> KeyAndCertificate:
    """This will make a self-signed CA, in force for twenty years from `at`."""
    key = ec.generate_private_key(ec.SECP256R1())
    start = _certificate(name, key.public_key(), issuer=_name(name), start=at, end=at + timedelta(days=7300), own=key)
    start = start.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    start = start.add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    return KeyAndCertificate(key=key, certificate=start.sign(key, hashes.SHA256()))


def make_unit(
    ca: KeyAndCertificate,
    *,
    at: datetime,
    term: timedelta = timedelta(days=730),
    usages: tuple[x509.ObjectIdentifier, ...] = (ExtendedKeyUsageOID.TIME_STAMPING,),
    critical: bool = True,
    crl_url: str = "",
) -> KeyAndCertificate:
    """This will make a timestamping unit's key and certificate under the CA (RFC 3161 section 2.3), in force for `term`."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = _certificate(
        "Development time unit", key.public_key(), issuer=ca.certificate.subject, start=at, end=at + term, own=ca.key
    )
    made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    made = made.add_extension(_usage("digital_signature", "content_commitment"), critical=True)
    made = made.add_extension(x509.ExtendedKeyUsage(usages), critical=critical)
    if crl_url:
        where = x509.DistributionPoint([x509.UniformResourceIdentifier(crl_url)], None, None, None)
        made = made.add_extension(x509.CRLDistributionPoints([where]), critical=False)
    return KeyAndCertificate(key=key, certificate=made.sign(ca.key, hashes.SHA256()))


def revocation_list(
    ca: KeyAndCertificate, *, at: datetime, revoked: Mapping[int, datetime] = MappingProxyType({})
) -> bytes:
    """This will give the CA's list (DER) as of `at`: serial numbers and since when they are revoked."""
    made = x509.CertificateRevocationListBuilder(ca.certificate.subject, at, at + CRL_LIFE)
    made = made.add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key())
    made = made.add_extension(identifier, critical=False)
    for serial_number, since in revoked.items():
        made = made.add_revoked_certificate(x509.RevokedCertificateBuilder(serial_number, since).build())
    return made.sign(ca.key, hashes.SHA256()).public_bytes(Encoding.DER)


def answer(request: bytes, *, unit: KeyAndCertificate, ca: KeyAndCertificate, at: datetime) -> bytes:
    """This will give the TimeStampResp (DER) to a TimeStampReq: a token, or a rejection that says why."""
    try:
        asked = _read(request)
    except RefusedRequestError as refused:
        status = {"status": "rejection", "status_string": ["refused"], "fail_info": {str(refused)}}
        return bytes(Refusal({"status": tsp.PKIStatusInfo(status)}).dump())
    made = token(
        digest=asked["message_imprint"]["hashed_message"].native,
        algorithm=asked["message_imprint"]["hash_algorithm"]["algorithm"].native,
        nonce=asked["nonce"].native,
        unit=unit,
        chain=[unit.der, ca.der] if asked["cert_req"].native else [],
        at=at,
    )
    content = cms.ContentInfo.load(made)
    return bytes(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": content}).dump())


def token(
    *,
    digest: bytes,
    algorithm: str = "sha256",
    nonce: int | None,
    unit: KeyAndCertificate,
    chain: list[bytes],
    at: datetime,
) -> bytes:
    """This will sign a token (DER) over a digest: its time in whole seconds, its serial number never to be drawn again."""
    members: dict[str, Any] = {
        "version": "v1",
        "policy": POLICY,
        "message_imprint": {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": digest},
        "serial_number": secrets.randbits(120) | 1 << 120,
        "gen_time": at.replace(microsecond=0),
        "accuracy": {"seconds": ACCURACY_SECONDS},
    }
    if nonce is not None:
        members["nonce"] = nonce
    info = tsp.TSTInfo(members).dump()
    signed: dict[str, Any] = {
        "version": "v3",
        "digest_algorithms": [_SHA256],
        "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(info)},
        # Loaded from its bytes: the library writes nested values anew at every level, each time twice as often.
        "signer_infos": [cms.SignerInfo.load(_signer_info(info, unit).dump())],
    }
    if chain:
        signed["certificates"] = [asn1_x509.Certificate.load(der) for der in chain]
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)}).dump())


def _signer_info(info: bytes, unit: KeyAndCertificate) -> cms.SignerInfo:
    own = asn1_x509.Certificate.load(unit.der)
    identity = cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number})
    attributes = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(info).digest()]}),
            cms.CMSAttribute({"type": "signing_certificate_v2", "values": [_names(unit.der)]}),
        ]
    ).dump()
    return cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier("issuer_and_serial_number", identity),
            "digest_algorithm": _SHA256,
            "signed_attrs": cms.CMSAttributes.load(attributes),
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": unit.key.sign(attributes, ec.ECDSA(hashes.SHA256())),
        }
    )


def _read(data: bytes) -> tsp.TimeStampReq:
    try:
        request = tsp.TimeStampReq.load(data, strict=True)
        native = request.native
        again = tsp.TimeStampReq.load(data, strict=True).dump(force=True)
    except (ValueError, TypeError) as error:
        raise RefusedRequestError("bad_data_format") from error
    if len(data) > MAX_REQUEST_BYTES or again != data or native["version"] != "v1":
        raise RefusedRequestError("bad_data_format")
    imprint = native["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"] not in DIGEST_BYTES:
        raise RefusedRequestError("bad_alg")
    if len(imprint["hashed_message"]) != DIGEST_BYTES[imprint["hash_algorithm"]["algorithm"]]:
        raise RefusedRequestError("bad_data_format")
    if native["req_policy"] not in {None, POLICY}:
        raise RefusedRequestError("unaccepted_policy")
    if native["extensions"]:
        raise RefusedRequestError("unaccepted_extensions")
    return request


def _names(der: bytes) -> tsp.SigningCertificateV2:
    certificate = asn1_x509.Certificate.load(der)
    issuer = {
        "issuer": [asn1_x509.GeneralName("directory_name", certificate.issuer)],
        "serial_number": certificate.serial_number,
    }
    return tsp.SigningCertificateV2(
        {"certs": [tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(der).digest(), "issuer_serial": issuer})]}
    )


def _name(text: str) -> x509.Name:
    named = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Huzheng development"),
    ]
    return x509.Name([*named, x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*allowed: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{name: name in allowed for name in _USAGES})


def _certificate(
    name: str,
    key: ec.EllipticCurvePublicKey,
    *,
    issuer: x509.Name,
    start: datetime,
    end: datetime,
    own: ec.EllipticCurvePrivateKey,
) -> x509.CertificateBuilder:
    made = x509.CertificateBuilder(issuer, _name(name), key, x509.random_serial_number())
    made = made.not_valid_before(start - _SKEW).not_valid_after(end)
    made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(own.public_key())
    return made.add_extension(identifier, critical=False)
