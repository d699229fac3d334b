"""Every page of the course keeps within its window: what is too wide, such as a sample, scrolls by itself."""

import pytest

from tests.e2e.site import Site

pytestmark = pytest.mark.browser
PHONE, DESK = 390, 1440
TOO_WIDE = """() => [document.documentElement, ...document.querySelectorAll(".pane-body")]
    .filter((each) => each.scrollWidth > each.clientWidth + 1)
    .map((each) => `${each.tagName} ${each.id}: ${each.scrollWidth} in ${each.clientWidth}`)"""


@pytest.mark.parametrize("kind", ["challenges", "lessons"])
def test_nothing_is_wider_than_its_place(site: Site, kind: str) -> None:
    page = site.page
    page.goto(f"/{kind}/")
    links = page.get_by_role("main").locator(f"a[href^='/{kind}/']").all()
    addresses = list(dict.fromkeys(address for link in links if (address := link.get_attribute("href"))))
    assert len(addresses) >= 8
    found = {}
    for address in (f"/{kind}/", *addresses):
        page.goto(address)
        for width in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": 900})
            if wide := page.evaluate(TOO_WIDE):
                found[address, width] = wide
    assert found == {}
