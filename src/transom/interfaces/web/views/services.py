"""Following what a service publishes: which there are, what each asks, and a look before following."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from transom.apps.sources import services as sources
from transom.apps.sources.connectors.interface import Connector, Query
from transom.apps.sources.connectors.records import Batch, EventRecord, ItemRecord
from transom.apps.sources.connectors.registry import connector, connectors, meant_by
from transom.apps.sources.errors import SourceError
from transom.apps.sources.looking import Look, look
from transom.apps.sources.selectors import followed_at
from transom.engine.text.sanitise import to_text
from transom.interfaces.web.fetching import with_client
from transom.interfaces.web.forms import ServiceForm
from transom.interfaces.web.http import user_of
from transom.interfaces.web.words import how_often

MOST_SHOWN = 5
MOST_NAMES = 12
MOST_WORDS = 140
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that was published: its title, or its first words where it has none."""

    words: str
    published: datetime | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What following would bring, as the page shows it."""

    title: str
    query: Query
    items: list[Thing]
    more_items: int
    dates: list[EventRecord]
    more_dates: int
    people: list[str]
    more_people: int
    pointed: int
    problems: tuple[str, ...]
    alone: bool

    @property
    def empty(self) -> bool:
        return not (self.items or self.dates or self.people)


@require_safe
@login_required
def services(request: HttpRequest) -> HttpResponse:
    """Every service, what it needs and what limits it; with ``words``, those where they can be looked for."""
    words = request.GET.get("words", "").strip()[:200]
    found = [one for one in connectors() if one.takes_words or not words]
    rows = [(one, how_often(one.every_minutes)) for one in found]
    return render(request, "web/services.html", {"rows": rows, "words": words})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def service(request: HttpRequest, name: str) -> HttpResponse:
    """One service: its few fields, then what they would bring, then following it."""
    reader = _reader(name)
    if request.method != "POST":
        given = {ask.name: request.GET[ask.name][:500] for ask in reader.asks if ask.name in request.GET}
        return show(request, reader, ServiceForm(reader, initial=given))
    form = ServiceForm(reader, request.POST)
    if not form.is_valid():
        return show(request, reader, form)
    if "follow" in request.POST:
        return _follow(request, reader, form)
    title = request.POST.get("title", "")[:MOST_WORDS]
    return show(request, reader, form, looked=look_at(request, reader, form.query()), title=title)


def look_at(request: HttpRequest, reader: Connector, query: Query) -> Look:
    """Asks the service once, for this user."""
    now = timezone.now()
    return with_client(lambda client: look(reader, query, client, now), user_of(request))


def meant(request: HttpRequest, text: str) -> HttpResponse | None:
    """The page for a pasted address, handle or number, where it belongs to a service; None where it does not."""
    for reader, found in meant_by(text):
        looked = look_at(request, reader, found.query)
        if looked.batch is not None or found.sure:
            return show(request, reader, ServiceForm(reader, dict(looked.query)), looked=looked)
    return None


def show(
    request: HttpRequest,
    reader: Connector,
    form: ServiceForm,
    *,
    looked: Look | None = None,
    title: str = "",
) -> HttpResponse:
    """`title` is what a search called what is looked at, and becomes the user's own name for it."""
    often = how_often(reader.every_minutes)
    context: dict[str, Any] = {"reader": reader, "form": form, "often": often, "title": title}
    if looked is not None:
        context["problem"] = "" if looked.suggestions else looked.problem
        context["suggestions"] = looked.suggestions
        if looked.batch is not None:
            context["preview"] = preview_of(reader, looked.query, looked.batch, timezone.now())
            context["followed"] = followed_at(user_of(request), reader.name, reader.address(looked.query))
    return render(request, "web/service.html", context)


def preview_of(reader: Connector, query: Query, batch: Batch, now: datetime) -> Preview:
    """The newest things, the next dates, and who is in it."""
    oldest = datetime.min.replace(tzinfo=now.tzinfo)
    items = sorted(batch.items, key=lambda one: one.entry.published or oldest, reverse=True)
    dates = sorted(
        (one for one in batch.events if (one.ends or one.starts) >= now), key=lambda one: one.starts
    )
    people = list(dict.fromkeys(one.name for one in batch.identities if one.is_person))
    return Preview(
        title=batch.title or reader.address(query),
        query=query,
        items=[_thing(one) for one in items[:MOST_SHOWN]],
        more_items=max(0, len(items) - MOST_SHOWN),
        dates=dates[:MOST_SHOWN],
        more_dates=max(0, len(dates) - MOST_SHOWN),
        people=people[:MOST_NAMES],
        more_people=max(0, len(people) - MOST_NAMES),
        pointed=len(batch.endorsements),
        problems=batch.problems[:3],
        alone=reader.is_private(query) or reader.is_elsewhere(query),
    )


def _thing(record: ItemRecord) -> Thing:
    text = _ADDRESS.sub("", to_text(record.entry.content_html))
    words = record.entry.title or shorten(text, MOST_WORDS, placeholder=" …")
    return Thing(words or record.entry.link, record.entry.published)


def _follow(request: HttpRequest, reader: Connector, form: ServiceForm) -> HttpResponse:
    try:
        title = request.POST.get("title", "")[:MOST_WORDS]
        found = sources.follow_connector(
            user_of(request), reader, form.query(), title=title, now=timezone.now()
        )
    except SourceError as error:
        form.add_error(None, error.message)
        return show(request, reader, form)
    messages.success(request, _("You follow %(source)s now.") % {"source": found.title or found.source})
    return redirect("web:source", found.source_id)


def _reader(name: str) -> Connector:
    try:
        return connector(name)
    except SourceError as error:
        raise Http404 from error
