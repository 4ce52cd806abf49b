"""What we decide for allauth: who may open an account, and where things lead."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is closed: an account is opened by invitation only, on our own page."""

    says = {
        "reauthenticate": gettext_lazy("Your password"),
        "mfa_reauthenticate:webauthn": gettext_lazy("Your passkey"),
        "mfa_reauthenticate": gettext_lazy("One of your spare codes"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        messages.error(request, _("This account is switched off. Ask whoever looks after this Transom."))
        return redirect("account_login")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Ways to show that it is still you, in our words; spare codes last, as nobody has them at hand."""
        order = list(self.says)
        known = [one for one in super().get_reauthentication_methods(user) if one["id"] in order]
        ordered = sorted(known, key=lambda one: order.index(one["id"]))
        return [{**one, "description": self.says[one["id"]]} for one in ordered]
