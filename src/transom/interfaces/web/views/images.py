"""The image proxy: nothing remote loads in the reader's browser."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from transom.apps.accounts.models import User
from transom.engine.core.errors import TransomError
from transom.interfaces.web.fetching import fetch_picture
from transom.interfaces.web.http import user_of
from transom.interfaces.web.images import Picture, PictureCache, raster_type, remote_address


@require_safe
@login_required
def image(request: HttpRequest, token: str) -> HttpResponse:
    """A picture that stood in an item, fetched by this computer; 404 when it cannot be had."""
    address = remote_address(token)
    if address is None:
        raise Http404
    cache = PictureCache(settings.OPTIONS.home / "cache" / "pictures")
    picture = cache.find(address) or _fetch(address, cache, user_of(request))
    response = HttpResponse(picture.data, content_type=picture.media_type)
    response["Content-Disposition"] = "inline"
    patch_cache_control(response, private=True, max_age=30 * 24 * 3600, immutable=True)
    return response


def _fetch(address: str, cache: PictureCache, user: User) -> Picture:
    try:
        data = fetch_picture(address, user)
    except TransomError as error:
        raise Http404 from error
    media_type = raster_type(data)
    if not media_type:
        raise Http404
    cache.keep(address, data)
    return Picture(data, media_type)
