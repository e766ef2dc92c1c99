"""Whether a timestamp token (RFC 3161) is the one that was asked for, from a unit that may make it, and over what was sent."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from asn1crypto import cms, tsp, x509
from cryptography.exceptions import InvalidSignature
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator, SignatureValidationContext

from certificates.adapters.pdf.facts import TrustAnchor
from certificates.adapters.pdf.read_timestamp import read_new_timestamp
from certificates.adapters.timestamps.unit_path import unit_path
from certificates.core.errors import DocumentError, TimestampError

MAX_TOKEN_BYTES = 8192  # what a document keeps room for; a token with three RSA certificates has 6 KiB

_ALWAYS = datetime(
    2000, 1, 1, tzinfo=UTC
)  # whom the settings name is believed now, whatever the trust list says of before
_DIGESTS = frozenset({"sha256", "sha384", "sha512"})
_MAX_CERTIFICATES = 6  # a unit's path has two to four


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampToken:
    """This will hold a checked token: its DER, the time it says, and its unit's path as DER, from the unit to a trusted CA."""

    der: bytes = field(repr=False)
    at: datetime
    path: tuple[bytes, ...] = field(repr=False)
    unit_ends_at: datetime


def check_token(
    der: bytes,
    *,
    digest: bytes,
    nonce: int,
    trusted: Sequence[bytes],
    revocation_lists: Sequence[bytes],
    at: datetime,
    tolerance: timedelta,
) -> TimestampToken:
    """This will verify a token over a SHA-256 `digest`, asked for under `nonce` at the moment `at`, by these CAs and their lists (DER).

    Raises TimestampError `timestamp.malformed|imprint|nonce|time|signature|signer|form`.
    """
    try:
        signed, info = _parsed(der)
        _require_asked_for(info, digest=digest, nonce=nonce)
        made_at: datetime = info["gen_time"].native
        if abs(made_at - at) > tolerance:
            raise TimestampError("timestamp.time", "the timestamp's time is not ours")
        (signer,) = signed["signer_infos"]
        unit, others = _certificates(signed, signer)
        _require_signature(signed, signer, unit)
        # What is carried beside the unit's certificate is parsed only here. A page was laid out since `at`, which may be over the end of a
        # minute: the lists were asked for after it, and before the token was made.
        then = max(at, made_at)
        path = unit_path(unit.dump(), others=others, trusted=trusted, revocation_lists=revocation_lists, at=then)
    except (ValueError, TypeError, LookupError) as error:
        raise TimestampError("timestamp.malformed", "the timestamp is not one of RFC 3161") from error
    _require_readable(der, digest, trusted)
    return TimestampToken(der=der, at=made_at, path=path, unit_ends_at=unit.not_valid_after)


def _require_readable(der: bytes, digest: bytes, trusted: Sequence[bytes]) -> None:
    """Readers of documents are stricter than RFC 3161: what they refuse must not go into one, or the document is INVALID for ever."""
    anchors = [TrustAnchor(der=one, valid_from=_ALWAYS) for one in trusted]
    try:
        found = read_new_timestamp(der, digest=digest, anchors=anchors)
    except DocumentError as error:
        raise TimestampError("timestamp.form", "readers of documents refuse timestamps of this form") from error
    if found.issuer is None:
        raise TimestampError("timestamp.form", "readers of documents find no path from the timestamp to a trusted CA")


def _parsed(der: bytes) -> tuple[cms.SignedData, tsp.TSTInfo]:
    if len(der) > MAX_TOKEN_BYTES:
        raise TimestampError("timestamp.malformed", "the timestamp is larger than a document keeps room for")
    content = cms.ContentInfo.load(der, strict=True)
    if content["content_type"].native != "signed_data":
        raise TimestampError("timestamp.malformed", "the timestamp is no signed data")
    signed: cms.SignedData = content["content"]
    encapsulated = signed["encap_content_info"]
    if encapsulated["content_type"].native != "tst_info":
        raise TimestampError("timestamp.malformed", "the timestamp states something else than a time")
    info = tsp.TSTInfo.load(bytes(encapsulated["content"]), strict=True)
    if info["version"].native != "v1":
        raise TimestampError("timestamp.malformed", "the timestamp is of another version")
    return signed, info


def _require_asked_for(info: tsp.TSTInfo, *, digest: bytes, nonce: int) -> None:
    imprint = info["message_imprint"]
    algorithm, hashed = imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native
    if algorithm != "sha256" or not hmac.compare_digest(hashed, digest):
        raise TimestampError("timestamp.imprint", "the timestamp is over something else")
    if info["nonce"].native != nonce:
        raise TimestampError("timestamp.nonce", "the timestamp was made for another request")


def _certificates(signed: cms.SignedData, signer: cms.SignerInfo) -> tuple[x509.Certificate, tuple[bytes, ...]]:
    carried = [choice.chosen for choice in signed["certificates"]]
    if len(carried) > _MAX_CERTIFICATES or not all(isinstance(one, x509.Certificate) for one in carried):
        raise TimestampError("timestamp.malformed", "the timestamp carries other certificates than a path's")
    named = signer["sid"].chosen
    units = [one for one in carried if _is_named(one, named)]
    if len(units) != 1:
        raise TimestampError("timestamp.signer", "the timestamp does not carry its signer's certificate")
    return units[0], tuple(one.dump() for one in carried if one is not units[0])


def _is_named(certificate: x509.Certificate, named: cms.IssuerAndSerialNumber) -> bool:
    if isinstance(named, cms.IssuerAndSerialNumber):
        return bool(
            certificate.serial_number == named["serial_number"].native
            and certificate.issuer.dump() == named["issuer"].dump()
        )
    return bool(certificate.key_identifier == named.native)


def _require_signature(signed: cms.SignedData, signer: cms.SignerInfo, unit: x509.Certificate) -> None:
    algorithm = signer["digest_algorithm"]["algorithm"].native
    if algorithm not in _DIGESTS:
        raise TimestampError("timestamp.signature", "the timestamp is signed with a digest that is not accepted")
    attributes = {attribute["type"].native: attribute["values"] for attribute in signer["signed_attrs"]}
    content = bytes(signed["encap_content_info"]["content"])
    said = hashlib.new(algorithm, content).digest()
    if len(attributes) != len(signer["signed_attrs"]) or not _binds(attributes, said, unit):
        raise TimestampError(
            "timestamp.signature", "the timestamp's signature is bound to another content or certificate"
        )
    try:
        DefaultSignatureValidator().validate_signature(
            signature=signer["signature"].native,
            signed_data=signer["signed_attrs"].untag().dump(),
            public_key_info=unit.public_key,
            signature_algorithm=signer["signature_algorithm"],
            context=SignatureValidationContext(contextual_md_algorithm=algorithm),
        )
    except (InvalidSignature, ValueError, AssertionError, NotImplementedError) as error:
        raise TimestampError("timestamp.signature", "the timestamp's signature does not verify") from error


def _binds(attributes: dict[str, cms.SetOf], said: bytes, unit: x509.Certificate) -> bool:
    """RFC 3161 section 2.4.2: content type and digest, and the signer's certificate by its own digest (RFC 5035, RFC 2634)."""
    if not {"content_type", "message_digest"} <= set(attributes):
        return False
    ((kind,), (digest,)) = attributes["content_type"].native, attributes["message_digest"].native
    for name, algorithm in (("signing_certificate_v2", ""), ("signing_certificate", "sha1")):
        if name in attributes:
            first = attributes[name][0]["certs"][0]
            used = algorithm or first["hash_algorithm"]["algorithm"].native
            same = hashlib.new(used, unit.dump()).digest() == first["cert_hash"].native
            return bool(kind == "tst_info" and hmac.compare_digest(digest, said) and same)
    return False
