"""A user with a row in every table that may hold any, each text of theirs marked by a word of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.db import models
from django.utils import timezone
from tests import factories as make
from tests.privacy.passkeys import a_registered_passkey

from transom.apps.accounts.models import Invitation, SignInLink, User
from transom.apps.accounts.services.tokens import hash_of
from transom.apps.base import jobs
from transom.apps.base.models import JobRetry, OutgoingContact
from transom.apps.base.outbox import emit
from transom.apps.brief.models import Delivery, FeedAddress, Feedback, Learning, Signal
from transom.apps.conversations.models import (
    CalendarAddress,
    Conversation,
    Event,
    EventSighting,
    Grouping,
    SavedEvent,
)
from transom.apps.conversations.models import (
    Membership as InConversation,
)
from transom.apps.library.models import (
    Attendance,
    Authorship,
    Endorsement,
    Expired,
    Identity,
    IdentityMail,
    Item,
    ItemTerms,
    Link,
    Meeting,
    Reference,
)
from transom.apps.library.store.citing import key_of as number_of
from transom.apps.network.models import Tie
from transom.apps.participation.models import Action, ActionState, Recipient
from transom.apps.people.models import (
    Affiliation,
    BlockKey,
    Decision,
    Doubt,
    FieldView,
    Joined,
    Membership,
    Organization,
    Pair,
    Pointing,
    Suggestion,
    Suppression,
    Trace,
    Word,
)
from transom.apps.people.models import Person as Practitioner
from transom.apps.people.standing.nodes import PERSON, key_of
from transom.apps.sources.connectors.registry import connector
from transom.apps.sources.models import Source
from transom.apps.sources.services import follow_connector


@dataclass(slots=True)
class Person:
    """A user, the word that stands in everything of theirs, and the keys of what is theirs."""

    user: User
    word: str
    feed: Source
    private_item: Item
    rows: dict[str, models.Model] = field(default_factory=dict)


def a_public_item(title: str = "What the county learnt from its registers") -> Item:
    """Something anybody may read."""
    item = make.make_item(title, source=make.make_source("The open stacks"))
    _more_about(item)
    return item


def pass_phrase_of(username: str) -> str:
    return f"a pass phrase of {username}"


def a_full_person(username: str, word: str, shared: Item, **values: Any) -> Person:
    """A user with everything one can have; `shared` is a public item they did things with too."""
    user = make.make_user(
        username,
        job=f"Head of {word}",
        name=f"Name {word}",
        **values,
    )
    # One round instead of a million: it is the same rule, and there are many of these.
    user.password = PBKDF2PasswordHasher().encode(pass_phrase_of(username), "salt", iterations=1)
    user.save()
    feed = make.make_source(
        f"Private feed {word}", owner=user, address=f"https://mail.example.org/{word}.xml", site=""
    )
    private = make.make_handed_in(
        user, f"Letter {word}", body=f"<p>Nobody else may read of {word} here.</p>", author=f"Author {word}"
    )
    _more_about(private)
    person = Person(user, word, feed, private, {"shared": shared})
    _profile(person)
    _reading(person, shared)
    _briefs(person, shared)
    _community(person)
    _keys(person)
    _leftovers(person)
    return person


def _more_about(item: Item) -> None:
    ItemTerms.objects.create(item=item, data=b"\x00\x01terms\xff", version=1)
    Link.objects.create(item=item, target="https://other.example.org/a", host="other.example.org", text="a")


def _profile(person: Person) -> None:
    profile = person.user.profile
    profile.interests = [f"interest {person.word}"]
    profile.memberships = [f"society {person.word}"]
    profile.minutes = [5, 10, 15, 20, 25, 0, 0]
    profile.time_zone = "Europe/Lisbon"
    profile.weekly_day = 4
    profile.save()


def _reading(person: Person, shared: Item) -> None:
    user, word = person.user, person.word
    make.make_subscription(user, person.feed, folder=f"Folder {word}", title=f"Mine {word}")
    make.make_subscription(user, shared.home)
    Expired.objects.create(source=person.feed, entry_key=f"old {word}")
    asked = {"words": f"Papers {word}", "mail": f"{word}@office.example"}
    follow_connector(user, connector("crossref"), asked, now=timezone.now())
    own = make.make_item(f"Post {word}", source=person.feed, owner=user, body=f"<p>Inside {word}.</p>")
    for item in (shared, person.private_item, own):
        make.make_state_of_reading(user, item, saved_at=timezone.now(), progress=0.4, active_seconds=31)
    person.rows |= {
        "own_item": own,
        "note": make.make_note(user, shared, f"Note {word}\nin two lines"),
        "private_note": make.make_note(user, person.private_item, f"Second note {word}"),
        "highlight": make.make_highlight(user, shared, "the promise", note=f"Mark {word}"),
        "private_highlight": make.make_highlight(user, person.private_item, word, note=f"Own mark {word}"),
        "tag": make.make_tag(user, f"tag {word}", [shared, person.private_item]),
    }


def _community(person: Person) -> None:
    """What a calendar and an account of their own brought: a colleague, what they pointed at, and a date."""
    user, word, own = person.user, person.word, person.rows["own_item"]
    colleague = Identity.objects.create(
        source=person.feed,
        owner=user,
        name=f"Colleague {word}",
        service="intranet",
        account=f"c-{word}",
        roles=[f"chair {word}"],
    )
    IdentityMail.objects.create(identity=colleague, mail=f"colleague-{word}@example.org")
    Authorship.objects.create(item=own, identity=colleague)
    meeting = Meeting.objects.create(
        owner=user,
        source=person.feed,
        uid=word,
        title=f"Meeting {word}",
        group=f"Group {word}",
        at=timezone.now(),
    )
    for identity in (colleague, person.rows["shared"].author):  # type: ignore[attr-defined]
        Attendance.objects.create(
            meeting=meeting, identity=identity, organisation=f"There {word}", role="chair"
        )
    Reference.objects.create(item=own, own=False, key=number_of(f"doi:10.5555/{word}"))
    Endorsement.objects.create(
        owner=user,
        by=colleague,
        to=colleague,
        kind=3,
        target=f"https://example.org/{word}",
        at=timezone.now(),
        source=person.feed,
    )
    _people(person, colleague)
    start = timezone.now() + timedelta(days=4)
    said = {"kind": "meeting", "title": f"Meeting {word}", "starts": start.isoformat()}
    event = Event.objects.create(
        owner=user,
        kind="meeting",
        title=f"Meeting {word}",
        starts=start,
        day=start.date(),
        created_at=start,
        changed_at=start,
    )
    EventSighting.objects.create(
        event=event, source=person.feed, uid=word, said=said, starts=start, seen_at=timezone.now()
    )
    Grouping.objects.create(owner=user, version=1)
    SavedEvent.objects.create(user=user, event=event, saved_at=timezone.now())
    CalendarAddress.objects.create(user=user, token_hash=hash_of(f"dates-{word}"))
    InConversation.objects.create(item=own, owner=user, cluster=own.pk, rule="founded", at=timezone.now())
    talk = Conversation.objects.create(
        owner=user,
        cluster=own.pk,
        headline=f"Talk {word}",
        original=own,
        people=2,
        items=2,
        first_at=timezone.now(),
        latest_at=timezone.now(),
        per_day=[2],
        heat=0.3,
        targets=[{"address": f"https://example.org/{word}", "pointing": 1}],
        created_at=timezone.now(),
        changed_at=timezone.now(),
    )
    person.rows |= {"event": event, "talk": talk, "listed": event.sightings.get()}


def _people(person: Person, colleague: Identity) -> None:
    """Who that colleague is, for the user alone, and what they said and noted about somebody public."""
    user, word, now = person.user, person.word, timezone.now()
    author = person.rows["shared"].author  # type: ignore[attr-defined]
    times = {"seen_at": now, "created_at": now}
    public, _ = Practitioner.objects.get_or_create(
        owner=None, founder=author, defaults={"name": author.name, **times}
    )
    Membership.objects.get_or_create(owner=None, identity=author, defaults={"person": public})
    where = Organization.objects.create(owner=user, name=f"Office {word}", key=f"office{word}")
    own = Practitioner.objects.create(
        owner=user,
        name=f"Colleague {word}",
        founder=colleague,
        organization=where,
        role=f"Role {word}",
        **times,
    )
    Membership.objects.create(owner=user, identity=colleague, person=own)
    Affiliation.objects.create(
        owner=user, person=own, organization=where, identity=colleague, role=f"Role {word}", noticed_at=now
    )
    Word.objects.create(person=own, of=Word.NAME, word=word)
    Trace.objects.create(identity=colleague, fingerprint=word)
    BlockKey.objects.create(identity=colleague, key=7)
    a, b = sorted((author.pk, colleague.pk))
    Pair.objects.create(a_id=a, b_id=b, who=9.0)
    Doubt.objects.create(a_id=a, b_id=b, probability=0.5, settles=1, worth=1.0)
    person.rows["brief"].lines.create(  # type: ignore[attr-defined]
        section="know",
        position=90,
        text=f"Is Colleague {word} the same person?",
        leads_to=f"question:{a}:{b}",
    )
    letters = person.private_item.author
    a, b = sorted((letters.pk, colleague.pk))
    decision = Decision.objects.create(user=user, a_id=a, b_id=b, same=False, at=now)
    Joined.objects.create(user=user, person=public, into=own)
    Suppression.objects.create(owner=user, digest=hash_of(f"forgotten {word}"), at=now)
    Tie.objects.create(user=user, person=own, known=True, note=f"Remember {word}", noted_at=now)
    _field(person, own)
    person.rows |= {"somebody": own, "decision": decision, "colleague": colleague}


def _field(person: Person, own: Practitioner) -> None:
    """How the field looks to the user: somebody only they know is listened to there, and why; and suggestions."""
    user, now = person.user, timezone.now()
    keys = np.array([key_of(PERSON, own.pk)], dtype=np.int64)
    drawn = {"person": own.pk, "x": 0.5, "y": 0.5, "cluster": 0, "value": 0.5, "followed": True}
    FieldView.objects.create(
        user=user,
        keys=keys.tobytes(),
        values=np.array([0.5], dtype=np.float32).tobytes(),
        made_at=now,
        map={"people": [drawn], "clusters": [{"label": f"Circle {person.word}", "words": []}], "lines": []},
    )
    Pointing.objects.create(
        owner=user,
        person=own,
        by_source=person.feed,
        place=1,
        share=0.5,
        times=2,
        items=[person.private_item.pk],
    )
    because = {
        "code": "linked",
        "n": 1,
        "people": [own.pk],
        "sources": [person.feed.pk],
        "label": person.word,
    }
    suggestion = Suggestion.objects.create(user=user, source=person.feed, reasons=[because], made_at=now)
    Suggestion.objects.create(
        user=user, site=f"https://{person.word}.example.net/", reasons=[because], made_at=now, refused_at=now
    )
    person.rows["suggestion"] = suggestion


def _briefs(person: Person, shared: Item) -> None:
    user, word = person.user, person.word
    now = timezone.now()
    offer = make.make_opportunity(user, shared, deadline=now + timedelta(days=3))
    own_offer = make.make_opportunity(user, person.private_item, kind="calendar")
    brief = make.make_brief(
        user,
        [shared, person.private_item],
        do=[offer, own_offer],
        know=[f"Know {word}"],
        reasons=[{"phrase": "You read about %(term)s.", "term": f"reason{word}"}],
    )
    line = brief.lines.filter(section="read").first()
    Delivery.objects.create(brief=brief, attempts=1, sent_at=now, message_id=f"<{word}@example.org>")
    Action.objects.create(
        user=user,
        opportunity=offer,
        item=shared,
        kind=offer.kind,
        state=ActionState.SENT,
        how="own mail",
        text=f"Two lines {word}",
        recipients=[f"{word}@example.org"],
    )
    Recipient.objects.create(
        user=user, name=f"Friend {word}", email=f"friend-{word}@example.org", last_used_at=now
    )
    lesson = Feedback.objects.create(
        user=user,
        item=person.private_item,
        line=line,
        signal=Signal.FINISHED,
        at=now,
        title=f"Letter {word}",
        source=person.feed,
        terms=b"\x01\x02",
        features={"topic": 0.25},
    )
    Learning.objects.create(user=user, absorbed_until=now)
    FeedAddress.objects.create(user=user, token_hash=hash_of(f"feed-{word}"))
    person.rows |= {"offer": offer, "own_offer": own_offer, "brief": brief, "line": line, "lesson": lesson}


def _keys(person: Person) -> None:
    """How they come in: a password, a mail address, a passkey, links, an invitation they gave, a session."""
    user, word, now = person.user, person.word, timezone.now()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    person.rows["passkey"] = Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": f"key {word}", "credential": a_registered_passkey()},
    )
    SignInLink.objects.create(user=user, token_hash=hash_of(f"link-{word}"), expires_at=now)
    Invitation.objects.create(
        email=f"guest-{word}@example.org",
        token_hash=hash_of(f"invitation-{word}"),
        invited_by=user,
        expires_at=now + timedelta(days=14),
    )
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session.create()


def _leftovers(person: Person) -> None:
    """What waits or has failed on their behalf."""
    user, word = person.user, person.word
    OutgoingContact.objects.create(
        owner=user, day=timezone.now().date(), host=f"{word}.example.org", purpose="hand-in", requests=1
    )
    emit("test.happened", {"text": f"event {word}"}, owner=user)
    jobs.enqueue("outbox.handle", event_id=0, handler=f"none {word}", user_id=user.pk)
    JobRetry.objects.create(name="test", arguments={"user_id": user.pk, "text": word}, last_error=word)
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(User),
        object_repr=f"log {word}",
        action_flag=ADDITION,
    )


def rows_with(word: str) -> Iterator[str]:
    """Every column of every table that still holds the word: "app.model.column"."""
    from django.apps import apps

    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values():
            for column, value in row.items():
                text = value.decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
                if word in text:
                    yield f"{model._meta.label}.{column}"
