"""The app of long work."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Jobs, their leases and their progress."""

    name = "kumihimo_web.jobs"
    label = "jobs"
    verbose_name = "処理"

    def ready(self) -> None:
        """Let every app name its tasks."""
        autodiscover_modules("tasks")
