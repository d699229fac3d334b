"""A learner is the scheduler: on the playground, on an example of a lesson, on an own submission."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.axe import violations
from tests.e2e.site import GRADING_MS, Site

pytestmark = pytest.mark.browser

COUNTER = """import threading

count = 0


def work():
    global count
    count += 1


threads = [threading.Thread(target=work, name=name) for name in ("left", "right")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("count:", count)
assert count == 2
"""


def choices(site: Site) -> Locator:
    return site.page.get_by_role("group", name="Who goes next").get_by_role("button")


def moves(site: Site) -> Locator:
    return site.page.locator(".moves li")


def choose(site: Site, *words: str) -> None:
    for word in words:
        before = moves(site).count()
        choices(site).filter(has_text=re.compile(word)).click()
        expect(moves(site)).to_have_count(before + 1, timeout=GRADING_MS)


def began(site: Site) -> None:
    expect(choices(site).first).to_be_visible(timeout=GRADING_MS)


def test_the_increment_is_lost_by_hand_and_undone(site: Site) -> None:
    site.open_playground()
    site.write(COUNTER)
    site.button("Schedule").click()
    began(site)
    choose(site, "main", "main", "left.*begins")
    expect(choices(site).filter(has_text="left")).to_contain_text("writes count")
    expect(site.page.locator(".cm-thread-now")).to_contain_text("count += 1")
    found = violations(site.page)
    choose(site, "right", "right.*writes")
    expect(site.page.locator(".ending")).to_have_text(" Exception")
    expect(site.page.get_by_text("1 interruption", exact=True)).to_be_visible()
    expect(site.page.locator(".state-output")).to_contain_text("count: 1")
    assert found + violations(site.page) == []
    site.page.get_by_text("Your moves").click()
    site.page.get_by_role("button", name="Back to before move 4").click()
    expect(moves(site)).to_have_count(3)
    choose(site, "left.*writes")
    expect(site.page.locator(".ending")).to_have_text(" Finished")
    expect(site.page.locator(".state-output")).to_contain_text("count: 2")
    site.button("Close").click()
    expect(site.button("Schedule")).to_be_focused()
    expect(site.panel).to_be_visible()


def test_an_example_of_a_lesson_by_keyboard_only(site: Site) -> None:
    page = site.page
    page.goto("/lessons/races-and-deadlocks/")
    page.get_by_role("button", name="Schedule example 1").focus()
    page.keyboard.press("Enter")
    began(site)
    expect(page.get_by_role("heading", name="You are the scheduler", level=3)).to_be_focused()
    for count, key in enumerate("112", 1):
        page.keyboard.press(key)
        expect(moves(site)).to_have_count(count, timeout=GRADING_MS)
    page.keyboard.press("Backspace")
    expect(moves(site)).to_have_count(2)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.scheduler') !== null")


def test_an_own_submission(site: Site) -> None:
    site.open_playground()
    site.run(COUNTER)
    site.finished()
    ident = site.page.evaluate("sessionStorage.getItem('lockstep:last:playground')")
    site.page.goto(f"/submissions/{ident}/")
    site.button("Schedule").click()
    began(site)
    choose(site, "main")
    assert violations(site.page) == []


def test_what_cannot_be_read_is_said(site: Site) -> None:
    site.open_playground()
    site.write("def f(:\n")
    site.button("Schedule").click()
    expect(site.page.locator(".scheduler-problem")).to_contain_text("SyntaxError", timeout=GRADING_MS)
