"""A small community for tests: who writes where, under which name, and what services say of them."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from tests.factories import NOW, make_item, make_source

from transom.apps.library.models import Authorship, Identity, IdentityMail, Item
from transom.apps.people.models import Membership, Person
from transom.apps.people.resolving import absorb_identities, resolve_everything
from transom.apps.sources.models import Source, SourceKind

_numbers = itertools.count(1)


def blog_of(name: str, host: str = "", **values: Any) -> Identity:
    """Somebody who writes a site of their own, with one post."""
    host = host or f"site{next(_numbers)}.example.net"
    source = make_source(f"The pages of {name}", host=host, **values)
    return byline(name, source)


def byline(name: str, source: Source, *, published: datetime | None = None, **values: Any) -> Identity:
    """One more thing with this name at a source; the identity that wrote it."""
    item = make_item(source=source, author=name, owner=source.owner, published=published, **values)
    assert item.author is not None
    return item.author


def account(
    name: str,
    service: str = "orcid",
    number: str = "",
    *,
    source: Source | None = None,
    mails: tuple[str, ...] = (),
    **values: Any,
) -> Identity:
    """Somebody as a service knows them."""
    source = source or service_source(service)
    row: Identity = Identity.objects.create(
        source=source,
        owner=source.owner,
        name=name,
        service=service,
        account=number or f"account-{next(_numbers)}",
        seen_at=NOW,
        address=values.pop("address", f"{service}:{next(_numbers)}"),
        **values,
    )
    for mail in mails:
        IdentityMail.objects.create(identity=row, mail=mail)
    return row


def service_source(service: str, **values: Any) -> Source:
    """What a connector reads."""
    return make_source(f"Of {service}", kind=SourceKind.CONNECTOR, connector=service, **values)


def wrote(item: Item, *authors: Identity) -> Item:
    """The item was written by these, named apart."""
    for place, author in enumerate(authors):
        Authorship.objects.create(item=item, identity=author, position=place)
    return item


def all_of_them() -> set[int]:
    """Resolves everything there is."""
    return resolve_everything(now=NOW)


def tomorrow(*identities: Identity) -> set[int]:
    """Resolves these as a day's new ones."""
    return absorb_identities([one.pk for one in identities], now=NOW + timedelta(days=1))


def person_of(identity: Identity, owner: Any = None) -> Person:
    """The person everybody sees behind an identity, or one user."""
    row = Membership.objects.filter(identity=identity, owner=owner).select_related("person").first()
    row = row or Membership.objects.select_related("person").get(identity=identity, owner=None)
    return row.person


def crowd(count: int = 30) -> list[Identity]:
    """Others, so that a name has something to be rare among."""
    given = "Orla Tomasz Ingrid Bashir Celeste Dmitra Euan Farida Gideon Hatsue".split()
    family = "Quillfeather Marrowby Tansley Oduya Perrault Szenes".split()
    pairs = itertools.islice(itertools.product(given, family), count)
    return [blog_of(f"{one} {other}") for one, other in pairs]
