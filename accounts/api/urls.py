"""The accounts app answers no API calls of its own: it only says who is calling the others."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
