"""Addresses of the verification API: counters, holders, other provinces, and anyone."""

from django.urls import URLPattern, path

from verification.api.copies import (
    AgencyCopies,
    AgencyCopyFile,
    AgencyCopyRevocation,
    OwnCopies,
    OwnCopyFile,
    OwnCopyRevocation,
)
from verification.api.health import healthz, readyz
from verification.api.issued_copy import IssuedCopyRevocation
from verification.api.issued_document import IssuedDocument
from verification.api.log import add_checkpoint, checkpoint, proof, tile
from verification.api.own_history import OwnLookups
from verification.api.own_licence import OwnCredential, OwnDocument, OwnSealCode, OwnValues
from verification.api.receipt import ArchivedReceiptView, LookupReceiptView
from verification.api.recognition import PeerLookup, PeerLookups, agency_keys, licence_types
from verification.api.status_history import status_list
from verification.api.verify import DocumentVerifications, Verifications

urlpatterns: list[URLPattern] = [
    path("api/v1/verifications", Verifications.as_view()),
    path("api/v1/verifications/document", DocumentVerifications.as_view()),
    path("api/v1/lookups/<uuid:lookup_id>/receipt", LookupReceiptView.as_view()),
    path("api/v1/lookups/<uuid:lookup_id>/receipt/document", ArchivedReceiptView.as_view()),
    path("api/v1/me/lookups", OwnLookups.as_view()),
    path("api/v1/me/certificates/<uuid:certificate_id>/values", OwnValues.as_view()),
    path("api/v1/me/certificates/<uuid:certificate_id>/seal-code", OwnSealCode.as_view()),
    path("api/v1/me/certificates/<uuid:certificate_id>/credential", OwnCredential.as_view()),
    path("api/v1/me/certificates/<uuid:certificate_id>/document", OwnDocument.as_view()),
    path("api/v1/me/copies", OwnCopies.as_view()),
    path("api/v1/me/copies/<uuid:copy_id>/file", OwnCopyFile.as_view()),
    path("api/v1/me/copies/<uuid:copy_id>/revoke", OwnCopyRevocation.as_view()),
    path("api/v1/certificates/<uuid:certificate_id>/copies/revoke", IssuedCopyRevocation.as_view()),
    path("api/v1/certificates/<uuid:certificate_id>/document", IssuedDocument.as_view()),
    path("api/v1/copies", AgencyCopies.as_view()),
    path("api/v1/copies/<uuid:copy_id>/file", AgencyCopyFile.as_view()),
    path("api/v1/copies/<uuid:copy_id>/revoke", AgencyCopyRevocation.as_view()),
    path("recognition/v1/lookups", PeerLookups.as_view()),
    path("recognition/v1/lookups/<uuid:lookup_id>", PeerLookup.as_view()),
    path("recognition/v1/licence-types", licence_types),
    path("recognition/v1/agency-keys", agency_keys),
    path("status-lists/<int:status_list_id>", status_list),
    path("log/checkpoint", checkpoint),
    path("log/tile/<path:path>", tile),
    path("log/proof/<str:leaf>", proof),
    path("log/add-checkpoint", add_checkpoint),
    path("healthz", healthz),
    path("readyz", readyz),
]
