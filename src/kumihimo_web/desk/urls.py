"""Addresses of the desk."""

from django.urls import path

from kumihimo_web.desk import map_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("desk/", views.desk, name="desk"),
    path("map/", map_views.network_map, name="map"),
    path("tour/", views.tour, name="tour"),
]
