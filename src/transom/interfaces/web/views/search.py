"""Search, and what was saved."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from transom.apps.accounts.models import User, profile_of
from transom.apps.brief.days import start_of, zone_of
from transom.apps.library.search import Filters
from transom.apps.library.search import search as find
from transom.apps.sources.models import Subscription
from transom.interfaces.web.brief_page import lines_about
from transom.interfaces.web.forms import SearchForm
from transom.interfaces.web.http import user_of


@require_safe
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Words, phrases and filters; the next page by key."""
    user = user_of(request)
    form = SearchForm(request.GET, sources=_source_choices(user))
    context: dict[str, object] = {"form": form, "page": None}
    if form.is_valid() and (form.cleaned_data["q"].strip() or form.filtered):
        asked = form.cleaned_data
        filters = Filters(
            source=int(asked["source"]) if asked["source"] else None,
            author=asked["author"],
            kind=asked["kind"],
            since=_moment(asked["since"], user, 0),
            until=_moment(asked["until"], user, 1),
            saved=asked["saved"],
        )
        page = find(user, asked["q"], filters, after=request.GET.get("after"))
        lines = lines_about(user, [hit.item for hit in page.hits], back=request.get_full_path())
        hits = list(zip(page.hits, lines, strict=True))
        context |= {"page": page, "hits": hits, "next": _next(request, page.after)}
    else:
        # Whoever came by the key "/" wants to type; over results the keys move along the lines.
        form.fields["q"].widget.attrs["autofocus"] = True
    return render(request, "web/search.html", context)


def _source_choices(user: User) -> list[tuple[str, str]]:
    rows = Subscription.objects.filter(user=user).select_related("source")
    named = [(str(row.source_id), row.title or str(row.source)) for row in rows]
    return sorted(named, key=lambda one: one[1].casefold())


def _moment(day: date | None, user: User, later: int) -> datetime | None:
    """Midnight at which a day of the user's begins, or (``later`` 1) the next one does."""
    if day is None:
        return None
    return start_of(day + timedelta(days=later), zone_of(profile_of(user)))


def _next(request: HttpRequest, after: str | None) -> str:
    if not after:
        return ""
    asked = {key: value for key, value in request.GET.items() if value and key != "after"}
    return "?" + urlencode({**asked, "after": after})


@require_safe
@login_required
def saved(request: HttpRequest) -> HttpResponse:
    """What the user saved, newest first; or everything that has one of their tags."""
    from transom.apps.library import selectors

    user = user_of(request)
    tags = selectors.tags_of(user)
    asked, after = request.GET.get("tag"), request.GET.get("after")
    tag = next((one for one in tags if one.name == asked), None)
    if asked and tag is None:
        return redirect("web:saved")
    page = selectors.tagged(user, tag, after) if tag else selectors.saved(user, after)
    lines = lines_about(user, page.items, back=request.get_full_path())
    context = {"lines": lines, "next": _next(request, page.after), "tags": tags, "tag": tag}
    return render(request, "web/saved.html", context)
