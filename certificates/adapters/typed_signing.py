"""What kind of statement some bytes to sign are, read from the bytes themselves."""

from collections.abc import Callable

from asn1crypto.cms import CMSAttributes

from certificates.core import deterministic_cbor as cbor
from certificates.core.canonical import b64url_decode_strict, strict_json_loads
from certificates.core.errors import CanonicalError, DocumentError, SealCodeError
from certificates.core.ses import require_seal_info, require_to_be_sealed
from certificates.core.signing.jws import MAX_HEADER_BYTES

# RFC 9421 section 2.5: the last line of a signature base; our tag stands among its parameters.
_MESSAGE_PARAMETERS = b'"@signature-params": '
_MESSAGE_TAG = b';tag="huzheng-'
_SIGNATURE1 = b"\x84\x6aSignature1"  # RFC 9052 section 4.4: an array of four that begins with this text
_FILE_ATTRIBUTES = ["content_type", "message_digest", "signing_certificate_v2"]
_COSE_TYP = 16  # RFC 9596
_LONGEST_COSE_HEADER = 256


def stated_typ(data: bytes) -> str | None:
    """This will give the `typ` of a JWS signing input, or None for any other bytes."""
    header, dot, _ = data.partition(b".")
    if not dot or len(header) > 2 * MAX_HEADER_BYTES:
        return None
    try:
        members = strict_json_loads(b64url_decode_strict(header.decode("ascii")), max_bytes=MAX_HEADER_BYTES)
    except (CanonicalError, UnicodeDecodeError):
        return None
    typ = members.get("typ") if isinstance(members, dict) else None
    return typ if isinstance(typ, str) else None


def stated_cose_typ(data: bytes) -> str | None:
    """This will give the `typ` in the protected header of a COSE_Sign1's bytes to sign, or None for any other bytes."""
    if not data.startswith(_SIGNATURE1):
        return None
    try:
        _, protected, external, _ = cbor.decode(data)
        header = cbor.decode(protected) if external == b"" and len(protected) <= _LONGEST_COSE_HEADER else None
    except (SealCodeError, TypeError, ValueError):
        return None
    typ = header.get(_COSE_TYP) if isinstance(header, dict) else None
    return typ if isinstance(typ, str) else None


def is_message_base(data: bytes) -> bool:
    """This will tell whether the bytes are the signature base of an HTTP message between nodes (RFC 9421)."""
    last_line = data.rpartition(b"\n")[2]
    return last_line.startswith(_MESSAGE_PARAMETERS) and _MESSAGE_TAG in last_line


def is_seal_info(data: bytes) -> bool:
    """This will tell whether the bytes are the data of an electronic seal (SES_SealInfo of GB/T 38540)."""
    return _has_form(data, require_seal_info)


def is_to_be_sealed(data: bytes) -> bool:
    """This will tell whether the bytes are what an agency signs when it seals a file (TBS_Sign of GB/T 38540)."""
    return _has_form(data, require_to_be_sealed)


def _has_form(data: bytes, require: Callable[[bytes], None]) -> bool:
    try:
        require(data)
    except DocumentError:
        return False
    return True


def is_file_attributes(data: bytes) -> bool:
    """This will tell whether the bytes are the signed attributes of a PAdES signature (ETSI EN 319 122-1 section 5): a SET in DER
    of content type, message digest and signing certificate, over a file's bytes: a timestamp's differ in the content type alone.
    """
    try:
        found = [(one["type"].native, one["values"].native) for one in CMSAttributes.load(data, strict=True)]
    except (ValueError, TypeError, KeyError):
        return False
    return sorted(name for name, _ in found) == _FILE_ATTRIBUTES and ("content_type", ["data"]) in found
