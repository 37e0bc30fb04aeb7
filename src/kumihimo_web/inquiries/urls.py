"""Addresses of the inquiries."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
