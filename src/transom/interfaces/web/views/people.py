"""Who is who in the user's field: the directory, who does their job elsewhere, and one question at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from transom.apps.accounts.models import profile_of
from transom.apps.brief.candidates.interests import telling_words
from transom.apps.brief.leading import pair_of
from transom.apps.brief.models import BriefLine, Section
from transom.apps.library.models import Identity
from transom.apps.network.selectors import known_to
from transom.apps.people import selectors, services
from transom.apps.people.models import Decision, Facet
from transom.apps.people.selectors.standing import most_listened_to
from transom.engine.core.errors import TransomError
from transom.interfaces.web.brief_page import question_of
from transom.interfaces.web.converters import key_of
from transom.interfaces.web.field_page import listened_rows
from transom.interfaces.web.http import go_back, is_htmx, user_of, way_back
from transom.interfaces.web.people_forms import DirectoryForm
from transom.interfaces.web.people_page import peer_reason, rows_of
from transom.interfaces.web.who_is_who import next_question, question_between, thanks

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

MOST_PEERS = 6
ANCHOR = "same-person"
FACETS = (Facet.CHANNEL, Facet.ORGANIZATION, Facet.GROUP, Facet.REGION)


@require_safe
@login_required
def people(request: HttpRequest) -> HttpResponse:
    """The directory; with nothing asked for, also who has the same job, and a question."""
    user = user_of(request)
    form = DirectoryForm(request.GET, choices=selectors.choices())
    after = request.GET.get("after")
    narrowed = form.is_valid() and form.filtered
    filters = _filters(user, form.cleaned_data) if form.is_valid() else selectors.Filters()
    page = selectors.directory(user, filters, after)
    context: dict[str, Any] = {
        "form": form,
        "narrowed": narrowed,
        "rows": rows_of(user, page.people),
        "next": _next(request, page.after),
        "first_page": not after,
    }
    if not narrowed and not after:
        context |= _around(user)
    return render(request, "web/people.html", context)


def _filters(user: User, asked: dict[str, Any]) -> selectors.Filters:
    return selectors.Filters(
        name=asked["name"],
        topic=asked["topic"],
        facets=tuple(int(asked[kind]) for kind in FACETS if asked.get(kind)),
        among=known_to(user) if asked["known"] else None,
    )


def _around(user: User) -> dict[str, Any]:
    profile = profile_of(user)
    telling = list(telling_words(profile.job))
    peers = selectors.same_job(user, telling, profile.interests, limit=MOST_PEERS)
    whys = {one.person.pk: peer_reason(one) for one in peers}
    return {
        "listened": listened_rows(user, most_listened_to(user)),
        "peers": rows_of(user, [one.person for one in peers], whys),
        "job": profile.job.strip(),
        "telling": telling,
        "question": next_question(user, timezone.now(), anchor=ANCHOR),
    }


def _next(request: HttpRequest, after: str | None) -> str:
    if not after:
        return ""
    asked = {key: value for key, value in request.GET.items() if value and key != "after"}
    return "?" + urlencode({**asked, "after": after})


@require_POST
@login_required
def answer(request: HttpRequest) -> HttpResponse:
    """Same, different, or don't know, for the user or for everybody; then the next question."""
    user = user_of(request)
    one, other = key_of(request.POST.get("a", "")), key_of(request.POST.get("b", ""))
    said = {"same": True, "different": False, "unknown": None}
    word = request.POST.get("say", "")
    if word not in said:
        return HttpResponseBadRequest()
    if one is None or other is None:
        raise Http404
    now = timezone.now()
    try:
        everybody = request.POST.get("everybody") == "yes"
        decision = services.decide(user, one, other, said[word], now=now, everybody=everybody)
    except TransomError as error:
        raise Http404 from error
    if is_htmx(request):
        line = _line_asking(user, one, other, request.POST.get("line", ""))
        if line is not None:
            asked = question_of(line, user, way_back(request).partition("#")[0])
            return render(
                request, "web/brief_question.html", {"question": asked, "text": line.text, "answered": True}
            )
        context = {"question": next_question(user, now, anchor=ANCHOR), "answered": thanks(user, decision)}
        return render(request, "web/same_person.html", context)
    if not request.POST.get("next"):
        messages.success(request, thanks(user, decision))
    return go_back(request, "web:people")


def _line_asking(user: User, one: int, other: int, key: str) -> BriefLine | None:
    """The line of the user's brief that the answer was given at, if it asks about these two."""
    line = BriefLine.objects.filter(pk=key_of(key) or 0, brief__user=user, section=Section.KNOW).first()
    return line if line is not None and pair_of(line.leads_to) == (min(one, other), max(one, other)) else None


@require_safe
@login_required
def question(request: HttpRequest, one: int, other: int) -> HttpResponse:
    """One question about who is who, for a link to lead to; once it has an answer, that."""
    user = user_of(request)
    if one == other or Identity.objects.visible_to(user).filter(pk__in=[one, other]).count() < 2:
        raise Http404
    asked = question_between(user, one, other, now=timezone.now(), anchor=ANCHOR, back=request.path)
    return render(request, "web/question.html", {"question": asked})


@require_POST
@login_required
def take_back(request: HttpRequest, decision_id: int) -> HttpResponse:
    user = user_of(request)
    decision = get_object_or_404(Decision, pk=decision_id, user=user)
    services.take_back(user, decision, now=timezone.now())
    messages.success(request, _("Taken back."))
    return go_back(request, "web:people")
