"""What we decide for allauth: who may open an account, and where things lead."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is closed: an account is opened by invitation only, on our own page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
