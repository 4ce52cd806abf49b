"""Passkeys: the sign-in library's views, where they lead elsewhere with us."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]
    """Adds a passkey and goes back to the settings, wherever the session came from."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        # Whoever just used the new passkey need not prove once more who they are, to see the spare codes.
        record_authentication(self.request, self.request.user, method="mfa", reauthenticated=True)
        return response

    def get_success_url(self) -> str:
        said = _("Your passkey is added.")
        if self.did_generate_recovery_codes:
            said += " " + _("Under “Passkeys” are spare codes, for the day you lose it: keep them elsewhere.")
        messages.success(self.request, said)
        return reverse("web:settings") + "#sign-in"


add_passkey = AddPasskey.as_view()
