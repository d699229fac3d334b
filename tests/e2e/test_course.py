"""The way through the course: what is read and solved is kept, and home says what is next."""

import secrets

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.site import Site, solution

pytestmark = pytest.mark.browser


def test_a_lesson_is_read_and_leads_on_and_home_knows(site: Site) -> None:
    page = site.page
    page.goto("/")
    page.get_by_role("link", name="Start with the first lesson").click()
    expect(page.locator(".eyebrow")).to_have_text("Lessons · 1 of 8")
    read = page.get_by_role("button", name="Mark as read and go on")
    read.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Threads", level=1)).to_be_visible()
    pager = page.get_by_role("navigation", name="Lessons")
    expect(pager.get_by_role("link", name="Next lesson Processes")).to_be_visible()
    pager.get_by_role("link", name="Previous lesson Concurrency and parallelism").click()
    expect(page.get_by_text("You have read this lesson.")).to_be_visible()
    found = violations(page)

    page.goto("/lessons/")
    expect(page.locator(".step-done")).to_have_count(1)
    page.goto("/")
    expect(page.get_by_role("heading", name="Next lesson: Threads.")).to_be_visible()
    expect(page.locator(".hero-progress")).to_contain_text("1 of 8 lessons read")
    assert found + violations(page) == []
    page.get_by_role("link", name="Read it").click()
    expect(page.get_by_role("heading", name="Threads", level=1)).to_be_visible()

    page.get_by_role("navigation", name="Lessons").get_by_role("link", name="Previous lesson").click()
    page.get_by_role("button", name="Not yet").click()
    expect(read).to_be_visible()
    page.goto("/lessons/")
    expect(page.locator(".step-done")).to_have_count(0)


def test_home_and_profile_follow_what_is_solved(site: Site) -> None:
    page = site.page
    site.sign_up(f"ada-{secrets.token_hex(4)}")
    site.open_challenge()
    site.submit(solution("no_lock"))
    site.gets("RACE")
    page.goto("/")
    expect(page.get_by_role("heading", name="You were at thread-safe counter.")).to_be_visible()
    page.get_by_role("link", name="Go on").click()
    site.submit(solution("lock"))
    site.gets("ACCEPTED")
    page.goto("/")
    expect(page.locator(".hero-progress")).to_contain_text("1 of 14 challenges solved")
    expect(page.locator(".hero-progress")).to_contain_text("20 points")

    page.goto("/profile/")
    figures = page.locator(".figures > div")
    expect(figures.filter(has_text="Solved")).to_contain_text("1 of 22")
    expect(figures.filter(has_text="Points")).to_contain_text("20")
    recent = page.locator("section").filter(has=page.get_by_role("heading", name="Recent programs"))
    expect(recent.locator(".past-kind")).to_have_text(["submit: accepted", "submit: race"])
    assert violations(page) == []
