"""The user's field: its map, and whom and what they may want to follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from transom.apps.network import services as network
from transom.apps.network.selectors import chosen_by, ties_of
from transom.apps.people.models import Suggestion
from transom.apps.people.selectors.field_map import field_map
from transom.apps.people.selectors.suggestions import refused, suggestion_of, suggestions
from transom.apps.people.services import suggestions as services
from transom.apps.sources import services as sources
from transom.apps.sources.models import Source, Subscription
from transom.engine.core.errors import TransomError
from transom.interfaces.web.fetching import find_feeds
from transom.interfaces.web.field_page import suggested_rows
from transom.interfaces.web.http import go_back, user_of
from transom.interfaces.web.map_drawing import draw, title_of
from transom.interfaces.web.people_page import rows_of
from transom.interfaces.web.views.person import say_followed, visible_person

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


@require_safe
@login_required
def the_map(request: HttpRequest) -> HttpResponse:
    """People near those they point at: a drawing, and the same as a list."""
    user = user_of(request)
    found = field_map(user)
    if found is None:
        return render(request, "web/field_map.html", {"clusters": []})
    rows = {row.id: row for row in rows_of(user, [one.person for one in found.people])}
    clusters = [
        (number, title_of(cluster), [rows[one.person.pk] for one in cluster.people])
        for number, cluster in enumerate(found.clusters, 1)
        if cluster.people
    ]
    return render(
        request, "web/field_map.html", {"clusters": clusters, "drawing": draw(found, chosen_by(user))}
    )


@require_safe
@login_required
def discover(request: HttpRequest) -> HttpResponse:
    """Whom and what the user may want to follow, and what they did not want."""
    user = user_of(request)
    found = suggestions(user)
    followed = {
        pk for pk, one in ties_of(user, [s.person.pk for s in found if s.person]).items() if one.followed
    }
    rows = suggested_rows([one for one in found if one.person is None or one.person.pk not in followed])
    context = {
        "people": [row for row in rows if row.person],
        "places": [row for row in rows if not row.person],
        "refused": suggested_rows(refused(user)),
        "follows": Subscription.objects.filter(user=user).exists(),
    }
    return render(request, "web/discover.html", context)


def _own(user: User, suggestion_id: int) -> Suggestion:
    found = suggestion_of(user, suggestion_id)
    if found is None:
        raise Http404
    return found


@require_POST
@login_required
def follow(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    """One press: the person with their own places, the source, or the feed that the site is found to have."""
    user = user_of(request)
    row = _own(user, suggestion_id)
    now = timezone.now()
    if row.person_id is not None:
        person = visible_person(user, row.person_id)
        say_followed(request, person, network.follow_person(user, person, now=now))
    elif row.source_id is not None:
        source = Source.objects.visible_to(user).filter(pk=row.source_id).first()
        if source is None:
            raise Http404
        sources.follow_known(user, source, now=now)
        messages.success(request, _("You follow %(source)s now.") % {"source": source})
    elif problem := _follow_site(request, user, row.site):
        messages.error(request, problem)
        return redirect(reverse("web:add") + "?" + urlencode({"address": row.site}))
    services.done_with(user, row)
    return go_back(request, "web:discover")


def _follow_site(request: HttpRequest, user: User, site: str) -> str:
    """Follows the first feed found at a site; what is in the way, else ""."""
    found = find_feeds([site], user)[0]
    if found.problem or not found.feeds:
        return found.problem or _("No feed was found there. Its page may name one.")
    best = next((feed for feed in found.feeds if not feed.guessed), found.feeds[0])
    try:
        subscription = sources.follow(user, best.url, title=best.title, now=timezone.now())
    except TransomError as error:
        return error.message
    messages.success(request, _("You follow %(source)s now.") % {"source": subscription.source})
    return ""


@require_POST
@login_required
def refuse(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    """Never again; or, taken back, perhaps again."""
    user = user_of(request)
    row = _own(user, suggestion_id)
    if request.POST.get("undo"):
        services.take_refusal_back(user, row)
        messages.success(request, _("It may be suggested again."))
    else:
        services.refuse(user, row, now=timezone.now())
        messages.success(request, _("It will not be suggested again. You can take that back below."))
    return go_back(request, "web:discover")
