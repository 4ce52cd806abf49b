"""What was learned stands on a page, with what taught it, and each bit can be taken back there."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests import factories
from tests.apps.brief.world import Reader
from tests.browser import sign_in
from tests.interfaces.web.world import make_world

from transom.apps.accounts.models import User, profile_of
from transom.apps.brief.candidates import warm
from transom.apps.brief.models import Feedback, Signal
from transom.apps.brief.services import absorb, give_feedback
from transom.apps.brief.wording import manner_texts
from transom.apps.library.models import Item, ItemTerms
from transom.engine.rank.terms import Frequencies, Terms, pack, weigh
from transom.engine.text.manner import FLAGS, manner
from transom.engine.text.tokens import terms

pytestmark = pytest.mark.django_db

PAGE = "/settings/learned/"


@pytest.fixture(autouse=True)
def _nothing_is_warm() -> None:
    warm.forget()


@pytest.fixture
def user() -> User:
    return factories.make_user("nora")


@pytest.fixture
def reader(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def told_item(title: str, **values: object) -> Item:
    """An item whose terms are those of its title."""
    item = factories.make_item(title, **values)  # type: ignore[arg-type]
    ItemTerms.objects.create(item=item, data=pack(terms_of(title)))
    return item


def terms_of(title: str) -> Terms:
    return replace(weigh(terms(title), [], Frequencies()), manner=manner(title))


def finish(user: User, *items: Item) -> None:
    """The user finished them an hour ago, and a brief was made since."""
    at = timezone.now() - timedelta(hours=1)
    for item in items:
        Reader(user).does(item, at, finished_at=at)
    absorb(user, now=timezone.now())


def text_of(client: Client, address: str = PAGE) -> str:
    return client.get(address).content.decode()


def undo_of(page: str, said: str) -> tuple[str, str]:
    """Where the Undo button beside these words posts to, and the page it comes back to."""
    found = re.search(re.escape(said) + r'.*?action="([^"]+)".*?name="next" value="([^"]+)"', page, re.DOTALL)
    assert found is not None
    return found[1], found[2].replace("&amp;", "&")


def test_a_source_shows_what_taught_it_and_each_row_can_be_taken_back(user: User, reader: Client) -> None:
    source = factories.make_source("Stacks")
    kept, regretted = (
        told_item(title, source=source) for title in ("Paper is a promise", "Ten tips for labels")
    )
    finish(user, kept, regretted)
    page = text_of(reader)
    assert "From Stacks: 2 finished, saved or acted on" in page
    sources = page[page.index('id="part-sources"') :]
    where, back = undo_of(sources, "You finished “Ten tips for labels”.")
    answer = reader.post(where, {"next": back}, follow=True)
    assert answer.redirect_chain[0][0] == back
    assert back.startswith(f"{PAGE}?open=source")
    after = answer.content.decode()
    assert "From Stacks: 1 finished, saved or acted on" in after
    assert '<details class="small" open>' in after
    assert "Ten tips for labels" not in after
    assert reader.post(where, {"next": back}).status_code == 302


def test_what_was_taken_back_stays_so_when_the_next_brief_is_made(user: User, reader: Client) -> None:
    item = told_item("Paper is a promise")
    finish(user, item)
    reader.post(f"{PAGE}{Feedback.objects.get().pk}/undo/")
    absorb(user, now=timezone.now())
    assert not Feedback.objects.exists()


def test_topics_are_named_in_words_with_what_taught_them(user: User, reader: Client) -> None:
    finish(user, *(told_item(f"Humidity in store {number}") for number in range(4)))
    for number in range(4):
        dull = told_item(f"Barcodes of vendor {number}")
        give_feedback(user, dull.pk, Signal.LESS, now=timezone.now())
    page = text_of(reader)
    words = page[page.index('id="part-words"') : page.index('id="part-sources"')]
    assert "You often finish things about “Humidity”, as 4 things show." in words
    assert "You seldom finish things about “Barcodes”, as 4 things show." in words
    assert "You finished “Humidity in store 3”." in words


def test_every_fact_about_titles_has_its_words() -> None:
    assert set(manner_texts()) == set(FLAGS)


def test_how_titles_speak_is_named_with_what_taught_it(user: User, reader: Client) -> None:
    finish(user, *(told_item(f"Why does paper {word}?") for word in ("burn", "float", "curl")))
    page = text_of(reader)
    assert "You often finish things whose title asks something, as 3 things show." in page
    log = text_of(reader, f"{PAGE}log/?of=manner&is=question")
    assert "Why does paper float?" in log
    assert "Nothing is left of it." in text_of(reader, f"{PAGE}log/?of=manner&is=exclaims")


def test_a_topic_goes_when_what_taught_it_is_taken_back(user: User, reader: Client) -> None:
    finish(user, told_item("Humidity in the tower"))
    page = text_of(reader)
    where, back = undo_of(page[page.index('id="part-words"') :], "You finished “Humidity in the tower”.")
    assert "Humidity" not in reader.post(where, {"next": back}, follow=True).content.decode()
    model = warm.model_for(profile_of(user), timezone.now())
    assert (model.tastes.mean == model.tastes.prior).all()


def test_a_long_group_has_a_page_with_all_of_it(user: User, reader: Client) -> None:
    source = factories.make_source("Stacks")
    finish(user, *(told_item(f"Shelf {number}", source=source) for number in range(60)))
    page = text_of(reader)
    assert "All 60 of them" in page
    everything = f"{PAGE}log/?of=source&is={source.pk}"
    first = text_of(reader, everything)
    rest = text_of(
        reader, f"{PAGE}log/" + re.findall(r'href="([^"]+)" rel="next"', first)[0].replace("&amp;", "&")
    )
    titles = re.findall(r"You finished “(Shelf \d+)”.", first + rest)
    assert len(set(titles)) == 60


@pytest.mark.parametrize(
    "asked", ["?of=source&is=x", f"?of=source&is={10**30}", "?of=word&is=", "?after=x", "?of=nothing&is=1"]
)
def test_an_odd_address_of_the_log_is_no_error(user: User, reader: Client, asked: str) -> None:
    finish(user, told_item("Paper is a promise"))
    assert reader.get(f"{PAGE}log/{asked}").status_code == 200


def test_what_opened_things_taught_can_be_seen_too(user: User, reader: Client) -> None:
    item = told_item("Paper is a promise")
    at = timezone.now() - timedelta(hours=1)
    Reader(user).does(item, at, opened_at=at)
    absorb(user, now=timezone.now())
    assert "You opened “Paper is a promise”." in text_of(reader, f"{PAGE}log/")


def test_the_pages_ask_no_more_of_the_database_for_more_rows(
    reader: Client, user: User, django_assert_max_num_queries: object
) -> None:
    source = factories.make_source("Stacks")
    counts = []
    for _ in range(2):
        finish(user, *(told_item(f"Shelf {number}", source=source) for number in range(3)))
        text_of(reader)
        with django_assert_max_num_queries(60) as asked:  # type: ignore[operator]
            text_of(reader)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_wrong_reason_is_confirmed_where_it_is_said_and_can_be_undone(
    live_server: LiveServer, page: Page
) -> None:
    world = make_world()
    Feedback.objects.all().delete()
    reasons = [
        {"feature": "freshness", "text": "It is fresh."},
        {"feature": "source", "text": "You like it."},
    ]
    world.brief.lines.filter(item=world.item, section="read").update(reasons=reasons)
    sign_in(page.context, world.user, live_server.url)
    page.goto(live_server.url)
    line = page.locator(f"#line-{world.item.pk}")
    line.get_by_text("Wrong reason").click()
    line.get_by_role("button", name="This is wrong").first.click()
    expect(line.get_by_role("status")).to_contain_text("Noted: “how new it is” is no reason for this.")
    assert Feedback.objects.get().feature == "freshness"
    line.get_by_role("button", name="Undo what you said").click()
    expect(line.get_by_role("status")).to_have_count(0)
    assert not Feedback.objects.exists()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_everything_learned_can_be_undone_without_scripts(live_server: LiveServer, browser: Browser) -> None:
    world = make_world()
    finish(world.user, world.dated)
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, world.user, live_server.url)
    page = context.new_page()
    page.goto(live_server.url + "/settings/")
    page.get_by_role("link", name="See all of it").click()
    while before := Feedback.objects.filter(user=world.user).count():
        if not page.locator(".lesson button").first.is_visible():
            page.locator("summary").first.click()
        page.locator(".lesson button").first.click()
        expect(page.get_by_role("status").first).to_contain_text("Taken back")
        assert Feedback.objects.count() == before - 1
    expect(page.get_by_text("Nothing yet.")).to_be_visible()
    context.close()
