"""The public addresses in the API's description: plain views, which the schema generator does not find by itself."""

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAddress:
    """One address that anyone may call."""

    path: str
    media_type: str
    says: str
    method: str = "get"
    parameter_type: str = "string"
    takes: str = ""
    also: tuple[str, ...] = ()  # further media types of the answer


PUBLIC_ADDRESSES = (
    PublicAddress(
        path="/status-lists",
        media_type="application/json",
        says="The addresses of all status lists of this node (Status List Aggregation).",
    ),
    PublicAddress(
        path="/status-lists/{status_list_id}",
        media_type="application/statuslist+jwt",
        says="The newest signed Token Status List, with an ETag and the list's ttl as max-age; as CWT by the Accept header. "
        "With ?time=<unix>&matter=<code> the list as it stood then, for a province (by its message signature), officer or "
        "agency system whose matter allows it; 401, 403 or 404 otherwise.",
        parameter_type="integer",
        also=("application/statuslist+cwt",),
    ),
    PublicAddress(
        path="/recognition/v1/licence-types", media_type="application/json", says="The types this region issues."
    ),
    PublicAddress(
        path="/recognition/v1/agency-keys",
        media_type="application/jwt",
        says="The region's signed bundle of its agencies' keys, with an ETag.",
    ),
    PublicAddress(
        path="/log/checkpoint", media_type="text/plain", says="The log's newest signed head (C2SP checkpoint)."
    ),
    PublicAddress(
        path="/log/tile/{path}", media_type="application/octet-stream", says="A tile of the log (C2SP tlog-tiles)."
    ),
    PublicAddress(
        path="/log/proof/{leaf}",
        media_type="application/json",
        says="Where a leaf stands, by its hash in hex, and its inclusion proof under the newest cosigned head (RFC 9162).",
    ),
    PublicAddress(
        path="/log/add-checkpoint",
        media_type="text/plain",
        says="Cosign another log's head (C2SP tlog-witness); 409 gives the size this witness knows.",
        method="post",
        takes="text/plain",
    ),
    PublicAddress(
        path="/.well-known/oauth-authorization-server",
        media_type="application/json",
        says="Where and how agencies' systems get their tokens (RFC 8414).",
    ),
    PublicAddress(
        path="/crl/{ca_kid}.crl",
        media_type="application/pkix-crl",
        says="A CA's newest list of revoked X.509 certificates, in DER, with an ETag (RFC 5280, RFC 2585).",
    ),
    PublicAddress(path="/healthz", media_type="application/json", says="The process answers."),
    PublicAddress(path="/readyz", media_type="application/json", says="The node is fit to answer; 503 says why not."),
)


def add_public_addresses(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """This will be called by the schema generator with the finished description, and put the public addresses in."""
    for address in PUBLIC_ADDRESSES:
        result["paths"].setdefault(address.path, {})[address.method] = _operation(address)
    result["paths"] = dict(sorted(result["paths"].items()))
    return result


def _operation(address: PublicAddress) -> dict[str, Any]:
    schema = {"type": "string"} if address.media_type != "application/json" else {"type": "object"}
    content = {media_type: {"schema": schema} for media_type in (address.media_type, *address.also)}
    operation: dict[str, Any] = {
        "operationId": "_".join(re.findall(r"[a-z]+", address.path)),
        "description": address.says,
        "tags": ["public"],
        "security": [{}],
        "responses": {"200": {"description": address.says, "content": content}},
    }
    if "{" in address.path:
        name = address.path.split("{")[1].split("}")[0]
        operation["parameters"] = [
            {"in": "path", "name": name, "required": True, "schema": {"type": address.parameter_type}}
        ]
    if address.takes:
        operation["requestBody"] = {"required": True, "content": {address.takes: {"schema": {"type": "string"}}}}
    return operation
