"""Whether two names are one person, asked and answered in the brief: without scripts, by link, and of another user."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from lxml.html import HtmlElement, fromstring
from pytest_django import Settings
from tests import factories
from tests.interfaces.web.world import World, make_world

from transom.apps.brief.models import BriefLine
from transom.apps.brief.render.atom import atom
from transom.apps.brief.render.mail import message
from transom.apps.brief.render.terminal import render_terminal
from transom.apps.brief.selectors.view import view
from transom.apps.people.models import Decision, Doubt, Person
from transom.apps.people.services import decide

pytestmark = pytest.mark.django_db

TWO = "Are these two the same person?"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def nina(world: World) -> Client:
    client = Client()
    client.force_login(world.user)
    return client


@pytest.fixture
def line(world: World) -> BriefLine:
    return world.brief.lines.get(leads_to__startswith="question")


@pytest.fixture
def page_of_it(line: BriefLine) -> str:
    return reverse("web:question", args=line.leads_to.split(":")[1:])


def asked(client: Client, line: BriefLine) -> HtmlElement:
    return fromstring(client.get("/").content.decode()).get_element_by_id(f"question-{line.pk}")


def text_of(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def filled_in(element: HtmlElement, say: str) -> dict[str, str]:
    (form,) = element.forms
    return {**{name: value for name, value in form.fields.items() if value}, "say": say}


def test_the_brief_shows_the_two_and_asks(nina: Client, line: BriefLine) -> None:
    shown = text_of(asked(nina, line))
    for said in (TWO, "Osric Thane", "ليلى حداد", "Together 0", "The same", "Two people", "I don't know"):
        assert said in shown, said


@pytest.mark.parametrize(
    ("say", "same", "said"),
    [
        ("same", True, "Noted: one person. You can take it back on their page."),
        ("different", False, "Noted: two people. You can take it back on either's page."),
        ("unknown", None, "That is fine. Nothing changes."),
    ],
)
def test_an_answer_comes_back_to_the_line_which_says_so(
    nina: Client, line: BriefLine, say: str, same: bool | None, said: str
) -> None:
    answer = nina.post("/people/same/", filled_in(asked(nina, line), say))
    assert answer["Location"] == f"{reverse('web:brief')}#question-{line.pk}"
    doubt = line.leads_to.split(":")[1:]
    assert Decision.objects.get(a=doubt[0], b=doubt[1]).same is same
    shown = asked(nina, line)
    assert text_of(shown).startswith(f"{line.text} {said}")
    assert not shown.forms
    people = shown.xpath(".//a/@href")
    assert len(people) == (1 if same else 2)
    assert all(nina.get(address).status_code == 200 for address in people)


def test_taken_back_it_is_asked_again(nina: Client, line: BriefLine) -> None:
    nina.post("/people/same/", filled_in(asked(nina, line), "different"))
    a, b = line.leads_to.split(":")[1:]
    nina.post(reverse("web:take-back-answer", args=[Decision.objects.get(a=a, b=b).pk]))
    Doubt.objects.get_or_create(
        a_id=int(a), b_id=int(b), defaults={"probability": 0.5, "settles": 1, "worth": 9}
    )
    assert asked(nina, line).forms


def test_with_scripts_the_line_alone_changes(nina: Client, line: BriefLine) -> None:
    form = filled_in(asked(nina, line), "different")
    answer = nina.post("/people/same/", form, headers={"HX-Request": "true"}).content.decode()
    part = fromstring(answer)
    assert part.get("id") == f"question-{line.pk}"
    assert f"{line.text} Noted: two people." in text_of(part)


def test_what_was_settled_otherwise_is_no_question_any_more(nina: Client, line: BriefLine) -> None:
    Doubt.objects.all().delete()
    shown = asked(nina, line)
    assert not shown.forms
    assert "This is no question any more." in text_of(shown)


def test_a_link_leads_to_that_very_question(nina: Client, line: BriefLine, page_of_it: str) -> None:
    html = fromstring(nina.get(page_of_it).content.decode())
    assert html.xpath("//h1/text()") == [TWO]
    form = filled_in(html.get_element_by_id("same-person"), "unknown")
    answer = nina.post("/people/same/", form, follow=True)
    assert answer.redirect_chain[-1][0] == page_of_it
    assert "That is fine. Nothing changes." in answer.content.decode()
    assert Client().get(page_of_it)["Location"].startswith("/accounts/login/")
    assert Client().get(page_of_it)["Location"].endswith(page_of_it)


def test_looking_is_no_answer(nina: Client, page_of_it: str) -> None:
    before = Decision.objects.count()
    nina.get(f"{page_of_it}?say=same")
    assert Decision.objects.count() == before


def test_nobody_is_asked_about_one_and_the_same_or_nobody(nina: Client, line: BriefLine) -> None:
    a = line.leads_to.split(":")[1]
    for address in (f"/people/same/{a}/{a}/", f"/people/same/{a}/987654321/"):
        assert nina.get(address).status_code == 404, address


def test_everywhere_else_a_sentence_links_to_it(
    world: World, line: BriefLine, page_of_it: str, settings: Settings
) -> None:
    settings.PUBLIC_ADDRESS = "https://transom.county.example"
    link = f"https://transom.county.example{page_of_it}"
    now = world.brief.started_at
    mail = message(world.brief, message_id="<one@example.org>", now=now)
    assert f"{line.text}\n  {link}" in str(mail.body)
    assert f'<a href="{link}">{line.text}</a>' in str(mail.alternatives[0][0])
    assert f"{line.text}\n  {link}" in render_terminal(view(world.brief), 100)
    assert f'href="{link}"' in atom(world.user.pk, [world.brief], now=now).decode().replace("&lt;", "<")


def test_without_a_public_address_it_says_where_to_answer(world: World, line: BriefLine) -> None:
    mail = message(world.brief, message_id="<one@example.org>", now=world.brief.started_at)
    assert f"{line.text} You can answer on the page of the brief in Transom." in str(mail.body)
    assert "localhost" not in str(mail.body)


def test_a_question_from_before_leads_to_the_page_of_people(nina: Client, line: BriefLine) -> None:
    BriefLine.objects.filter(pk=line.pk).update(leads_to="question")
    assert f'<a href="/people/#same-person">{line.text}</a>' in nina.get("/").content.decode()


def test_anothers_answers_and_lines_are_theirs(nina: Client, world: World, line: BriefLine) -> None:
    """Two use one library: what one says is not said of the other, and a line is answered by whose it is."""
    wim = factories.make_user("wim")
    a, b = map(int, line.leads_to.split(":")[1:])
    decide(wim, a, b, False, now=world.brief.started_at)
    assert asked(nina, line).forms
    client = Client()
    client.force_login(wim)
    form = {"a": str(a), "b": str(b), "say": "unknown", "line": str(line.pk), "next": "/"}
    answer = client.post("/people/same/", form, headers={"HX-Request": "true"}).content.decode()
    assert line.text not in answer
    assert Person.objects.exists()
