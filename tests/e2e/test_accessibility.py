"""axe-core finds nothing on any page, in light and in dark."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.site import CHALLENGE, ROOT, Site, solution

pytestmark = pytest.mark.browser

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = (
    "/",
    "/lessons/",
    "/lessons/threads/",
    "/challenges/",
    CHALLENGE,
    "/play/",
    "/leaderboard/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/no-such-page/",
)
SCHEMES = ("light", "dark")


def violations(page: Page) -> list[str]:
    # Evaluated over the debugging protocol, which the page's CSP does not govern.
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_page(site: Site, scheme: Any) -> None:
    site.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    found = {}
    for path in PAGES:
        site.page.goto(path)
        site.page.wait_for_load_state("networkidle")
        if wrong := violations(site.page):
            found[path] = wrong
    assert found == {}


def test_results_and_what_a_learner_has(site: Site) -> None:
    page = site.page
    page.emulate_media(reduced_motion="reduce")
    site.sign_up("axe-" + page.evaluate("() => crypto.randomUUID().slice(0, 8)"))
    site.open_challenge()
    site.submit(solution("takes_its_lock_twice"))
    site.gets("DEADLOCK")
    ident = page.evaluate(
        '() => fetch(location.href).then(r => r.text()).then(t => t.match(/"submissions": \\[\\{"id": "([^"]+)/)[1])'
    )
    found = {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        if wrong := violations(page):
            found["results", scheme] = wrong
    for tab in ("Your submissions", "Task"):
        page.get_by_role("tab", name=tab).click()
        if wrong := violations(page):
            found[tab, ""] = wrong
    site.button("Keyboard shortcuts").click()
    if wrong := violations(page):
        found["shortcuts", ""] = wrong
    for path in (
        f"/submissions/{ident}/",
        "/leaderboard/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/logout/",
    ):
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.goto(path)
            page.wait_for_load_state("networkidle")
            if wrong := violations(page):
                found[path, scheme] = wrong
    assert found == {}


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


@pytest.mark.parametrize("width", [390, 1024, 1600])
def test_nothing_sticks_out(site: Site, width: int) -> None:
    site.page.set_viewport_size({"width": width, "height": 844})
    for path in PAGES:
        site.page.goto(path)
        site.page.wait_for_load_state("networkidle")
        over = site.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over == 0, f"{path} is {over} px too wide at {width} px"


def test_the_phone_has_a_menu(site: Site) -> None:
    site.page.set_viewport_size({"width": 390, "height": 844})
    site.page.goto("/")
    lessons = site.header.get_by_role("link", name="Lessons")
    expect(lessons).to_be_hidden()
    site.page.get_by_role("button", name="Menu").click()
    lessons.click()
    expect(site.page.get_by_role("heading", name="Lessons")).to_be_visible()
