"""The parts of signed HTTP messages: plain requests and answers, headers that occur once, body digests, one signature."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256, sha512
from hmac import compare_digest
from typing import Any, Final

import http_sf

from verification.core.errors import MessageError

MAX_FIELD_LENGTH: Final = 4096  # our three headers take under 600 characters

_DIGESTS: Mapping[str, Callable[[bytes], bytes]] = {
    "sha-256": lambda body: sha256(body).digest(),
    "sha-512": lambda body: sha512(body).digest(),
}
_METHOD = re.compile(r"[A-Z]{1,16}", re.ASCII)
_TARGET = re.compile(r"https?://[!-~]{1,2000}", re.ASCII)

Headers = Mapping[str, str] | Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRequest:
    """This will hold a request as it goes over the wire; `target_uri` is absolute, headers may be repeated pairs."""

    method: str
    target_uri: str
    headers: Headers
    body: bytes

    def with_headers(self, more: Mapping[str, str]) -> "MessageRequest":
        """This will return the request with headers added, such as those that `sign_request` returns."""
        return replace(self, headers=(*_pairs(self.headers), *more.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageResponse:
    """This will hold an answer as it goes over the wire."""

    status: int
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSignature:
    """This will hold the one signature that counts: its label, parameters, their one serialized form, and its bytes."""

    label: str
    parameters: Mapping[str, Any]
    serialized: str
    signature: bytes


def content_digest(body: bytes) -> str:
    """This will return the value of Content-Digest (RFC 9530) with SHA-256."""
    return str(http_sf.ser({"sha-256": sha256(body).digest()}))


def require_digests(field: str, body: bytes) -> None:
    """This will return quietly where SHA-256 is among the digests and every one holds; raises `message.digest`."""
    digests = _parse_dictionary(field, code="message.digest")
    if "sha-256" not in digests:
        raise MessageError("message.digest", "The body has no SHA-256 digest.")
    for name, (value, parameters) in digests.items():
        compute = _DIGESTS.get(name)
        # A digest that cannot be computed here cannot hold here; RFC 9530 would let it be ignored.
        if compute is None or parameters or not isinstance(value, bytes) or not compare_digest(value, compute(body)):
            raise MessageError("message.digest", "A digest of the body does not hold.")


def require_plain(method: str, target_uri: str) -> None:
    """This will return quietly for an upper-case method and an absolute target in ASCII; raises `message.target`."""
    # A line break in a covered value would let it pose as another component of the signature base.
    if not _METHOD.fullmatch(method) or not _TARGET.fullmatch(target_uri):
        raise MessageError("message.target", "The method or target is not in its plain form.")


def only_field(headers: Headers, name: str, *, code: str) -> str:
    """This will return the value of a header (named in lower case) that must occur once; raises MessageError."""
    values = [value for field, value in _pairs(headers) if field.lower() == name]
    if len(values) != 1:
        raise MessageError(code, "A header that must be there exactly once is missing or repeated.")
    (value,) = values
    if (
        not 0 < len(value) <= MAX_FIELD_LENGTH
        or value != value.strip()
        or not (value.isascii() and value.isprintable())
    ):
        raise MessageError("message.components", "A header is overlong, padded, folded or not ASCII.")
    return value


def only_signature(headers: Headers, tag: str) -> FoundSignature:
    """This will return the only signature with the tag, and ignore all with other tags (RFC 9421, 3.2.1).

    Raises MessageError `message.tag|signature|components`.
    """
    inputs = _dictionary(headers, "signature-input", code="message.signature")
    # A token that spells the tag is not the string that was agreed on, though http_sf compares them as equal.
    ours = [item for item in inputs.items() if isinstance(stated := item[1][1].get("tag"), str) and stated == tag]
    if len(ours) != 1:
        raise MessageError("message.tag", "The message does not have exactly one signature with the expected tag.")
    label, (components, parameters) = ours[0]
    signature = _dictionary(headers, "signature", code="message.signature").get(label, (None, {}))
    if not isinstance(components, list) or not isinstance(signature[0], bytes) or signature[1]:
        raise MessageError("message.signature", "The signature or what it covers is of another kind.")
    serialized = http_sf.ser({"s": (components, parameters)}).removeprefix("s=")
    return FoundSignature(label=label, parameters=parameters, serialized=serialized, signature=signature[0])


def _pairs(headers: Headers) -> Sequence[tuple[str, str]]:
    return tuple(headers.items()) if isinstance(headers, Mapping) else headers


def _dictionary(headers: Headers, name: str, *, code: str) -> dict[str, Any]:
    return _parse_dictionary(only_field(headers, name, code=code), code=code)


def _parse_dictionary(text: str, *, code: str) -> dict[str, Any]:
    def refuse(_key: str, _context: str) -> None:
        raise MessageError(code, "A header names a member or parameter twice.")

    try:
        parsed: Any = http_sf.parse(text.encode("ascii"), tltype="dictionary", on_duplicate_key=refuse)
    except http_sf.StructuredFieldError as error:
        raise MessageError(code, "A header is not a structured dictionary.") from error
    return dict(parsed)
