"""The two ways a session begins with us: by link, and by password (Django's own back-end)."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend

LINK_BACKEND = "transom.apps.accounts.backends.LinkBackend"


class LinkBackend(ModelBackend):
    """Marks sessions that began with a one-time link; it never checks a password itself."""

    def authenticate(self, *args: object, **credentials: object) -> None:
        return None
