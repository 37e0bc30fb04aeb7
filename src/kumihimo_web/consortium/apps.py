"""The app of the consortium."""

from django.apps import AppConfig


class ConsortiumConfig(AppConfig):
    """Firms that take orders together."""

    name = "kumihimo_web.consortium"
    label = "consortium"
    verbose_name = "共同受注"
