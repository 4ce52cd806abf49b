"""Pages that need nothing from the library."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe


@require_safe
@login_required
def keys(request: HttpRequest) -> HttpResponse:
    return render(request, "web/keys.html")


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to put Transom on its home screen."""
    facts = {
        "name": "Transom",
        "short_name": "Transom",
        "description": _("Your field, in your minutes."),
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#fbfaf7",
        "theme_color": "#fbfaf7",
        "icons": [{"src": static("transom/favicon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(facts, content_type="application/manifest+json")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Nothing here is for search engines: it is for its users alone."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")
