"""Coming in and leaving: one-time links, invitations, taking one's data, deleting the account."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from transom.apps.accounts import services
from transom.apps.accounts.backends import LINK_BACKEND
from transom.engine.core.errors import TransomError
from transom.interfaces.web.forms import AcceptForm, DeleteForm
from transom.interfaces.web.http import user_of
from transom.interfaces.web.views.adding import file_name

BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """The one-time link. The GET shows a button, which a browser presses by itself; fetching ahead uses up nothing."""
    if request.method != "POST":
        return render(request, "web/sign_in.html", {"token": token})
    try:
        user = services.redeem_sign_in_link(token, timezone.now())
    except TransomError as error:
        return render(request, "web/sign_in.html", {"problem": error.message}, status=403)
    if user is None:
        problem = _("This link was used before, or it is too old.")
        return render(request, "web/sign_in.html", {"problem": problem}, status=403)
    login(request, user, backend=LINK_BACKEND)
    # It is a proof like a password, so that a passkey can be added at once.
    record_authentication(request, user, method="link", reauthenticated=True)
    return redirect("web:brief")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Opens an account by invitation; nothing happens before the POST."""
    form = AcceptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user = services.accept_invitation(
                token, name=given["name"], password=given["password"], now=timezone.now()
            )
        except TransomError as error:
            return render(request, "web/invitation.html", {"problem": error.message}, status=403)
        login(request, user, backend=BACKEND)
        record_authentication(request, user, method="password", reauthenticated=True)
        return redirect("web:welcome")
    return render(request, "web/invitation.html", {"form": form})


@require_safe
@login_required
def export(request: HttpRequest) -> FileResponse:
    """Everything of this user in one ZIP that an empty instance imports."""
    from transom.apps.base.export import export_user

    path = export_user(user_of(request))
    return FileResponse(path, as_attachment=True, filename=file_name(timezone.localdate(), "zip"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delete_account(request: HttpRequest) -> HttpResponse:
    form = DeleteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = user_of(request)
        logout(request)
        services.delete_account(user)
        messages.success(request, _("Your account and everything in it are gone."))
        return redirect("account_login")
    return render(request, "web/delete_account.html", {"form": form})
