"""One person: everything they published, where they work, with whom, and what the user may do about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from transom.apps.conversations.selectors import takes_part_in
from transom.apps.library.models import Identity
from transom.apps.network import services as network
from transom.apps.network.selectors import tie_of
from transom.apps.people import selectors, services
from transom.apps.people.describing import TOOK_PART
from transom.apps.people.models import Person
from transom.engine.core.errors import TransomError
from transom.interfaces.web.brief_page import lines_about
from transom.interfaces.web.http import go_back, user_of
from transom.interfaces.web.people_forms import PersonNoteForm
from transom.interfaces.web.people_page import (
    MOST_SEEN,
    company_reason,
    links_of,
    meets_words,
    name_rows,
    rows_of,
    stay_words,
    work_of,
)

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

PARTS = ("published", "spoke", "said")
FEW = 5


@require_safe
@login_required
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """The page of a person; of somebody who is another by now, it leads there."""
    user = user_of(request)
    found = visible_person(user, person_id)
    if found.pk != person_id:
        return redirect("web:person", found.pk)
    identities = selectors.identities_of(user, found)
    groups, offices = selectors.groups_and_offices(identities)
    company = selectors.company_of(user, found, identities)
    meets = selectors.meets_in(user, identities)
    relation = tie_of(user, found)
    context: dict[str, Any] = {
        "person": found,
        "work": work_of(found),
        "offices": [one for one in offices if not (meets and one.startswith(TOOK_PART))],
        "meets": [(one, meets_words(one)) for one in meets],
        "groups": groups,
        "stays": [stay_words(one) for one in selectors.stays_of(user, identities, timezone.localdate())],
        "sources": selectors.sources_of(user, identities),
        "seen_in": ", ".join(map(str, selectors.seen_in(user, [found.pk]).get(found.pk, [])[:MOST_SEEN])),
        "links": links_of(identities),
        "names": name_rows(selectors.why_one(user, identities)),
        "company": rows_of(
            user,
            [one.person for one in company],
            {one.person.pk: company_reason(one, found.name) for one in company},
        ),
        "relation": relation,
        "note_form": PersonNoteForm(initial={"text": relation.note}),
        "decisions": selectors.decided_by(user, identities),
        "for_whom": services.asks_for_whom(user),
        "may_forget": services.may_forget(user, found),
        "talks": takes_part_in(user, [one.pk for one in identities]),
        "parts": _parts(request, user, found, identities),
    }
    return render(request, "web/person.html", context)


def _parts(
    request: HttpRequest, user: User, person: Person, identities: Sequence[Identity]
) -> list[dict[str, Any]]:
    """What they published, spoke about and said. Only one part goes on to older things at a time."""
    asked = request.GET.get("part", "")
    found = []
    for part in PARTS:
        after = request.GET.get("after") if part == asked else None
        if asked in PARTS and part != asked:
            continue
        things = selectors.things_of(user, identities, part, after, limit=15 if asked else FEW)
        lines = lines_about(user, things.items, back=request.get_full_path())
        for line in lines:
            # Whose page this is need not be said with every line.
            if line.author_href == reverse("web:person", args=[person.pk]):
                line.author = ""
        if lines or part == asked:
            found.append({"name": part, "title": TITLES[part](), "lines": lines, "after": things.after})
    return found


TITLES = {
    "published": lambda: _("Published"),
    "spoke": lambda: _("Spoke about"),
    "said": lambda: _("Said in discussions"),
}


def visible_person(user: User, person_id: int) -> Person:
    """Who goes by this key for the user; 404 where they may not see them."""
    found = selectors.person_for(user, person_id)
    if found is None:
        raise Http404
    return found


@require_POST
@login_required
def follow(request: HttpRequest, person_id: int) -> HttpResponse:
    """Follows somebody, or no longer; says which sources come with it."""
    user = user_of(request)
    found = visible_person(user, person_id)
    now = timezone.now()
    if request.POST.get("stop"):
        still = network.unfollow_person(user, found, now=now)
        messages.success(request, _("You no longer follow %(name)s.") % {"name": found.name})
        if still:
            said = _("You still follow %(sources)s; unfollow them under Sources if you like.")
            messages.info(request, said % {"sources": _named(still)})
    else:
        say_followed(request, found, network.follow_person(user, found, now=now))
    return go_back(request, "web:person", found.pk)


def say_followed(request: HttpRequest, found: Person, done: network.Followed) -> None:
    """Says which sources came with somebody, and which were left as they are."""
    messages.success(request, _("You follow %(name)s now.") % {"name": found.name})
    if done.subscribed:
        said = _("With them come new things from %(sources)s.")
        messages.info(request, said % {"sources": _named(done.subscribed)})
    if done.shared:
        said = ngettext(
            "%(sources)s has other authors too, so it was left as it is.",
            "%(sources)s have other authors too, so they were left as they are.",
            len(done.shared),
        )
        messages.info(request, said % {"sources": _named(done.shared)})


def _named(sources: Any) -> str:
    return ", ".join(map(str, sources))


@require_POST
@login_required
def know(request: HttpRequest, person_id: int) -> HttpResponse:
    """Notes that the user knows somebody, or does not."""
    user = user_of(request)
    found = visible_person(user, person_id)
    known = not request.POST.get("stop")
    network.mark_known(user, found, known, now=timezone.now())
    said = _("%(name)s is among the people you know.") if known else _("%(name)s is not among them any more.")
    messages.success(request, said % {"name": found.name})
    return go_back(request, "web:person", found.pk)


@require_POST
@login_required
def note(request: HttpRequest, person_id: int) -> HttpResponse:
    user = user_of(request)
    found = visible_person(user, person_id)
    form = PersonNoteForm(request.POST)
    if form.is_valid():
        network.set_note(user, found, form.cleaned_data["text"], now=timezone.now())
        messages.success(request, _("Note saved. Only you see it."))
    else:
        messages.error(request, _("This note is too long to be kept. Shorten it and save it again."))
    return go_back(request, "web:person", found.pk)


@require_POST
@login_required
def not_this(request: HttpRequest, person_id: int, identity_id: int) -> HttpResponse:
    """One of a person's names or accounts is somebody else's."""
    user = user_of(request)
    found = visible_person(user, person_id)
    try:
        services.part(
            user, identity_id, found, now=timezone.now(), everybody=request.POST.get("everybody") == "yes"
        )
    except TransomError as error:
        raise Http404 from error
    messages.success(request, _("Noted: that is somebody else. You can take it back below."))
    return go_back(request, "web:person", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def forget(request: HttpRequest, person_id: int) -> HttpResponse:
    """Asks first, then forgets somebody."""
    user = user_of(request)
    found = visible_person(user, person_id)
    may = services.may_forget(user, found)
    if request.method == "POST":
        if not may:
            raise Http404
        services.forget(user, found, now=timezone.now())
        messages.success(request, _("%(name)s is forgotten, and stays so.") % {"name": found.name})
        return redirect("web:people")
    identities = selectors.identities_of(user, found)
    context = {"person": found, "may": may, "identities": identities}
    return render(request, "web/forget_person.html", context)
