"""The app of the plans."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """The plan of the network: versions, why late, what changes, what stops."""

    name = "kumihimo_web.plans"
    label = "plans"
    verbose_name = "生産計画"
