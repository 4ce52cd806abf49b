"""Adding: an address, a link, a text, a mail, a PDF, a list; and taking the list out again."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from transom.apps.accounts.models import User
from transom.apps.library.models import Item
from transom.apps.sources import services
from transom.engine.core.errors import TransomError
from transom.engine.parse.opml import write_opml
from transom.interfaces.web.fetching import Found, find_feeds, with_client
from transom.interfaces.web.following import import_list
from transom.interfaces.web.forms import AddressForm, HandInForm, ImportForm
from transom.interfaces.web.http import user_of
from transom.interfaces.web.views.services import meant


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Two boxes: follow an address, or hand in one thing."""
    if request.method == "POST":
        if "follow" in request.POST:
            return _follow_chosen(request)
        if "address" in request.POST:
            return _look(request)
        return _hand_in(request)
    link = request.GET.get("link", "")[:2000]
    address = request.GET.get("address", "")[:2000]
    return _show(
        request,
        hand_in=HandInForm(initial={"text": link}),
        address_form=AddressForm(initial={"address": address}),
    )


def _show(request: HttpRequest, **context: Any) -> HttpResponse:
    context.setdefault("address_form", AddressForm())
    context.setdefault("hand_in", HandInForm())
    context["bookmarklet"] = bookmarklet(request)
    return render(request, "web/add.html", context)


def bookmarklet(request: HttpRequest) -> str:
    """A bookmark that hands the page one is looking at to this computer; it sends the address alone."""
    target = request.build_absolute_uri("/sources/add/?link=")
    return f"javascript:location.href='{target}'+encodeURIComponent(location.href)"


def _look(request: HttpRequest) -> HttpResponse:
    """What belongs to a service is shown first. Else looks for feeds: one is followed at once, several are offered."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _show(request, address_form=form)
    given = form.cleaned_data["address"]
    if page := meant(request, given):
        return page
    if _are_words(given):
        return redirect(f"{reverse('web:services')}?{urlencode({'words': given[:200]})}")
    address = given if "://" in given else f"https://{given}"
    found = find_feeds([address], user_of(request))[0]
    if found.problem:
        form.add_error("address", found.problem)
    elif not found.feeds:
        form.add_error("address", _no_feed(found))
    if not form.is_valid():
        return _show(request, address_form=form)
    sure = [feed for feed in found.feeds if not feed.guessed] or list(found.feeds)
    if len(sure) == 1:
        return _follow(request, sure[0].url, sure[0].title)
    return _show(request, address_form=form, feeds=sure)


def _are_words(given: str) -> bool:
    """Whether somebody typed what they look for, and no address."""
    return "://" not in given and "." not in given and given.lower() != "localhost"


def _no_feed(found: Found) -> str:
    return _(
        "No feed was found at %(address)s. If you know the feed's own address, paste that; "
        "else hand in single pages below."
    ) % {"address": found.address}


def _follow_chosen(request: HttpRequest) -> HttpResponse:
    return _follow(request, request.POST["follow"][:2000], request.POST.get("title", "")[:300])


def _follow(request: HttpRequest, address: str, title: str) -> HttpResponse:
    try:
        subscription = services.follow(user_of(request), address, title=title, now=timezone.now())
    except TransomError as error:
        form = AddressForm({"address": address})
        form.add_error("address", error.message)
        return _show(request, address_form=form)
    messages.success(request, _("You follow %(source)s now.") % {"source": subscription.source})
    return redirect("web:source", subscription.source_id)


def _hand_in(request: HttpRequest) -> HttpResponse:
    form = HandInForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            item = _handed_in(user_of(request), form.cleaned_data["text"].strip(), form.cleaned_data["file"])
        except TransomError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _taken(item))
            return redirect("web:read", item.pk)
    return _show(request, hand_in=form)


def _taken(item: Item) -> str:
    """A link may lead to what the library has already: then it was saved, and is nobody's own."""
    if item.owner_id is None:
        return _("This was in your library already, so it was saved.")
    return _("Handed in. Only you see it.")


def _handed_in(user: User, text: str, file: UploadedFile[bytes] | None) -> Item:
    """The item made of what was handed in. Raises TransomError."""
    from transom.apps.library import services

    now = timezone.now()
    if file is not None:
        raw = file.read()
        if raw.startswith(b"%PDF"):
            return services.hand_in_pdf(user, raw, file.name or "", now)
        if (file.name or "").lower().endswith(".txt"):
            return services.hand_in_text(user, "", raw.decode("utf-8", "replace"), now)
        return services.hand_in_mail(user, raw, now)
    if _is_link(text):
        fetched = with_client(lambda client: services.fetch_page(text, client), user)
        return services.hand_in_link(user, fetched, now)
    title, _newline, rest = text.partition("\n")
    return services.hand_in_text(user, title.strip()[:200] if rest.strip() else "", rest.strip() or text, now)


def _is_link(text: str) -> bool:
    return text.startswith(("http://", "https://")) and not any(sign.isspace() for sign in text)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def import_opml(request: HttpRequest) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            result = import_list(user_of(request), form.cleaned_data["opml"].read())
        except TransomError as error:
            form.add_error("opml", error.message)
        else:
            return _imported(request, result)
    return render(request, "web/import.html", {"form": form})


def _imported(request: HttpRequest, result: Any) -> HttpResponse:
    said = ngettext("%(many)d source followed.", "%(many)d sources followed.", result.followed)
    messages.success(request, said % {"many": result.followed})
    if result.already:
        known = ngettext("One you followed already.", "%(many)d you followed already.", result.already)
        messages.info(request, known % {"many": result.already})
    if not result.refused:
        return redirect("web:sources")
    return render(request, "web/import.html", {"form": ImportForm(), "refused": result.refused})


@require_safe
@login_required
def export_opml(request: HttpRequest) -> HttpResponse:
    """The user's list for any other reader."""
    now = timezone.now()
    outlines = services.export_outlines(user_of(request))
    data = write_opml(outlines, title=_("Sources followed in Transom"), now=now)
    response = HttpResponse(data, content_type="text/x-opml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name(timezone.localdate(), "opml")}"'
    return response


def file_name(day: date, ending: str) -> str:
    return f"transom-{day:%Y-%m-%d}.{ending}"
