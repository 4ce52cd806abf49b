"""Passing something on: offered when it is concrete, written by the user's own mail, kept in the ledger."""

from __future__ import annotations

from datetime import timedelta
from email import policy
from email.parser import Parser
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import (
    NOW,
    make_handed_in,
    make_item,
    make_opportunity,
    make_state_of_reading,
    make_user,
)

from transom.apps.library.models import ReadingState
from transom.apps.participation.errors import ParticipationError
from transom.apps.participation.mailto import mailto
from transom.apps.participation.models import (
    Action,
    ActionState,
    Opportunity,
    OpportunityKind,
    Recipient,
)
from transom.apps.participation.selectors import ledger, recipients, usual_minutes
from transom.apps.participation.services import (
    COPIED,
    OWN_MAIL,
    decline,
    opportunities_for,
    pass_on,
    propose,
)

pytestmark = pytest.mark.django_db

TOM = ("Tom Adeyemi", "tom@example.org")


def _read_lately(user, item, **values):
    """The user finished the item an hour ago."""
    state = make_state_of_reading(user, item, finished_at=NOW - timedelta(hours=1), **values)
    ReadingState.objects.filter(pk=state.pk).update(changed_at=NOW - timedelta(hours=1))
    return state


def test_what_was_finished_lately_is_offered_to_pass_on_once_and_never_again():
    user, item = make_user(), make_item()
    _read_lately(user, item)

    first = propose(user, NOW)
    again = propose(user, NOW + timedelta(days=1))

    assert [(offer.kind, offer.item_id, offer.rule) for offer in first] == [
        (OpportunityKind.PASS_ON, item.pk, "finished")
    ]
    assert [offer.pk for offer in again] == [first[0].pk]
    decline(user, first[0], NOW)
    assert propose(user, NOW + timedelta(days=2)) == []


def test_what_only_the_user_can_see_is_never_offered_to_pass_on():
    user = make_user()
    _read_lately(user, make_handed_in(user, address="https://example.org/board-minutes"))
    assert propose(user, NOW) == []


def test_something_worth_sharing_needs_somebody_to_share_it_with():
    user, item = make_user(), make_item()
    assert propose(user, NOW, worth_sharing=[item.pk]) == []
    pass_on(user, make_item(), text="", recipients=[TOM], how=OWN_MAIL, now=NOW)
    assert [offer.item_id for offer in propose(user, NOW, worth_sharing=[item.pk])] == [item.pk]


def test_passing_on_opens_the_users_own_mail_with_everything_filled_in():
    user, item = make_user(), make_item("Retention & the cloud: what's new?")
    action, address = pass_on(
        user,
        item,
        text="Tom,\nsee page two.",
        recipients=[TOM, ("", "Ada@Example.org")],
        how=OWN_MAIL,
        now=NOW,
    )

    parts = urlsplit(address)
    fields = parse_qs(parts.query, strict_parsing=True)
    assert parts.scheme == "mailto"
    assert unquote(parts.path).split(",") == ["tom@example.org", "ada@example.org"]
    assert fields["subject"] == [item.title]
    assert fields["body"][0].split("\r\n") == ["Tom,", "see page two.", "", item.title, "", item.address]
    assert (action.state, action.how, action.recipients) == (
        ActionState.SENT,
        OWN_MAIL,
        ["tom@example.org", "ada@example.org"],
    )


def test_copying_gives_the_text_and_is_logged_too():
    user, item = make_user(), make_item()
    action, text = pass_on(user, item, text="Worth your time.", recipients=[], how=COPIED, now=NOW)
    assert text == f"Worth your time.\n\n{item.title}\n\n{item.address}"
    assert ledger(user) == [action]


def test_passing_on_closes_the_offer_and_remembers_the_people():
    user, item = make_user(), make_item()
    offer = make_opportunity(user, item, created_at=NOW)
    action, _ = pass_on(user, item, text="", recipients=[TOM], how=OWN_MAIL, now=NOW)
    assert action.opportunity == offer
    assert opportunities_for(user, NOW) == []
    assert [(one.name, one.email) for one in recipients(user)] == [TOM]


def test_a_button_pressed_twice_is_one_line_of_the_ledger():
    user, item = make_user(), make_item()
    first, _ = pass_on(user, item, text="Look", recipients=[TOM], how=OWN_MAIL, now=NOW)
    second, _ = pass_on(
        user, item, text="Look", recipients=[TOM], how=OWN_MAIL, now=NOW + timedelta(seconds=2)
    )
    assert first == second
    later, _ = pass_on(user, item, text="Look", recipients=[TOM], how=OWN_MAIL, now=NOW + timedelta(days=2))
    assert Action.objects.filter(user=user).count() == 2
    assert later != first


@pytest.mark.parametrize("address", ["tom", "tom@example.org\nBcc: all@example.org", "", "a b@example.org"])
def test_an_address_that_is_none_is_named_and_nothing_is_kept(address):
    user, item = make_user(), make_item()
    with pytest.raises(ParticipationError):
        pass_on(user, item, text="", recipients=[("Tom", address)], how=OWN_MAIL, now=NOW)
    assert not Action.objects.exists()
    assert not Recipient.objects.exists()


def test_another_users_things_can_be_neither_passed_on_nor_declined():
    user, other = make_user(), make_user()
    private = make_handed_in(other)
    offer = make_opportunity(other, make_item())
    with pytest.raises(ParticipationError):
        pass_on(user, private, text="", recipients=[TOM], how=OWN_MAIL, now=NOW)
    with pytest.raises(ParticipationError):
        decline(user, offer, NOW)
    assert Opportunity.objects.get().closed_at is None


def test_the_minutes_of_an_action_are_the_users_own_median_once_there_are_enough():
    user = make_user()
    usual = usual_minutes(user, OpportunityKind.PASS_ON)
    for minutes in (1, 1, 2, 9, 9):
        pass_on(user, make_item(), text="", recipients=[], how=COPIED, now=NOW, minutes=minutes)
    assert usual == 3
    assert usual_minutes(user, OpportunityKind.PASS_ON) == 2


def test_the_ledger_is_the_users_own_and_newest_first():
    user, other = make_user(), make_user()
    pass_on(other, make_item(), text="", recipients=[], how=COPIED, now=NOW)
    early, _ = pass_on(user, make_item(), text="", recipients=[], how=COPIED, now=NOW)
    late, _ = pass_on(user, make_item(), text="", recipients=[], how=COPIED, now=NOW + timedelta(hours=1))
    assert ledger(user) == [late, early]


@given(subject=st.text(), body=st.text())
def test_no_title_or_text_can_add_a_header_to_the_mail(subject, body):
    address = mailto(["tom@example.org"], subject=subject, body=body)
    assert address.isascii()
    assert not set(address) & set("\r\n ")
    fields = parse_qs(urlsplit(address).query, keep_blank_values=True)
    assert set(fields) == {"subject", "body"}
    read = Parser(policy=policy.default).parsestr(f"Subject: {fields['subject'][0]}\n\n")
    assert read.keys() == ["Subject"]
