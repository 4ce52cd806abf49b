"""What is followed, and how each source is doing."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from transom.apps.accounts.models import User
from transom.apps.library.selectors import network_is_down
from transom.apps.sources import selectors, services
from transom.apps.sources.models import Source
from transom.interfaces.web.brief_page import lines_about
from transom.interfaces.web.http import go_back, user_of
from transom.interfaces.web.source_health import (
    SourceRow,
    by_trouble,
    read_by,
    rhythm,
    row_of,
    visible_source,
)

MANY = 12  # from here on the page offers to find one by its name
MOST_OPEN = 50  # more of those that are well are folded away


@require_safe
@login_required
def sources(request: HttpRequest) -> HttpResponse:
    """Everything the user follows; what needs them first. ``find`` narrows it by name or address."""
    now = timezone.now()
    down = network_is_down(now)
    rows = [row_of(row, now, network_down=down) for row in selectors.subscriptions(user_of(request))]
    find = request.GET.get("find", "").strip()[:200]
    shown = [row for row in rows if _has(row, find.casefold())]
    well = [row for row in shown if not (row.in_trouble or row.needs_you)]
    context = {
        "needing": by_trouble(row for row in shown if row.needs_you),
        "troubled": by_trouble(row for row in shown if row.in_trouble and not row.needs_you),
        "well": well,
        "folded": len(well) > MOST_OPEN and not find,
        "count": len(rows),
        "many": len(rows) > MANY,
        "find": find,
    }
    return render(request, "web/sources.html", context)


def _has(row: SourceRow, words: str) -> bool:
    return words in f"{row.title}\n{row.source.address}".casefold()


@require_safe
@login_required
def source(request: HttpRequest, source_id: int) -> HttpResponse:
    """One source: health, schedule, last error, what it published lately."""
    from transom.apps.conversations import selectors as conversations
    from transom.apps.library import selectors as library

    user = user_of(request)
    row = visible_source(user, source_id, timezone.now())
    if row is None:
        raise Http404
    page = library.recent_of_source(user, row.source, request.GET.get("after"))
    lines = lines_about(user, page.items, back=request.path)
    context = {
        "row": row,
        "lines": lines,
        "after": page.after,
        "rhythm": rhythm(row.state),
        "read_by": read_by(row.source),
        "dates": conversations.dates_in(row.source.pk, timezone.now()) if row.source.connector else [],
    }
    return render(request, "web/source.html", context)


def _visible(user: User, source_id: int) -> Source:
    for found in Source.objects.visible_to(user).filter(pk=source_id):
        return found
    raise Http404


@require_POST
@login_required
def follow(request: HttpRequest, source_id: int) -> HttpResponse:
    user = user_of(request)
    found = _visible(user, source_id)
    if not found.address:
        raise Http404
    services.follow_known(user, found, now=timezone.now())
    messages.success(request, _("You follow %(source)s now.") % {"source": found})
    return go_back(request, "web:source", source_id)


@require_POST
@login_required
def unfollow(request: HttpRequest, source_id: int) -> HttpResponse:
    user = user_of(request)
    found = _visible(user, source_id)
    services.unfollow(user, found)
    messages.success(
        request,
        _("You no longer follow %(source)s. What you saved or noted from it stays.") % {"source": found},
    )
    return redirect("web:sources")


@require_POST
@login_required
def resume(request: HttpRequest, source_id: int) -> HttpResponse:
    found = _followed(user_of(request), source_id)
    services.resume(found, now=timezone.now())
    messages.success(request, _("%(source)s is tried again now.") % {"source": found})
    return go_back(request, "web:source", source_id)


@require_POST
@login_required
def refresh_now(request: HttpRequest, source_id: int) -> HttpResponse:
    found = _followed(user_of(request), source_id)
    services.refresh_now(found, now=timezone.now())
    messages.success(
        request, _("%(source)s is fetched as soon as its server may be asked again.") % {"source": found}
    )
    return go_back(request, "web:source", source_id)


def _followed(user: User, source_id: int) -> Source:
    """Only who follows a source may have it fetched."""
    for found in Source.objects.visible_to(user).filter(pk=source_id, subscriptions__user=user):
        return found
    raise Http404
