"""Today's brief, the week's, and those of other days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from transom.apps.accounts.models import Profile, User, profile_of
from transom.apps.brief import wording
from transom.apps.brief.days import local_day, zone_of
from transom.apps.brief.models import Brief
from transom.apps.brief.waiting import nothing_came
from transom.apps.sources import selectors as sources
from transom.apps.sources.models import Subscription
from transom.interfaces.web.brief_page import Page, page_held_up, page_of
from transom.interfaces.web.http import user_of

PATIENCE: Final = 0.5
"""Seconds that a page waits for what the brief is chosen from, before it says so."""


@require_safe
@login_required
def today(request: HttpRequest) -> HttpResponse:
    """The brief of the user's own day; the two questions where they are not answered yet."""
    user = user_of(request)
    profile = profile_of(user)
    if profile.set_up_at is None:
        return redirect("web:welcome")
    return render(request, "web/brief.html", {"page": _today(user, profile)})


@require_safe
@login_required
def progress(request: HttpRequest) -> HttpResponse:
    """The moving part of today's brief while it is being made."""
    user = user_of(request)
    return render(request, "web/brief_body.html", {"page": _today(user, profile_of(user))})


@require_safe
@login_required
def on_day(request: HttpRequest, day: date) -> HttpResponse:
    """The brief of another day, as it was."""
    from transom.apps.brief import selectors

    user = user_of(request)
    profile = profile_of(user)
    now = timezone.now()
    if day == _day(profile, now):
        return render(request, "web/brief.html", {"page": _today(user, profile)})
    brief = selectors.brief_on(user, day)
    if brief is None:
        raise Http404
    return render(request, "web/brief.html", {"page": _page(brief, user, profile, now)})


@require_safe
@login_required
def week(request: HttpRequest) -> HttpResponse:
    """This week's edition."""
    from transom.apps.brief import services

    user = user_of(request)
    profile = profile_of(user)
    now = timezone.now()
    page = _page(services.brief_of_week(user, now=now), user, profile, now)
    page.previous = page.next = ""
    return render(request, "web/brief.html", {"page": page})


def _today(user: User, profile: Profile) -> Page:
    from transom.apps.brief import services

    now = timezone.now()
    if services.is_held_up(user, now=now, patience=PATIENCE):
        return page_held_up(_day(profile, now))
    return _page(services.brief_of_day(user, now=now), user, profile, now)


def _page(brief: Brief, user: User, profile: Profile, now: datetime) -> Page:
    from transom.apps.brief import selectors

    local_day = _day(profile, now)
    page = page_of(brief, user, today=local_day)
    page.problems = selectors.problems(user, now=now)
    page.previous = _address(selectors.previous_day(brief))
    page.next = _address(selectors.next_day(brief))
    if profile.paused_until and profile.paused_until > local_day:
        page.paused = profile.paused_until
    if page.making:
        page.progress = sources.progress(user)
    if page.empty:
        page.follows = Subscription.objects.filter(user=user).exists()
        page.empty_text = wording.empty_text(
            weekly=page.is_week, network_down=page.network_down, nothing_came=nothing_came(user)
        )
    return page


def _address(day: date | None) -> str:
    return reverse("web:brief-day", args=[day]) if day else ""


def _day(profile: Profile, now: datetime) -> date:
    """The user's own day."""
    return local_day(now, zone_of(profile))
