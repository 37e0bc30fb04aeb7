"""Addresses of the desk."""

from django.urls import path

from kumihimo_web.desk import views

urlpatterns = [
    path("", views.home, name="home"),
    path("desk/", views.desk, name="desk"),
    path("tour/", views.tour, name="tour"),
]
