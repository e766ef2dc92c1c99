"""What two provinces say to each other: the bodies of a recognition request and of its answer, strict both ways."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from accounts.core.caller import Operator
from accounts.core.errors import IdentityCodeError
from accounts.core.organisation_codes import check_uscc
from certificates.core.canonical import b64url, b64url_decode_strict, canonical_json
from certificates.core.errors import CanonicalError
from certificates.core.grains import Grain
from certificates.core.photos import MAX_PHOTO_BYTES
from certificates.core.sd_jwt_format import FIELD_NAME, MAX_SD_JWT_CHARS
from verification.core.errors import MessageError
from verification.core.member_reader import MemberReader, read_object
from verification.core.verification_request import MAX_FIELDS, MAX_TEXT_CHARS

LOOKUPS_PATH: Final = "/recognition/v1/lookups"
AGENCY_KEYS_PATH: Final = "/recognition/v1/agency-keys"
MAX_ASK_BYTES: Final = 32 * 1024  # 64 fields and texts of 1,000 characters
MAX_ANSWER_BYTES: Final = (
    768 * 1024
)  # a credential, its release, a receipt with an entry of 64 KiB, in base64 twice, and a photo

_ASK_MEMBERS: Final = frozenset(
    {
        *("lookup_id", "presentation", "matter_code", "matter_name_zh", "case_number", "purpose"),
        *("agency", "operator", "fields"),
    }
)
_PAST: Final = frozenset({"as_of"})  # only where a past moment is asked about
_ANSWER_MEMBERS: Final = frozenset(
    {"outcome", "lookup_id", "code", "credential", "release", "receipt", "withheld", "photo"}
)
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_CODE: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+){1,4}", re.ASCII)
_MAX_CODE: Final = 60  # the longest code has 40 characters
_MAX_PHOTO: Final = (MAX_PHOTO_BYTES * 4 + 2) // 3  # in base64url
_MAX_TOKEN: Final = 128 * 1024  # as large as a receipt may be


class AnswerOutcome(StrEnum):
    """This will say what the issuing region did."""

    RELEASED = "released"
    REFUSED = "refused"
    PENDING = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionAsk:
    """This will hold what a relying region asks of the issuing one; agency and operator are as the relying region says."""

    lookup_id: UUID
    presentation: str = field(repr=False)
    matter_code: str
    matter_name_zh: str
    case_number: str = field(repr=False)
    purpose: str = field(repr=False)
    agency_uscc: str
    agency_name: str
    operator: Operator
    fields: Mapping[str, Grain]
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionAnswer:
    """This will hold the issuing region's answer: `credential` and `release` only where released, `code` only where not.

    `photo` is the picture (JPEG) whose digest the credential signs, where that field is shown.
    """

    outcome: AnswerOutcome
    lookup_id: UUID
    code: str | None = None
    credential: str | None = field(default=None, repr=False)
    release: str | None = field(default=None, repr=False)
    receipt: str | None = None
    withheld: tuple[str, ...] = ()
    photo: bytes | None = field(default=None, repr=False)


def write_ask(ask: RecognitionAsk) -> bytes:
    """This will give the request's body, the same bytes for the same request."""
    return canonical_json(
        {
            "lookup_id": str(ask.lookup_id),
            "presentation": ask.presentation,
            "matter_code": ask.matter_code,
            "matter_name_zh": ask.matter_name_zh,
            "case_number": ask.case_number,
            "purpose": ask.purpose,
            "agency": {"uscc": ask.agency_uscc, "name": ask.agency_name},
            "operator": {"name": ask.operator.name, "post": ask.operator.post, "unit": ask.operator.unit},
            "fields": {name: grain.value for name, grain in ask.fields.items()},
            **({} if ask.as_of is None else {"as_of": int(ask.as_of.timestamp())}),
        }
    )


def read_ask(data: bytes) -> RecognitionAsk:
    """This will read a request's body strictly; raises MessageError `recognition.body`."""
    reader = read_object(data, max_bytes=MAX_ASK_BYTES, refuse=_malformed)
    if reader.members.keys() - _PAST != _ASK_MEMBERS:
        raise _malformed()
    agency, operator = (reader.over(reader.members[name]) for name in ("agency", "operator"))
    uscc = agency.text("uscc")
    try:
        check_uscc(uscc)
    except IdentityCodeError as error:
        raise _malformed() from error
    return RecognitionAsk(
        lookup_id=_uuid(reader),
        presentation=reader.text("presentation", max_length=256),
        matter_code=reader.text("matter_code", max_length=64),
        matter_name_zh=reader.text("matter_name_zh"),
        case_number=reader.text("case_number", max_length=64),
        purpose=reader.text("purpose", max_length=MAX_TEXT_CHARS),
        agency_uscc=uscc,
        agency_name=agency.text("name"),
        operator=Operator(name=operator.text("name"), post=operator.text("post"), unit=operator.text("unit")),
        fields=_fields(reader),
        as_of=reader.moment("as_of") if "as_of" in reader.members else None,
    )


def write_answer(answer: RecognitionAnswer) -> bytes:
    """This will give the answer's body, the same bytes for the same answer."""
    members: dict[str, Any] = {
        "outcome": answer.outcome.value,
        "lookup_id": str(answer.lookup_id),
        "code": answer.code,
        "credential": answer.credential,
        "release": answer.release,
        "receipt": answer.receipt,
        "withheld": sorted(answer.withheld),
        "photo": None if answer.photo is None else b64url(answer.photo),
    }
    return canonical_json({name: value for name, value in members.items() if value is not None})


def read_answer(data: bytes, *, lookup_id: UUID) -> RecognitionAnswer:
    """This will read the answer to one look-up strictly; raises MessageError `peer.answer_invalid`."""
    reader = read_object(data, max_bytes=MAX_ANSWER_BYTES, refuse=_invalid_answer)
    outcome = reader.text("outcome")
    released = outcome == AnswerOutcome.RELEASED
    if not reader.members.keys() <= _ANSWER_MEMBERS or outcome not in set(AnswerOutcome):
        raise _invalid_answer()
    if _uuid(reader) != lookup_id or released != ("credential" in reader.members and "release" in reader.members):
        raise _invalid_answer()
    if "photo" in reader.members and not released:
        raise _invalid_answer()
    return RecognitionAnswer(
        outcome=AnswerOutcome(outcome),
        lookup_id=lookup_id,
        code=None if released else reader.text("code", pattern=_CODE, max_length=_MAX_CODE),
        credential=reader.text("credential", max_length=MAX_SD_JWT_CHARS) if released else None,
        release=reader.text("release", max_length=_MAX_TOKEN) if released else None,
        receipt=reader.text("receipt", max_length=_MAX_TOKEN) if "receipt" in reader.members else None,
        withheld=_withheld(reader),
        photo=_photo(reader) if "photo" in reader.members else None,
    )


def _photo(reader: MemberReader) -> bytes:
    try:
        return b64url_decode_strict(reader.text("photo", max_length=_MAX_PHOTO))
    except CanonicalError as error:
        raise _invalid_answer() from error


def _withheld(reader: MemberReader) -> tuple[str, ...]:
    names = reader.texts("withheld", most=2 * MAX_FIELDS, pattern=FIELD_NAME, max_length=64)
    if list(names) != sorted(names):  # as it is written: one set of names has one text
        raise _invalid_answer()
    return names


def _fields(reader: MemberReader) -> Mapping[str, Grain]:
    wanted = reader.over(reader.members["fields"])
    grains = {grain.value: grain for grain in Grain}
    if len(wanted.members) > MAX_FIELDS or not all(FIELD_NAME.fullmatch(name) for name in wanted.members):
        raise _malformed()
    if not all(isinstance(value, str) and value in grains for value in wanted.members.values()):
        raise _malformed()
    return MappingProxyType({name: grains[value] for name, value in wanted.members.items()})


def _uuid(reader: MemberReader) -> UUID:
    return UUID(reader.text("lookup_id", pattern=_UUID))


def _malformed() -> MessageError:
    return MessageError("recognition.body", "the body does not have the agreed form of a recognition request")


def _invalid_answer() -> MessageError:
    return MessageError("peer.answer_invalid", "the answer does not have its agreed form")
