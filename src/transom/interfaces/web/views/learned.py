"""What was learned about the user: all of it in words, with the rows that taught it, each to be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from transom.apps.accounts.models import User, profile_of
from transom.apps.brief.models import Feedback
from transom.interfaces.web.http import go_back, user_of

if TYPE_CHECKING:
    from transom.apps.brief.selectors import Learned


@dataclass(frozen=True, slots=True)
class Row:
    """One thing learned: where it stands on the page, whether its rows are unfolded, where all of them are."""

    one: Learned
    anchor: str
    back: str
    unfolded: bool
    everything: str


@dataclass(frozen=True, slots=True)
class Part:
    """Things learned of one sort, under their heading."""

    name: str
    title: str
    rows: list[Row]


@require_safe
@login_required
def learned(request: HttpRequest) -> HttpResponse:
    """Everything that was learned, by what it is about."""
    from transom.apps.brief import selectors as brief
    from transom.apps.brief.candidates.warm import model_for

    user, now = user_of(request), timezone.now()
    noted = Feedback.objects.filter(user=user).count()
    model = model_for(profile_of(user), now)
    words, manners = brief.of_words(user, model, now), brief.of_manners(user, model, now)
    parts = _parts(user, words, manners, request.GET.get("open", ""))
    context = {
        "parts": [part for part in parts if part.rows],
        "reasons": brief.of_reasons(model),
        "noted": noted,
    }
    return render(request, "web/learned.html", context)


def _parts(user: User, words: list[Learned], manners: list[Learned], unfolded: str) -> list[Part]:
    from transom.apps.brief import selectors as brief

    found = [
        ("said", _("What you said"), brief.what_was_said(user)),
        ("words", _("What it is about"), words),
        ("sources", _("Where it comes from"), brief.of_sources(user)),
        ("authors", _("Who wrote it"), brief.of_authors(user)),
        ("kinds", _("What sort of thing it is"), brief.of_kinds(user)),
        ("manners", _("How its title speaks"), manners),
    ]
    return [
        Part(name, title, [_row(name, number, one, unfolded) for number, one in enumerate(some)])
        for name, title, some in found
    ]


def _row(part: str, number: int, one: Learned, unfolded: str) -> Row:
    name = f"{one.of}:{one.key}" if one.of else ""
    anchor = f"{part}-{number}" if name else f"part-{part}"
    here = reverse("web:learned") + (f"?{urlencode({'open': name})}" if name else "")
    everything = f"{reverse('web:learned-log')}?{urlencode({'of': one.of, 'is': one.key})}" if name else ""
    return Row(one, anchor, f"{here}#{anchor}", bool(name) and name == unfolded, everything)


@require_safe
@login_required
def log(request: HttpRequest) -> HttpResponse:
    """The rows themselves, the latest first: all of them, or those about one thing."""
    from transom.apps.brief import selectors as brief

    of, key, after = (request.GET.get(name, "") for name in ("of", "is", "after"))
    page = brief.lessons(user_of(request), of, key, after)
    asked = {name: value for name, value in (("of", of), ("is", key)) if value}
    context = {
        "lessons": page.lessons,
        "back": request.get_full_path(),
        "next": f"?{urlencode({**asked, 'after': page.after})}" if page.after else "",
        "some": bool(of),
    }
    return render(request, "web/learned_log.html", context)


@require_POST
@login_required
def undo(request: HttpRequest, feedback_id: int) -> HttpResponse:
    """Takes one row back; the next brief is chosen as if it had never been said. Pressed twice, it is gone."""
    from transom.apps.brief import services

    gone = services.take_back(user_of(request), feedback_id, now=timezone.now())
    if not gone and Feedback.objects.filter(pk=feedback_id).exists():
        raise Http404
    messages.success(request, _("Taken back. It counts for nothing any more."))
    return go_back(request, "web:learned")
