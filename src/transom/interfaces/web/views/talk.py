"""What several people of the field discuss: the week's conversations, and each with its thread."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from transom.apps.conversations import selectors
from transom.apps.sources.models import Subscription
from transom.interfaces.web.brief_page import lines_about
from transom.interfaces.web.http import user_of
from transom.interfaces.web.theme_words import shown


@require_safe
@login_required
def conversations(request: HttpRequest) -> HttpResponse:
    """The week's conversations, the liveliest first; with ``?of=earlier`` those that fell silent."""
    user, now = user_of(request), timezone.now()
    is_earlier = request.GET.get("of") == "earlier"
    find = selectors.earlier if is_earlier else selectors.of_the_week
    page = find(user, now, request.GET.get("after"))
    context = {
        "talks": page.talks,
        "earlier": is_earlier,
        "next": _next(request, page.after),
        "follows": bool(page.talks) or Subscription.objects.filter(user=user).exists(),
    }
    return render(request, "web/conversations.html", context)


@require_safe
@login_required
def conversation(request: HttpRequest, cluster: int) -> HttpResponse:
    """One conversation. Where it turned out to be part of another, that one."""
    user = user_of(request)
    found = selectors.thread(user, cluster, request.GET.get("after"))
    if found is None:
        there = selectors.where_it_went(user, cluster)
        if there is None:
            raise Http404
        return redirect("web:conversation", there)
    here = request.get_full_path()
    lines = lines_about(user, [one.item for one in found.said], back=here)
    for line in lines:
        line.back = f"{here}#line-{line.item_id}"
    context = {
        "thread": found,
        "row": found.row,
        "said": list(zip(found.said, lines, strict=True)),
        "next": _next(request, found.after),
        "here": here,
    }
    return render(request, "web/conversation.html", context)


@require_safe
@login_required
def themes(request: HttpRequest) -> HttpResponse:
    """What rose and what faded over the past year, each with its plot."""
    user = user_of(request)
    page = selectors.themes_of(user)
    context = {
        "page": page,
        "parts": [
            ("rose", [shown(page, row) for row in page.rose]),
            ("faded", [shown(page, row) for row in page.faded]),
        ],
        "follows": bool(page.rose or page.faded) or Subscription.objects.filter(user=user).exists(),
    }
    return render(request, "web/themes.html", context)


def _next(request: HttpRequest, after: str | None) -> str:
    if not after:
        return ""
    asked = {key: value for key, value in request.GET.items() if value and key != "after"}
    return "?" + urlencode({**asked, "after": after})
