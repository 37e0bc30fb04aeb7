"""The app of the demo."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """What the demo is filled with; not installed in production."""

    name = "kumihimo_web.demo"
    label = "demo"
    verbose_name = "デモ"
