"""Whole numbers of many rows as one array, alike on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from tests.factories import make_item, make_source

from transom.apps.base.fingerprints import Fingerprint
from transom.apps.base.numbers import Epoch, Millionths, as_number, numbers
from transom.apps.library.models import Identity, Item

pytestmark = pytest.mark.django_db


def test_keys_and_times_come_as_they_are_kept_and_what_is_empty_is_nothing() -> None:
    source = make_source()
    at = datetime(2026, 3, 1, 12, 30, 59, 250_000, tzinfo=UTC)
    item = make_item(source=source, published=at, author="")
    found = numbers(Item.objects.all(), "pk", "home_id", "author_id", Epoch("published_at"))
    assert found.dtype == np.int64
    assert found.tolist() == [[item.pk, source.pk, 0, int(at.timestamp())]]


def test_moments_before_1970_are_below_nothing() -> None:
    make_item(source=make_source(), published=datetime(1965, 5, 5, tzinfo=UTC))
    assert numbers(Item.objects.all(), Epoch("published_at")).tolist() == [
        [int(datetime(1965, 5, 5, tzinfo=UTC).timestamp())]
    ]


def test_conditions_hold_and_only_the_first_are_given() -> None:
    source = make_source()
    names = ["Maud", "Osric's \\ %s {}", "Ünal"]
    rows = [Identity.objects.create(source=source, name=name, is_person=name != "Maud") for name in names]
    asked = Identity.objects.filter(name__in=names[1:]).order_by("pk")
    assert numbers(asked, "pk", as_number("is_person")).tolist() == [[rows[1].pk, 1], [rows[2].pk, 1]]
    assert numbers(Identity.objects.order_by("-pk"), "pk", most=1).tolist() == [[rows[2].pk]]


def test_no_rows_are_an_empty_array_of_that_width() -> None:
    assert numbers(Item.objects.none().order_by("pk"), "pk", "home_id").shape == (0, 2)
    assert numbers(Item.objects.filter(pk=1), "pk", "home_id").shape == (0, 2)


def test_equal_texts_have_equal_fingerprints_whatever_their_column() -> None:
    source = make_source()
    texts = ["", "https://a.example/1", "https://a.example/2", "Ünal \0"[:4], "日本語", "x" * 5_000]
    for text in texts:
        Identity.objects.create(source=source, name=f"N. {len(text)}", address=text)
        make_item(source=source, address=text, title="One", author="")
    there = dict(
        zip(texts, numbers(Identity.objects.order_by("pk"), Fingerprint("address"))[:, 0], strict=True)
    )
    items = dict(zip(texts, numbers(Item.objects.order_by("pk"), Fingerprint("address"))[:, 0], strict=True))
    assert items == there
    assert len({int(one) for one in there.values()}) == len(texts)


def test_fractions_come_as_millionths() -> None:
    item = make_item(source=make_source())
    Item.objects.filter(pk=item.pk).update(minutes=0.1234567)
    assert numbers(Item.objects.all(), Millionths("minutes")).tolist() == [[123457]]
