"""The first page: two questions, then one click to the first brief."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from transom.apps.accounts import services as accounts
from transom.apps.accounts.models import User, profile_of
from transom.apps.sources import services
from transom.apps.sources.packs import Pack, load_packs, match
from transom.demo.following import demo_answers
from transom.engine.core.errors import TransomError
from transom.interfaces.running.beside import begin_opening, forget_opening, opening_of
from transom.interfaces.web.following import follow_addresses, import_list
from transom.interfaces.web.forms import WelcomeForm
from transom.interfaces.web.http import user_of

SUGGESTED = 2


@dataclass(frozen=True, slots=True)
class Offer:
    """A starter pack on the first page; ``fits`` says that it was chosen from the job."""

    pack: Pack
    fits: bool


def offers_for(job: str) -> list[Offer]:
    """Every pack, those that fit the job first."""
    packs = load_packs()
    fitting = [pack for pack, _score in match(job, packs)][:SUGGESTED] if job.strip() else []
    rest = sorted((pack for pack in packs if pack not in fitting), key=lambda pack: pack.title)
    return [Offer(pack, True) for pack in fitting] + [Offer(pack, False) for pack in rest]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def welcome(request: HttpRequest) -> HttpResponse:
    """Two questions and how to begin; everything in one form, so that it is one click."""
    user = user_of(request)
    start = request.POST.get("start", "")
    form = WelcomeForm(request.POST or None, request.FILES or None, initial=_known(user))
    in_demo = bool(settings.OPTIONS.demo_port)
    if request.method == "POST" and form.is_valid() and start:
        try:
            if start == "demo" and not in_demo:
                return _open_demo(user, form)
            problem = _begin(request, user, form, start)
        except TransomError as error:
            problem = error.message
        if not problem:
            return redirect("web:brief")
        form.add_error(None, problem)
    job = form.data.get("job", "") if form.is_bound else form.initial.get("job", "")
    offers = [] if in_demo else offers_for(str(job))
    context = {"form": form, "offers": offers, "job": job, "in_demo": in_demo}
    return render(request, "web/welcome.html", context)


@require_safe
@login_required
def suggestion(request: HttpRequest) -> HttpResponse:
    """The packs again, for the job as written so far."""
    job = request.GET.get("job", "")[:300]
    return render(request, "web/offers.html", {"offers": offers_for(job), "job": job})


@never_cache
@require_safe
@login_required
def demo(request: HttpRequest) -> HttpResponse:
    """The demo's door, in its own words while it is being built: a plain link, since forms may not lead to
    another port, and a browser that goes there by itself."""
    user = user_of(request)
    opening = opening_of(user.pk)
    if opening is None:
        return _go(request, "web:welcome")
    if opening.problem:
        forget_opening(user.pk)
        messages.error(request, opening.problem)
        return _go(request, "web:welcome")
    if request.headers.get("HX-Request"):
        return _go(request, "web:demo") if opening.link else HttpResponse(status=204)
    if opening.link:
        forget_opening(user.pk)
    return render(request, "web/demo.html", {"link": opening.link})


def _go(request: HttpRequest, name: str) -> HttpResponse:
    """To another page, the whole of it also where only a part was asked for."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse(name)})
    return redirect(name)


def _known(user: User) -> dict[str, Any]:
    profile = profile_of(user)
    if settings.OPTIONS.demo_port and not profile.job:
        job, minutes = demo_answers(timezone.now())
        return {"job": job, "minutes": minutes}
    return {"job": profile.job, "minutes": profile.minutes_on(0)}


def _begin(request: HttpRequest, user: User, form: WelcomeForm, start: str) -> str:
    """Starts as asked and keeps the answers; what is in the way, in words, or "" for nothing."""
    if settings.OPTIONS.demo_port and start != "demo":
        return _("This is the demo: real sources belong in your own Transom. Start it: transom run")
    if start.startswith("pack:"):
        return _with_pack(user, form, start.removeprefix("pack:"))
    if start == "demo":
        return _with_demo(user, form)
    return _with_list(request, user, form)


def _keep_answers(user: User, form: WelcomeForm, pack: str = "", **values: Any) -> None:
    now = timezone.now()
    values |= {"pack": pack} if pack else {}
    if form.cleaned_data["time_zone"]:
        values["time_zone"] = form.cleaned_data["time_zone"]
    accounts.save_profile(
        user, job=form.cleaned_data["job"], minutes=form.cleaned_data["minutes"], now=now, **values
    )


def _with_pack(user: User, form: WelcomeForm, pack_id: str) -> str:
    pack = next((pack for pack in load_packs() if pack.id == pack_id), None)
    if pack is None:
        return _("This starter pack is no longer here. Choose another one.")
    services.follow_pack(user, pack, None, now=timezone.now())
    _keep_answers(user, form, pack.id)
    return ""


def _with_demo(user: User, form: WelcomeForm) -> str:
    from transom.demo.following import demo_interests, follow_demo

    now = timezone.now()
    follow_demo(user, now=now)
    _keep_answers(user, form, interests=demo_interests(now))
    return ""


def _open_demo(user: User, form: WelcomeForm) -> HttpResponse:
    """The demo has a data folder of its own, so that invented people never mix with real ones: it is
    started beside this Transom, behind a page that leads there. Raises TransomError."""
    if settings.OPTIONS.public_address:
        raise TransomError(_("The demo runs on one's own computer only. Start it there: transom demo"))
    begin_opening(user.pk, form.cleaned_data["job"], form.cleaned_data["minutes"])
    return redirect("web:demo")


def _with_list(request: HttpRequest, user: User, form: WelcomeForm) -> str:
    addresses: Sequence[str] = form.cleaned_data["addresses"]
    file = form.cleaned_data["opml"]
    if not addresses and not file:
        return _("Choose your OPML file, or paste some addresses.")
    followed, refused = 0, []
    try:
        if file:
            result = import_list(user, file.read())
            followed, refused = result.followed + result.already, list(result.refused)
    except TransomError as error:
        return error.message
    more = follow_addresses(user, addresses)
    refused += more.refused
    if followed + more.followed == 0:
        return " ".join(why for _address, why in refused) or _("Nothing in this list could be followed.")
    for address, why in refused[:20]:
        messages.error(request, f"{address}: {why}")
    _keep_answers(user, form)
    return ""
