"""The app of the inquiries."""

from django.apps import AppConfig


class InquiriesConfig(AppConfig):
    """Inquiries, what was read of them, and the teams that are proposed."""

    name = "kumihimo_web.inquiries"
    label = "inquiries"
    verbose_name = "引合"
