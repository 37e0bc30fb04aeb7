"""Addresses of the firms."""

from django.urls import path

from kumihimo_web.firms import views

urlpatterns = [
    path("firms/", views.listing, name="firms"),
    path("firms/own/", views.own, name="own_firm"),
    path("map/", views.network_map, name="map"),
    path("capacity/", views.capacity, name="capacity"),
    path("firms/<str:ref>/", views.profile, name="firm"),
    path("firms/<str:ref>/sheet.pdf", views.sheet, name="firm_sheet"),
    path("firms/edit/<str:table>/<str:ref>/", views.edit, name="firm_edit"),
]
