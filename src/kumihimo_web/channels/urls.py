"""Addresses of the channels."""

from django.urls import path

from kumihimo_web.channels import line_view, views

urlpatterns = [
    path("", views.listing, name="messages"),
    path("<int:pk>/", views.message, name="message"),
    path("<int:pk>/attempts/<int:number>/", views.settle, name="message_settle"),
    path("<int:pk>/called/", views.called, name="message_called"),
    path("<int:pk>/link/", views.close_link, name="message_link_close"),
    path("enclosures/<int:pk>/", views.enclosure, name="enclosure"),
    path("addresses/of/<str:firm>/", views.addresses, name="addresses"),
    path("addresses/<int:pk>/", views.address, name="address"),
    path("held/", views.held, name="held"),
    path("held/<int:pk>/", views.decide, name="held_decide"),
    path("line/", line_view.line_webhook, name="line_webhook"),
]
