"""The app of the channels."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """How words reach a firm and come from it: mail, FAX, LINE, web, phone."""

    name = "kumihimo_web.channels"
    label = "channels"
    verbose_name = "連絡手段"
