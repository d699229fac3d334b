"""GIL or not: one program on two Pythons, side by side, where there is the second one."""

import re

import pytest
from playwright.sync_api import expect

from sandbox.image import ensure_freethreaded
from tests.e2e.axe import violations
from tests.e2e.site import GRADING_MS, Site
from tests.waiting import wait_for

# The second Python takes minutes to build where it is not there yet.
pytestmark = [pytest.mark.browser, pytest.mark.docker, pytest.mark.full, pytest.mark.timeout(3600)]
# Four threads of 100,000. On a starved machine they may take turns, which loses nothing: at load 16 nine times of 300.
WHOLE = 400_000
TRIES = 5
PROGRAM = "import sys\nprint('GIL:', sys._is_gil_enabled())\n"


@pytest.fixture(scope="module", autouse=True)
def freethreaded() -> None:
    ensure_freethreaded(build_python=True)


@pytest.fixture(autouse=True)
def offered(site: Site) -> None:
    """A worker has said that it has the image, which it does a moment after it began."""

    def said() -> bool:
        site.page.goto("/")
        return site.page.locator("body").get_attribute("data-freethreaded") == "yes"

    wait_for("a worker that offers the free-threaded Python", said)


def test_a_program_runs_on_both_and_each_says_what_it_is(site: Site) -> None:
    page = site.page
    site.open_playground()
    site.write(PROGRAM)
    site.button("GIL or not").click()
    both = page.get_by_role("region", name="With and without the GIL")
    for title, gil, python in (
        ("With the GIL", True, r"[\d.]+"),
        ("Without the GIL", False, r"[\d.]+ without the GIL"),
    ):
        side = both.get_by_role("region", name=title, exact=True)
        expect(side.locator(".panel[data-state=done]")).to_be_visible(timeout=2 * GRADING_MS)
        expect(side.locator(".log-text")).to_have_text([f"GIL: {gil}"])
        expect(side.locator(".ran-on")).to_have_text(re.compile(f"Ran on Python {python} in a"))
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(both).to_have_count(0)
    expect(site.button("GIL or not")).to_be_focused()


def test_the_lesson_lets_increments_be_lost_before_ones_eyes(site: Site) -> None:
    page = site.page
    page.goto("/lessons/the-gil/")
    cell = page.locator("figure.cell").filter(has_text="for _ in range(100_000)")
    both = page.get_by_role("region", name="With and without the GIL")
    without = [WHOLE]
    while min(without) == WHOLE and len(without) <= TRIES:
        cell.get_by_role("button", name="GIL or not").click()
        counts = []
        for title in ("With the GIL", "Without the GIL"):
            side = both.get_by_role("region", name=title, exact=True)
            expect(side.locator(".panel[data-state=done]")).to_be_visible(timeout=2 * GRADING_MS)
            counts.append(int(side.locator(".log-text").inner_text()))
        assert counts[0] == WHOLE
        without.append(counts[1])
        both.get_by_role("button", name="Close").click()
    assert 0 < min(without) < WHOLE, without
