"""The app of the firms."""

from django.apps import AppConfig


class FirmsConfig(AppConfig):
    """Firms, sites, machines, capability rows, capacity."""

    name = "kumihimo_web.firms"
    label = "firms"
    verbose_name = "企業"
