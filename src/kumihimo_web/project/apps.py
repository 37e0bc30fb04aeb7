"""The app of what is needed to run: backup, health, refusals."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Commands and pages that belong to no part of the loop."""

    name = "kumihimo_web.project"
    label = "project"
    verbose_name = "運用"
