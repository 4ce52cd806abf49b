"""From what pages say to what is known of identities: whose page it is, and who says the same of whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from transom.apps.base.outbox import emit
from transom.apps.library.models import Identity, OwnPage, PageLink, PageOf, PagePlace
from transom.apps.library.own_pages.plan import speaks_for
from transom.apps.library.store.withheld import Seen, withheld
from transom.apps.library.store.working import with_what_was_known
from transom.apps.sources.models import Source
from transom.engine.core import addresses
from transom.engine.parse.affiliation import without_mails
from transom.engine.resolve import names as naming
from transom.engine.resolve.names import Agreement, Name
from transom.engine.resolve.traits import page as page_key

AT_ONCE = 50
MOST_BYLINES = 200
MOST_LINKS = 60
SAID = ("links", "organisation", "employments")


@dataclass(slots=True)
class Site:
    """What the pages of one source say together. `own` are its keeper's pages, the home page first; `backed` those of
    `me` that link back, with the accounts they are profiles of.
    """

    source: Source
    own: list[str]
    me: list[str]
    same: list[str]
    name: str = ""
    organisation: str = ""
    role: str = ""
    backed: dict[str, list[Identity]] = field(default_factory=dict)

    @property
    def keys(self) -> set[str]:
        """Its pages as they are compared."""
        return {page_key(one) for one in self.own}

    def links(self) -> list[dict[str, Any]]:
        """As identities keep them: their own pages, what links back, and what is only claimed."""
        own = [{"address": one, "both_ways": True, "own": True} for one in self.own]
        rest = [one for one in dict.fromkeys([*self.me, *self.same]) if page_key(one) not in self.keys]
        return own + [{"address": one, "both_ways": one in self.backed} for one in rest[:MOST_LINKS]]


def derive(source_ids: Iterable[int]) -> int:
    """Brings identities of these sources up to what their pages say; how many changed.

    `identities.changed` tells of them, in the transaction that changed them.
    """
    wanted, changed = sorted(set(source_ids)), 0
    for start in range(0, len(wanted), AT_ONCE):
        sites = _sites(wanted[start : start + AT_ONCE])
        _find_backlinks(sites)
        bylines = _bylines([site.source.pk for site in sites])
        with_rows = [(site, _keepers(site, bylines[site.source.pk])) for site in sites]
        for site, rows in with_rows:
            _leave_out_strangers(site, rows)
        changed += _write(with_rows)
    return changed


def _sites(source_ids: Sequence[int]) -> list[Site]:
    uses = PageOf.objects.filter(source__in=source_ids, source__owner=None).select_related("page", "source")
    by_source: dict[int, dict[int, list[OwnPage]]] = defaultdict(lambda: defaultdict(list))
    sources: dict[int, Source] = {}
    for use in uses.order_by("source_id", "place", "pk"):
        by_source[use.source_id][use.place].append(use.page)
        sources[use.source_id] = use.source
    found = (_site(sources[pk], places) for pk, places in by_source.items())
    return [site for site in found if site is not None]


def _site(source: Source, places: dict[int, list[OwnPage]]) -> Site | None:
    home = next(iter(places[PagePlace.HOME]), None)
    if home is None or not home.told or not speaks_for(source, home):
        return None
    pages = [home, *(one for one in places[PagePlace.ABOUT] if _is_about(home, one))]
    told = [page.told for page in pages]
    named: dict[str, Any] = next((one for one in reversed(told) if one.get("name")), {})
    return Site(
        source,
        own=list(dict.fromkeys([*(page.address for page in pages), *(one.get("url", "") for one in told)])),
        me=list(dict.fromkeys(target for one in told for target in one.get("me", ()))),
        same=list(dict.fromkeys(target for one in told for target in one.get("same", ()))),
        name=named.get("name", ""),
        organisation=without_mails(named.get("organisation", "")),
        role=without_mails(named.get("role", "")),
    )


def _is_about(home: OwnPage, page: OwnPage) -> bool:
    """Whether a page is the author's of a site: the site names it, and from elsewhere it has to name the site."""
    if not page.told or page_key(home.told.get("about", "")) != page_key(page.address):
        return False
    back = {page_key(target) for target in page.told.get("me", ())}
    return not home.told.get("about_elsewhere") or page_key(home.address) in back


def spellings(address: str) -> list[str]:
    """The spellings of an address that services and feeds use for one page."""
    key = page_key(address)
    if not key:
        return []
    tails = {key, f"{key}/"}
    return [
        f"{scheme}://{www}{tail}"
        for scheme in ("https", "http")
        for www in ("", "www.")
        for tail in sorted(tails)
    ]


def _find_backlinks(sites: Sequence[Site]) -> None:
    """Which of the pages and accounts that sites name with rel=me name them too."""
    targets = {page_key(one) for site in sites for one in site.me} - {""}
    accounts, pages = _accounts(targets), _pages(targets)
    controlling = _controlling({domain for site in sites if (domain := _domain_of(site))})
    for site in sites:
        # Whoever controls a domain could have put the link there.
        backed = {row.address: [row] for row in controlling.get(_domain_of(site), ())}
        site.me += [one for one in backed if one not in site.me]
        for one in site.me:
            key = page_key(one)
            claiming = [row for row in accounts[key] if not site.keys.isdisjoint(_claimed(row))]
            if one not in backed and (claiming or not site.keys.isdisjoint(pages[key])):
                backed[one] = claiming
        for one in _of_several(backed):
            del backed[one]
        site.backed = backed


def _accounts(keys: Iterable[str]) -> dict[str, list[Identity]]:
    """Public accounts by their profile's address."""
    spelled = [spelling for key in sorted(keys) for spelling in spellings(f"https://{key}")]
    found: dict[str, list[Identity]] = defaultdict(list)
    for start in range(0, len(spelled), 500):
        rows = Identity.objects.exclude(address="").exclude(account="")
        for row in rows.filter(owner=None, address__in=spelled[start : start + 500]):
            found[page_key(row.address)].append(row)
    return found


def _domain_of(site: Site) -> str:
    """The domain whose root is the site's home page; "" where it lies deeper, as others may have pages there."""
    home = site.own[0]
    return "" if "/" in page_key(home) else addresses.host_of(home).removeprefix("www.")


def _controlling(domains: Iterable[str]) -> dict[str, list[Identity]]:
    """Public accounts of which a service saw that they control these domains."""
    found: dict[str, list[Identity]] = defaultdict(list)
    wanted = sorted({spelled for one in domains for spelled in (one, f"www.{one}")})
    for start in range(0, len(wanted), 500):
        # The condition of the index, so that SQLite uses it.
        rows = Identity.objects.exclude(domain="").exclude(account="").filter(owner=None)
        for row in rows.filter(domain__in=wanted[start : start + 500]).order_by("pk"):
            if addresses.is_http(row.address):
                found[row.domain.removeprefix("www.")].append(row)
    return found


def _claimed(row: Identity) -> set[str]:
    return {page_key(one.get("address", "")) for one in row.links}


def _pages(keys: Iterable[str]) -> dict[str, set[str]]:
    """What pages link with rel=me, by the page."""
    spelled = [spelling for key in sorted(keys) for spelling in spellings(f"https://{key}")]
    found: dict[str, set[str]] = defaultdict(set)
    for start in range(0, len(spelled), 500):
        links = PageLink.objects.filter(page__address__in=spelled[start : start + 500])
        for address, target in links.values_list("page__address", "target"):
            found[page_key(address)].add(target)
    return found


def _of_several(backed: dict[str, list[Identity]]) -> set[str]:
    """Accounts at one service that are not one person's: such a page is that of a group, and proves nothing."""
    by_service: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    for address, rows in backed.items():
        for row in rows:
            by_service[row.service][row.account] = (address, naming.fold(row.name).strip())
    return {
        address
        for accounts in by_service.values()
        if len({name for _, name in accounts.values()}) > 1
        for address, _ in accounts.values()
    }


def _bylines(source_ids: Sequence[int]) -> dict[int, list[Identity]]:
    found: dict[int, list[Identity]] = defaultdict(list)
    rows = Identity.objects.filter(source__in=source_ids, owner=None, service="", account="").order_by(
        "source", "pk"
    )
    for row in rows:
        if len(found[row.source_id]) < MOST_BYLINES:
            found[row.source_id].append(row)
    return found


def _keepers(site: Site, bylines: Sequence[Identity]) -> list[Identity]:
    """The identities whose pages these are: the bylines that the page's name fits, or the only one there is.

    Where several write and the page names none of them, it is nobody's.
    """
    page_row = next(
        (row for row in bylines if row.address == site.own[0] and row.name == site.name[:200]), None
    )
    written = [row for row in bylines if row is not page_row]
    alone = len({naming.fold(row.name).strip() for row in written}) == 1 and not naming.is_joint(
        written[0].name
    )
    card = next(iter(naming.read(site.name)), None)
    if card is None:
        return written if alone else []
    fitting = [row for row in written if _fits(row.name, card, alone=alone)]
    if fitting:
        return fitting
    if written and not (alone and not _is_full(written[0].name)):
        return []
    return [*written, page_row or _page_row(site)]


def _leave_out_strangers(site: Site, rows: Sequence[Identity]) -> None:
    """Where the page names nobody, an account of another name may be that of the body the only writer works for."""
    if next(iter(naming.read(site.name)), None) is not None:
        return
    written = [name for row in rows for name in naming.read(row.name) if name.full]
    for address, accounts in list(site.backed.items()):
        if any(_is_strange(account.name, written) for account in accounts):
            del site.backed[address]


def _is_strange(account: str, written: Sequence[Name]) -> bool:
    """Whether an account's name is an office's, or a full name that is none of these."""
    if naming.is_role(account):
        return True
    named = [name for name in naming.read(account) if name.full]
    pairs = [naming.compare(one, other)[0] for one in named for other in written]
    return bool(pairs) and all(Agreement.INCOMPARABLE < found < Agreement.ONE_WORD for found in pairs)


def _fits(byline: str, card: Name, *, alone: bool) -> bool:
    """Whether a byline may be the page's name: the same, with a name more or less, or, where nobody else writes
    there, a form or one word of it.
    """
    least = Agreement.ONE_WORD if alone else Agreement.COMPATIBLE
    return any(naming.compare(name, card)[0] >= least for name in naming.read(byline))


def _is_full(byline: str) -> bool:
    return any(name.full for name in naming.read(byline))


def _page_row(site: Site) -> Identity:
    """Whoever keeps a site whose articles name nobody, or only a handle."""
    return Identity(source=site.source, name=site.name[:200], address=site.own[0])


def _write(with_rows: Sequence[tuple[Site, list[Identity]]]) -> int:
    different: list[Identity] = []
    kept: dict[int, list[int]] = {}
    out = withheld([_seen(row) for _, rows in with_rows for row in rows])
    for site, rows in with_rows:
        mine = [row for row in rows if _seen(row) not in out]
        kept[site.source.pk] = [row.pk for row in mine if row.pk]
        different += [row for row in mine if _describe(row, site)]
    different += _no_longer(kept)
    if not different:
        return 0
    new = [row for row in different if row.pk is None]
    with transaction.atomic():
        Identity.objects.bulk_update([row for row in different if row.pk], SAID, batch_size=100)
        for row in new:
            row.save()
        emit("identities.changed", {"ids": sorted(row.pk for row in different)})
    return len(different)


def _no_longer(kept: dict[int, list[int]]) -> list[Identity]:
    """Those whose page it was once, and is not any more."""
    found = []
    rows = Identity.objects.filter(source__in=list(kept), owner=None, service="", account="").exclude(
        links=[]
    )
    for row in rows:
        if row.pk not in kept[row.source_id]:
            row.links, row.organisation, row.employments = [], "", []
            found.append(row)
    return found


def _seen(row: Identity) -> Seen:
    return Seen(row.source_id, None, row.name, row.address)


def _describe(row: Identity, site: Site) -> bool:
    """Writes onto a row what the pages say; whether that is news."""
    before = [getattr(row, name) for name in SAID]
    row.links = site.links()
    said = {"organisation": site.organisation, "since": "", "until": "", "role": site.role}
    row.employments = with_what_was_known(row.employments, [said] if site.organisation or site.role else [])
    row.organisation = next((one["organisation"] for one in row.employments), "")
    return row.pk is None or before != [getattr(row, name) for name in SAID]


def sources_naming(identity_ids: Iterable[int]) -> set[int]:
    """The sources whose pages link the profiles of these accounts with rel=me, or are at a domain they control."""
    rows = (
        Identity.objects.filter(pk__in=list(identity_ids), owner=None).exclude(account="").exclude(address="")
    )
    keys = {
        page_key(address) for address in rows.values_list("address", flat=True) if addresses.is_http(address)
    }
    found = _at_domains(set(rows.exclude(domain="").values_list("domain", flat=True)))
    ordered = sorted(keys - {""})
    for start in range(0, len(ordered), 500):
        pages = PageLink.objects.filter(target__in=ordered[start : start + 500]).values("page_id")
        found |= set(PageOf.objects.filter(page__in=pages).values_list("source_id", flat=True))
    return found


def _at_domains(domains: Iterable[str]) -> set[int]:
    """The sources whose home pages are the roots of these domains."""
    found: set[int] = set()
    roots = sorted({root for one in domains for root in spellings(f"https://{one}/")})
    for start in range(0, len(roots), 500):
        uses = PageOf.objects.filter(page__address__in=roots[start : start + 500], place=PagePlace.HOME)
        found |= set(uses.values_list("source_id", flat=True))
    return found
