"""Asking the region that a presentation code is of: one signed request, one signed answer bound to it."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings

from accounts.core.caller import Operator
from certificates.adapters.node_keys import node_signer
from certificates.core.canonical import b64url
from verification.adapters.region_client import RegionReply, call_region
from verification.core.errors import MessageError, TrustListError
from verification.core.matters import Matter
from verification.core.message_signature import MessageRequest, MessageResponse, sign_request, verify_response
from verification.core.recognition_message import (
    LOOKUPS_PATH,
    MAX_ANSWER_BYTES,
    RecognitionAnswer,
    RecognitionAsk,
    read_answer,
    write_ask,
)
from verification.core.trust_keys import Purpose
from verification.core.trust_list import TrustedRegion
from verification.queries.node_keys import active_kid
from verification.services.asked import Asked

_NONCE_BYTES: Final = 18
_UNSAID: Final = "-"  # an officer without a recorded post or unit
_OK, _SERVER_ERROR = 200, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionReply:
    """This will hold the verified answer of the region, or the code of why there is none."""

    answer: RecognitionAnswer | None = None
    code: str = ""


def request_recognition(
    asked: Asked, *, matter: Matter, region: TrustedRegion, lookup_id: UUID, at: datetime
) -> RecognitionReply:
    """This will ask once, over the network and so outside of any transaction; it commits nothing.

    The address comes from the trust list, never from the code. Codes: `peer.timeout|unreachable|answer_invalid`.
    """
    body = write_ask(_ask(asked, matter=matter, lookup_id=lookup_id))
    unsigned = MessageRequest(method="POST", target_uri=f"{region.node_url}{LOOKUPS_PATH}", headers=(), body=body)
    headers = sign_request(
        request=unsigned,
        signer=node_signer(purpose="request", kid=active_kid(purpose="request")),
        created=at,
        nonce=b64url(secrets.token_bytes(_NONCE_BYTES)),
    )
    try:
        reply = call_region(
            method="POST",
            node_url=region.node_url,
            path=LOOKUPS_PATH,
            headers={"Content-Type": "application/json", **headers},
            body=body,
            timeout_seconds=settings.NODE.peer_timeout_seconds,
            max_bytes=MAX_ANSWER_BYTES,
        )
        answer = _verified(reply, request=unsigned.with_headers(headers), region=region, lookup_id=lookup_id, at=at)
    except TrustListError as refused:
        return RecognitionReply(code=refused.code)
    except MessageError as refused:
        return RecognitionReply(code=refused.code if refused.code.startswith("peer.") else "peer.answer_invalid")
    return RecognitionReply(answer=answer)


def _verified(
    reply: RegionReply, *, request: MessageRequest, region: TrustedRegion, lookup_id: UUID, at: datetime
) -> RecognitionAnswer:
    if reply.status >= _SERVER_ERROR:
        raise MessageError("peer.unreachable", "the region's node could not answer")
    response = MessageResponse(status=reply.status, headers=reply.headers, body=reply.body)
    verify_response(response, request=request, keys=region.keys_in_force(Purpose.ANSWER, at=at), at=at)
    if reply.status != _OK:
        raise MessageError("peer.answer_invalid", "an answer to a look-up has status 200")
    return read_answer(reply.body, lookup_id=lookup_id)


def _ask(asked: Asked, *, matter: Matter, lookup_id: UUID) -> RecognitionAsk:
    request = asked.request
    return RecognitionAsk(
        lookup_id=lookup_id,
        presentation=request.presentation,
        matter_code=request.matter_code,
        matter_name_zh=matter.name_zh,
        case_number=request.case_number,
        purpose=request.purpose,
        agency_uscc=asked.agency_uscc,
        agency_name=asked.caller.agency_name or _UNSAID,
        operator=_operator(asked.caller.operator),
        fields=request.fields,
        as_of=request.as_of,
    )


def _operator(operator: Operator | None) -> Operator:
    if operator is None:
        return Operator(name=_UNSAID, post=_UNSAID, unit=_UNSAID)
    return Operator(name=operator.name or _UNSAID, post=operator.post or _UNSAID, unit=operator.unit or _UNSAID)
