"""Accounts are made by the coordinator; nobody signs up by himself."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No open registration, and a word for those whose login was stopped."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return that nobody signs up by himself."""
        return False

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """Send somebody whose login was stopped back to the login page, and say why."""
        messages.error(request, _("このログインは止められています。調整機関に問い合わせてください。"))
        return redirect("account_login")
