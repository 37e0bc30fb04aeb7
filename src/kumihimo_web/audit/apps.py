"""The app of the audit log."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Append-only, hash-chained lines."""

    name = "kumihimo_web.audit"
    label = "audit"
    verbose_name = "監査ログ"
