"""Signing the entries of a status list, as JWT and as CWT, under the node's status key."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings

from certificates.adapters.node_keys import node_signer
from certificates.core.canonical import b64url
from certificates.core.errors import StatusListError
from certificates.core.status_bits import BITS, compress
from certificates.core.status_cwt import build_status_cwt
from certificates.core.status_list import build_status_token
from certificates.models import KeyState, NodeKey
from certificates.queries.status_lists import aggregation_uri, status_list_uri

# A token outlives its ttl, so that a verifier can say how stale it is; freshness is the ttl's matter.
_LIFETIME_TTLS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedStatusList:
    """This will hold one version of a list in both its forms."""

    jwt: str
    cwt: bytes


def sign_status_list(
    *, status_list_id: int, packed: bytes, iat: int, lifetime_seconds: int | None = None
) -> SignedStatusList:
    """This will sign packed entries for the list's address, as of `iat` (seconds since 1970); it writes nothing.

    `lifetime_seconds` is how long the token is good at all, ten times its ttl unless given. Raises StatusListError `status_list.key|ttl`.
    """
    kid = NodeKey.objects.filter(purpose="status", state=KeyState.ACTIVE).values_list("kid", flat=True).first()
    if kid is None:
        raise StatusListError("status_list.key", "the node has no key for status lists: run manage.py init_node")
    signer = node_signer(purpose="status", kid=kid)
    ttl = settings.NODE.status_ttl
    exp = iat + (_LIFETIME_TTLS * ttl if lifetime_seconds is None else lifetime_seconds)
    uri, others, stream = status_list_uri(status_list_id=status_list_id), aggregation_uri(), compress(packed)
    return SignedStatusList(
        jwt=build_status_token(
            uri=uri, lst=b64url(stream), bits=BITS, iat=iat, exp=exp, ttl=ttl, signer=signer, aggregation_uri=others
        ),
        cwt=build_status_cwt(
            uri=uri, stream=stream, bits=BITS, iat=iat, exp=exp, ttl=ttl, signer=signer, aggregation_uri=others
        ),
    )
