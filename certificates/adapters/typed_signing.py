"""What kind of statement some bytes to sign are, read from the bytes themselves."""

from certificates.core.canonical import b64url_decode_strict, strict_json_loads
from certificates.core.errors import CanonicalError
from certificates.core.signing.jws import MAX_HEADER_BYTES

# RFC 9421 section 2.5: the last line of a signature base; our tag stands among its parameters.
_MESSAGE_PARAMETERS = b'"@signature-params": '
_MESSAGE_TAG = b';tag="huzheng-'


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


def is_message_base(data: bytes) -> bool:
    """This will tell whether the bytes are the signature base of an HTTP message between nodes (RFC 9421)."""
    last_line = data.rpartition(b"\n")[2]
    return last_line.startswith(_MESSAGE_PARAMETERS) and _MESSAGE_TAG in last_line
