"""Addresses of the inbox."""

from django.urls import path

from kumihimo_web.inbox import entry_views, views

urlpatterns = [
    path("", views.listing, name="inbox"),
    path("upload/", entry_views.upload, name="inbox_upload"),
    path("calls/", entry_views.call, name="inbox_call"),
    path("<int:pk>/", views.page, name="inbox_item"),
    path("<int:pk>/approve/", views.approve, name="inbox_approve"),
    path("<int:pk>/link/", views.link, name="inbox_link"),
    path("<int:pk>/aside/", views.aside, name="inbox_aside"),
    path("<int:pk>/back/", views.back, name="inbox_back"),
    path("<int:pk>/again/", views.again, name="inbox_again"),
    path("<int:pk>/draft/", views.draft, name="inbox_draft"),
    path("<int:pk>/original/", views.original, name="inbox_original"),
    path("<int:pk>/picture/<str:name>/", views.picture, name="inbox_picture"),
]
