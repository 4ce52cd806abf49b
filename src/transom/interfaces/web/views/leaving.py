"""What leaves this computer: to whom, why, how often."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from transom.interfaces.web.http import user_of


@require_safe
@login_required
def leaving(request: HttpRequest) -> HttpResponse:
    from transom.apps.sources import selectors

    rows = selectors.leaving(user_of(request))
    context = {"rows": rows, "mail_server": settings.OPTIONS.smtp_host}
    return render(request, "web/leaving.html", context)
