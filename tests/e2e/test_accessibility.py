"""axe-core finds nothing on any page, in light and in dark, and every page fits every width."""

import secrets

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.site import CHALLENGE, Site, solution

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/lessons/",
    "/lessons/threads/",
    "/challenges/",
    CHALLENGE,
    "/levels/",
    "/levels/lose-an-increment/",
    "/play/",
    "/leaderboard/",
    "/leaderboard/?time=month",
    "/profile/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/no-such-page/",
)
OWN_PAGES = (
    "/",
    "/lessons/",
    "/profile/",
    "/leaderboard/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/logout/",
)
WIDTHS = (390, 1024, 1600)


def wrong_with(site: Site, path: str) -> list[str]:
    site.page.goto(path)
    if path in {CHALLENGE, "/play/"}:
        expect(site.editor).to_be_visible()
    found = violations(site.page)
    for width in WIDTHS:
        site.page.set_viewport_size({"width": width, "height": 844})
        over = site.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over:
            found.append(f"{over} px too wide at {width} px")
    return found


@pytest.mark.parametrize("path", PAGES)
def test_a_page_for_everybody(site: Site, path: str) -> None:
    assert wrong_with(site, path) == []


def test_what_a_learner_has(site: Site) -> None:
    page = site.page
    site.sign_up(f"axe-{secrets.token_hex(4)}")
    site.open_challenge()
    site.submit(solution("drops_increments"))
    site.gets("WRONG_ANSWER")
    found = {"results": violations(page)}
    page.get_by_role("tab", name="Your submissions").click()
    expect(page.locator(".past")).to_be_visible()
    found["submissions"] = violations(page)
    site.button("Keyboard shortcuts").click()
    found["shortcuts"] = violations(page)
    page.reload()
    ident = page.evaluate("JSON.parse(document.getElementById('page').textContent).submissions[0].id")
    for path in (f"/submissions/{ident}/", *OWN_PAGES):
        found[path] = wrong_with(site, path)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_the_theme_is_remembered(site: Site) -> None:
    page = site.page
    page.emulate_media(color_scheme="light")
    page.goto("/")
    page.get_by_role("button", name="Switch to dark colours").click()
    page.goto("/lessons/")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    page.get_by_role("button", name="Switch to light colours").click()
    page.reload()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


def test_the_phone_has_a_menu(site: Site) -> None:
    site.page.set_viewport_size({"width": 390, "height": 844})
    site.page.goto("/")
    lessons = site.header.get_by_role("link", name="Lessons")
    expect(lessons).to_be_hidden()
    site.page.get_by_role("button", name="Menu").click()
    lessons.click()
    expect(site.page.get_by_role("heading", name="Lessons")).to_be_visible()
