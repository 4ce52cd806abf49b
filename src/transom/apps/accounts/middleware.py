"""Nobody comes in without a password where the request may come from somebody else's computer."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import BACKEND_SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from transom.apps.accounts.backends import LINK_BACKEND
from transom.apps.accounts.services.sign_in_policy import RequestFacts, needs_password

SIGN_IN_PATH = "/sign-in/"
Answer = Callable[[HttpRequest], HttpResponse]


class PasswordPolicyMiddleware:
    """Refuses one-time links, and ends sessions that began with one, where a password is needed."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        by_link = request.session.get(BACKEND_SESSION_KEY) == LINK_BACKEND
        if not by_link and not request.path_info.startswith(SIGN_IN_PATH):
            return self.get_response(request)
        user = request.user if by_link and request.user.is_authenticated else None
        reason = needs_password(RequestFacts.of(request), user)
        if not reason:
            return self.get_response(request)
        if by_link:
            logout(request)
        if request.path_info.startswith(SIGN_IN_PATH):
            problem = f"This link signs nobody in here: {reason}"
            return render(request, "web/sign_in.html", {"problem": problem}, status=403)
        return self.get_response(request)
