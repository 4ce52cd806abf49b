"""Deleting an account removes every row of that user, in every table, and nothing of anybody else's."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.privacy.people import Person, a_full_person, a_public_item, rows_with

from transom.apps.accounts.models import Invitation, User
from transom.apps.accounts.services import accept_invitation, change_email, delete_account, invite
from transom.apps.base.models import JobRetry
from transom.apps.base.owned import OwnedModel, UserRow
from transom.apps.library.models import Item
from transom.apps.library.search import Filters, search
from transom.apps.sources.models import Source

pytestmark = pytest.mark.django_db

# Said of a row by a number in JSON, and not by a foreign key.
NAMED_ELSEWHERE = {Session, JobRetry, DBTaskResult}


@pytest.fixture
def shared() -> Item:
    return a_public_item()


@pytest.fixture
def ada(shared: Item) -> Person:
    return a_full_person("ada", "zwetschge", shared)


def user_models() -> list[type[models.Model]]:
    """Every model with a foreign key to users, of whatever app."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if any(field.related_model is User for field in model._meta.concrete_fields if field.is_relation)
    ]


def rows_of(model: type[models.Model], user_id: int) -> int:
    fields = [
        field for field in model._meta.concrete_fields if field.is_relation and field.related_model is User
    ]
    return sum(model._base_manager.filter(**{field.attname: user_id}).count() for field in fields)


def test_the_test_has_a_row_of_the_user_in_every_table(ada: Person) -> None:
    exempt = {"accounts.User_groups", "accounts.User_user_permissions"}
    empty = {model._meta.label for model in user_models() if not rows_of(model, ada.user.pk)} - exempt
    assert not empty, f"tests/privacy/people.py makes no row of {', '.join(sorted(empty))}"


def test_no_row_of_the_user_stays_in_any_table(ada: Person) -> None:
    user_id = ada.user.pk
    delete_account(ada.user)
    assert not User.objects.filter(pk=user_id).exists()
    assert {model._meta.label: n for model in user_models() if (n := rows_of(model, user_id))} == {}


def test_no_word_of_the_user_stays_in_any_column(ada: Person) -> None:
    assert len(set(rows_with("zwetschge"))) > 30
    delete_account(ada.user)
    assert set(rows_with("zwetschge")) == set()


def test_sessions_and_waiting_jobs_go_too(ada: Person) -> None:
    assert all(model._base_manager.exists() for model in NAMED_ELSEWHERE)
    delete_account(ada.user)
    assert not any(model._base_manager.exists() for model in NAMED_ELSEWHERE)


def test_nothing_of_another_user_goes(ada: Person, shared: Item) -> None:
    ben = a_full_person("ben", "quitte", shared)
    before = sorted(rows_with("quitte"))
    delete_account(ada.user)
    assert sorted(rows_with("quitte")) == before
    assert User.objects.filter(pk=ben.user.pk).exists()
    assert Session.objects.count() == 1


def test_what_is_public_stays(ada: Person, shared: Item) -> None:
    delete_account(ada.user)
    assert Item.objects.filter(pk=shared.pk).exists()
    assert Source.objects.filter(pk=shared.home_id).exists()


def test_what_was_theirs_is_found_by_nobody_after(ada: Person, shared: Item) -> None:
    ben = a_full_person("ben", "quitte", shared)
    delete_account(ada.user)
    assert search(ben.user, "zwetschge", Filters()).hits == []


def invited(by: Person, email: str) -> str:
    by.user.set_password("seven grey herons at dawn")
    return invite(by.user, email, timezone.now())


def test_their_own_invitation_goes_whatever_address_they_use_by_now(ada: Person) -> None:
    token = invited(ada, "Cleo@example.org")
    cleo = accept_invitation(token, name="Cleo", password="nine slow barges at dusk", now=timezone.now())
    change_email(cleo, "dora@example.org")
    Invitation.objects.create(
        email="cleo@example.org", token_hash="x", invited_by=ada.user, expires_at="2027-01-01T00:00Z"
    )
    delete_account(cleo)
    assert not Invitation.objects.filter(email__iexact="cleo@example.org").exists()


def test_the_invitation_of_somebody_else_stays_though_they_took_its_address(ada: Person) -> None:
    cleo = accept_invitation(
        invited(ada, "cleo@example.org"), name="", password="nine slow barges at dusk", now=timezone.now()
    )
    invited(ada, "dora@example.org")
    change_email(cleo, "dora@example.org")
    delete_account(cleo)
    assert Invitation.objects.filter(email="dora@example.org").exists()


def test_every_table_with_a_user_says_so_in_one_of_the_known_ways() -> None:
    """Rows of users stand in UserRow, in OwnedModel, or cascade: a new kind needs a decision here."""
    for model in user_models():
        if issubclass(model, UserRow | OwnedModel):
            continue
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model is User:
                assert field.remote_field.on_delete is models.CASCADE, f"{model._meta.label}.{field.name}"


def test_the_user_model_is_ours() -> None:
    assert User._meta.label == settings.AUTH_USER_MODEL
