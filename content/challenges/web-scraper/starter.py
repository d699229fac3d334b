import urllib.request
from html.parser import HTMLParser


class Page(HTMLParser):
    """The title and the links of a page: page = Page(); page.feed(html)."""

    def __init__(self):
        super().__init__()
        self.title = ""
        self.links = []
        self._in_title = False

    def handle_starttag(self, tag, attributes):
        self._in_title = tag == "title"
        if tag == "a":
            self.links += [value for name, value in attributes if name == "href" and value]

    def handle_endtag(self, tag):
        self._in_title = False

    def handle_data(self, data):
        if self._in_title:
            self.title += data


def scrape(start_url, max_workers=8):
    # Only the first page, so far.
    with urllib.request.urlopen(start_url) as answer:
        page = Page()
        page.feed(answer.read().decode())
    return {start_url: page.title.strip()}
