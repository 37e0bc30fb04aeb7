"""Addresses of the assessments."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
