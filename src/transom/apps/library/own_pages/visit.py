"""Reading the pages that are due, through the same door as feeds; and keeping what they say."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from transom.apps.library.models import Identity, OwnPage, PageLink, PageOf, PagePlace
from transom.apps.library.own_pages.derive import derive, spellings
from transom.apps.library.own_pages.plan import Wanted, note_pages
from transom.apps.library.refresh.contacts import Contacts
from transom.apps.library.refresh.fetching import Answer, ClosablePort, fetch_all
from transom.apps.library.store.withheld import Seen, withheld
from transom.apps.sources.models import Source, SourceKind, Subscription
from transom.engine.core import addresses
from transom.engine.core.errors import ParseError
from transom.engine.fetch.batch import CUT_OFF_KINDS
from transom.engine.fetch.outcome import body_hash
from transom.engine.fetch.own_pages import after_answer, after_failure
from transom.engine.net.port import Request
from transom.engine.net.portal import looks_like_portal
from transom.engine.parse import reading_list
from transom.engine.parse.own_page import OwnPage as Parsed
from transom.engine.parse.own_page import parse_own_page
from transom.engine.resolve.traits import page as page_key

log = logging.getLogger("transom.own-pages")

PURPOSE = "own-page"
LARGEST = 3_000_000
AT_ONCE = 20
MOST_LINKED = 10
CUT_OFF_HOSTS = 3
CUT_OFF_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of asking for a page; `told` is None where it says what it said, or nothing came."""

    page: OwnPage
    told: dict[str, Any] | None = None


def visit_due(client: ClosablePort, *, now: datetime, limit: int = AT_ONCE) -> int:
    """Asks for pages whose time has come, at most `limit`; how many. The client is closed in the end."""
    read_for = PageOf.objects.filter(
        Exists(Subscription.objects.filter(source=OuterRef("source"))), page=OuterRef("pk")
    )
    due = OwnPage.objects.filter(Exists(read_for), next_due_at__lte=now).order_by("next_due_at")[:limit]
    pages = {page.pk: page for page in due}
    if not pages:
        return 0
    contacts, answers = Contacts(), []
    for answer in fetch_all(client, [(pk, _request(page)) for pk, page in pages.items()]):
        if answer is not None:
            contacts.add(answer, None)
            answers.append(answer)
    cut_off = _is_cut_off(answers)
    visits = [_visit(pages[answer.key], answer, now, cut_off=cut_off) for answer in answers]
    _store(visits, now)
    contacts.save(now)
    changed = [visit.page.pk for visit in visits if visit.told is not None]
    derive(sources_around(changed))
    return len(answers)


def _is_cut_off(answers: Iterable[Answer]) -> bool:
    """Whether most of several hosts could not be reached: then this computer has no network, and no page is blamed."""
    reached: dict[str, bool] = {}
    for answer in answers:
        in_vain = answer.error is not None and answer.error.kind in CUT_OFF_KINDS
        host = addresses.host_of(answer.request.url)
        reached[host] = reached.get(host, False) or not in_vain
    return len(reached) >= CUT_OFF_HOSTS and 2 * sum(reached.values()) < len(reached)


def _request(page: OwnPage) -> Request:
    return Request(
        page.address,
        purpose=PURPOSE,
        etag=page.etag,
        last_modified=page.last_modified,
        max_bytes=LARGEST,
    )


def _visit(page: OwnPage, answer: Answer, now: datetime, *, cut_off: bool) -> Visit:
    """Judges one answer: the page's schedule is changed in memory, nothing is written yet."""
    response, error = answer.response, answer.error
    if response is None:
        assert error is not None
        if cut_off:
            page.next_due_at = now + CUT_OFF_WAIT
            return Visit(page)
        return _failed(page, now, error.status)
    if response.status == 304 and answer.request.is_conditional:
        return _the_same(page, now)
    away = _domain(response.url) != _domain(page.address)
    if response.status != 200 or away or looks_like_portal(answer.request, response):
        return _failed(page, now, response.status)
    page.etag, page.last_modified = response.headers.get("etag"), response.headers.get("last-modified")
    hashed = body_hash(response.body)
    if hashed == page.body_hash:
        return _the_same(page, now)
    try:
        parsed = parse_own_page(
            response.body, url=response.url, content_type=response.headers.get("content-type")
        )
    except ParseError:
        return _failed(page, now, response.status)
    told = _told(parsed, response.url)
    if listed := reading_list(
        response.body, url=response.url, content_type=response.headers.get("content-type")
    ):
        told["list"] = listed
    page.body_hash, page.read_at, page.failures = hashed, now, 0
    page.unchanged = page.unchanged + 1 if told == page.told else 0
    page.next_due_at = after_answer(page.unchanged, now, random.random())
    return Visit(page, told if told != page.told else None)


def _the_same(page: OwnPage, now: datetime) -> Visit:
    page.read_at, page.failures, page.unchanged = now, 0, page.unchanged + 1
    page.next_due_at = after_answer(page.unchanged, now, random.random())
    return Visit(page)


def _failed(page: OwnPage, now: datetime, status: int | None) -> Visit:
    page.failures += 1
    page.next_due_at = after_failure(page.failures, now, random.random(), status=status)
    return Visit(page)


def _told(parsed: Parsed, url: str) -> dict[str, Any]:
    """What a page says, as it is kept: "url" is where it was in the end, "same" what it gives as its keeper's."""
    told: dict[str, Any] = {
        "url": addresses.canonical(url),
        "me": list(parsed.me),
        "feeds": list(parsed.feeds),
    }
    if parsed.about:
        told |= {"about": parsed.about, "about_elsewhere": parsed.about_elsewhere}
    if parsed.card:
        card = parsed.card
        told |= {"name": card.name, "same": list(card.pages)}
        told |= {"organisation": card.organisation, "role": card.role}
    return told


def _domain(address: str) -> str:
    return addresses.registrable_domain(addresses.host_of(address))


def _store(visits: list[Visit], now: datetime) -> None:
    """Everything of a round in one short transaction; what pages lead to is looked up before."""
    news = [visit for visit in visits if visit.told is not None]
    uses: dict[int, list[PageOf]] = {}
    for use in PageOf.objects.filter(page__in=[visit.page.pk for visit in news]).order_by("place"):
        uses.setdefault(use.page_id, []).append(use)
    for visit in news:
        visit.page.told = _without_forgotten(visit.page, visit.told or {}, uses.get(visit.page.pk, []))
    further = [one for visit in news for one in _further(visit.page, uses.get(visit.page.pk, []), now)]
    links = [
        PageLink(page=visit.page, target=key)
        for visit in news
        for key in sorted({page_key(target) for target in visit.page.told.get("me", ())} - {""})
    ]
    fields = ["etag", "last_modified", "body_hash", "next_due_at", "read_at", "failures", "unchanged", "told"]
    with transaction.atomic():
        OwnPage.objects.bulk_update([visit.page for visit in visits], fields, batch_size=50)
        PageLink.objects.filter(page__in=[visit.page for visit in news]).delete()
        PageLink.objects.bulk_create(links, ignore_conflicts=True)
        note_pages(further)


def _without_forgotten(page: OwnPage, told: dict[str, Any], uses: Iterable[PageOf]) -> dict[str, Any]:
    """Nothing where it is the page of somebody who was forgotten."""
    name = told.get("name", "")
    seen = [Seen(use.source_id, None, name, page.address) for use in uses] if name else []
    return {} if seen and withheld(seen) else told


def _further(page: OwnPage, uses: list[PageOf], now: datetime) -> list[Wanted]:
    """Pages to read because a home page names them: its author's, and those that somebody here is known by."""
    home = [use.source_id for use in uses if use.place == PagePlace.HOME]
    if not home:
        return []
    found = [(page.told["about"], PagePlace.ABOUT)] if page.told.get("about") else []
    mine = {page_key(page.address), page_key(page.told.get("url", ""))}
    others = [one for one in page.told.get("me", ()) if page_key(one) not in mine]
    found += [(one, PagePlace.LINKED) for one in _known_here(others)[:MOST_LINKED]]
    places = dict(reversed(found))
    return [Wanted(source, address, place, now) for source in home for address, place in places.items()]


def _known_here(targets: list[str]) -> list[str]:
    """Those of these addresses that are the site of a public source, or that a byline carries; accounts are asked
    at their service anyway.
    """
    hosts = {addresses.host_of(one) for one in targets}
    sources = Source.objects.filter(owner=None, host__in=hosts, kind__in=(SourceKind.FEED, SourceKind.PAGE))
    sites = sources.exclude(site="").values_list("site", flat=True)
    known = {page_key(site) for site in sites[:1000]}
    spelled = {spelling: one for one in targets for spelling in spellings(one)}
    rows = Identity.objects.exclude(address="").filter(owner=None, account="", address__in=spelled)
    named = {spelled[address] for address in rows.values_list("address", flat=True)}
    return [one for one in targets if page_key(one) in known or one in named]


def lists_told(source_ids: Iterable[int]) -> dict[int, str]:
    """The reading list that each of these sources declares on its home page, "" where none.

    Those whose page was never read are left out.
    """
    uses = PageOf.objects.filter(
        source__in=list(source_ids), place=PagePlace.HOME, page__read_at__isnull=False
    )
    found = uses.exclude(page__told={}).values_list("source_id", "page__told")
    return {source_id: str(told.get("list", "")) for source_id, told in found}


def sources_around(page_ids: Iterable[int]) -> set[int]:
    """The sources that pages are read for, and those whose pages link them with rel=me."""
    pages = list(OwnPage.objects.filter(pk__in=list(page_ids)))
    keys = {page_key(page.address) for page in pages} | {page_key(page.told.get("url", "")) for page in pages}
    linking = PageLink.objects.filter(target__in=keys - {""}).values_list("page_id", flat=True)
    uses = PageOf.objects.filter(page__in={*(page.pk for page in pages), *linking})
    return set(uses.values_list("source_id", flat=True))
