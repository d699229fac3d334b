"""The interleaving drawn: what a failing test found, what an exploration found, stepped through with the keyboard."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import violations
from tests.e2e.site import GRADING_MS, ROOT, Site, solution

pytestmark = pytest.mark.browser

CHALLENGES = ROOT / "content" / "challenges"
PROGRAMS = ROOT / "tests" / "shapes" / "programs"
MARKUP = '<img src=x onerror="alert(1)">'


def program(name: str) -> str:
    return (PROGRAMS / name / "buggy.py").read_text()


def explored(site: Site) -> Locator:
    """Waits for the outcomes of an exploration."""
    found = site.page.locator(".explored")
    expect(found).to_be_visible(timeout=GRADING_MS)
    site.finished()
    return found


def test_explore_shows_every_outcome_and_the_schedule_of_each(site: Site) -> None:
    page = site.page
    site.open_playground()
    site.write(program("lost_update"))
    page.keyboard.press("Alt+Enter")
    found = explored(site)
    expect(found.get_by_role("heading", name="2 different outcomes")).to_be_visible()
    expect(found.locator(".outcome-output")).to_have_text(["2", "1"])
    counts = [int(text.split()[0].replace(",", "")) for text in found.locator(".outcome-count").all_text_contents()]
    tried = re.search(r"in ([\d,]+) schedules", found.inner_text())
    assert tried is not None
    assert sum(counts) == int(tried[1].replace(",", ""))
    expect(found).to_contain_text("preemption")
    # The one that differs is open already: the words say what happened, the drawing where.
    expect(found.locator(".trace-headline")).to_contain_text("An update is lost")
    expect(found.locator(".interrupted")).to_be_visible()
    expect(found.locator(".conflict")).to_have_count(2)
    assert violations(page) == []

    plain = found.locator(".outcome-head", has_text="without interruptions")
    plain.focus()
    page.keyboard.press("Enter")
    expect(plain).to_have_attribute("aria-expanded", "true")
    expect(found.locator(".trace")).to_have_count(1)
    expect(found.locator(".interrupted")).to_have_count(0)


def test_the_arrow_keys_step_both_ways_and_the_editor_follows(site: Site) -> None:
    page = site.page
    site.open_playground()
    site.write(program("lost_update"))
    site.button("Explore").click()
    trace = explored(site).locator(".trace")
    slider = trace.get_by_role("slider", name="Step")
    slider.focus()
    page.keyboard.press("Home")
    expect(trace.locator(".step-where")).to_have_text("Before the first step")
    expect(page.locator(".cm-thread-now")).to_have_count(0)
    page.keyboard.press("End")
    expect(trace.locator(".state-output")).to_have_text("1")
    page.keyboard.press("PageUp")
    before = slider.get_attribute("aria-valuetext")
    page.keyboard.press("ArrowLeft")
    assert slider.get_attribute("aria-valuetext") != before
    page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == before

    while "interrupts" not in (slider.get_attribute("aria-valuetext") or ""):
        assert slider.input_value() != "0", "the preemption is never announced"
        page.keyboard.press("ArrowLeft")
    expect(page.locator(".cm-thread-now")).to_have_text("    count += 1")
    expect(trace.locator(".step-now")).to_contain_text("reads count as 0")
    expect(trace.locator(".state-block", has_text="Variables")).to_contain_text("count")

    # Of another program it is not the line: nothing is marked until that is undone.
    site.editor.click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("#")
    expect(page.locator(".cm-thread-now")).to_have_count(0)
    slider.press("ArrowRight")
    slider.press("ArrowLeft")
    expect(page.locator(".cm-thread-now")).to_have_count(0)
    expect(page.locator(".cm-thread-marks")).to_have_count(0)
    site.editor.press("Control+Z")
    expect(page.locator(".cm-thread-now")).to_have_text("    count += 1")


def test_every_step_can_be_shown_and_read_as_a_table_and_the_schedule_copied(site: Site) -> None:
    page = site.page
    site.open_playground()
    site.write(program("lost_update"))
    site.button("Explore").click()
    trace = explored(site).locator(".trace")
    few = trace.locator(".card").count()
    trace.get_by_role("button", name="Every step").click()
    expect(trace.locator(".fold")).to_have_count(0)
    assert trace.locator(".card").count() > few
    trace.get_by_role("button", name="Table").click()
    rows = trace.locator("tbody tr")
    expect(rows.filter(has_text="interrupts")).to_have_count(1)
    assert rows.count() >= 8
    assert violations(page) == []
    trace.get_by_role("button", name="Copy schedule").click()
    expect(trace.get_by_role("button", name="Copied")).to_be_visible()
    assert re.fullmatch(r"3\d\d\.\w+\.\d+:\d+", page.evaluate("navigator.clipboard.readText()"))


def test_a_deadlock_is_a_cycle_with_its_lines(site: Site) -> None:
    page = site.page
    site.open_playground()
    site.write(program("lock_order"))
    site.button("Explore").click()
    found = explored(site)
    waits = found.locator(".waits")
    expect(waits.locator(".waits-label text")).to_have_text(
        ["waits, line 11", "taken in line 16", "waits, line 17", "taken in line 10"]
    )
    expect(found.locator(".outcome-label")).to_have_text("Deadlock")
    assert violations(page) == []
    waits.get_by_role("button", name="line 16").click()
    expect(site.editor).to_be_focused()


def test_a_failing_test_shows_the_interleaving_that_broke_it(site: Site) -> None:
    page = site.page
    site.open_challenge()
    site.submit(solution("no_lock"))
    site.gets("RACE")
    failed = page.locator(".test[data-tone=bad]").first
    expect(failed.locator(".trace")).to_be_visible()
    expect(failed.locator(".trace-headline")).to_contain_text("self.value")
    expect(page.locator(".cm-thread-now")).to_be_visible()
    assert violations(page) == []
    expect(site.verdict.get_by_role("link", name="Races, deadlocks and other traps")).to_be_visible()
    failed.get_by_role("button", name="The interleaving").click()
    expect(failed.locator(".trace")).to_have_count(0)
    expect(page.locator(".cm-thread-now")).to_have_count(0)

    # The same from what the server has kept, beside the program that was sent.
    page.reload()
    ident = page.evaluate("JSON.parse(document.getElementById('page').textContent).submissions[0].id")
    page.goto(f"/submissions/{ident}/")
    expect(page.locator(".trace").first).to_be_visible(timeout=GRADING_MS)
    expect(page.locator(".code-now")).to_contain_text("self.value")
    assert violations(page) == []


def test_two_results_that_differ_are_shown_side_by_side_where_they_part(site: Site) -> None:
    page = site.page
    page.goto("/challenges/print-in-order/")
    expect(site.editor).to_be_visible()
    site.submit((CHALLENGES / "print-in-order" / "solutions" / "nobody_waits.py").read_text())
    site.gets("NONDETERMINISTIC")
    pair = page.locator(".pair").first
    expect(pair.locator(".trace")).to_have_count(2)
    expect(pair.locator(".trace-headline").first).to_contain_text(
        re.compile("They are the same up to step|They part at the")
    )
    # Both stand at the first step at which they part: another thread goes on in each, and up to there all is the same.
    now, steps = (pair.locator(which) for which in (".step-now", ".trace"))
    assert now.nth(0).locator(".thread").inner_text() != now.nth(1).locator(".thread").inner_text()
    rows = []
    for nth in (0, 1):
        steps.nth(nth).get_by_role("button", name="Table").click()
        body = steps.nth(nth).locator("tbody tr")
        at = body.evaluate_all("rows => rows.findIndex((row) => row.ariaCurrent)")
        rows.append(body.all_inner_texts()[: at + 1])
        steps.nth(nth).get_by_role("button", name="Table").click()
    assert len(rows[0]) > 1
    assert rows[0][:-1] == rows[1][:-1]
    assert rows[0][-1] != rows[1][-1]
    # And step by themselves.
    first, other = (pair.get_by_role("slider").nth(nth) for nth in (0, 1))
    stood = other.input_value()
    first.focus()
    page.keyboard.press("Home")
    assert (first.input_value(), other.input_value()) == ("0", stood)
    assert violations(page) == []


def test_an_exploration_is_stopped(site: Site) -> None:
    site.open_playground()
    site.write(
        "import threading\n\n\ndef work():\n    global count\n    for _ in range(300):\n        count += 1\n"
        "\n\ncount = 0\n"
        "threads = [threading.Thread(target=work) for _ in range(6)]\n"
        "for thread in threads:\n    thread.start()\nfor thread in threads:\n    thread.join()\nprint(count)\n"
    )
    site.button("Explore").click()
    expect(site.page.locator(".explore-progress")).to_contain_text("schedules", timeout=GRADING_MS)
    site.page.keyboard.press("Escape")
    site.gets("CANCELLED")


def test_a_lesson_explores_in_place(site: Site) -> None:
    site.page.goto("/lessons/threads/")
    cell = site.page.locator("figure.cell").last
    number = site.page.locator("figure.cell").count()
    cell.get_by_role("button", name=f"Explore example {number}").click()
    expect(cell.locator(".outcome").nth(1)).to_be_visible(timeout=GRADING_MS)
    expect(cell.locator(".trace")).to_be_visible()
    expect(cell.locator(".code-now, .code-marks").first).to_be_visible()
    assert violations(site.page) == []


def test_script_in_names_values_and_output_is_text(site: Site) -> None:
    site.open_playground()
    site.run(
        f"import threading\n\nshared = {MARKUP!r}\n\n\n"
        f"def work():\n    global shared\n    shared = shared + {MARKUP!r}\n\n\n"
        f"threads = [threading.Thread(target=work, name={MARKUP!r} + str(n)) for n in range(2)]\n"
        "for thread in threads:\n    thread.start()\nfor thread in threads:\n    thread.join()\nprint(shared)\n"
    )
    site.finished()
    site.button("Explore").click()
    found = explored(site)
    expect(found.locator(".outcome-output").first).to_contain_text(MARKUP)
    found.get_by_role("button", name="Table").click()
    expect(found.locator("tbody")).to_contain_text(MARKUP)
    assert site.page.locator(".explored img").count() == 0


# ------------------------------------------------------------------------------ sizes, in the page without a server


def long_execution(threads: int, steps: int) -> dict[str, object]:
    """An execution whose threads add to a counter in turns, with a preemption now and then."""
    names = ["MainThread", *(f"Thread-{n} (work)" for n in range(1, threads))]
    events = [
        {
            "step": step + 1,
            "tid": step // 3 % threads,
            "line": 2 + step % 5,
            "function": "work",
            "op": "write" if step % 2 else "read",
            "what": "count",
            "value": str((step + 1) // 2),
            "before": str(step // 2) if step % 2 else "",
            "site": 1,
            "preempted": step % 30 == 0 and step > 0,
        }
        for step in range(steps)
    ]
    ending = {"kind": "finished", "detail": "", "output": "", "value": ""}
    return {
        "outcome": ending, "schedule": "313.1.", "steps": steps, "preemptions": steps // 30, "elapsed": 0.0,
        "threads": names, "lost": [], "left": [], "left_tasks": [], "waits": None, "events": events, "dropped": 0,
    }  # fmt: skip


def show(page: Page, execution: dict[str, object]) -> Locator:
    page.goto("/lessons/")
    page.evaluate(
        """async (text) => {
            const { Interleaving } = await import("/static/build/interleaving.js");
            document.querySelector("main").replaceChildren(new Interleaving(JSON.parse(text)).element);
        }""",
        json.dumps(execution),
    )
    return page.locator(".trace")


@pytest.mark.parametrize(("threads", "steps"), [(2, 10), (100, 400), (8, 10_000)])
def test_few_and_many(site: Site, threads: int, steps: int) -> None:
    page = site.page
    trace = show(page, long_execution(threads, steps))
    every = trace.get_by_role("button", name="Every step")
    if every.is_visible():
        every.click()
    slider = trace.get_by_role("slider", name="Step")
    slider.focus()
    page.keyboard.press("End")
    expect(trace.locator(".step-where")).to_have_text(f"Step {steps:,} of {steps:,}")
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowLeft")
    # However long it is, only what is in view is in the page.
    assert trace.locator("svg *").count() < 1500
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert violations(page) == []
