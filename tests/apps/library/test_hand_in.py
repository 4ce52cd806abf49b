"""Handing in what has no feed: whose it is, what becomes of it, and what is never requested."""

from __future__ import annotations

import asyncio
import errno
import stat
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from unittest import mock

import pytest
from asgiref.sync import async_to_sync
from tests.apps.library.documents import FLOOD, LOAN, entry, store
from tests.engine.parse.test_pdf import pdf
from tests.factories import NOW, make_source, make_user
from tests.servers import LoopbackServer, Seen, reply

from transom.apps.accounts.models import User
from transom.apps.accounts.services import delete_account
from transom.apps.base.models import OutboxEvent
from transom.apps.library import media, selectors, services
from transom.apps.library.errors import LibraryError
from transom.apps.library.models import Identity, Item, ItemTerms, SearchDocument
from transom.apps.library.search import search
from transom.apps.library.services import hand_in
from transom.apps.library.services.hand_in import FetchedPage
from transom.apps.sources.models import Source, SourceKind
from transom.engine.core.errors import FetchError, ParseError, TransomError
from transom.engine.net.client import AiohttpClient
from transom.engine.net.guard import AddressGuard
from transom.engine.net.politeness import Politeness
from transom.engine.parse import parse_page

pytestmark = pytest.mark.django_db

ARTICLE = f"<p>{FLOOD}</p><p>{LOAN}</p>"
PAGE = f"""<html lang="en"><head><title>Forty centimetres of water</title>
<meta name="author" content="Ada Berg"><link rel="canonical" href="CANONICAL">
<script>document.title = 'gone'</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>Forty centimetres of water</h1>{ARTICLE}</article></body></html>
"""
FEED = b'<rss version="2.0"><channel><title>A feed</title><item><title>x</title></item></channel></rss>'
PDF = pdf()


@pytest.fixture
def user() -> User:
    return make_user()


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(media, "media_folder", lambda owner_id: tmp_path / "media" / str(owner_id))
    return tmp_path / "media"


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def answer(seen: Seen, writer: asyncio.StreamWriter) -> None:
    """A site with a page, a copy of one, a PDF, a plain text, a feed and nothing else."""
    page = {"Content-Type": "text/html; charset=utf-8"}
    known = {
        "/flood": reply(200, page, PAGE.replace("CANONICAL", "/flood?utm_source=x").encode()),
        "/copy": reply(200, page, PAGE.replace("CANONICAL", "https://elsewhere.example.net/flood").encode()),
        "/app": reply(200, page, b"<html><body><script>run()</script></body></html>"),
        "/boxes.pdf": reply(200, {"Content-Type": "application/octet-stream"}, PDF),
        "/plan.txt": reply(200, {"Content-Type": "text/plain; charset=utf-8"}, "第一段\n\n第二段".encode()),
        "/feed": reply(200, {"Content-Type": "text/html"}, FEED),
    }
    writer.write(known.get(seen.path, reply(404, page, b"<p>Not here.</p>")))


def fetch(path: str, *, host: str = "one.example.org") -> FetchedPage:
    """Fetches over HTTP from the site above, under a name that resolves to it."""

    async def scene() -> FetchedPage:
        guard = AddressGuard(mapping={host: "127.0.0.1"})
        async with (
            LoopbackServer(answer) as server,
            AiohttpClient(guard, politeness=Politeness(spacing=0)) as ours,
        ):
            address = path.replace("SITE", server.url("", host)) if "SITE" in path else server.url(path, host)
            return await services.fetch_page(address, ours)

    return async_to_sync(scene)()


def test_a_page_becomes_an_item_of_whoever_handed_it_in(user: User) -> None:
    item = services.hand_in_link(user, fetch("/flood"), NOW)
    assert (item.owner, item.actor, item.home.kind) == (user, user, SourceKind.HANDED_IN)
    assert (item.title, item.author_name) == ("Forty centimetres of water", "Ada Berg")
    page = selectors.reader_page(user, item.pk)
    assert page is not None
    assert "herring" in page.text
    assert "Home" not in page.text
    assert "script" not in page.html
    assert item.minutes > 0.5
    assert ItemTerms.objects.filter(item=item).exists()
    assert [event.payload["ids"] for event in OutboxEvent.objects.all()] == [[item.pk]]


def test_only_its_owner_finds_it(user: User) -> None:
    item = services.hand_in_link(user, fetch("/flood"), NOW)
    other = make_user()
    assert [hit.item for hit in search(user, "herring").hits] == [item]
    assert search(other, "herring").hits == []
    assert selectors.reader_page(other, item.pk) is None
    assert selectors.items_by_ids(other, [item.pk]) == []
    assert selectors.recent_of_source(other, item.home).items == []


def test_what_was_handed_in_is_among_the_saved(user: User) -> None:
    item = services.hand_in_text(user, "", "Words to keep", NOW)
    assert selectors.saved(user).items == [item]


def test_a_page_may_name_another_address_only_of_its_own_site(user: User) -> None:
    own = services.hand_in_link(user, fetch("/flood"), NOW)
    assert own.address.endswith("/flood")
    copy = services.hand_in_link(user, fetch("/copy"), NOW)
    assert copy.address.endswith("/copy")
    assert copy != own


def test_the_same_link_again_is_the_same_item_with_todays_text(user: User) -> None:
    fetched = fetch("/flood")
    first = services.hand_in_link(user, fetched, NOW)
    later = NOW + timedelta(days=2)
    today = PAGE.replace("CANONICAL", "/flood").replace("herring", "haddock").encode()
    again = FetchedPage(fetched.address, parse_page(today, url=fetched.address))
    second = services.hand_in_link(user, again, later)
    assert second == first
    assert Item.objects.count() == 1
    page = selectors.reader_page(user, first.pk)
    assert page is not None
    assert "haddock" in page.text
    assert [hit.item for hit in search(user, "haddock").hits] == [first]
    assert search(user, "herring").hits == []


def test_two_users_who_hand_in_the_same_have_one_each(user: User) -> None:
    other, fetched = make_user(), fetch("/flood")
    assert services.hand_in_link(user, fetched, NOW) != services.hand_in_link(other, fetched, NOW)
    assert len(search(user, "herring").hits) == 1


def test_what_the_library_has_whole_is_saved_and_not_copied(user: User) -> None:
    fetched = fetch("/flood")
    store(make_source(), entry("x", "Forty centimetres of water", fetched.address, body=FLOOD + LOAN))
    item = services.hand_in_link(user, fetched, NOW)
    assert item == Item.objects.get()
    assert item.owner is None
    assert selectors.saved(user).items == [item]


def test_a_wrapper_that_counts_clicks_is_never_asked(user: User) -> None:
    fetched = fetch("https://www.google.com/url?q=SITE/flood&sa=D")
    assert fetched.page is not None
    assert fetched.address.endswith("/flood")


@pytest.mark.parametrize(
    ("path", "says"),
    [("/gone", "copy its text"), ("/feed", "Follow it as a source"), ("/app", "Paste the text")],
)
def test_a_link_that_brings_no_page_says_what_to_do(path: str, says: str) -> None:
    with pytest.raises(TransomError, match=says):
        fetch(path)


@pytest.mark.parametrize(
    "address", ["", "no address", "ftp://example.org/x", "javascript:alert(1)", "https://"]
)
def test_what_is_no_web_address_is_refused_before_anything_is_requested(address: str) -> None:
    with pytest.raises(LibraryError, match="not a web address"):
        async_to_sync(services.fetch_page)(address, AiohttpClient())


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "http://169.254.169.254/latest", "http://[::1]/"])
def test_a_link_into_a_private_network_is_refused(address: str) -> None:
    async def scene() -> None:
        async with AiohttpClient(AddressGuard()) as ours:
            await services.fetch_page(address, ours)

    with pytest.raises(FetchError) as refused:
        async_to_sync(scene)()
    assert refused.value.kind == "forbidden-address"


def test_a_plain_text_on_the_web_keeps_its_paragraphs(user: User) -> None:
    item = services.hand_in_link(user, fetch("/plan.txt"), NOW)
    assert (item.title, item.body.html) == ("plan.txt", "<p>第一段</p><p>第二段</p>")


def test_a_text_keeps_paragraphs_and_shows_markup_as_it_was_typed(user: User) -> None:
    item = services.hand_in_text(user, "محضر", "أول <b>سطر</b>\nثان\n\n会議の記録 \x00\ud800", NOW)
    page = selectors.reader_page(user, item.pk)
    assert page is not None
    assert page.html.count("<p>") == 2
    assert "&lt;b&gt;" in page.html
    assert "会議の記録" in page.text
    assert [hit.item for hit in search(user, "会議").hits] == [item]
    assert services.hand_in_text(user, "محضر", "أول <b>سطر</b>\nثان\n\n会議の記録 \x00\ud800", NOW) == item


@pytest.mark.parametrize("text", ["", "  \n ", "\x00"])
def test_an_empty_text_is_refused(user: User, text: str) -> None:
    with pytest.raises(LibraryError, match="no text"):
        services.hand_in_text(user, "A title", text, NOW)
    assert not Item.objects.exists()


def mail(**headers: str) -> bytes:
    message = EmailMessage()
    message["From"] = "Tom 田中 <tom@example.org>"
    message["Subject"] = "Boxes on two sides"
    message["Date"] = "Mon, 23 Nov 2026 08:00:00 +0100"
    message["Message-ID"] = "<one@example.org>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Number every box on two sides.")
    message.add_alternative(
        f"<p>Number every box on two sides.</p><img src='https://count.example.net/p.gif' width=1 height=1>"
        f"<p>{LOAN}</p><p><a href='https://list.example.org/unsubscribe?u=1'>Leave</a></p>",
        subtype="html",
    )
    return message.as_bytes()


def test_a_mail_becomes_its_readers_own_item_and_asks_nobody(user: User) -> None:
    item = services.hand_in_mail(user, mail(), NOW)
    assert (item.title, item.author_name, item.kind) == ("Boxes on two sides", "Tom 田中", "mail")
    assert (item.owner, item.address) == (user, "")
    assert item.published_at == datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    assert "count.example.net" not in item.body.html
    assert Identity.objects.get(name="Tom 田中").owner == user
    assert services.hand_in_mail(user, mail(), NOW) == item
    listed = services.hand_in_mail(user, mail(List_Id="<boxes.example.org>", X="2"), NOW)
    assert listed == item


def test_a_mail_of_a_list_is_a_newsletter(user: User) -> None:
    assert services.hand_in_mail(user, mail(List_Id="<boxes.example.org>"), NOW).kind == "newsletter"


def test_what_is_no_mail_is_refused(user: User) -> None:
    with pytest.raises(ParseError):
        services.hand_in_mail(user, b"\x89PNG\r\n\x1a\n" + bytes(100), NOW)
    assert not Item.objects.exists()


def test_a_pdf_is_kept_with_its_text_for_its_owner_alone(user: User, data_folder: Path) -> None:
    item = services.hand_in_pdf(user, PDF, "boxes.pdf", NOW)
    assert (item.title, item.form, item.kind, item.about) == ("Boxes", "pdf", "document", False)
    assert [hit.item for hit in search(user, "archive boxes").hits] == [item]
    path = services.media_path(user, item)
    assert path is not None
    assert path.read_bytes() == PDF
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert services.media_path(make_user(), item) is None
    assert services.hand_in_pdf(user, PDF, "the same.pdf", NOW) == item
    assert files(data_folder) == [path]


def test_a_link_to_a_pdf_keeps_the_pdf(user: User) -> None:
    item = services.hand_in_link(user, fetch("/boxes.pdf"), NOW)
    assert item.form == "pdf"
    assert item.address.endswith("/boxes.pdf")
    assert services.media_path(user, item) is not None


def test_what_is_no_pdf_leaves_nothing_behind(user: User, data_folder: Path) -> None:
    with pytest.raises(ParseError):
        services.hand_in_pdf(user, b"%PDF-1.4 broken", "x.pdf", NOW)
    assert not Item.objects.exists()
    assert files(data_folder) == []


def test_a_full_disk_is_said_and_neither_item_nor_file_is_left(user: User, data_folder: Path) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    with (
        mock.patch("transom.apps.library.media.os.fsync", side_effect=full),
        pytest.raises(LibraryError, match="Make room"),
    ):
        services.hand_in_pdf(user, PDF, "boxes.pdf", NOW)
    assert not Item.objects.exists()
    assert files(data_folder) == []


@pytest.mark.django_db(transaction=True)
def test_a_failure_at_the_end_leaves_neither_item_nor_file(user: User, data_folder: Path) -> None:
    with mock.patch.object(hand_in, "keep", side_effect=OSError("gone")), pytest.raises(OSError):
        services.hand_in_pdf(user, PDF, "boxes.pdf", NOW)
    assert not Item.objects.exists()
    assert files(data_folder) == []


@pytest.mark.django_db(transaction=True)
def test_an_id_that_was_taken_at_the_same_moment_is_taken_anew(user: User) -> None:
    first = services.hand_in_text(user, "", "One", NOW)
    real = hand_in.new_ids
    with mock.patch.object(hand_in, "new_ids", side_effect=[range(first.pk, first.pk + 1), real(1, NOW)]):
        second = services.hand_in_text(user, "", "Two", NOW)
    assert second.pk != first.pk
    assert Item.objects.count() == 2


def test_taking_back_removes_every_trace(user: User, data_folder: Path) -> None:
    item = services.hand_in_pdf(user, PDF, "boxes.pdf", NOW)
    services.add_highlight(user, item, quote="two sides", start=0, end=9, now=NOW)
    with pytest.raises(LibraryError):
        services.delete_handed_in(make_user(), item)
    services.delete_handed_in(user, item)
    assert search(user, "archive").hits == []
    assert not SearchDocument.objects.exists()
    assert files(data_folder) == []


@pytest.mark.django_db(transaction=True)
def test_a_deleted_account_takes_its_files_along(user: User, data_folder: Path) -> None:
    other = make_user()
    services.hand_in_pdf(user, PDF, "boxes.pdf", NOW)
    kept = services.hand_in_pdf(other, PDF, "boxes.pdf", NOW)
    delete_account(user)
    assert files(data_folder) == [services.media_path(other, kept)]
    assert Source.objects.get().owner == other


def test_it_never_joins_a_public_story(user: User) -> None:
    title = "Forty centimetres of water in the cellar of the town archive"
    own = services.hand_in_text(user, title, FLOOD, NOW)
    store(make_source(), entry(title=title, link="https://one.example.org/flood", published=NOW))
    public = Item.objects.get(owner=None)
    assert public != own
    assert [sighting.source.owner for sighting in own.sightings.all()] == [user]
    assert [hit.item for hit in search(make_user(), "herring").hits] == [public]
