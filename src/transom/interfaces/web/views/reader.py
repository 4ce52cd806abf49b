"""Transom's own reader."""

from __future__ import annotations

import math

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from transom.apps.library.models import Highlight, Note
from transom.apps.sources.models import SourceKind
from transom.engine.core.errors import TransomError
from transom.interfaces.web.article import find_passage, prepare
from transom.interfaces.web.brief_page import lines_about
from transom.interfaces.web.bylines import authors_of
from transom.interfaces.web.forms import HighlightForm, NoteForm, TagsForm
from transom.interfaces.web.http import go_back, user_of
from transom.interfaces.web.images import picture_address
from transom.interfaces.web.views.says import visible_item

LONGEST_BEAT = 120  # seconds one beacon may claim: it beats every 15 and when the page is left


@require_safe
@login_required
def read(request: HttpRequest, item_id: int) -> HttpResponse:
    """One item. Opening counts through the page's own beacon, never through this GET."""
    from transom.apps.library import selectors, services

    user = user_of(request)
    page = selectors.reader_page(user, item_id)
    if page is None:
        raise Http404
    here = reverse("web:read", args=[item_id])
    ours = page.item.owner_id is not None
    prepared = prepare(
        page.html,
        picture=picture_address,
        load_pictures=not ours or request.GET.get("pictures") == "yes",
        passages=[(one.id, one.quote, one.occurrence) for one in page.passages],
        left_out=_("[picture not loaded]"),
    )
    (line,) = lines_about(user, [page.item], back=here)
    context = {
        "reading": page,
        "item": page.item,
        "line": line,
        "authors": authors_of(user, page.item),
        "article": prepared.html,
        "pictures_left_out": prepared.pictures,
        "elsewhere": [one for one in page.sightings if one.source_id != page.item.home_id],
        "tags_form": TagsForm(initial={"names": ", ".join(map(str, page.tags))}),
        "note_form": NoteForm(),
        "highlight_form": HighlightForm(),
        "handed_in": page.item.home is not None and page.item.home.kind == SourceKind.HANDED_IN,
        "file": services.media_path(user, page.item),
        "brief_line": request.GET.get("line", ""),
    }
    return render(request, "web/read.html", context)


@require_POST
@login_required
def beat(request: HttpRequest, item_id: int) -> HttpResponse:
    """The reader's beacon: seconds visible and active since the last beat, and how far down."""
    from transom.apps.library import services

    user = user_of(request)
    item = visible_item(user, item_id)
    now = timezone.now()
    seconds, progress = _number(request, "seconds"), _number(request, "progress")
    if request.POST.get("opened"):
        services.open_item(user, item, now)
    services.record_reading(
        user, item, seconds=int(min(seconds, LONGEST_BEAT)), progress=min(progress, 1.0), now=now
    )
    return HttpResponse(status=204)


def _number(request: HttpRequest, name: str) -> float:
    try:
        value = float(request.POST.get(name, "0"))
    except ValueError:
        return 0.0
    return max(value, 0.0) if math.isfinite(value) else 0.0


@require_POST
@login_required
def finish(request: HttpRequest, item_id: int) -> HttpResponse:
    from transom.apps.library import services

    user = user_of(request)
    services.finish(user, visible_item(user, item_id), timezone.now())
    messages.success(request, _("Marked as finished."))
    return go_back(request)


@require_POST
@login_required
def tags(request: HttpRequest, item_id: int) -> HttpResponse:
    from transom.apps.library import services

    user = user_of(request)
    item = visible_item(user, item_id)
    form = TagsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("No tags were changed: each may have 60 letters at most."))
        return _to_reader(item_id, "tags")
    try:
        services.set_tags(user, item, form.cleaned_data["names"])
    except TransomError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Tags saved."))
    return _to_reader(item_id, "tags")


@require_POST
@login_required
def add_note(request: HttpRequest, item_id: int) -> HttpResponse:
    from transom.apps.library import services

    user = user_of(request)
    item = visible_item(user, item_id)
    form = NoteForm(request.POST)
    if form.is_valid():
        services.add_note(user, item, form.cleaned_data["text"])
    else:
        messages.error(request, _("A note needs some words."))
    return _to_reader(item_id, "notes")


@require_POST
@login_required
def change_note(request: HttpRequest, note_id: int) -> HttpResponse:
    """New words for a note; empty words or the button "delete" remove it."""
    from transom.apps.library import services

    user = user_of(request)
    note = get_object_or_404(Note, pk=note_id, user=user)
    text = request.POST.get("text", "").strip()
    if request.POST.get("delete") or not text:
        services.delete_note(user, note)
    else:
        services.change_note(user, note, text)
    return _to_reader(note.item_id, "notes")


@require_POST
@login_required
def add_highlight(request: HttpRequest, item_id: int) -> HttpResponse:
    """Marks a passage: the words as selected, and roughly where they stood."""
    from transom.apps.library import selectors, services

    user = user_of(request)
    page = selectors.reader_page(user, item_id)
    if page is None:
        raise Http404
    form = HighlightForm(request.POST)
    place = None
    if form.is_valid():
        place = find_passage(page.text, form.cleaned_data["quote"], near=form.cleaned_data["near"] or 0.0)
    if place is None:
        messages.error(request, _("Those words do not stand in this text, so nothing was marked."))
        return _to_reader(item_id, "passages")
    start, end = place
    services.add_highlight(
        user, page.item, quote=page.text[start:end], start=start, end=end, note="", now=timezone.now()
    )
    return _to_reader(item_id, "passages")


@require_POST
@login_required
def delete_highlight(request: HttpRequest, highlight_id: int) -> HttpResponse:
    from transom.apps.library import services

    user = user_of(request)
    highlight = get_object_or_404(Highlight, pk=highlight_id, user=user)
    services.delete_highlight(user, highlight)
    return _to_reader(highlight.item_id, "passages")


@require_POST
@login_required
def split(request: HttpRequest, sighting_id: int) -> HttpResponse:
    """Undoes a merge: "this is not the same story"."""
    from transom.apps.library import services
    from transom.apps.library.models import Sighting

    user = user_of(request)
    sighting = get_object_or_404(Sighting.objects.select_related("item", "source"), pk=sighting_id)
    item = visible_item(user, sighting.item_id)
    try:
        services.split(user, sighting)
    except TransomError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Taken apart: the two are separate entries now."))
    return _to_reader(item.pk, "elsewhere")


@require_safe
@login_required
def original(request: HttpRequest, item_id: int) -> FileResponse:
    """The file that its owner handed in, to keep or to open elsewhere; never shown within these pages."""
    from transom.apps.library import services

    user = user_of(request)
    item = visible_item(user, item_id)
    path = services.media_path(user, item)
    if path is None:
        raise Http404
    name = f"{item.title[:80] or item.pk}.pdf"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/pdf")


@require_POST
@login_required
def take_back(request: HttpRequest, item_id: int) -> HttpResponse:
    """Deletes what the user handed in, with everything made of it."""
    from transom.apps.library import services

    user = user_of(request)
    item = visible_item(user, item_id)
    try:
        services.delete_handed_in(user, item)
    except TransomError as error:
        messages.error(request, error.message)
        return _to_reader(item_id, "article")
    messages.success(request, _("Deleted, with your notes and marks on it."))
    return redirect("web:saved")


def _to_reader(item_id: int, part: str) -> HttpResponse:
    return redirect(f"{reverse('web:read', args=[item_id])}#{part}")
