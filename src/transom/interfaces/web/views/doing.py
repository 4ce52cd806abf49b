"""Something to do: pass an item on, put a date in the calendar."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from transom.apps.accounts.models import User
from transom.apps.brief.wording import doing_text
from transom.apps.library.models import Item
from transom.apps.participation import services
from transom.apps.participation.models import Opportunity, OpportunityKind
from transom.apps.participation.selectors import recipients
from transom.interfaces.web.brief_page import line_about, said_about
from transom.interfaces.web.forms import PassOnForm
from transom.interfaces.web.http import go_back, user_of, way_back
from transom.interfaces.web.views.says import visible_item


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def pass_on(request: HttpRequest, item_id: int) -> HttpResponse:
    """Two lines to chosen people, by one's own mail or copied. Transom sends nothing itself."""
    user = user_of(request)
    item = visible_item(user, item_id)
    known = {str(person.pk): (person.name, person.email) for person in recipients(user)}
    choices = [(key, name or email) for key, (name, email) in known.items()]
    form = PassOnForm(request.POST if request.method == "POST" else None, known=choices)
    if request.method == "POST" and form.is_valid():
        return _passed_on(request, user, item, form, known)
    return _ask(request, user, item, form)


def _ask(request: HttpRequest, user: User, item: Item, form: PassOnForm) -> HttpResponse:
    line = line_about(item, said_about(user, [item.pk]), back="/")
    context = {"form": form, "line": line, "item": item, "back": way_back(request, "web:read", item.pk)}
    return render(request, "web/pass_on.html", context)


def _passed_on(
    request: HttpRequest, user: User, item: Item, form: PassOnForm, known: dict[str, tuple[str, str]]
) -> HttpResponse:
    how = services.COPIED if request.POST.get("how") == "copied" else services.OWN_MAIL
    people = [known[key] for key in form.cleaned_data.get("known", [])] + form.cleaned_data["others"]
    if how == services.OWN_MAIL and not people:
        form.add_error("others", _("Say to whom, or copy it instead."))
        return _ask(request, user, item, form)
    text = form.cleaned_data["text"]
    now = timezone.now()
    _action, mailto = services.pass_on(user, item, text=text, recipients=people, how=how, now=now)
    context = {
        "item": item,
        "mailto": mailto if how == services.OWN_MAIL else "",
        "people": people,
        "copy": "\n\n".join(part for part in (text, item.title, item.address) if part),
        "back": way_back(request),
    }
    return render(request, "web/passed_on.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def calendar(request: HttpRequest, opportunity_id: int) -> HttpResponse:
    """Shows the date, and gives it as a file when asked (POST: that is something done, and logged)."""
    user = user_of(request)
    opportunity = get_object_or_404(
        Opportunity.objects.select_related("item__home", "event").exclude(kind=OpportunityKind.PASS_ON),
        pk=opportunity_id,
        user=user,
    )
    if request.method == "POST":
        now = timezone.now()
        services.calendar(user, opportunity, now)
        return _file(services.ics(opportunity, now), opportunity.item_id or opportunity.pk)
    if opportunity.item is None:
        return _ask_of_date(request, opportunity)
    line = line_about(opportunity.item, said_about(user, [opportunity.item.pk]), back="/")
    context = {"item": opportunity.item, "line": line, "opportunity": opportunity}
    return render(request, "web/calendar.html", context)


def _ask_of_date(request: HttpRequest, opportunity: Opportunity) -> HttpResponse:
    """A date that no article is about: its own facts, and where one takes part."""
    context = {
        "event": opportunity.event,
        "opportunity": opportunity,
        "doing": doing_text(opportunity.kind),
    }
    return render(request, "web/decide.html", context)


@require_safe
@login_required
def ics_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """The item's date as a calendar file."""
    item = visible_item(user_of(request), item_id)
    if item.event_start is None:
        raise Http404
    return _file(services.ics(item, timezone.now()), item.pk)


def _file(data: bytes, key: int) -> HttpResponse:
    response = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="transom-{key}.ics"'
    return response


@require_POST
@login_required
def decline(request: HttpRequest, opportunity_id: int) -> HttpResponse:
    user = user_of(request)
    opportunity = get_object_or_404(Opportunity, pk=opportunity_id, user=user)
    services.decline(user, opportunity, timezone.now())
    messages.success(request, _("Noted. It will not be offered again."))
    return go_back(request)
