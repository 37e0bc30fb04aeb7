"""The app of the design."""

from django.apps import AppConfig
from django.forms import Field
from django.utils.translation import gettext_lazy as _


class DesignConfig(AppConfig):
    """Templates and filters that every page shares."""

    name = "kumihimo_web.design"
    label = "design"
    verbose_name = "デザイン"

    def ready(self) -> None:
        """Let an empty field say what to do, in the words of the people who fill it in."""
        Field.default_error_messages = {**Field.default_error_messages, "required": _("入力してください。")}
