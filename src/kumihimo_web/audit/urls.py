"""Addresses of the audit log."""

from django.urls import path

from kumihimo_web.audit import views

urlpatterns = [path("", views.listing, name="audit")]
