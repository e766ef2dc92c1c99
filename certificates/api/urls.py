"""Addresses of the certificates API."""

from django.urls import URLPattern, path

from certificates.api.issue import Certificates, Correction, OneCertificate
from certificates.api.licence_types import LicenceTypes
from certificates.api.life import Reinstatement, Revocation, Suspension
from certificates.api.own import OwnCertificates, Presentations
from certificates.api.revocation_list import revocation_list
from certificates.api.status_list import status_list_aggregation

urlpatterns: list[URLPattern] = [
    path("api/v1/certificates", Certificates.as_view()),
    path("api/v1/certificates/<uuid:certificate_id>", OneCertificate.as_view()),
    path("api/v1/certificates/<uuid:certificate_id>/correct", Correction.as_view()),
    path("api/v1/certificates/<uuid:certificate_id>/revoke", Revocation.as_view()),
    path("api/v1/certificates/<uuid:certificate_id>/suspend", Suspension.as_view()),
    path("api/v1/certificates/<uuid:certificate_id>/reinstate", Reinstatement.as_view()),
    path("api/v1/licence-types", LicenceTypes.as_view()),
    path("api/v1/me/certificates", OwnCertificates.as_view()),
    path("api/v1/presentations", Presentations.as_view()),
    path("crl/<slug:ca_kid>.crl", revocation_list),
    path("status-lists", status_list_aggregation),
]
