"""Addresses of the counter, the holder's own licences, the list of looks the log and the audit; none holds more than an opaque id."""

from django.urls import URLPattern, path

from verification.pages import (
    agency_copies,
    audit,
    copies,
    counter,
    issued_copy,
    issued_document,
    log,
    my_lookups,
    own_licence,
    receipt,
)

urlpatterns: list[URLPattern] = [
    path("counter", counter.counter, name="counter"),
    path("my/copies", copies.my_copies, name="my_copies"),
    path("my/copies/<uuid:copy_id>/file", copies.file, name="own_copy_file"),
    path("my/copies/<uuid:copy_id>/revoke", copies.revoke, name="own_copy_revoke"),
    path("my/<uuid:certificate_id>/copy", copies.make, name="make_copy"),
    path("copies", agency_copies.agency_copies, name="agency_copies"),
    path("copies/<uuid:copy_id>/file", agency_copies.file, name="agency_copy_file"),
    path("copies/<uuid:copy_id>/revoke", agency_copies.revoke, name="agency_copy_revoke"),
    path("lookups/<uuid:lookup_id>/copy", agency_copies.make, name="copy_of_look"),
    path("issued/<uuid:certificate_id>/copies/revoke", issued_copy.revoke, name="issued_copy_revoke"),
    path("issued/<uuid:certificate_id>/document", issued_document.document, name="issued_document"),
    path("my/lookups", my_lookups.who_looked, name="my_lookups"),
    path("my/<uuid:certificate_id>", own_licence.licence, name="own_licence"),
    path("my/<uuid:certificate_id>/document", own_licence.document, name="own_document"),
    path("my/<uuid:certificate_id>/seal-code", own_licence.seal_code, name="own_seal_code"),
    path("lookups/<uuid:lookup_id>/receipt", receipt.receipt, name="receipt"),
    path("lookups/<uuid:lookup_id>/receipt.pdf", receipt.archived, name="archived_receipt"),
    path("audit", audit.audit, name="audit"),
    path("log", log.log, name="log"),
]
