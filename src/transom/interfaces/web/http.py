"""Small things every view needs: where to go back to, which half of a page was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


def user_of(request: HttpRequest) -> User:
    """The signed-in user; only for views that require one."""
    return cast("User", request.user)


def is_htmx(request: HttpRequest) -> bool:
    """Whether only a moving part of the page was asked for."""
    return bool(cast(Any, request).htmx)


def way_back(request: HttpRequest, default: str = "web:brief", *arguments: Any) -> str:
    """The page the form said to return to, if it is one of ours; else the named view."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    if asked and url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}):
        return asked
    return reverse(default, args=arguments)


def go_back(request: HttpRequest, default: str = "web:brief", *arguments: Any) -> HttpResponse:
    """A redirect to `way_back`."""
    return HttpResponseRedirect(way_back(request, default, *arguments))
