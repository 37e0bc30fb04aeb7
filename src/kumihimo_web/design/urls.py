"""Addresses of the design."""

from django.urls import path

from kumihimo_web.design import views

urlpatterns = [path("styleguide/", views.styleguide, name="styleguide")]
