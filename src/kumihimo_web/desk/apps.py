"""The app of the desk."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """What needs somebody today."""

    name = "kumihimo_web.desk"
    label = "desk"
    verbose_name = "今日の調整"
