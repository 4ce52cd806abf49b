"""Plain rows for tests: users, sources, items, briefs. Each function reads like the sentence it sets up.

Nothing here calls a service, so that a fault in one cannot hide behind another. Times are aware, in UTC;
where a test does not care, they are relative to `NOW`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.html import strip_tags

from transom.apps.accounts.models import Profile, User
from transom.apps.brief.models import Brief, BriefLine, BriefState, Edition, Section
from transom.apps.library.models import (
    Highlight,
    Identity,
    Item,
    ItemBody,
    ItemVersion,
    Note,
    ReadingState,
    SearchDocument,
    Sighting,
    Tag,
)
from transom.apps.participation.models import Opportunity, OpportunityKind
from transom.apps.sources.models import Source, SourceKind, SourceState, Subscription

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

_numbers = itertools.count(1)
_item_ids = itertools.count(1_763_000_000_000_000)

BODY = (
    "<p>The county's archive moved its last paper register in spring. Nobody missed it until the audit, "
    "when three clerks asked for the same page in one week.</p>"
    "<p>What they needed was not the page but the promise that it had not changed.</p>"
)


def make_user(
    username: str = "",
    *,
    job: str = "Head of records at a county council",
    minutes: int = 15,
    time_zone: str = "UTC",
    set_up: bool = True,
    password: str | None = None,
    **values: Any,
) -> User:
    """A user with a profile; ``set_up=False`` leaves the two questions unanswered."""
    username = username or f"reader{next(_numbers)}"
    user = User.objects.create_user(username, f"{username}@example.org", password, **values)
    Profile.objects.create(
        user=user,
        job=job if set_up else "",
        minutes=[minutes] * 7,
        time_zone=time_zone,
        set_up_at=NOW if set_up else None,
    )
    return user


def make_source(title: str = "", *, owner: User | None = None, state: bool = True, **values: Any) -> Source:
    """A source (a feed of its own host unless said otherwise) with its row in the schedule."""
    number = next(_numbers)
    title = title or f"Notes from the stacks {number}"
    host = values.pop("host", f"stacks{number}.example.org")
    values.setdefault("address", f"https://{host}/feed.xml")
    values.setdefault("site", f"https://{host}/")
    source: Source = Source.objects.create(title=title, owner=owner, actor=owner, host=host, **values)
    if state:
        make_state(source)
    return source


def make_state(source: Source, **values: Any) -> SourceState:
    """The schedule's row: fetched an hour ago and well, unless said otherwise."""
    now = timezone.now()
    values.setdefault("next_due_at", now + timedelta(hours=1))
    values.setdefault("last_fetched_at", now - timedelta(hours=1))
    values.setdefault("last_success_at", now - timedelta(hours=1))
    values.setdefault("last_status", 200)
    return SourceState.objects.update_or_create(source=source, defaults=values)[0]


def make_subscription(user: User, source: Source | None = None, **values: Any) -> Subscription:
    """The user follows the source."""
    values.setdefault("followed_at", NOW - timedelta(days=30))
    return Subscription.objects.create(user=user, source=source or make_source(), **values)


def make_item(
    title: str = "",
    *,
    source: Source | None = None,
    body: str = BODY,
    author: str = "Ines Okafor",
    published: datetime | None = None,
    owner: User | None = None,
    minutes: float = 4.0,
    searchable: bool = True,
    **values: Any,
) -> Item:
    """An item with its body, its byline, one sighting at its home source, and its row for the search."""
    item_id = values.pop("id", None) or next(_item_ids)
    source = source or make_source(owner=owner)
    text = re.sub(r"\s+", " ", strip_tags(body.replace("</p>", "</p> "))).strip()
    published = published or NOW - timedelta(hours=3)
    title = title if title or "title" in values else f"What the register taught us, part {item_id % 1000}"
    identity = Identity.objects.get_or_create(source=source, name=author, owner=owner)[0] if author else None
    item: Item = Item.objects.create(
        id=item_id,
        title=title,
        owner=owner,
        actor=owner,
        home=source,
        author=identity,
        author_name=author,
        published_at=published,
        seen_at=values.pop("seen_at", published),
        changed_at=values.pop("changed_at", published),
        address=values.pop("address", f"https://{source.host or 'example.org'}/{item_id}"),
        summary=values.pop("summary", text[:400]),
        words=values.pop("words", len(text.split())),
        minutes=minutes,
        language=values.pop("language", "en"),
        content_hash=values.pop("content_hash", f"{item_id:064x}"),
        **values,
    )
    ItemBody.objects.create(item=item, html=body, text=text)
    make_sighting(item, source)
    if searchable:
        SearchDocument.objects.create(item=item, title=title, author=author, body=text)
    return item


def make_handed_in(user: User, title: str = "A letter from the auditor", **values: Any) -> Item:
    """Something the user handed in: theirs alone, no feed behind it."""
    source, _ = Source.objects.get_or_create(
        owner=user, kind=SourceKind.HANDED_IN, address="", defaults={"title": "Handed in", "actor": user}
    )
    return make_item(title, source=source, owner=user, address=values.pop("address", ""), **values)


def make_sighting(item: Item, source: Source | None = None, **values: Any) -> Sighting:
    """The item was seen at this source (too)."""
    values.setdefault("entry_key", f"{next(_numbers):064x}")
    values.setdefault("seen_at", item.seen_at)
    values.setdefault("title", item.title)
    values.setdefault("address", item.address)
    return Sighting.objects.create(item=item, source=source or make_source(), **values)


def make_state_of_reading(user: User, item: Item, **values: Any) -> ReadingState:
    """What the user did with the item: ``saved_at``, ``finished_at``, ``progress``, ..."""
    return ReadingState.objects.create(user=user, item=item, **values)


def make_note(user: User, item: Item, text: str = "Ask Tom how they did it.") -> Note:
    return Note.objects.create(user=user, item=item, text=text)


def make_highlight(user: User, item: Item, quote: str, **values: Any) -> Highlight:
    """The user marked ``quote`` in the item's text as it is now."""
    text = item.body.text
    start = text.find(quote)
    version, _ = ItemVersion.objects.get_or_create(
        item=item,
        content_hash=item.content_hash,
        defaults={"html": item.body.html, "text": text, "seen_at": item.seen_at},
    )
    return Highlight.objects.create(
        user=user,
        item=item,
        version=version,
        quote=quote,
        start=max(start, 0),
        end=max(start, 0) + len(quote),
        **values,
    )


def make_tag(user: User, name: str, items: Iterable[Item] = ()) -> Tag:
    tag = Tag.objects.create(user=user, name=name)
    tag.items.set(items)
    return tag


def make_opportunity(
    user: User, item: Item, kind: str = OpportunityKind.PASS_ON, *, minutes: float = 2.0, **values: Any
) -> Opportunity:
    """Something concrete the user could do about the item."""
    return Opportunity.objects.create(
        user=user, item=item, kind=kind, minutes=minutes, rule=values.pop("rule", "test"), **values
    )


def make_brief(
    user: User,
    read: Sequence[Item] = (),
    *,
    do: Sequence[Opportunity] = (),
    know: Sequence[str] = (),
    left_out: Sequence[Item] = (),
    day: date | None = None,
    edition: str = Edition.DAY,
    state: str = BriefState.FINAL,
    reasons: list[Any] | None = None,
    **values: Any,
) -> Brief:
    """A brief with a line for each thing given, in their order."""
    day = day or timezone.now().date()
    started = values.pop("started_at", timezone.now())
    brief = Brief.objects.create(
        user=user,
        edition=edition,
        day=day,
        budget_minutes=values.pop("budget_minutes", 15),
        state=state,
        covers_from=started - timedelta(days=1),
        started_at=started,
        final_at=started if state == BriefState.FINAL else None,
        considered=values.pop("considered", len(read) + len(left_out)),
        left_out=values.pop("left_out_count", len(left_out)),
        left_out_minutes=values.pop("left_out_minutes", sum(item.minutes for item in left_out)),
        **values,
    )
    for position, item in enumerate(read):
        make_line(brief, Section.READ, position, item=item, minutes=item.minutes, reasons=reasons or [])
    for position, opportunity in enumerate(do):
        make_line(
            brief,
            Section.DO,
            position,
            item=opportunity.item,
            opportunity=opportunity,
            minutes=opportunity.minutes,
        )
    for position, text in enumerate(know):
        make_line(brief, Section.KNOW, position, text=text)
    for position, item in enumerate(left_out):
        make_line(brief, Section.LEFT_OUT, position, item=item, minutes=item.minutes)
    return brief


def make_line(brief: Brief, section: str, position: int = 0, **values: Any) -> BriefLine:
    """One line of a brief."""
    return BriefLine.objects.create(brief=brief, section=section, position=position, **values)
