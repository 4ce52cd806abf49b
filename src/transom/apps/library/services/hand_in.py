"""Handing in what has no feed: a page, a text, a mail, a PDF. All of it belongs to the user who did."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from http import HTTPStatus
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from transom.apps.library.choices import Kind
from transom.apps.library.drafting.draft import Draft, draft_of
from transom.apps.library.errors import LibraryError
from transom.apps.library.media import keep, staged
from transom.apps.library.models import Form, Item, Sighting
from transom.apps.library.services.guard import storable
from transom.apps.library.services.reading import save
from transom.apps.library.store.batch import new_ids, tell
from transom.apps.library.store.change import Changes
from transom.apps.sources.models import Source, SourceKind
from transom.engine.core import addresses
from transom.engine.core.errors import ParseError
from transom.engine.net.port import HttpPort, Request, Response
from transom.engine.parse import parse_feed, parse_mail, parse_page, parse_pdf
from transom.engine.parse.documents import decoded
from transom.engine.parse.model import Author, ParsedEntry, ParsedFeed, ParsedPage

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

PARAGRAPH = "\n\n"
TRIES = 3


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """What stood at an address: a page that was understood, or a PDF's bytes."""

    address: str
    page: ParsedPage | None = None
    pdf: bytes = b""


async def fetch_page(address: str, client: HttpPort) -> FetchedPage:
    """Fetches what a user pasted the address of, past any tracking wrapper. Raises TransomError that says
    what to do."""
    wanted = addresses.without_tracking_wrapper(address.strip())
    if not addresses.is_http(wanted):
        raise LibraryError(
            f"{wanted[:200]!r} is not a web address. Copy the whole address, starting with https://.",
            permanent=True,
        )
    response = await client.fetch(Request(wanted, purpose="hand-in"))
    if response.status != HTTPStatus.OK:
        raise LibraryError(
            f"{wanted} answered {response.status} and no page. Open it in your browser; where you can read it "
            "there, copy its text and hand in the text."
        )
    if response.content_type == "application/pdf" or response.body.startswith(b"%PDF"):
        return FetchedPage(response.url, pdf=response.body)
    return FetchedPage(response.url, _understood(response))


def _understood(response: Response) -> ParsedPage:
    kind = response.headers.get("content-type")
    if _is_feed(response.body, response.url, kind):
        raise LibraryError(f"{response.url} is a feed. Follow it as a source instead.", permanent=True)
    if response.content_type == "text/plain":
        text = decoded(response.body, kind)[0]
        return ParsedPage(title=PurePath(response.url).name, body_html=_paragraphs(text))
    return parse_page(response.body, url=response.url, content_type=kind)


def _is_feed(body: bytes, url: str, content_type: str | None) -> bool:
    try:
        parse_feed(body, url=url, content_type=content_type)
    except ParseError:
        return False
    return True


def hand_in_link(user: User, fetched: FetchedPage, now: datetime) -> Item:
    """Keeps a fetched page. One that the library has whole already is saved for the user instead."""
    if fetched.page is None:
        return hand_in_pdf(user, fetched.pdf, PurePath(fetched.address).name, now, address=fetched.address)
    page = fetched.page
    address = _own_address(fetched.address, page.canonical_url)
    known = Item.objects.public().filter(address=address, form=Form.FULL).first()
    if known is not None:
        save(user, known, now)
        return known
    entry = ParsedEntry(
        id=f"link {address}",
        title=page.title,
        link=address,
        published=page.published,
        authors=(Author(page.author),) if page.author else (),
        content_html=page.body_html or f"<p>{escape(page.description)}</p>",
        language=page.language,
        event_start=page.event_start,
        event_end=page.event_end,
        event_place=page.event_place,
    )
    return _keep(user, entry, now, kind=Kind.PAGE)


def _own_address(fetched: str, declared: str) -> str:
    """The address a page declares for itself, where that is its own site's; else the one it was fetched from."""
    own, other = addresses.canonical(fetched), addresses.canonical(declared)
    site = addresses.registrable_domain(addresses.host_of(own))
    same_site = bool(other) and addresses.registrable_domain(addresses.host_of(other)) == site
    return other if same_site else own


def hand_in_text(user: User, title: str, text: str, now: datetime) -> Item:
    """Keeps a pasted text; paragraphs stand between empty lines. Raises LibraryError when there is none."""
    words = storable(text).strip()
    if not words:
        raise LibraryError("There is no text to keep. Paste some, or choose a file.", permanent=True)
    entry = ParsedEntry(id=f"text {words}", title=storable(title).strip(), content_html=_paragraphs(words))
    return _keep(user, entry, now, kind=Kind.TEXT)


def hand_in_mail(user: User, raw: bytes, now: datetime) -> Item:
    """Keeps a mail. Nothing in it is requested. Raises ParseError for what is no mail."""
    mail = parse_mail(raw)
    entry = ParsedEntry(
        id=f"mail {mail.message_id or mail.subject + mail.text}",
        title=mail.subject,
        published=mail.sent,
        authors=(Author(mail.sender, email=mail.sender_address),) if mail.sender else (),
        content_html=mail.body_html or _paragraphs(mail.text),
    )
    return _keep(user, entry, now, kind=Kind.NEWSLETTER if mail.list_id else Kind.MAIL)


def hand_in_pdf(user: User, raw: bytes, filename: str, now: datetime, *, address: str = "") -> Item:
    """Keeps a PDF and its text. Raises ParseError for what is none, is locked or too large."""
    pdf = parse_pdf(raw)
    text = storable(pdf.text)
    entry = ParsedEntry(
        id=f"pdf {address or hashlib.sha256(raw).hexdigest()}",
        title=pdf.title or PurePath(filename).stem or "PDF",
        link=address,
        published=pdf.published,
        authors=(Author(pdf.author),) if pdf.author else (),
        content_html=_paragraphs(text),
    )
    return _keep(user, entry, now, kind=Kind.DOCUMENT, form=Form.PDF, file=raw)


def _paragraphs(text: str) -> str:
    pieces = (piece.strip() for piece in text.replace("\r\n", "\n").split(PARAGRAPH))
    return "".join(f"<p>{escape(piece).replace(chr(10), '<br>')}</p>" for piece in pieces if piece)


def _keep(
    user: User, entry: ParsedEntry, now: datetime, *, kind: str, form: str = "", file: bytes = b""
) -> Item:
    """The item made of it, saved for its owner; the one made before, brought up to date, where the same was
    handed in already."""
    source = _handed_in(user)
    draft = draft_of(source, _clean(entry), ParsedFeed(format="handed in"), now=now)
    draft.kind, draft.form = kind, form or draft.form
    if form:
        draft.about = False
    with staged(user.pk, file) as partial:
        for tries_left in reversed(range(TRIES)):
            try:
                return _write(user, draft, now, partial)
            except IntegrityError:
                # A refresh took the same id at the same moment.
                if not tries_left:
                    raise
    raise AssertionError("unreachable")


def _clean(entry: ParsedEntry) -> ParsedEntry:
    return replace(
        entry,
        title=storable(entry.title),
        content_html=storable(entry.content_html),
        authors=tuple(
            replace(one, name=storable(one.name), email=storable(one.email)) for one in entry.authors
        ),
        event_place=storable(entry.event_place),
    )


def _write(user: User, draft: Draft, now: datetime, partial: Path | None) -> Item:
    changes = Changes(user.pk, now)
    own = Sighting.objects.select_related("item__home")
    known = own.filter(source=draft.source, entry_key=draft.entry_key).first()
    if known is None:
        item = changes.add(draft, new_ids(1, now)[0])
        item.actor = user
    else:
        item = known.item
        if known.content_hash != draft.content_hash:
            changes.edit(draft, known)
    changes.prepare()
    with transaction.atomic():
        changes.write()
        save(user, item, now)
        tell(changes.added_ids, changes.changed_ids)
        if partial is not None:
            keep(partial, user.pk, item.pk)
    return item


def _handed_in(user: User) -> Source:
    """The user's own source of handed-in things; should two have been made at once, the first."""
    own = Source.objects.filter(owner=user, kind=SourceKind.HANDED_IN, address="").order_by("pk").first()
    return own or Source.objects.create(
        owner=user, actor=user, kind=SourceKind.HANDED_IN, address="", title="Handed in"
    )
