"""The app of users and organisations."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, organisations, networks and the scope of a request."""

    name = "kumihimo_web.accounts"
    label = "accounts"
    verbose_name = "利用者"
