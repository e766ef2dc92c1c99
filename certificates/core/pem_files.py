"""PEM (RFC 7468) and DER files of certificates and requests, as they travel between an operator and a CA."""

import re
from base64 import b64decode, b64encode
from textwrap import wrap
from typing import Final

from certificates.core.errors import X509Error

_MAX_FILE: Final = 256 * 1024  # a chain of a few certificates of 4 KiB each, with the text that CAs write between them
_BLOCK: Final = re.compile(rb"-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+?)-----END CERTIFICATE-----")
_LINE: Final = 64


def certificates_in(data: bytes) -> tuple[bytes, ...]:
    """This will give the certificates (DER) of a PEM file in their order, or the one of a DER file.

    Raises X509Error `issuer.unreadable`.
    """
    if len(data) > _MAX_FILE:
        raise X509Error("issuer.unreadable", "the file is larger than certificates are")
    if data.startswith(b"\x30"):
        return (data,)
    blocks = _BLOCK.findall(data)
    if not blocks:
        raise X509Error("issuer.unreadable", "the file holds no certificate in PEM or DER")
    try:
        return tuple(b64decode(b"".join(block.split()), validate=True) for block in blocks)
    except ValueError as error:
        raise X509Error("issuer.unreadable", "the base64 of a certificate is broken") from error


def request_pem(der: bytes) -> bytes:
    """This will give a request in PEM."""
    body = "\n".join(wrap(b64encode(der).decode("ascii"), _LINE))
    return f"-----BEGIN CERTIFICATE REQUEST-----\n{body}\n-----END CERTIFICATE REQUEST-----\n".encode("ascii")
