"""The values that describe an item, apart from the tables so that drafting needs no database."""

from __future__ import annotations

from django.db.models import TextChoices


class Access(TextChoices):
    OPEN = "open"
    SIGN_UP = "sign-up"
    MEMBER = "member"
    PAID = "paid"


class Form(TextChoices):
    FULL = "full"
    EXCERPT = "excerpt"
    PDF = "pdf"
    AUDIO = "audio"
    VIDEO = "video"
    LIVE = "live"
