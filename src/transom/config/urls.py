"""Every address of the running product."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

# One door for all: the one that counts attempts and knows passkeys.
admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = "transom.interfaces.web.views.errors.bad_request"
urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("transom.interfaces.web.account_urls")),
    path("", include("transom.interfaces.web.urls")),
]
