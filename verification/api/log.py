"""The log, for anyone: its newest head, its tiles, a proof for a leaf; and this node as a witness of other logs."""

import re
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from certificates.core.canonical import b64url
from verification.core.add_checkpoint import MAX_REQUEST_BYTES
from verification.core.errors import LogError
from verification.queries.log_checkpoint import latest_checkpoint
from verification.queries.log_proof import log_proof
from verification.queries.log_tree import public_tile
from verification.services.cosign_checkpoint import cosign_checkpoint

_LEAF_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FULL_TILE_SECONDS = 365 * 24 * 3600  # a full tile never changes
_NOTE = "text/plain; charset=utf-8"


@require_GET
def checkpoint(request: HttpRequest) -> HttpResponse:
    """`GET /log/checkpoint`: the newest signed head as a C2SP note, with the cosignatures had so far."""
    newest = latest_checkpoint()
    if newest is None:
        raise Http404
    return HttpResponse(newest.note, content_type=_NOTE, headers={"Cache-Control": "no-cache"})


@require_GET
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """`GET /log/tile/<level>/<index>[.p/<width>]` and `/log/tile/entries/<index>`: C2SP tlog-tiles."""
    try:
        content = public_tile(path=f"tile/{path}")
    except LogError as refused:
        raise Http404 from refused
    age = "no-cache" if ".p/" in path else f"public, max-age={_FULL_TILE_SECONDS}, immutable"
    return HttpResponse(content, content_type="application/octet-stream", headers={"Cache-Control": age})


@require_GET
def proof(request: HttpRequest, leaf: str) -> HttpResponse:
    """`GET /log/proof/<leaf hash in hex>`: where the leaf stands, and its audit path under the newest cosigned head."""
    found = log_proof(leaf_hash=bytes.fromhex(leaf)) if _LEAF_HASH.fullmatch(leaf) else None
    if found is None:
        raise Http404
    body = {
        "index": found.index,
        "size": found.size,
        "proof": [b64url(step) for step in found.proof],
        "checkpoint": found.checkpoint.decode(),
    }
    return JsonResponse(body, headers={"Cache-Control": "no-cache"})


@csrf_exempt  # no session: the body is signed by a log of the trust list
@require_POST
def add_checkpoint(request: HttpRequest) -> HttpResponse:
    """`POST /log/add-checkpoint`: cosign a peer's head (C2SP tlog-witness)."""
    body = request.read(MAX_REQUEST_BYTES + 1)
    if len(body) > MAX_REQUEST_BYTES:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    answer = cosign_checkpoint(body=body, at=timezone.now())
    content_type = "text/x.tlog.size" if answer.status is HTTPStatus.CONFLICT else _NOTE
    return HttpResponse(answer.text, status=answer.status, content_type=content_type)
