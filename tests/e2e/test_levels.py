"""Levels: each is solved by a schedule with par, and not by the plain one; one is played by hand, with the keyboard."""

import re
import secrets
from typing import Any

import pytest
from playwright.sync_api import expect

from lockstep.level import reached, read_levels
from sandbox.explorer import Settings, explore, load
from tests.e2e.axe import violations
from tests.e2e.site import GRADING_MS, ROOT, Site
from tests.e2e.test_scheduler import began, choices, moves

pytestmark = pytest.mark.browser
LEVELS = read_levels(ROOT / "content" / "levels")


def par_schedule(site: Site, level: Any) -> str:
    """With the sandbox's own Python, for which alone it holds: the deviations are those that this one finds."""
    report = explore(load(level.program, "main.py"), settings=Settings(schedules=400, most_traced=0))
    best = min(
        (
            each
            for each in report.outcomes
            if reached(level.rules, {"kind": each.outcome.kind, "output": each.outcome.output})
        ),
        key=lambda each: each.preemptions,
    )
    first = site.post("moves", {"source": level.program})["move"]["trace"]["schedule"]
    return str(first) + str(best.schedule).rsplit(".", 1)[1]


def test_each_is_solved_by_par_and_not_by_the_plain_schedule(site: Site) -> None:
    site.sign_up(f"level-{secrets.token_hex(4)}")
    site.page.goto("/levels/")
    for level in LEVELS:
        plain = site.post(f"levels/{level.slug}", {"schedule": ""})
        assert plain["solved"] is False, (level.slug, plain)
        par = site.post(f"levels/{level.slug}", {"schedule": par_schedule(site, level)})
        assert (par["solved"], par["interruptions"]) == (True, level.par), (level.slug, par)
    site.page.reload()
    expect(site.page.locator(".chip-good")).to_have_count(len(LEVELS))
    site.page.goto("/leaderboard/")
    expect(site.page.locator(".board-place")).to_contain_text(str(sum(level.points for level in LEVELS)))


def test_one_is_played_with_the_keyboard(site: Site) -> None:
    page = site.page
    page.goto("/levels/lose-an-increment/")
    began(site)
    choices(site).first.focus()
    found = violations(page)
    for key in "111":
        before = moves(site).count()
        page.keyboard.press(key)
        expect(moves(site)).to_have_count(before + 1, timeout=GRADING_MS)
    page.keyboard.press("1")
    expect(page.locator(".ending")).to_have_text(" Finished", timeout=GRADING_MS)
    expect(page.locator("[data-role=result]")).to_contain_text("ended without an exception", timeout=GRADING_MS)
    # As many as there are ways through this program: the first is tried.
    tried = page.locator(".scheduler-head").get_by_text("schedules tried")
    expect(tried).to_have_text(re.compile(r"1 of \d\d schedules tried"))
    page.keyboard.press("Backspace")
    expect(page.locator("[data-role=result]")).to_be_hidden()
    for key in "22":
        before = moves(site).count()
        page.keyboard.press(key)
        expect(moves(site)).to_have_count(before + 1, timeout=GRADING_MS)
    expect(page.locator("[data-role=result]")).to_have_text(
        " Solved with 1 interruption: fewer are not enough.", timeout=GRADING_MS
    )
    expect(tried).to_have_text(re.compile(r"2 of \d\d schedules tried"))
    expect(page.get_by_role("link", name="Next: Overdraw the account")).to_be_visible()
    expect(page.locator(".chip-good")).to_be_visible()
    expect(page.get_by_role("heading", name="Explanation")).to_be_visible()
    assert found + violations(page) == []
    page.reload()
    expect(tried).to_have_text(re.compile(r"2 of \d\d schedules tried"), timeout=GRADING_MS)
