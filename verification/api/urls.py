"""Addresses of the verification API: counters, holders, other provinces, and anyone."""

from django.urls import URLPattern, path

from verification.api.health import healthz, readyz
from verification.api.log import add_checkpoint, checkpoint, proof, tile
from verification.api.own_history import OwnLookups
from verification.api.receipt import LookupReceiptView

urlpatterns: list[URLPattern] = [
    path("api/v1/lookups/<uuid:lookup_id>/receipt", LookupReceiptView.as_view()),
    path("api/v1/me/lookups", OwnLookups.as_view()),
    path("log/checkpoint", checkpoint),
    path("log/tile/<path:path>", tile),
    path("log/proof/<str:leaf>", proof),
    path("log/add-checkpoint", add_checkpoint),
    path("healthz", healthz),
    path("readyz", readyz),
]
