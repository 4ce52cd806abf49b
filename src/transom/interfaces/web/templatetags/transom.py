"""Filters and tags of the screens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from transom.apps.accounts.services import RequestFacts, needs_password
from transom.apps.brief.wording import minutes_text
from transom.interfaces.web import words

register = template.Library()

THEMES = ("light", "dark")
MENU: tuple[tuple[str, Any, frozenset[str]], ...] = (
    ("brief", _("Brief"), frozenset({"brief", "brief-day", "brief-week"})),
    ("people", _("People"), frozenset({"people", "person", "forget-person", "field-map", "discover"})),
    (
        "conversations",
        _("Field"),
        frozenset({"conversations", "conversation", "themes", "theme", "events", "event"}),
    ),
    ("search", _("Search"), frozenset({"search"})),
    ("saved", _("Saved"), frozenset({"saved"})),
    (
        "sources",
        _("Sources"),
        frozenset({"sources", "source", "add", "import", "packs", "pack", "services", "service", "leaving"}),
    ),
    ("settings", _("Settings"), frozenset({"settings", "learned", "learned-log"})),
)


@dataclass(frozen=True, slots=True)
class MenuEntry:
    address: str
    label: str
    current: bool


@register.simple_tag(takes_context=True)
def link_is_enough(context: Context) -> bool:
    """Whether a one-time link signs in whoever sees this page."""
    return not needs_password(RequestFacts.of(context["request"]))


@register.simple_tag
def mail_server() -> str:
    """The mail server by which this instance sends, "" where none is set."""
    return str(settings.OPTIONS.smtp_host or "")


@register.filter
def minutes(value: float | None, about: bool = False) -> str:
    """Minutes in words; the argument says that they are an estimate."""
    return minutes_text(value or 0, about=about)


@register.filter
def ago(value: datetime | None) -> str:
    return words.how_long_ago(value, timezone.now())


@register.filter
def soon(value: datetime | None) -> str:
    return words.how_soon(value, timezone.now())


@register.filter
def day(value: date) -> str:
    return words.day(words.day_of(value), today=timezone.localdate())


@register.filter
def moment(value: datetime, floating: bool = False) -> str:
    """A date with its hour, where it has one; the argument says that the hour is the place's own."""
    return words.moment(value, floating=floating)


@register.filter
def written_day(text: str) -> str:
    """A day as data files write it, in words."""
    return words.written_day(text)


@register.filter
def host(address: str) -> str:
    return words.host(address)


@register.filter
def get(values: Mapping[str, Any], key: str) -> Any:
    """One value of a mapping by a key that is itself a variable."""
    return values.get(key)


@register.simple_tag(takes_context=True)
def theme_attribute(context: Context) -> SafeString:
    """The reader's choice of light or dark as an attribute of ``html``; nothing where the computer decides."""
    request = context.get("request")
    theme = request.COOKIES.get("theme", "") if request is not None else ""
    return format_html(' data-theme="{}"', theme) if theme in THEMES else mark_safe("")


@register.simple_tag(takes_context=True)
def menu(context: Context) -> list[MenuEntry]:
    """The entries of the menu, the one that leads here marked."""
    request = context.get("request")
    here = getattr(getattr(request, "resolver_match", None), "view_name", "") or ""
    name = here.removeprefix("web:")
    return [
        MenuEntry(reverse(f"web:{target}"), str(label), name in members) for target, label, members in MENU
    ]
