"""The brief as a private feed."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The Atom feed behind a private address, which is the key: nobody signs in. 404 once revoked."""
    from transom.apps.brief import services

    data = services.feed(token, now=timezone.now())
    if data is None:
        raise Http404
    response = HttpResponse(data, content_type="application/atom+xml; charset=utf-8")
    response["Cache-Control"] = "private, max-age=600"
    response["X-Robots-Tag"] = "noindex"
    return response
