"""Following a service from the screens: what is pasted, a look, following, and the source's own page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.http import HttpRequest, HttpResponse
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django import DjangoAssertNumQueries, Settings
from pytest_django.live_server_helper import LiveServer
from tests.browser import sign_in
from tests.factories import make_user

from transom.apps.accounts.models import User
from transom.apps.conversations.models import Event
from transom.apps.library.refresh import make_client, refresh_sources
from transom.apps.sources.connectors.registry import connector
from transom.apps.sources.models import Source, Subscription
from transom.apps.sources.services import follow_connector
from transom.demo.server import DemoServer, serve
from transom.interfaces.web.demo_links import DemoLinks

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime.now(UTC)


@pytest.fixture
def demo(settings: Settings) -> Iterator[DemoServer]:
    """The demo community stands in for every service."""
    with serve(now=NOW, slow=0.1) as server:
        port = int(server.base.rpartition(":")[2])
        settings.OPTIONS = replace(
            settings.OPTIONS,
            demo_port=port,
            allowed_private=(f"127.0.0.1:{port}",),
            unspaced_hosts=("127.0.0.1",),
        )
        yield server


@pytest.fixture
def user() -> User:
    return make_user("nina")


@pytest.fixture
def reader(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def paste(reader: Client, text: str) -> str:
    return page_of(reader.post("/sources/add/", {"address": text}, follow=True))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("@hester@keepers.example", "Hester Quaid"),
        ("https://keepers.example/@hester", "Hester Quaid"),
        ("@joss.keepers.example", "Joss Abara"),
        ("0007-0000-1000-0042", "Dagny Soltveit"),
        ("https://forum.keepers.example/latest", "Felt under plinths: who else has looked?"),
        ("https://talks.collections-guild.example/slow-decay/schedule/", "Forty years of one barometer"),
        ("webcal://collections-guild.example/events.ics", "North coast meetup, Sandhythe"),
        ("https://openalex.org/T90001", "What twelve weeks do to a moth lure"),
        ("https://confs.tech/collections", "Paper, Ink and Other Risks"),
        ("https://datatracker.ietf.org/wg/salvage/about/", "The first six hours"),
        ("https://pubmed.ncbi.nlm.nih.gov/?term=museum", "Respiratory complaints after salvage"),
        ("https://github.com/keepers-tools/drift-sheet", "drift-sheet v1.2"),
    ],
)
def test_what_is_pasted_is_shown_before_it_is_followed(
    demo: DemoServer, reader: Client, text: str, says: str
) -> None:
    page = paste(reader, text)
    assert "What it brings" in page
    assert says in page
    assert not Source.objects.exists()


def test_a_site_that_only_looks_like_a_service_is_searched_for_its_feed(
    demo: DemoServer, reader: Client
) -> None:
    page = paste(reader, "https://slowrooms.example/")
    assert "You follow" in page
    assert "What it brings" not in page
    assert Source.objects.get().address == "https://slowrooms.example/feed.atom"


def test_words_lead_to_the_services_that_take_words(demo: DemoServer, reader: Client) -> None:
    page = paste(reader, "iron gall ink")
    assert "“iron gall ink” is no address" in page
    assert "/sources/services/pubmed/?search=iron%20gall%20ink" in page
    assert "Calendars (iCalendar)" not in page
    assert 'value="iron gall ink"' in page_of(
        reader.get("/sources/services/pubmed/?search=iron%20gall%20ink")
    )


def test_a_name_is_searched_for_and_one_of_those_found_is_looked_at(demo: DemoServer, reader: Client) -> None:
    page = page_of(reader.post("/sources/services/orcid/", {"orcid": "meyer"}))
    assert page.count("Jan Meyer") >= 2
    assert "Stadtarchiv Hohenlauf" in page
    chosen = {"orcid": "0007-0000-1000-0077", "title": "Jan Meyer"}
    assert "What it brings" in page_of(reader.post("/sources/services/orcid/", chosen))


def test_what_a_search_called_it_is_the_users_name_for_it(demo: DemoServer, reader: Client) -> None:
    found = page_of(reader.post("/sources/services/openalex/", {"about": "preventive"}))
    assert 'name="title" value="Preventive conservation of collections"' in found
    chosen = {"about": "T90001", "title": "Preventive conservation of collections"}
    assert 'name="title" value="Preventive conservation of collections"' in page_of(
        reader.post("/sources/services/openalex/", chosen)
    )
    reader.post("/sources/services/openalex/", {**chosen, "follow": "1"})
    assert Subscription.objects.get().title == "Preventive conservation of collections"
    assert Source.objects.get().title == ""


def test_why_there_is_nothing_is_said_and_what_was_typed_stays(demo: DemoServer, reader: Client) -> None:
    page = paste(reader, "@nobody@keepers.example")
    assert "there is nothing by this name" in page
    assert 'value="@nobody@keepers.example"' in page
    assert "What it brings" not in page
    missing = page_of(reader.post("/sources/services/mastodon/", {"account": ""}))
    assert "An account, @name@server" in missing


def test_following_leads_to_the_sources_page_with_what_bounds_it(
    demo: DemoServer, reader: Client, user: User
) -> None:
    query = {"about": "collections", "follow": "1"}
    page = page_of(reader.post("/sources/services/fedreg/", query, follow=True))
    source = Source.objects.get()
    assert Subscription.objects.filter(user=user, source=source).exists()
    assert source.owner_id is None
    assert "Asked once a day at most. Offices of the United States only" in page
    assert "Words: collections" in page
    refresh_sources([source.pk], make_client(), now=NOW)
    page = page_of(reader.get(f"/sources/{source.pk}/"))
    assert "Next dates" in page
    assert "Export of cultural goods" in page


def test_what_is_followed_already_says_so(demo: DemoServer, reader: Client, user: User) -> None:
    account = {"account": "@hester@keepers.example"}
    followed = follow_connector(user, connector("mastodon"), account, now=NOW)
    page = paste(reader, "@hester@keepers.example")
    assert f'You follow it already. <a href="/sources/{followed.source_id}/">' in page
    other = Client()
    other.force_login(make_user("mara"))
    assert "You follow it already" not in paste(other, "@hester@keepers.example")


def test_another_server_is_followed_for_oneself_alone(demo: DemoServer, reader: Client) -> None:
    given = {"group": "cp14", "at": "https://tracker.joint-committee.example"}
    assert "Only you will see what it brings." in page_of(
        reader.post("/sources/services/datatracker/", given)
    )
    page = page_of(reader.post("/sources/services/datatracker/", {**given, "follow": "1"}, follow=True))
    assert "You alone, and so it is with everything it brings." in page
    stranger = Client()
    stranger.force_login(make_user("mara"))
    source = Source.objects.get()
    assert stranger.get(f"/sources/{source.pk}/").status_code == 404
    assert stranger.post(f"/sources/{source.pk}/follow/").status_code == 404


def test_what_a_service_brings_can_be_followed_again_from_its_page(
    demo: DemoServer, reader: Client, user: User
) -> None:
    followed = follow_connector(make_user("mara"), connector("confstech"), {"topic": "collections"}, now=NOW)
    reader.post(f"/sources/{followed.source_id}/follow/")
    assert Subscription.objects.get(user=user).source_id == followed.source_id
    assert Source.objects.count() == 1


def test_a_service_nobody_has_installed_is_not_there(reader: Client) -> None:
    assert reader.get("/sources/services/none/").status_code == 404
    assert Client().get("/sources/services/").status_code == 302


def test_a_source_whose_connector_is_gone_still_has_its_page(reader: Client, user: User) -> None:
    followed = follow_connector(user, connector("confstech"), {"topic": "collections"}, now=NOW)
    Source.objects.filter(pk=followed.source_id).update(connector="gone")
    assert "confs.tech/collections" in page_of(reader.get(f"/sources/{followed.source_id}/"))


@pytest.mark.parametrize("many", [1, 3])
def test_the_dates_of_a_source_cost_no_query_each(
    demo: DemoServer,
    reader: Client,
    user: User,
    many: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    followed = follow_connector(user, connector("confstech"), {"topic": "collections"}, now=NOW)
    refresh_sources([followed.source_id], make_client(), now=NOW)
    keep = list(Event.objects.filter(starts__gt=NOW).order_by("starts").values_list("pk", flat=True)[:many])
    Event.objects.exclude(pk__in=keep).delete()
    assert Event.objects.count() == many
    with django_assert_max_num_queries(16):
        reader.get(f"/sources/{followed.source_id}/")


def test_in_the_demo_links_to_services_stay_on_this_computer(demo: DemoServer) -> None:
    page = (
        '<a href="https://keepers.example/@maren">a</a> <a href="https://orcid.org/0007">b</a>'
        ' <a href="https://example.org/">c</a> <input value="https://keepers.example/@maren">'
    )
    told = DemoLinks(lambda request: HttpResponse(page))(HttpRequest()).content.decode()
    assert f'href="{demo.base}/keepers.example/@maren"' in told
    assert f'href="{demo.base}/orcid.org/0007"' in told
    assert 'href="https://example.org/"' in told
    assert 'value="https://keepers.example/@maren"' in told


@pytest.mark.browser
def test_a_newcomer_follows_somebody_by_handle_and_reads_them(
    demo: DemoServer, live_server: LiveServer, page: Page, user: User
) -> None:
    sign_in(page.context, user, live_server.url)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live_server.url}/sources/")
    page.get_by_role("link", name="Add").click()
    page.get_by_label("Address or handle").fill("@hester@keepers.example")
    page.get_by_role("button", name="Look what is there").click()
    expect(page.get_by_role("heading", name="What it brings")).to_be_visible()
    expect(page.get_by_text("Hester Quaid").first).to_be_visible()
    assert Axe().run(page).violations_count == 0
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) == 0
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_text("You follow")).to_be_visible()
    expect(page.get_by_text("Nothing yet.")).to_be_visible()
    refresh_sources([Source.objects.get().pk], make_client(), now=NOW)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hester Quaid")
    expect(page.get_by_text("Nineteen minutes. I timed it.").first).to_be_visible()
    assert Axe().run(page).violations_count == 0
    assert page.evaluate(wide) == 0
