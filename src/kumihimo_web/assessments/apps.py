"""The app of the assessments."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """Assessments of firms by neutral third parties."""

    name = "kumihimo_web.assessments"
    label = "assessments"
    verbose_name = "企業アセスメント"
