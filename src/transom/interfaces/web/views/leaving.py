"""What leaves this computer: to whom, why, how often."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from transom.apps.sources import selectors
from transom.interfaces.web.http import user_of

WHY = {
    "feed": _("to see what is new at a source that is followed here"),
    "discovery": _("to find the feed of a site you named"),
    "reading-list": _("to see which sites a blog that is followed here recommends"),
    "own-page": _("to learn who writes a site that is followed here; each page once a month at most"),
    "page": _("to look at a page that is followed here"),
    "picture": _("to show a picture in something you read"),
    "icon": _("to show a source's sign"),
    "connector": _("to ask a service you follow what is new"),
    "hand-in": _("to fetch a link you handed in"),
}


@require_safe
@login_required
def leaving(request: HttpRequest) -> HttpResponse:
    rows = selectors.leaving(user_of(request), today=timezone.now().date())
    shown = [(row, WHY.get(row.purpose, row.purpose)) for row in rows]
    context = {
        "rows": shown,
        "mail_server": settings.OPTIONS.smtp_host,
        "in_demo": bool(settings.OPTIONS.demo_port),
    }
    return render(request, "web/leaving.html", context)
