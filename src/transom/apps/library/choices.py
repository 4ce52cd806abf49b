"""The values that describe an item, apart from the tables so that drafting needs no database."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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


class Kind(TextChoices):
    """What sort of thing an item is: what a search can be narrowed to, on the screens and in the terminal."""

    POST = "post", _("posts")
    STATUS = "status", _("short notes")
    NEWSLETTER = "newsletter", _("newsletters")
    PAPER = "paper", _("papers")
    STANDARD = "standard", _("standards")
    CONSULTATION = "consultation", _("consultations")
    EVENT = "event", _("dates and meetings")
    TALK = "talk", _("talks")
    EPISODE = "episode", _("episodes")
    VIDEO = "video", _("videos")
    BOOK = "book", _("books")
    DISCUSSION = "discussion", _("discussions")
    MAIL = "mail", _("mails")
    PAGE = "page", _("pages you handed in")
    TEXT = "text", _("texts you handed in")
    DOCUMENT = "document", _("PDFs you handed in")
