"""The lists of revoked X.509 certificates, for anyone: licensed CAs, PDF readers, other provinces (RFC 5280 section 4.2.1.13)."""

import hashlib
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_GET

from certificates.queries.revocation_lists import newest_revocation_list

MEDIA_TYPE: Final = "application/pkix-crl"  # RFC 2585 section 4.2
_MAX_AGE: Final = 300  # seconds; as long as peers keep a bundle of agency keys


@require_GET
def revocation_list(request: HttpRequest, ca_kid: str) -> HttpResponse:
    """`GET /crl/<kid of the CA>.crl`: its newest list in DER, with an ETag."""
    der = newest_revocation_list(ca_kid=ca_kid)
    if der is None:
        raise Http404
    etag = quote_etag(hashlib.sha256(der).hexdigest()[:32])
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={_MAX_AGE}"}
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(der, content_type=MEDIA_TYPE, headers=headers)
