"""In the demo, links to invented hosts and to the services it stands in for lead to its own pages on this computer."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from transom.demo.names import FACES

INVENTED = rb"[\w.-]+\.example"
_HOSTS = rb"|".join([INVENTED, *(re.escape(host.encode()) for host in sorted(FACES))])
_LINK = re.compile(rb"""((?:href|src)=["'])https?://(""" + _HOSTS + rb""")(?=[/"'?#])""")


class DemoLinks:
    """Nobody can have a name under .example, and no real service knows an invented person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._base = settings.OPTIONS.demo_address.encode()
        if not self._base:
            raise MiddlewareNotUsed

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if not response.streaming and response.get("Content-Type", "").startswith("text/html"):
            response.content = _LINK.sub(rb"\g<1>" + self._base + rb"/\g<2>", response.content)
            if "Content-Length" in response:
                response["Content-Length"] = str(len(response.content))
        return response
