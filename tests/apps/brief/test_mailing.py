"""The brief by mail: complete in itself, at the user's hour, each edition once, and never silently missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as in_force
from django.core import signing
from icalendar import Calendar
from pytest_django import Settings
from tests.factories import (
    make_brief,
    make_item,
    make_opportunity,
    make_source,
    make_state,
    make_subscription,
    make_user,
)
from tests.servers.mail import MailServer, Taken, mail_server

from transom.apps.accounts.models import Profile, User
from transom.apps.brief.mail_links import read_link
from transom.apps.brief.models import Brief, BriefState, Delivery, Edition
from transom.apps.brief.selectors import problems
from transom.apps.brief.services import mail_due, send_brief
from transom.apps.library.models import Item
from transom.apps.participation.models import OpportunityKind

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
TODAY = NOW.date()
TITLE = "What the county learned when it let go of paper"


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    """A mail server, and settings that send there."""
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_TIMEOUT, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = 5, False, False
        settings.DEFAULT_FROM_EMAIL = "transom@county.example"
        yield running


@pytest.fixture
def reader() -> User:
    return by_mail(make_user("nora"))


def by_mail(user: User, *, hour: int = 7, zone: str = "UTC", weekly: int | None = None) -> User:
    """The user wants the brief by mail, at that hour of their own day."""
    Profile.objects.filter(user=user).update(
        mail_brief=True, mail_hour=hour, time_zone=zone, weekly_day=weekly
    )
    user.refresh_from_db()
    return user


def brief_for(user: User, *, day: date = TODAY, edition: str = Edition.DAY) -> Brief:
    source = make_source("County records")
    item = make_item(TITLE, source=source, address="https://county.example/paper")
    meeting = make_item("Working group on retention", event_start=NOW + timedelta(days=9))
    return make_brief(
        user,
        [item],
        do=[
            make_opportunity(user, item),
            make_opportunity(user, meeting, OpportunityKind.CALENDAR, deadline=meeting.event_start),
        ],
        know=["Stacks Weekly has published nothing since May 2026."],
        left_out=[make_item("A long one about shelving")],
        reasons=[{"feature": "source", "text": "You often finish what County records publishes."}],
        day=day,
        edition=edition,
        started_at=NOW,
    )


def only(server: MailServer) -> Taken:
    (taken,) = server.taken
    return taken


def test_the_mail_is_complete_in_itself_in_plain_text_and_html(server: MailServer, reader: User) -> None:
    assert send_brief(brief_for(reader), NOW) is True
    taken = only(server)
    message = taken.message
    text = message.get_body(("plain",))
    html = message.get_body(("html",))
    assert (taken.recipients, message["From"]) == (["nora@example.org"], "Transom <transom@county.example>")
    assert TITLE in str(message["Subject"]) or "Tuesday 24 November 2026" in str(message["Subject"])
    assert text is not None
    assert html is not None
    for body in (text.get_content(), html.get_content()):
        for said in (
            TITLE,
            "https://county.example/paper",
            "You often finish what County records publishes.",
            "Working group on retention",
            "published nothing since May 2026",
            "A long one about shelving",
            "That is all for today.",
        ):
            assert said in body


def test_a_date_to_note_down_comes_along_as_a_calendar_file(server: MailServer, reader: User) -> None:
    send_brief(brief_for(reader), NOW)
    (attached,) = only(server).message.iter_attachments()
    (event,) = Calendar.from_ical(attached.get_payload(decode=True)).walk("VEVENT")
    assert str(event["summary"]) == "Working group on retention"


def test_no_link_leads_to_this_computer_without_a_public_address(server: MailServer, reader: User) -> None:
    send_brief(brief_for(reader), NOW)
    for part in only(server).message.walk():
        if part.get_content_maintype() == "text":
            links = re.findall(r"https?://[^\s\"'<>]+", part.get_content())
            assert links
            assert not [link for link in links if "localhost" in link or "127.0.0.1" in link]


def test_with_a_public_address_the_buttons_are_signed_and_name_the_line(
    server: MailServer, reader: User, settings: Settings
) -> None:
    settings.PUBLIC_ADDRESS = "https://transom.county.example"
    brief = brief_for(reader)
    send_brief(brief, NOW)
    text = only(server).message.get_body(("plain",))
    assert text is not None
    tokens = re.findall(r"https://transom\.county\.example/mail-feedback/([^/\s]+)/", text.get_content())
    line = brief.lines.get(section="read")
    words = [read_link(token) for token in tokens]
    assert [word.say for word in words if word and word.item_id == line.item_id] == ["save", "less", "more"]
    assert {(word.user_id, word.line_id) for word in words if word} == {(reader.pk, line.pk)}


def test_a_changed_or_old_button_says_nothing(reader: User, settings: Settings) -> None:
    settings.PUBLIC_ADDRESS = "https://transom.county.example"
    from transom.apps.brief.mail_links import SALT, feedback_link

    token = feedback_link(reader.pk, 5, "less").rstrip("/").rpartition("/")[2]
    assert read_link(token) is not None
    assert read_link(token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    assert read_link(signing.dumps({"user": 1, "item": 2, "say": "delete"}, salt=SALT)) is None
    assert read_link(signing.dumps({"user": 1, "item": 2, "say": "less"}, salt="another")) is None


def test_lines_that_begin_with_a_dot_and_any_script_arrive_whole(server: MailServer, reader: User) -> None:
    item = make_item("档案管理 — ما بعد الورق", address="https://county.example/x")
    brief = make_brief(reader, [item], know=[".\n.. dots\n."], started_at=NOW)
    send_brief(brief, NOW)
    text = only(server).message.get_body(("plain",))
    assert text is not None
    assert "档案管理 — ما بعد الورق" in text.get_content()
    assert "\n.. dots" in text.get_content()
    assert text.get_content().rstrip().endswith(("today.", "1 thing."))


def test_an_edition_is_mailed_once(server: MailServer, reader: User) -> None:
    brief = brief_for(reader)
    assert [send_brief(brief, NOW), send_brief(brief, NOW), send_brief(brief, NOW)] == [True, None, None]
    assert len(server.taken) == 1


def test_a_brief_on_its_way_in_another_process_is_left_alone(server: MailServer, reader: User) -> None:
    brief = brief_for(reader)
    Delivery.objects.create(brief=brief, attempts=1, next_try_at=NOW + timedelta(minutes=5))
    assert send_brief(brief, NOW) is None
    assert server.taken == []


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("CONNECT", "hang up"),
        ("CONNECT", "421 too busy"),
        ("MAIL", "451 try later"),
        ("RCPT", "550 no such user"),
        ("DATA", "452 no room"),
        ("DATA", "hang up"),
        ("TEXT", "554 this looks like spam"),
    ],
)
def test_a_refusal_is_shown_on_the_brief_and_tried_again(
    server: MailServer, reader: User, command: str, answer: str
) -> None:
    server.answers[command] = answer
    brief = brief_for(reader)
    assert send_brief(brief, NOW) is False
    (said,) = problems(reader, now=NOW)
    assert "could not be mailed" in said
    assert "07:32" in said
    if answer != "hang up":
        assert answer[4:] in said

    server.answers.clear()
    assert send_brief(brief, NOW + timedelta(minutes=1)) is None
    assert send_brief(brief, NOW + timedelta(minutes=3)) is True
    assert problems(reader, now=NOW) == []
    assert len(server.taken) == 1


def test_a_server_that_is_not_there_is_named(reader: User, settings: Settings) -> None:
    with mail_server() as gone:
        port = gone.port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    assert send_brief(brief_for(reader), NOW) is False
    assert f"127.0.0.1:{port} could not be reached" in problems(reader, now=NOW)[0]


def test_a_server_without_encryption_is_told_nothing(
    server: MailServer, reader: User, settings: Settings
) -> None:
    settings.EMAIL_USE_TLS = True
    assert send_brief(brief_for(reader), NOW) is False
    assert "offers no encrypted connection" in problems(reader, now=NOW)[0]
    assert server.taken == []


def test_when_the_answer_to_the_text_is_lost_it_is_never_sent_again(server: MailServer, reader: User) -> None:
    server.answers["TEXT"] = "hang up"
    brief = brief_for(reader)
    assert send_brief(brief, NOW) is False
    server.answers.clear()
    assert send_brief(brief, NOW + timedelta(hours=5)) is None
    assert len(server.taken) == 1
    assert "may have arrived or not" in problems(reader, now=NOW)[0]


def test_killed_after_the_text_went_out_it_is_not_sent_again_and_says_so(
    server: MailServer, reader: User
) -> None:
    brief = brief_for(reader)
    Delivery.objects.create(brief=brief, attempts=1, handed_over_at=NOW - timedelta(minutes=10))
    assert send_brief(brief, NOW) is None
    assert "Transom was stopped while it mailed" in problems(reader, now=NOW)[0]


def test_without_a_mail_server_or_an_address_the_brief_says_so(reader: User, settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    assert "no mail server is set" in problems(reader, now=NOW)[0]
    settings.EMAIL_HOST = "127.0.0.1"
    reader.email = ""
    assert "no address to send it to" in problems(reader, now=NOW)[0]
    assert problems(make_user(), now=NOW) == []


def finished_earlier(user: User, day: date, edition: str = Edition.DAY) -> Brief:
    """An edition of that day, made before anybody asks, so that mailing it makes nothing."""
    return brief_for(user, day=day, edition=edition)


def test_it_is_mailed_at_the_users_own_hour_and_not_before(server: MailServer) -> None:
    tokyo = by_mail(make_user("kenji"), hour=6, zone="Asia/Tokyo")
    day = date(2026, 11, 25)
    finished_earlier(tokyo, day)
    six = datetime(2026, 11, 25, 6, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert mail_due(six - timedelta(minutes=1)).sent == 0
    assert mail_due(six).sent == 1
    assert mail_due(six + timedelta(minutes=1)).sent == 0
    assert only(server).recipients == ["kenji@example.org"]


@pytest.mark.parametrize(
    ("day", "hour", "at"),
    [
        (date(2026, 3, 28), 7, datetime(2026, 3, 28, 6, 0, tzinfo=UTC)),
        (date(2026, 3, 29), 7, datetime(2026, 3, 29, 5, 0, tzinfo=UTC)),
        (date(2026, 3, 29), 2, datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (date(2026, 10, 25), 7, datetime(2026, 10, 25, 6, 0, tzinfo=UTC)),
        (date(2026, 10, 25), 2, datetime(2026, 10, 25, 0, 0, tzinfo=UTC)),
    ],
)
def test_the_hour_stays_the_users_when_clocks_change(
    server: MailServer, day: date, hour: int, at: datetime
) -> None:
    user = by_mail(make_user(), hour=hour, zone="Europe/Berlin")
    finished_earlier(user, day)
    assert mail_due(at - timedelta(seconds=1)).sent == 0
    assert mail_due(at).sent == 1
    assert mail_due(at + timedelta(hours=1)).sent == 0
    assert mail_due(at + timedelta(hours=2)).sent == 0


def test_after_a_night_asleep_it_goes_out_late_and_yesterdays_not_at_all(
    server: MailServer, reader: User
) -> None:
    finished_earlier(reader, NOW.date() - timedelta(days=1))
    finished_earlier(reader, NOW.date())
    assert mail_due(NOW + timedelta(hours=9)).sent == 1
    assert "24 November" in str(only(server).message["Subject"])


def test_the_weekly_edition_comes_on_its_day_beside_the_daily_one(server: MailServer) -> None:
    tuesday = by_mail(make_user(), weekly=1)
    finished_earlier(tuesday, NOW.date())
    finished_earlier(tuesday, NOW.date(), Edition.WEEK)
    assert mail_due(NOW).sent == 2
    assert mail_due(NOW + timedelta(hours=1)).sent == 0
    assert any("Your week" in str(taken.message["Subject"]) for taken in server.taken)


def test_who_pauses_or_has_the_day_off_gets_no_mail(server: MailServer, reader: User) -> None:
    off = by_mail(make_user())
    Profile.objects.filter(user=off).update(minutes=[15, 0, 15, 15, 15, 15, 15])
    Profile.objects.filter(user=reader).update(paused_until=NOW.date() + timedelta(days=1))
    inactive = by_mail(make_user())
    User.objects.filter(pk=inactive.pk).update(is_active=False)
    assert mail_due(NOW).sent == 0
    assert server.connections == 0


def test_a_brief_still_being_made_waits_for_its_end(server: MailServer, reader: User) -> None:
    source = make_source(state=False)
    make_subscription(reader, source)
    make_brief(reader, [make_item()], day=NOW.date(), state=BriefState.MAKING, started_at=NOW)
    make_state(source, last_fetched_at=None, next_due_at=NOW)
    assert mail_due(NOW + timedelta(seconds=10)).sent == 0
    assert mail_due(NOW + timedelta(seconds=70)).sent == 1


def test_a_dead_server_costs_a_round_a_few_tries_and_no_more(server: MailServer) -> None:
    server.answers["MAIL"] = "451 not now"
    for _ in range(5):
        finished_earlier(by_mail(make_user()), NOW.date())
    round_ = mail_due(NOW)
    assert (round_.sent, round_.failed) == (0, 3)
    assert Delivery.objects.filter(attempts__gt=0).count() == 3


def test_failures_are_tried_ever_less_often_but_go_on(server: MailServer, reader: User) -> None:
    server.answers["MAIL"] = "451 not now"
    brief = brief_for(reader)
    now, gaps = NOW, []
    for _ in range(9):
        send_brief(brief, now)
        due = Delivery.objects.get(brief=brief).next_try_at
        assert due is not None
        gaps.append(due - now)
        now = due
    assert gaps[0] == timedelta(minutes=2)
    assert gaps == sorted(gaps)
    assert gaps[-1] == timedelta(hours=2)


def test_a_private_item_is_marked_as_such_in_the_owners_mail_only(server: MailServer, reader: User) -> None:
    from tests.factories import make_handed_in

    mine: Item = make_handed_in(reader, "Notes of our own meeting")
    send_brief(make_brief(reader, [mine], started_at=NOW), NOW)
    text = only(server).message.get_body(("plain",))
    assert text is not None
    assert "only you see this" in text.get_content()
    assert "It has no address" in text.get_content()
    assert in_force.EMAIL_HOST == "127.0.0.1"
