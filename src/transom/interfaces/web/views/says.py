"""What a user says about an item: save, not for me, more like this, wrong reason, and taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from transom.apps.accounts.models import User
from transom.apps.brief.mail_links import MailWord, read_link
from transom.apps.brief.models import BriefLine, Feedback, Signal
from transom.apps.library.models import Item
from transom.interfaces.web.brief_page import Line, Offers, line_about, line_of, said_about
from transom.interfaces.web.converters import key_of
from transom.interfaces.web.http import go_back, is_htmx, user_of, way_back


@require_POST
@login_required
def say(request: HttpRequest, item_id: int) -> HttpResponse:
    """Takes note of one button of a line and shows the line's buttons again."""
    user = user_of(request)
    item = visible_item(user, item_id)
    row = _row(user, request.POST.get("line"), item)
    _take_note(user, item, row, request.POST)
    if not is_htmx(request):
        return go_back(request)
    return render(request, "web/line_does.html", {"line": _line(request, user, item, row)})


def visible_item(user: User, item_id: int) -> Item:
    """The item, with its home source, if this user may see it; 404 otherwise."""
    from transom.apps.library import selectors

    for item in selectors.items_by_ids(user, [item_id]):
        return item
    raise Http404


def _row(user: User, given: str | None, item: Item) -> BriefLine | None:
    key = key_of(given or "")
    if key is None:
        return None
    rows = BriefLine.objects.select_related("item__home", "opportunity")
    return rows.filter(pk=key, brief__user=user, item=item).first()


def _take_note(user: User, item: Item, row: BriefLine | None, said: Any) -> None:
    from transom.apps.brief import services

    now = timezone.now()
    what, wrong = said.get("say", ""), said.get("wrong", "")
    if right := said.get("right", ""):
        _take_back(user, item, Signal.WRONG_REASON, feature=right)
    elif wrong:
        services.give_feedback(user, item.pk, Signal.WRONG_REASON, line=row, feature=wrong[:40], now=now)
    elif what == "undo":
        _take_back(user, item, Signal.LESS, Signal.MORE)
    elif what in {"save", "unsave"}:
        _keep(user, item, what == "save")
    elif what in {Signal.LESS, Signal.MORE}:
        _take_back(user, item, Signal.LESS, Signal.MORE)
        services.give_feedback(user, item.pk, Signal(what), line=row, now=now)


def _keep(user: User, item: Item, keep: bool) -> None:
    """Saves or not; the log of what the user likes takes it from there by itself."""
    from transom.apps.library import services as library

    if keep:
        library.save(user, item, timezone.now())
    else:
        library.unsave(user, item, timezone.now())


def _take_back(user: User, item: Item, *signals: Signal, feature: str = "") -> None:
    from transom.apps.brief import services

    given = Feedback.objects.filter(user=user, item=item, signal__in=signals, feature=feature)
    for feedback_id in list(given.values_list("pk", flat=True)):
        services.undo_feedback(user, feedback_id)


def _line(request: HttpRequest, user: User, item: Item, row: BriefLine | None) -> Line:
    said = said_about(user, [item.pk])
    back = way_back(request)
    line = line_about(item, said, back=back) if row is None else line_of(row, said, "", Offers())
    line.back = back
    return line


@require_http_methods(["GET", "HEAD", "POST"])
def from_mail(request: HttpRequest, token: str) -> HttpResponse:
    """A button in the mailed brief leads here, signed in or not: the GET only asks, the POST takes note."""
    word = _word_of(request, token)
    user = get_object_or_404(User, pk=word.user_id, is_active=True)
    item = visible_item(user, word.item_id)
    if request.method == "POST":
        row = BriefLine.objects.filter(pk=word.line_id or 0, brief__user=user, item=item).first()
        _take_note(user, item, row, {"say": word.say})
    noted = request.method == "POST"
    context = {
        "item": item,
        "question": _questions()[word.say],
        "noted": noted,
        "signed_in": request.user == user,
    }
    answer = render(request, "web/mail_feedback.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _questions() -> dict[str, str]:
    return {
        "save": _("Save this?"),
        Signal.LESS: _("Show less like this?"),
        Signal.MORE: _("Show more like this?"),
    }


def _word_of(request: HttpRequest, token: str) -> MailWord:
    """What the button says; 404 where it is no button of ours, or somebody else is signed in."""
    word = read_link(token)
    if word is None or (request.user.is_authenticated and request.user.pk != word.user_id):
        raise Http404
    return word
