"""The same attacks, shown by a real browser: nothing runs, with the strict policy of our pages and without any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.browser import browser, page
from tests.engine.text.hostile_html import attacks

from transom.engine.text.sanitise import sanitise

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

__all__ = ["browser", "page"]

pytestmark = pytest.mark.browser

ADDRESS = "http://reader.example/item"
STRICT = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
COUNTER = "window.hits = []; window.hit = (number) => window.hits.push(number);"

PROVOKE = """
(again) => {
  const events = ['click', 'mouseover', 'mouseenter', 'mousemove', 'pointerdown', 'pointerenter', 'focus', 'focusin',
                  'blur', 'keydown', 'input', 'change', 'load', 'error', 'toggle', 'beforetoggle', 'animationstart',
                  'animationend', 'transitionend', 'scroll', 'wheel', 'copy', 'paste', 'submit', 'begin', 'play'];
  document.addEventListener('click', (event) => {
    const link = event.target.closest && event.target.closest('a');
    if (link && /^(https?|mailto|tel):/.test(link.href)) event.preventDefault();
  }, true);
  const story = document.getElementById('story');
  if (again) { story.innerHTML = story.innerHTML; story.innerHTML = story.innerHTML; }
  for (const element of story.querySelectorAll('*')) {
    for (const name of events) element.dispatchEvent(new Event(name));
    if (element.focus) element.focus();
    if (element.click && !element.closest('form')) element.click();
  }
}
"""


def shown(page: Page, markup: str, policy: str, *, again: bool) -> list[int]:
    """The numbers of the attacks that ran when a page with `markup` is shown, prodded, and read in again."""
    document = f"<!doctype html><meta charset=utf-8><main><div id=story>{markup}</div></main>"
    headers = {"content-type": "text/html; charset=utf-8"}
    if policy:
        headers["content-security-policy"] = policy

    def answer(route: Route) -> None:
        if route.request.url == ADDRESS:
            route.fulfill(status=200, headers=headers, body=document)
        else:
            route.abort()

    page.add_init_script(COUNTER)
    page.route("**/*", answer)
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.goto(ADDRESS, wait_until="domcontentloaded")
    page.evaluate(PROVOKE, again)
    page.wait_for_timeout(300)
    assert page.url.partition("#")[0] == ADDRESS, "an attack led away from the page"
    hits: list[int] = page.evaluate("window.hits")
    return hits


@pytest.mark.parametrize("again", [False, True], ids=["served", "read in again"])
@pytest.mark.parametrize("policy", ["", STRICT], ids=["no policy", "strict policy"])
def test_no_attack_runs(page: Page, policy: str, again: bool) -> None:
    clean = [sanitise(attack, base_url="https://boxes.example/") for attack in attacks()]
    together = "".join(f"<section>{markup}</section>" for markup in clean)
    assert shown(page, together, policy, again=again) == []


def test_the_strict_policy_stops_attacks_that_nobody_sanitised(page: Page) -> None:
    harmful = [attack for attack in attacks() if attack.startswith(("<img", "<script>", "<svg/", "<details"))]
    assert shown(page, "".join(harmful), STRICT, again=False) == []


def test_the_attacks_are_real(page: Page) -> None:
    """Without sanitising and without a policy they do run; else the tests above could not fail."""
    real = [
        attack for attack in attacks() if attack.startswith(("<img src=x on", "<svg/", "<details", "<input"))
    ]
    assert len(set(shown(page, "".join(real), "", again=False))) > 20
