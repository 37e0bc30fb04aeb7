"""Addresses of jobs."""

from django.urls import path

from kumihimo_web.jobs import views

urlpatterns = [
    path("<uuid:pk>/", views.page, name="job"),
    path("<uuid:pk>/events/", views.events, name="job_events"),
    path("<uuid:pk>/file/", views.file, name="job_file"),
    path("<uuid:pk>/cancel/", views.cancel, name="job_cancel"),
]
