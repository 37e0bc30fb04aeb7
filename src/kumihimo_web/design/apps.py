"""The app of the design."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    """Templates and filters that every page shares."""

    name = "kumihimo_web.design"
    label = "design"
    verbose_name = "デザイン"
