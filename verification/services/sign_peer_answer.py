"""Signing an answer to another region, bound to the very request that it answers."""

from dataclasses import dataclass, field
from datetime import datetime

from certificates.adapters.node_keys import node_signer
from verification.core.message_signature import MessageRequest, MessageResponse, sign_response
from verification.queries.node_keys import active_kid


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedAnswer:
    """This will hold an answer as it goes over the wire; nobody may change a byte of its body."""

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)


def sign_peer_answer(*, body: bytes, message: MessageRequest, at: datetime, status: int = 200) -> SignedAnswer:
    """This will sign the body and status together with the request's signature; it writes nothing."""
    headers = sign_response(
        response=MessageResponse(status=status, headers=(), body=body),
        request=message,
        signer=node_signer(purpose="answer", kid=active_kid(purpose="answer")),
        created=at,
    )
    return SignedAnswer(status=status, headers={"Content-Type": "application/json", **headers}, body=body)
