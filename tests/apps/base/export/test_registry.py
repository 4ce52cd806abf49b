"""Every table is either exported or left out for a reason: a new one has to choose."""

from __future__ import annotations

from django.apps import apps

from transom.apps.accounts.models import User
from transom.apps.base.export.registry import left_out, tables, target_of
from transom.apps.base.owned import OwnedModel, UserRow


def test_every_model_of_ours_is_exported_or_left_out() -> None:
    decided = {one.label for one in tables()} | set(left_out())
    ours = {model._meta.label_lower for model in apps.get_models() if model.__module__.startswith("transom.")}
    assert ours - decided == set(), "say in the app's exporting.py whether and how these are exported"


def test_every_model_of_others_with_a_user_is_exported_or_left_out() -> None:
    decided = {one.label for one in tables()} | set(left_out())
    for model in apps.get_models():
        if any(field.related_model is User for field in model._meta.concrete_fields if field.is_relation):
            assert model._meta.label_lower in decided


def test_rows_of_one_user_are_never_left_out() -> None:
    exported = {one.model for one in tables()}
    owned = {model for model in apps.get_models() if issubclass(model, UserRow | OwnedModel)}
    assert owned <= exported


def test_no_table_is_both() -> None:
    assert {one.label for one in tables()}.isdisjoint(left_out())


def test_what_a_table_refers_to_comes_before_it() -> None:
    seen: set[str] = set()
    for one in tables():
        for link in [*one.links(), *one.many]:
            assert target_of(link) in seen, f"{one.label}.{link.name} refers to what is not exported"
        seen.add(one.label)


def test_every_table_leads_to_the_user_or_comes_with_another() -> None:
    referred = {target_of(link) for one in tables() for link in [*one.links(), *one.many]}
    for one in tables():
        assert one.of or one.with_parent or one.label in referred, one.label
        assert one.says
