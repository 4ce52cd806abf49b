"""What is answered instead of a page where the request itself is in the way."""

from __future__ import annotations

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponseBadRequest
from django.template.loader import get_template


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBadRequest:
    """Without the request in the template: what is wrong with it would be wrong there again."""
    if not isinstance(exception, DisallowedHost):
        return HttpResponseBadRequest(get_template("400.html").render())
    address = f"http://localhost:{request.META.get('SERVER_PORT') or 80}"
    return HttpResponseBadRequest(get_template("400_host.html").render({"address": address}))
