"""What goes between a node and the process that reads a document for it: frames of plain JSON, never objects.

The reading process has touched hostile bytes, so its answer is read as strictly as anything from outside: no pickle.
"""

import base64
import json
import struct
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from certificates.adapters.pdf.facts import DocumentFacts, Level, TrustAnchor
from certificates.core.errors import DocumentError

REQUEST_HEAD: Final = struct.Struct(">IQ")  # length of the JSON, then of the file
ANSWER_HEAD: Final = struct.Struct(">I")
MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024  # 4 MiB of carried files and 6 MiB of lists in base64, and the pages' text

_MAX_CODE: Final = 40  # ours are shorter


def pack_request(
    data: bytes, *, trust_anchors: Sequence[TrustAnchor], timestamp_anchors: Sequence[TrustAnchor], at: datetime
) -> bytes:
    """This will write one request: both lengths, the JSON, the file."""
    asked = {
        "at": at.isoformat(),
        "trust": [_anchor_out(anchor) for anchor in trust_anchors],
        "timestamps": [_anchor_out(anchor) for anchor in timestamp_anchors],
    }
    text = json.dumps(asked).encode("ascii")
    return REQUEST_HEAD.pack(len(text), len(data)) + text + data


def unpack_request(text: bytes) -> dict[str, Any]:
    """This will give the arguments of `read_document`, all but the file."""
    asked = json.loads(text)
    return {
        "at": datetime.fromisoformat(asked["at"]),
        "trust_anchors": tuple(_anchor_in(anchor) for anchor in asked["trust"]),
        "timestamp_anchors": tuple(_anchor_in(anchor) for anchor in asked["timestamps"]),
    }


def pack_facts(facts: DocumentFacts) -> bytes:
    """This will write the answer to a document that holds."""
    return _framed(
        {
            "level": facts.level.value,
            "signer_trusted": facts.signer_trusted,
            "signer_leaf": _bytes_out(facts.signer_leaf),
            "signing_time": _moment_out(facts.signing_time),
            "proven_at": _moment_out(facts.proven_at),
            "doubt": facts.doubt,
            "revocation_lists": [_bytes_out(der) for der in facts.revocation_lists],
            "timestamp_count": facts.timestamp_count,
            "credential": facts.credential,
            "metadata": dict(facts.metadata),
            "code": facts.code,
            "licence_type": _bytes_out(facts.licence_type),
            "photo": facts.photo,
            "picture": _bytes_out(facts.picture),
            "printed": facts.printed,
            "receipt": _bytes_out(facts.receipt),
            "openings": _bytes_out(facts.openings),
            "seal_maker": _bytes_out(facts.seal_maker),
        }
    )


def pack_refusal(code: str) -> bytes:
    """This will write the answer that refuses: the code alone, for that is all that is ever told."""
    return _framed({"refusal": code})


def unpack_answer(text: bytes) -> DocumentFacts:
    """This will give the facts. Raises DocumentError with the code of a refusal; ValueError for what is no answer at all."""
    try:
        told = json.loads(text)
    except RecursionError as error:
        raise ValueError("the answer has another form") from error
    if not isinstance(told, dict):
        raise ValueError("the answer has another form")  # noqa: TRY004 - one error for every wrong form
    if "refusal" in told:
        raise DocumentError(_text(told["refusal"])[:_MAX_CODE], "the document was refused")
    try:
        return _facts(told)
    except (KeyError, AttributeError, TypeError, OverflowError) as error:
        raise ValueError("the answer has another form") from error


def _facts(told: dict[str, Any]) -> DocumentFacts:
    leaf = _bytes_in(told["signer_leaf"])
    if leaf is None:
        raise ValueError("the answer names no signer")
    return DocumentFacts(
        level=Level(told["level"]),
        signer_trusted=told["signer_trusted"] is True,
        signer_leaf=leaf,
        signing_time=_moment_in(told["signing_time"]),
        proven_at=_moment_in(told["proven_at"]),
        doubt=_maybe_text(told["doubt"]),
        revocation_lists=tuple(_bytes_in(_text(item)) or b"" for item in told["revocation_lists"]),
        timestamp_count=int(told["timestamp_count"]),
        credential=_maybe_text(told["credential"]),
        metadata={_text(name): _text(value) for name, value in told["metadata"].items()},
        code=_maybe_text(told["code"]),
        licence_type=_bytes_in(told["licence_type"]),
        photo=_maybe_text(told["photo"]),
        picture=_bytes_in(told["picture"]),
        printed=_maybe_text(told["printed"]),
        receipt=_bytes_in(told["receipt"]),
        openings=_bytes_in(told["openings"]),
        seal_maker=_bytes_in(told["seal_maker"]),
    )


def _anchor_out(anchor: TrustAnchor) -> list[str | None]:
    return [_bytes_out(anchor.der), _moment_out(anchor.valid_from), _moment_out(anchor.valid_to)]


def _anchor_in(told: Sequence[str | None]) -> TrustAnchor:
    der, start = _bytes_in(told[0]), _moment_in(told[1])
    if der is None or start is None:
        raise ValueError("a trusted CA is not whole")
    return TrustAnchor(der=der, valid_from=start, valid_to=_moment_in(told[2]))


def _bytes_out(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode("ascii")


def _bytes_in(value: str | None) -> bytes | None:
    return None if value is None else base64.b64decode(_text(value), validate=True)


def _moment_out(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def _moment_in(value: str | None) -> datetime | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError("a moment has no time zone")
    return moment


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("the answer has another form")  # noqa: TRY004 - one error for every wrong form
    return value


def _maybe_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _framed(told: dict[str, Any]) -> bytes:
    text = json.dumps(told).encode("ascii")
    return ANSWER_HEAD.pack(len(text)) + text
