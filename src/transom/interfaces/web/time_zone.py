"""Shows every time on the screens in the time zone that the user set."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from transom.apps.accounts.models import Profile
from transom.apps.brief.days import zone_of
from transom.interfaces.web.http import user_of


class TimeZoneMiddleware:
    """Sets the user's time zone for the length of one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        profile = Profile.objects.filter(user=user_of(request)).first()
        with timezone.override(zone_of(profile) if profile else None):
            return self.get_response(request)
