"""Addresses of the issuing desk and of the holder's licences; none holds more than an opaque id."""

from django.urls import URLPattern, path

from certificates.pages import correct, issue, issued, mass_revocation, present, preview

urlpatterns: list[URLPattern] = [
    path("issue", issue.choose_type, name="issue"),
    path("issue/<slug:type_code>", issue.issue_form, name="issue_form"),
    path("issued", issued.issued, name="issued"),
    path("issued/<uuid:certificate_id>", issued.certificate, name="certificate"),
    path("issued/<uuid:certificate_id>/state", issued.change_state, name="change_state"),
    path("issued/<uuid:certificate_id>/correct", correct.correct, name="correct"),
    path("mass-revocations", mass_revocation.mass_revocations, name="mass_revocations"),
    path("mass-revocations/<uuid:mass_id>", mass_revocation.mass_revocation, name="mass_revocation"),
    path("samples", preview.previews, name="previews"),
    path("samples/<slug:type_code>", preview.preview, name="preview"),
    path("samples/<slug:type_code>/sample.pdf", preview.preview_file, name="preview_file"),
    path("my", present.my_licences, name="my_licences"),
    path("my/<uuid:certificate_id>/present", present.present, name="present"),
]
