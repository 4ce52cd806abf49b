"""A small world to look at: one reader with sources, a brief with every kind of line, notes and marks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.utils import timezone
from tests import factories
from tests.privacy.passkeys import a_registered_passkey

from transom.apps.accounts.models import User
from transom.apps.brief.models import Brief, Feedback, Section, Signal
from transom.apps.brief.services import give_feedback
from transom.apps.conversations.models import (
    Conversation,
    Event,
    EventSighting,
    Membership,
    Theme,
    ThemeMonth,
)
from transom.apps.library.models import (
    Attendance,
    Authorship,
    Highlight,
    Identity,
    Item,
    ItemTerms,
    Link,
    Meeting,
    Note,
)
from transom.apps.network.services import set_note
from transom.apps.participation.models import Opportunity
from transom.apps.people.models import Doubt, Person, Suggestion
from transom.apps.people.resolving import resolve_everything
from transom.apps.people.selectors import people_of
from transom.apps.people.services import decide
from transom.apps.people.standing import make_standing
from transom.apps.sources.models import Source
from transom.engine.rank.features import NAMES
from transom.engine.rank.terms import Frequencies, pack, weigh
from transom.engine.text.tokens import terms

ORCID = "0000-0002-1825-0097"
LETTER = (
    "<p>When the county merged its two registries, the plan fitted on a page. What it left out was the reason "
    'why the old room had two doors. <a href="https://example.org/a">Nobody had written that down</a>.</p>'
    "<h2>Two doors</h2><blockquote><p>A register is a promise.</p></blockquote>"
    "<ul><li>Write down what only people know.</li></ul>"
)


@dataclass(slots=True)
class World:
    """What the tests name."""

    user: User
    item: Item
    private: Item
    source: Source
    failing: Source
    brief: Brief
    note: Note
    highlight: Highlight
    to_pass_on: Opportunity
    to_note_down: Opportunity
    dated: Item
    lesson: Feedback
    person: Person
    talk: Conversation
    event: Event
    own_event: Event
    theme: Theme


def make_world(username: str = "nina", *, lines: int = 1) -> World:
    """The world of one reader; ``lines`` scales everything that could cost a query a row."""
    user = factories.make_user(username)
    source = factories.make_source(f"Notes from the stacks of {username}")
    failing = factories.make_source(f"Journal of {username}", channel="journal")
    vendor = factories.make_source(f"Shelfware of {username}", vendor=True)
    for followed in (source, failing, vendor):
        factories.make_subscription(user, followed)
    now = timezone.now()
    factories.make_state(
        failing,
        failures=6,
        last_error="503: its server is overloaded.",
        first_failed_at=now - timedelta(days=3),
    )
    item = factories.make_item("The second door", source=source, body=LETTER, minutes=6)
    factories.make_sighting(item, failing)
    date_ahead = now + timedelta(days=10)
    dated = factories.make_item("The consultation closes", source=failing, event_start=date_ahead)
    reading = [item]
    for number in range(lines):
        more = factories.make_item(f"What box {number} held", source=vendor, minutes=2 + number, about=True)
        factories.make_state_of_reading(user, more, saved_at=now)
        factories.make_sighting(more, source)
        reading.append(more)
    arabic = factories.make_item("ما الذي يحتفظ به الأرشيف", source=source, author="ليلى حداد", language="ar")
    to_pass_on = factories.make_opportunity(user, item)
    to_note_down = factories.make_opportunity(user, dated, "calendar", minutes=1, deadline=date_ahead)
    brief = factories.make_brief(
        user,
        [*reading, arabic],
        do=[to_pass_on, to_note_down],
        know=["Ines Okafor moved to the national archive."],
        left_out=[factories.make_item(f"Left out {number}", source=source) for number in range(lines)],
        left_out_count=34,
        left_out_minutes=204,
        considered=212,
        day=timezone.now().date(),
    )
    for number in range(lines):
        factories.make_note(user, item, f"Ask Tom, {number}.")
        factories.make_tag(user, f"doors {number}", [item])
    world = World(
        user=user,
        item=item,
        private=factories.make_handed_in(user, "A letter from the auditor", body=LETTER),
        source=source,
        failing=failing,
        brief=brief,
        note=factories.make_note(user, item),
        highlight=factories.make_highlight(user, item, "Nobody had written that down"),
        to_pass_on=to_pass_on,
        to_note_down=to_note_down,
        dated=dated,
        lesson=_taught(user, item, lines),
        person=_community(user, item, source, lines),
        talk=_talk(user, lines),
        event=_dates(user, source, failing, lines),
        theme=_themes(item, lines),
        own_event=_own_date(user),
    )
    _ask(brief)
    return world


def _ask(brief: Brief) -> None:
    """The question about who is who that is open stands in the brief too."""
    doubt = Doubt.objects.order_by("-worth", "-pk")[0]
    brief.lines.create(
        section=Section.KNOW,
        position=90,
        text=f"Are {doubt.a.name} and {doubt.b.name} the same person?",
        leads_to=f"question:{doubt.a_id}:{doubt.b_id}",
    )


def _community(user: User, item: Item, source: Source, lines: int) -> Person:
    """Who wrote it, as services know them: two accounts of one, colleagues, and a question about two of them."""
    records = factories.make_source("Of a service", kind="connector", connector="orcid")
    for number in range(1 + lines):
        Identity.objects.create(
            source=records,
            name="Ines Okafor",
            service=f"service{number}",
            account="1",
            orcid=ORCID,
            address=f"service{number}:1",
            links=[{"address": "https://okafor.example.org/about"}],
            roles=["chair of records"],
            employments=[
                {
                    "organisation": "Tarnholt Archive",
                    "role": "Head of records",
                    "since": "2024-03-01",
                    "until": "",
                },
                {"organisation": f"Museum {number}", "role": "", "since": "", "until": "2024-02-01"},
            ],
        )
        colleague = factories.make_item(
            f"Together {number}", source=source, author=f"Osric Thane{number * 'x'}"
        )
        for place, author in enumerate((item.author, colleague.author)):
            Authorship.objects.create(item=colleague, identity=author, position=place)
    now = timezone.now()
    resolve_everything(now=now)
    byline, account = item.author, Identity.objects.get(source=records, service="service0")
    assert byline is not None
    decide(user, byline.pk, account.pk, True, now=now)
    person = people_of(user, [byline.pk])[byline.pk]
    set_note(user, person, "Met in Selwick.", now=now)
    _meetings(user, item, source, lines)
    _field(user, item, lines)
    one, other = Identity.objects.filter(name__in=["ليلى حداد", "Osric Thane"], owner=None).order_by("pk")[:2]
    Doubt.objects.create(a=one, b=other, probability=0.5, settles=1, worth=9.0)
    return person


def _meetings(user: User, item: Item, source: Source, lines: int) -> None:
    """So many groups that met, the author and those who write with them there; the first is a date in the calendar."""
    there = Identity.objects.filter(source=source, name__startswith="Osric").order_by("pk")
    for number in range(lines):
        meeting = Meeting.objects.create(
            source=source,
            uid=f"{user.pk}-{number}",
            title=f"Registers {number}",
            group=f"Registers Group {number}",
            at=timezone.now() - timedelta(days=9),
        )
        for one in (item.author, *there):
            Attendance.objects.create(
                meeting=meeting, identity=one, organisation="Tarnholt Archive", role="chair"
            )


def _field(user: User, item: Item, lines: int) -> None:
    """Who points at whom: somebody whom two in the field point at, and points back; with what is suggested for it."""
    pointing = [item, *(one for one in Item.objects.filter(author_name__startswith="Osric").order_by("pk"))]
    for number in range(lines):
        blog = factories.make_source(f"Dew Point {number} near {user.username}")
        post = factories.make_item(
            "What the hygrometer knew", source=blog, author=f"Orla Tansley {number * 'y'}"
        )
        for one in pointing:
            Link.objects.create(item=one, target=post.address, host=blog.host)
        Link.objects.create(item=post, target=item.address, host=item.home.host)
    resolve_everything(now=timezone.now())
    make_standing(now=timezone.now())
    reason = {"code": "linked", "n": 4, "people": [], "sources": [item.home_id], "label": ""}
    for number in range(lines):
        about = {"user": user, "made_at": timezone.now(), "reasons": [reason]}
        Suggestion.objects.create(site=f"https://new{number}.example.net/", score=1.0, **about)
        refused_at = timezone.now()
        Suggestion.objects.create(site=f"https://no{number}.example.net/", refused_at=refused_at, **about)


def _talk(user: User, lines: int) -> Conversation:
    """So many conversations of three voices, gathered by a list; the first one."""
    now = timezone.now()
    found: list[Conversation] = []
    for number in range(lines):
        voices = [
            factories.make_source(host=f"voice{number}-{one}-{user.username}.example") for one in range(3)
        ]
        factories.make_subscription(user, voices[0])
        said = [
            factories.make_item(
                f"Flood {number}, part {one}", source=voice, author=f"Voice {one}", published=now
            )
            for one, voice in enumerate(voices)
        ]
        gathered = factories.make_item(f"Links {number}", source=voices[0], author="Editor")
        for item in (said[1], said[2], gathered):
            Link.objects.create(item=item, target=said[0].address, host=voices[0].host)
        for item in said:
            Membership.objects.create(item=item, cluster=said[0].pk, rule="joined", at=now)
        Membership.objects.create(item=gathered, rule="roundup", at=now)
        found.append(
            Conversation.objects.create(
                cluster=said[0].pk,
                headline=said[0].title,
                original=said[0],
                people=3,
                items=3,
                first_at=now,
                latest_at=now,
                per_day=[2, 0, 1],
                heat=0.4 - number / 100,
                targets=[{"address": said[0].address, "pointing": 3}],
                created_at=now,
                changed_at=now,
            )
        )
    return found[0]


def _dates(user: User, source: Source, other: Source, lines: int) -> Event:
    """A conference in two lists, a call, a meeting that repeats and so many webinars; the conference."""
    now = timezone.now()
    made: list[Event] = []
    shapes = [("conference", "Stores and Stewards", ""), ("call", "Call for abstracts", "")]
    shapes += [("meeting", "Monthly call", "FREQ=MONTHLY")] * 2
    shapes += [("webinar", f"Webinar {number}", "") for number in range(lines)]
    for number, (kind, title, rule) in enumerate(shapes):
        starts = now + timedelta(days=20 + number)
        made.append(
            Event.objects.create(
                kind=kind,
                title=title,
                starts=starts,
                day=starts.date(),
                time_zone="America/New_York",
                closes_at=starts if kind in ("call", "conference") else None,
                place="Net loft",
                city="Veldhaven",
                online=kind == "webinar",
                credits="2 CPD points" if kind == "webinar" else "",
                organiser="Guild of Carers",
                recurrence=rule,
                series="monthly" if rule else "",
                description="Bring your own spreadsheet.",
                created_at=now,
                changed_at=now,
            )
        )
        for place in (source, other) if number == 0 else (source,):
            EventSighting.objects.create(
                event=made[-1],
                source=place,
                uid=f"{user.pk}-{number}",
                said={"title": title},
                starts=starts,
                seen_at=now,
            )
    return made[0]


def _themes(item: Item, lines: int) -> Theme:
    """So many that rose and so many that faded; the first one."""
    now = timezone.now()
    month, _ = ThemeMonth.objects.get_or_create(
        month=now.date().replace(day=1),
        defaults={
            "labels": [f"2026-{number:02d}" for number in range(1, 13)],
            "sources": [20] * 12,
            "known": 400,
            "computed_at": now,
        },
    )
    themes = []
    for number in range(2 * lines):
        rising = number % 2 == 0
        themes.append(
            Theme.objects.create(
                of=month,
                place=month.themes.count(),
                words=["doors", f"word{number}"],
                terms=[number],
                counts=[number] * 6 + [9] * 6 if rising else [9] * 6 + [0] * 6,
                odds=1.0 if rising else -1.0,
                z=3.0 if rising else -3.0,
                samples=[item.pk],
            )
        )
    return themes[0]


def _own_date(user: User) -> Event:
    """A date in a calendar of the reader's own."""
    now = timezone.now()
    calendar = factories.make_source("My calendar", owner=user)
    factories.make_subscription(user, calendar)
    event = Event.objects.create(
        owner=user,
        kind="meeting",
        title="Team day",
        starts=now,
        day=now.date(),
        created_at=now,
        changed_at=now,
    )
    EventSighting.objects.create(
        event=event, source=calendar, uid=f"own-{user.pk}", said={}, starts=now, seen_at=now
    )
    return event


def _taught(user: User, item: Item, lines: int) -> Feedback:
    """What the reader asked for, and so many reasons that they called wrong."""
    ItemTerms.objects.create(item=item, data=pack(weigh(terms("second door"), [], Frequencies())))
    for name in NAMES[: 1 + lines]:
        give_feedback(user, item.pk, Signal.WRONG_REASON, feature=name, now=timezone.now())
    return give_feedback(user, item.pk, Signal.MORE, now=timezone.now())


def screens(world: World) -> dict[str, str]:
    """Every screen that is there to be looked at, by name, for the owner of this world."""
    return {
        "brief": "/",
        "brief of today": "/brief/",
        "progress": "/brief/progress/",
        "week": "/brief/week/",
        "a day": f"/brief/{world.brief.day}/",
        "welcome": "/welcome/",
        "suggestion": "/welcome/suggestion/?job=head+of+records",
        "reader": f"/read/{world.item.pk}/",
        "reader of a private thing": f"/read/{world.private.pk}/",
        "pass on": f"/pass-on/{world.item.pk}/",
        "calendar": f"/calendar/{world.to_note_down.pk}/",
        "calendar file": f"/calendar/{world.dated.pk}.ics",
        "people": "/people/",
        "people found": "/people/?name=ines",
        "nobody found": "/people/?name=nobody-of-this-name",
        "people narrowed": "/people/?topic=door&known=on",
        "person": f"/people/{world.person.pk}/",
        "older things of a person": f"/people/{world.person.pk}/?part=published",
        "forget a person": f"/people/{world.person.pk}/forget/",
        "question": _question_in(world.brief),
        "map of the field": "/people/map/",
        "suggestions": "/people/discover/",
        "search": "/search/",
        "found": "/search/?q=door",
        "saved": "/saved/",
        "conversations": "/conversations/",
        "earlier conversations": "/conversations/?of=earlier",
        "conversation": f"/conversations/{world.talk.cluster}/",
        "themes": "/themes/",
        "dates": "/events/",
        "dates found": "/events/?kind=closing&where=online",
        "date": f"/events/{world.event.pk}/",
        "date file": f"/events/{world.event.pk}.ics",
        "sources": "/sources/",
        "source": f"/sources/{world.source.pk}/",
        "failing source": f"/sources/{world.failing.pk}/",
        "add": "/sources/add/",
        "services": "/sources/services/",
        "services for words": "/sources/services/?words=humid+rooms",
        "service": "/sources/services/mastodon/",
        "service with more": "/sources/services/fedreg/?about=records",
        "import": "/sources/import/",
        "export list": "/sources/export.opml",
        "packs": "/packs/",
        "pack": "/packs/records-management/",
        "leaving": "/leaving/",
        "settings": "/settings/",
        "learned": "/settings/learned/",
        "learned log": f"/settings/learned/log/?of=source&is={world.source.pk}",
        "delete": "/settings/delete/",
        "keys": "/keys/",
        "passkeys": "/accounts/2fa/",
        "add a passkey": "/accounts/2fa/webauthn/add/",
        "set password": "/accounts/password/set/",
    }


def _question_in(brief: Brief) -> str:
    one, other = brief.lines.get(leads_to__startswith="question:").leads_to.split(":")[1:]
    return f"/people/same/{one}/{other}/"


def a_passkey_of(user: User) -> Authenticator:
    """A registered passkey with spare codes beside it."""
    RecoveryCodes.activate(user)
    return Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "The old laptop", "credential": a_registered_passkey()},
    )


def key_screens(passkey: Authenticator) -> dict[str, str]:
    """The screens about signing in that are there for somebody with a password and this passkey."""
    return {
        "sign out": "/accounts/logout/",
        "change password": "/accounts/password/change/",
        "passkeys": "/accounts/2fa/",
        "rename a passkey": f"/accounts/2fa/webauthn/keys/{passkey.pk}/edit/",
        "asked for the password": "/accounts/reauthenticate/",
        "asked for the passkey": "/accounts/2fa/webauthn/reauthenticate/",
        "asked for a spare code": "/accounts/2fa/reauthenticate/",
        # Asked only once it is sure who asks.
        "remove a passkey": f"/accounts/2fa/webauthn/keys/{passkey.pk}/remove/",
        "spare codes": "/accounts/2fa/recovery-codes/",
        "new spare codes": "/accounts/2fa/recovery-codes/generate/",
    }


NOT_HTML = {"calendar file", "date file", "export list"}
FRAGMENTS = {"progress", "suggestion"}


def pages(world: World) -> dict[str, str]:
    """The screens that are whole HTML pages."""
    return {name: at for name, at in screens(world).items() if name not in NOT_HTML | FRAGMENTS}
