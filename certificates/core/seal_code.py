"""The seal code: the QR printed on a licence, verifiable without a network.

`HZ1:` and base45(zlib(COSE_Sign1(CWT))), all CBOR deterministic. The payload's keys:

| key | holds |
|---|---|
| 4, 6 | `exp`, `iat`: seconds since 1970 UTC (RFC 8392) |
| 65535 | `status`: `{"status_list": {"idx": …, "uri": …}}` (Token Status List, section 6.3) |
| -65537 | the licence, a map of our own (private use, RFC 8392 section 9.1): |
| ... 1 | region, GB/T 2260, text of six digits |
| ... 2, 3 | licence type: code (text) and version (integer) |
| ... 4 | fields shown in full: name to text, or to an array of texts |
| ... 5 | fields shown masked, likewise |
| ... 6 | facts: array of names, each true |
| ... 7 | only of a purpose copy 加注件: array of its number, purpose and recipient |

It holds only what the licence type names for it, never the holder's ID number, and a status index of its own, so that
the code leads neither to the credential nor to another copy.
"""

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from certificates.core import base45
from certificates.core import deterministic_cbor as cbor
from certificates.core.copy_claims import CopyClaims, copy_claims
from certificates.core.cose import sign1_from, sign1_input, unverified_payload, verify_sign1
from certificates.core.cose import unverified_kid as unverified_cose_kid
from certificates.core.errors import SealCodeError
from certificates.core.grains import Grain
from certificates.core.sd_jwt_format import FIELD_NAME, MAX_LIST_ITEMS, MAX_TIME, Shown
from certificates.core.signing.suite import NamedKey, Signer, TrustedKey
from certificates.core.status_bits import MAX_ENTRIES
from certificates.core.status_list import StatusReference

PREFIX = "HZ1:"
MAX_CHARS = 4296  # what the largest QR code (version 40, level L) carries in alphanumeric mode
MAX_INFLATED_BYTES = 64 * 1024  # 2,148 compressed bytes could inflate to 2 MB; a real code inflates to 500 bytes
_MAX_TYPE_VERSION = 65_535  # a type's own versions end at 9,999
_MAX_URI_CHARS = 256  # a node's address has at most 200
_EXP, _IAT, _STATUS, _LICENCE = 4, 6, 65535, -65537
_REGION, _TYPE_CODE, _TYPE_VERSION, _FULL, _MASKED, _FACTS, _COPY = 1, 2, 3, 4, 5, 6, 7
_COPY_MEMBERS = 3
_TYPE_CODE_FORM = re.compile(r"[0-9A-Za-z._-]{1,64}")  # as a credential's; a code has 21 characters (GB/T 36902)
_REGION_CODE = re.compile(r"[1-9][0-9]{5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealContent:
    """This will hold what a seal code states; times are whole seconds since 1970 UTC. `copy` is None for a licence's own code."""

    region: str
    type_code: str
    type_version: int
    fields: Mapping[str, Shown]
    status: StatusReference
    issued_at: int
    expires_at: int
    copy: CopyClaims | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedSealCode(SealContent):
    """This will hold what a good signature covers, and the key id (8 bytes) of the key that made it.

    Whether the key may issue this type in this region, and whether the code is in time and unrevoked, is decided elsewhere.
    """

    kid: bytes


class _Content(TypedDict):
    region: str
    type_code: str
    type_version: int
    fields: Mapping[str, Shown]
    status: StatusReference
    issued_at: int
    expires_at: int
    copy: CopyClaims | None


def build_seal_code(content: SealContent, *, signer: Signer) -> str:
    """This will sign the content and give the text to print; raises SealCodeError for what a verifier would refuse."""
    signature = signer.sign(seal_code_input(content, key=signer))
    return seal_code_from(content, key=signer, signature=signature)


def seal_code_input(content: SealContent, *, key: NamedKey) -> bytes:
    """This will give the bytes that the key is to sign; raises SealCodeError `seal_code.content`."""
    return sign1_input(_payload_of(content), key=key)


def seal_code_from(content: SealContent, *, key: NamedKey, signature: bytes) -> str:
    """This will give the text to print from a signature over `seal_code_input`; raises SealCodeError as that, `limit.seal_code`."""
    packed = zlib.compress(sign1_from(_payload_of(content), key=key, signature=signature), 9)
    text = PREFIX + base45.encode(packed)
    if len(text) > MAX_CHARS:
        raise SealCodeError("limit.seal_code", "the code is longer than a QR code can carry")
    return text


def _payload_of(content: SealContent) -> bytes:
    claims = _claims_of(content)
    if SealContent(**_content_of(claims)) != content:
        raise SealCodeError("seal_code.content", "a field has a grain that a seal code does not carry")
    return cbor.encode(claims)


def verify_seal_code(text: str, *, resolve_key: Callable[[bytes], TrustedKey]) -> VerifiedSealCode:
    """This will read and verify a scanned code; `resolve_key` finds the key for 8 bytes of key id in signed bundles.

    Raises SealCodeError `seal_code.*` or `limit.*`, and what `resolve_key` raises for a key id it does not know.
    """
    verified = verify_sign1(_unpacked(text), resolve_key=resolve_key)
    claims = cbor.decode(verified.payload)
    # The reader takes deterministic bytes only; encoding again with another implementation holds it to that.
    if cbor.encode(claims) != verified.payload:
        raise SealCodeError("seal_code.cbor", "the payload is not in its deterministic form")
    return VerifiedSealCode(**_content_of(claims), kid=verified.kid)


def unverified_region(text: str) -> str:
    """This will give the region that a code claims, only to find its keys; raises SealCodeError `seal_code.*|limit.*`."""
    return _content_of(cbor.decode(unverified_payload(_unpacked(text))))["region"]


def unverified_kid(text: str) -> bytes:
    """This will give the key id that a code names, only to find that key; raises SealCodeError `seal_code.*|limit.*`."""
    return unverified_cose_kid(_unpacked(text))


def _unpacked(text: str) -> bytes:
    if len(text) > MAX_CHARS:
        raise SealCodeError("limit.seal_code", "the code is longer than a QR code can carry")
    if not text.startswith(PREFIX):
        raise SealCodeError("seal_code.prefix", "the text is no seal code of this version")
    return _inflate(base45.decode(text[len(PREFIX) :]))


def _inflate(packed: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(packed, MAX_INFLATED_BYTES + 1)
    except zlib.error as error:
        raise SealCodeError("seal_code.zlib", "the code does not hold a zlib stream") from error
    if len(data) > MAX_INFLATED_BYTES:
        raise SealCodeError("limit.decompress", "the code inflates to more than allowed")
    if not inflater.eof or inflater.unused_data:
        raise SealCodeError("seal_code.zlib", "the code does not hold one whole zlib stream and nothing else")
    return data


def _claims_of(content: SealContent) -> dict[int, Any]:
    def named(grain: Grain) -> dict[str, Any]:
        return {name: _plain(shown.value) for name, shown in content.fields.items() if shown.grain is grain}

    return {
        _EXP: content.expires_at,
        _IAT: content.issued_at,
        _STATUS: {"status_list": {"idx": content.status.index, "uri": content.status.uri}},
        _LICENCE: {
            _REGION: content.region,
            _TYPE_CODE: content.type_code,
            _TYPE_VERSION: content.type_version,
            _FULL: named(Grain.FULL),
            _MASKED: named(Grain.MASKED),
            _FACTS: sorted(named(Grain.FACT)),
            **({} if content.copy is None else {_COPY: list(content.copy)}),
        },
    }


def _plain(value: str | tuple[str, ...] | bool) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _content_of(claims: Any) -> _Content:
    _require(isinstance(claims, dict) and claims.keys() == {_EXP, _IAT, _STATUS, _LICENCE})
    licence, status = claims[_LICENCE], claims[_STATUS]
    _require(isinstance(licence, dict) and licence.keys() - {_COPY} == set(range(_REGION, _FACTS + 1)))
    _require(isinstance(licence[_REGION], str) and _REGION_CODE.fullmatch(licence[_REGION]) is not None)
    _require(isinstance(licence[_TYPE_CODE], str) and _TYPE_CODE_FORM.fullmatch(licence[_TYPE_CODE]) is not None)
    _require(_is_number(licence[_TYPE_VERSION], _MAX_TYPE_VERSION))
    _require(_is_number(claims[_IAT], MAX_TIME) and _is_number(claims[_EXP], MAX_TIME))
    _require(claims[_IAT] < claims[_EXP])
    return _Content(
        region=licence[_REGION],
        type_code=licence[_TYPE_CODE],
        type_version=licence[_TYPE_VERSION],
        fields=_fields_of(licence),
        status=_status_of(status),
        issued_at=claims[_IAT],
        expires_at=claims[_EXP],
        copy=_copy_of(licence[_COPY]) if _COPY in licence else None,
    )


def _copy_of(stated: Any) -> CopyClaims:
    found = copy_claims(*stated) if isinstance(stated, list) and len(stated) == _COPY_MEMBERS else None
    if found is None:
        raise SealCodeError("seal_code.content", "the code does not say of which copy it is")
    return found


def _fields_of(licence: Mapping[int, Any]) -> dict[str, Shown]:
    full, masked, facts = licence[_FULL], licence[_MASKED], licence[_FACTS]
    _require(isinstance(full, dict) and isinstance(masked, dict) and isinstance(facts, list))
    _require(all(isinstance(name, str) and FIELD_NAME.fullmatch(name) for name in (*full, *masked, *facts)))
    if len({*full, *masked, *facts}) != len(full) + len(masked) + len(facts):
        raise SealCodeError("seal_code.two_grains", "one field is shown at two grains")
    shown = {name: Shown(Grain.FULL, _value(value)) for name, value in full.items()}
    shown |= {name: Shown(Grain.MASKED, _value(value)) for name, value in masked.items()}
    return shown | {name: Shown(Grain.FACT, True) for name in facts}


def _value(value: Any) -> str | tuple[str, ...]:
    if isinstance(value, str):
        return value
    _require(isinstance(value, list) and 0 < len(value) <= MAX_LIST_ITEMS)
    _require(all(isinstance(item, str) for item in value))
    return tuple(value)


def _status_of(status: Any) -> StatusReference:
    entry = status.get("status_list") if isinstance(status, dict) and len(status) == 1 else None
    if not isinstance(entry, dict) or entry.keys() != {"idx", "uri"} or not isinstance(entry["uri"], str):
        raise SealCodeError("seal_code.content", "the code names no entry of a status list")
    index = entry["idx"]
    _require(0 < len(entry["uri"]) <= _MAX_URI_CHARS and entry["uri"].isprintable())
    _require(type(index) is int and 0 <= index < MAX_ENTRIES)
    return StatusReference(uri=entry["uri"], index=index)


def _is_number(value: Any, largest: int) -> bool:
    return type(value) is int and 0 < value <= largest


def _require(holds: bool) -> None:
    if not holds:
        raise SealCodeError("seal_code.content", "the code does not hold what a seal code of this version holds")
