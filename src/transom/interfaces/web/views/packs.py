"""Starter packs: what is in them, and where their field really talks."""

from __future__ import annotations

from collections import Counter

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from transom.apps.sources import services
from transom.apps.sources.models import Subscription
from transom.apps.sources.packs import Pack, load_packs
from transom.interfaces.web.http import user_of

REACH_WORDS = {
    "feed": gettext_lazy("by itself"),
    "mail": gettext_lazy("when you hand in the mails"),
    "hand": gettext_lazy("when you hand it in"),
    "not at all": gettext_lazy("not at all"),
}


@require_safe
@login_required
def packs(request: HttpRequest) -> HttpResponse:
    return render(request, "web/packs.html", {"packs": load_packs()})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def pack(request: HttpRequest, pack_id: str) -> HttpResponse:
    """One pack: follow all of it, or what is ticked."""
    found = next((one for one in load_packs() if one.id == pack_id), None)
    if found is None:
        raise Http404
    if request.method == "POST":
        return _follow(request, found)
    context = {
        "pack": found,
        "reaches": REACH_WORDS,
        "reached": Counter(row.reach for row in found.coverage),
        "followed": _followed(request),
    }
    return render(request, "web/pack.html", context)


def _followed(request: HttpRequest) -> set[str]:
    rows = Subscription.objects.filter(user=user_of(request))
    return set(rows.values_list("source__address", flat=True))


def _follow(request: HttpRequest, found: Pack) -> HttpResponse:
    if settings.OPTIONS.demo_port:
        messages.error(request, _("This is the demo: real sources belong in your own Transom."))
        return redirect("web:pack", found.id)
    chosen = request.POST.getlist("address")
    if not chosen:
        messages.error(request, _("Nothing was ticked, so nothing was followed."))
        return redirect("web:pack", found.id)
    result = services.follow_pack(user_of(request), found, chosen, now=timezone.now())
    said = ngettext("%(many)d source followed.", "%(many)d sources followed.", result.followed)
    messages.success(request, said % {"many": result.followed})
    for address, why in result.refused:
        messages.error(request, f"{address}: {why}")
    return redirect("web:sources")
