"""The last editions as a private Atom feed (RFC 4287)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from transom.apps.brief.models import Brief
from transom.apps.brief.selectors.view import view

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(user_id: int, briefs: Sequence[Brief], *, now: datetime) -> bytes:
    """One entry an edition, newest first, each complete in itself. Ids never change."""
    updated = max((brief.final_at for brief in briefs if brief.final_at), default=now)
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">',
        f"<id>{_id('feed', user_id)}</id>",
        f"<title>{_text(_('Your brief'))}</title>",
        f"<updated>{_time(updated)}</updated>",
        "<author><name>Transom</name></author>",
        "<generator>Transom</generator>",
        *(_entry(brief) for brief in briefs),
        "</feed>",
    ]
    return "\n".join(parts).encode("utf-8")


def _entry(brief: Brief) -> str:
    shown = view(brief)
    html = render_to_string("brief/feed.html", {"brief": shown})
    final = brief.final_at or brief.started_at
    return "\n".join(
        [
            "<entry>",
            f"<id>{_id('brief', brief.pk)}</id>",
            f"<title>{_text(f'{shown.title}, {shown.over}')}</title>",
            f"<published>{_time(brief.started_at)}</published>",
            f"<updated>{_time(final)}</updated>",
            f"<summary>{_text(_summary(shown.minutes_text, len(shown.read) + len(shown.do)))}</summary>",
            f'<content type="html">{_text(html)}</content>',
            "</entry>",
        ]
    )


def _summary(minutes: str, things: int) -> str:
    return _("%(things)d things, %(minutes)s") % {"things": things, "minutes": minutes}


def _id(kind: str, key: int) -> str:
    """A name that stays the same for ever and tells nothing: this instance's key is in it."""
    digest = salted_hmac("transom.brief.atom", f"{kind}:{key}").digest()
    return uuid.UUID(bytes=digest[:16], version=5).urn


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("", text))
