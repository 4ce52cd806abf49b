"""One calendar of what the community does: what is ahead, each date, and a calendar to subscribe to."""

from __future__ import annotations

from itertools import groupby
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from transom.apps.accounts.models import User
from transom.apps.conversations import calendar_addresses, selectors, services
from transom.apps.conversations.calendar_file import calendar_file
from transom.apps.conversations.models import Event, EventSighting, Scope
from transom.apps.sources.models import Subscription
from transom.engine.core.errors import TransomError
from transom.interfaces.web import event_words
from transom.interfaces.web.forms import EventFilterForm
from transom.interfaces.web.http import go_back, user_of

SOON = 4


@require_safe
@login_required
def events(request: HttpRequest) -> HttpResponse:
    """What is ahead, by month; what closes next stands first."""
    return _page(request, user_of(request))


def _page(request: HttpRequest, user: User, new_address: str = "") -> HttpResponse:
    now = timezone.now()
    form = EventFilterForm(request.GET, sources=selectors.calendar_sources(user))
    filters = form.filters() if form.is_valid() else selectors.EventFilters()
    after = request.GET.get("after")
    page = selectors.calendar(user, now, filters, after)
    plain = not after and not form.filtered
    months = [
        (name, list(rows)) for name, rows in groupby(page.rows, lambda one: event_words.month(one.event))
    ]
    context = {
        "form": form,
        "months": months,
        "under_way": page.under_way,
        "closing": selectors.closing(user, now, limit=SOON) if plain else [],
        "next": _next(request, page.after),
        "follows": bool(page.rows) or Subscription.objects.filter(user=user).exists(),
        "here": request.get_full_path(),
        "address": calendar_addresses.address_of(user),
        "new_address": new_address,
        "scopes": Scope,
    }
    return render(request, "web/events.html", context)


def _next(request: HttpRequest, after: str | None) -> str:
    if not after:
        return ""
    asked = {key: value for key, value in request.GET.items() if value and key != "after"}
    return "?" + urlencode({**asked, "after": after})


@require_safe
@login_required
def event(request: HttpRequest, event_id: int) -> HttpResponse:
    """One date: when, where, until when, and the lists it stands in."""
    sheet = selectors.event_sheet(user_of(request), event_id, timezone.now())
    if sheet is None:
        raise Http404
    here = reverse("web:event", args=[event_id])
    there = selectors.present_at(user_of(request), sheet.row.event)
    context = {"sheet": sheet, "event": sheet.row.event, "here": here, "there": there}
    return render(request, "web/event.html", context)


@require_POST
@login_required
def save(request: HttpRequest, event_id: int) -> HttpResponse:
    """Keeps a date or lets it go."""
    user = user_of(request)
    found = _visible(user, event_id)
    saved = request.POST.get("save") != "no"
    services.save_event(user, found, saved=saved, now=timezone.now())
    if saved:
        messages.success(request, _("Saved: %(title)s.") % {"title": found.title})
    return go_back(request, "web:event", event_id)


@require_safe
@login_required
def file(request: HttpRequest, event_id: int) -> HttpResponse:
    """The date as a calendar file."""
    found = _visible(user_of(request), event_id)
    response = _calendar(calendar_file([found], timezone.now()))
    response["Content-Disposition"] = f'attachment; filename="transom-date-{found.pk}.ics"'
    return response


@require_POST
@login_required
def split(request: HttpRequest, sighting_id: int) -> HttpResponse:
    """ "These are not the same": one list's date becomes one of its own."""
    user = user_of(request)
    sighting = get_object_or_404(EventSighting.objects.select_related("event", "source"), pk=sighting_id)
    if sighting.source.owner_id not in (None, user.pk):
        raise Http404
    found = _visible(user, sighting.event_id)
    try:
        made = services.split_event(user, sighting, now=timezone.now())
    except TransomError as error:
        messages.error(request, error.message)
        return redirect("web:event", found.pk)
    messages.success(request, _("Taken apart: these are two dates now."))
    return redirect("web:event", made.pk)


@require_POST
@login_required
def address(request: HttpRequest) -> HttpResponse:
    """A new private address (shown this once), or none any more."""
    user = user_of(request)
    if "revoke" in request.POST:
        calendar_addresses.revoke_calendar_address(user)
        messages.success(request, _("The private address leads nowhere now."))
        return redirect(f"{reverse('web:events')}#subscribe")
    scope = Scope.ALL if request.POST.get("scope") == Scope.ALL else Scope.SAVED
    token = calendar_addresses.new_calendar_address(user, scope)
    return _page(request, user, request.build_absolute_uri(reverse("web:calendar-feed", args=[token])))


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a private address, which is the key: nobody signs in. 404 once revoked."""
    data = calendar_addresses.calendar_feed(token, now=timezone.now())
    if data is None:
        raise Http404
    response = _calendar(data)
    response["Cache-Control"] = "private, max-age=600"
    response["X-Robots-Tag"] = "noindex"
    return response


def _calendar(data: bytes) -> HttpResponse:
    return HttpResponse(data, content_type="text/calendar; charset=utf-8")


def _visible(user: User, event_id: int) -> Event:
    for found in Event.objects.visible_to(user).filter(pk=event_id):
        return found
    raise Http404
