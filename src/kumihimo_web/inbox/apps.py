"""The app of the inbox."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """What came in: stored raw, read, and decided by a person where it is not plain."""

    name = "kumihimo_web.inbox"
    label = "inbox"
    verbose_name = "受信箱"
