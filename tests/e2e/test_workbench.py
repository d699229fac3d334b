"""The workbench around the program: sizes that are remembered, a search in the output, what the page weighs."""

import gzip

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.site import CHALLENGE, GRADING_MS, Site

pytestmark = pytest.mark.browser


def test_panes_are_resized_with_the_keyboard_and_by_dragging_and_remembered(site: Site) -> None:
    page = site.page
    site.open_challenge()
    task = page.locator(".pane-task")

    def width() -> float:
        box = task.bounding_box()
        assert box is not None
        return box["width"]

    first = width()
    separator = page.get_by_role("separator", name="Width of the task")
    separator.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    narrower = width()
    assert narrower < first - 10
    page.reload()
    expect(site.editor).to_be_visible()
    assert abs(width() - narrower) < 2

    box = separator.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 200, steps=4)
    page.mouse.up()
    assert width() > narrower + 80
    # However far it is dragged, each pane keeps some room.
    for _ in range(40):
        page.keyboard.press("ArrowLeft")
    assert width() > 100
    assert violations(page) == []


def test_the_size_of_the_letters_is_remembered(site: Site) -> None:
    site.open_challenge()
    size = "getComputedStyle(document.querySelector('.editor .cm-content')).fontSize"
    before = float(site.page.evaluate(size).removesuffix("px"))
    site.button("Larger letters").click()
    site.button("Larger letters").click()
    larger = float(site.page.evaluate(size).removesuffix("px"))
    assert larger > before
    site.page.reload()
    expect(site.editor).to_be_visible()
    assert float(site.page.evaluate(size).removesuffix("px")) == larger


def test_output_is_searched_even_where_the_page_no_longer_holds_it(site: Site) -> None:
    site.open_playground()
    site.run("for number in range(20_000):\n    print('line', number, 'Needle' if number in (7, 19_000) else '')\n")
    expect(site.page.locator(".log-count")).to_have_text("20,000 lines", timeout=GRADING_MS)
    site.finished()
    search = site.page.get_by_role("searchbox", name="Search in output")
    search.fill("needle")
    expect(site.page.locator(".log-hit")).to_have_count(2)
    expect(site.page.locator(".log-hit mark")).to_have_text(["Needle", "Needle"])
    expect(site.page.locator(".log-number")).to_have_text(["8", "19001"])
    assert violations(site.page) == []
    search.fill("")
    expect(site.page.locator(".log-scroller")).to_be_visible()


def test_the_challenge_page_loads_less_than_250_kb_of_script(site: Site) -> None:
    sizes: dict[str, int] = {}
    site.page.on(
        "response",
        lambda answer: (
            sizes.update({answer.url: len(gzip.compress(answer.body()))}) if answer.url.endswith(".js") else None
        ),
    )
    site.page.goto(CHALLENGE)
    site.page.wait_for_load_state("networkidle")
    # With what is fetched when there is an interleaving to draw.
    site.page.evaluate("Promise.all(['outcomes', 'finding'].map(name => import(`/static/build/${name}.js`)))")
    assert 100_000 < sum(sizes.values()) < 250_000, sizes
