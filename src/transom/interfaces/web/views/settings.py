"""Settings: what the brief is made for, when it comes, what was learned, and what one may take away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings as instance
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from transom.apps.accounts import services as accounts
from transom.apps.accounts.errors import AccountError
from transom.apps.accounts.models import Invitation, Profile, User, profile_of
from transom.apps.brief.models import FeedAddress, Feedback
from transom.interfaces.web import words
from transom.interfaces.web.forms import DeliveryForm, InviteForm, MinutesForm, PauseForm, ProfileForm
from transom.interfaces.web.http import go_back, user_of
from transom.interfaces.web.templatetags.transom import THEMES

Parts = dict[str, Any]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def settings(request: HttpRequest) -> HttpResponse:
    """All settings on one page; each part is a form of its own, named by its button."""
    user = user_of(request)
    profile = profile_of(user)
    forms: Parts = _forms(user, profile)
    if request.method == "POST":
        keep = KEEPERS.get(request.POST.get("part", ""))
        if keep is None:
            return HttpResponseBadRequest()
        problem = keep(request, user, profile)
        if problem is None:
            return redirect(f"{reverse('web:settings')}#{request.POST['part']}")
        forms.update(problem)
    return render(request, "web/settings.html", {**forms, **_facts(user, profile)})


def _forms(user: User, profile: Profile) -> Parts:
    return {
        "profile_form": ProfileForm(
            initial={
                "job": profile.job,
                "interests": "\n".join(profile.interests),
                "memberships": "\n".join(profile.memberships),
                "time_zone": profile.time_zone,
            }
        ),
        "minutes_form": MinutesForm(initial={f"day_{day}": profile.minutes_on(day) for day in range(7)}),
        "delivery_form": DeliveryForm(
            initial={
                "mail_brief": profile.mail_brief,
                "email": user.email,
                "mail_hour": profile.mail_hour,
                "weekly_day": profile.weekly_day,
                "weekly_minutes": profile.weekly_minutes,
            }
        ),
        "pause_form": PauseForm(initial={"until": profile.paused_until}),
        "invite_form": InviteForm(),
    }


def _facts(user: User, profile: Profile) -> Parts:
    return {
        "profile": profile,
        "learned": Feedback.objects.filter(user=user).count(),
        "feed_address": FeedAddress.objects.filter(user=user, revoked_at=None).first(),
        "invitations": Invitation.objects.filter(invited_by=user, accepted_at=None).order_by("email"),
        "mail_server": instance.OPTIONS.smtp_host,
        "expire_days": instance.OPTIONS.expire_days,
    }


def _keep_profile(request: HttpRequest, user: User, profile: Profile) -> Parts | None:
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return {"profile_form": form}
    for name, value in form.cleaned_data.items():
        setattr(profile, name, value)
    profile.save(update_fields=list(form.cleaned_data))
    messages.success(request, _("Saved. It counts from the next brief on."))
    return None


def _keep_minutes(request: HttpRequest, user: User, profile: Profile) -> Parts | None:
    form = MinutesForm(request.POST)
    if not form.is_valid():
        return {"minutes_form": form}
    profile.minutes = form.minutes()
    profile.save(update_fields=["minutes"])
    messages.success(request, _("Saved. It counts from the next brief on."))
    return None


def _keep_delivery(request: HttpRequest, user: User, profile: Profile) -> Parts | None:
    form = DeliveryForm(request.POST)
    if not form.is_valid():
        return {"delivery_form": form}
    try:
        accounts.change_email(user, form.cleaned_data["email"] or user.email)
    except AccountError as error:
        form.add_error("email", error.message)
        return {"delivery_form": form}
    kept = ["mail_brief", "mail_hour", "weekly_day", "weekly_minutes"]
    for name in kept:
        setattr(profile, name, form.cleaned_data[name])
    profile.save(update_fields=kept)
    messages.success(request, _("Saved."))
    return None


def _keep_pause(request: HttpRequest, user: User, profile: Profile) -> Parts | None:
    form = PauseForm({"until": ""} if "go-on" in request.POST else request.POST)
    if not form.is_valid():
        return {"pause_form": form}
    was, profile.paused_until = profile.paused_until, form.cleaned_data["until"]
    profile.save(update_fields=["paused_until"])
    if profile.paused_until:
        messages.success(request, _("Paused until %(day)s.") % {"day": words.day(profile.paused_until)})
    else:
        messages.success(request, _("Not paused any more.") if was else _("There is no pause."))
    return None


def _keep_feed(request: HttpRequest, user: User, profile: Profile) -> Parts | None:
    """A new private address (shown this once), or none any more."""
    from transom.apps.brief import services

    if "revoke" in request.POST:
        services.revoke_feed_address(user)
        messages.success(request, _("The private address leads nowhere now."))
        return None
    token = services.new_feed_address(user)
    address = request.build_absolute_uri(reverse("web:feed", args=[token]))
    return {"new_feed_address": address}


def _reset_learned(request: HttpRequest, user: User, profile: Profile) -> Parts | None:
    from transom.apps.brief import services

    services.reset_learning(user, now=timezone.now())
    messages.success(request, _("Forgotten. The next brief starts from your job and interests alone."))
    return None


def _invite(request: HttpRequest, user: User, profile: Profile) -> Parts | None:
    form = InviteForm(request.POST)
    if not form.is_valid():
        return {"invite_form": form}
    try:
        token = accounts.invite(user, form.cleaned_data["email"], timezone.now())
    except AccountError as error:
        form.add_error("email", error.message)
        return {"invite_form": form}
    address = request.build_absolute_uri(reverse("web:invitation", args=[token]))
    return {"invitation_address": address, "invited": form.cleaned_data["email"]}


KEEPERS: dict[str, Callable[[HttpRequest, User, Profile], Parts | None]] = {
    "profile": _keep_profile,
    "minutes": _keep_minutes,
    "delivery": _keep_delivery,
    "pause": _keep_pause,
    "feed": _keep_feed,
    "learned": _reset_learned,
    "invite": _invite,
}


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the computer says; kept in a cookie, as it belongs to the screen."""
    response = go_back(request, "web:settings")
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=5 * 365 * 24 * 3600, samesite="Lax", httponly=True)
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response
