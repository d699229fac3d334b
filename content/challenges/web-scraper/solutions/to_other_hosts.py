# verdict: WRONG_ANSWER
"""Follows every link, wherever it leads."""

import http.client
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.title, self.links, self._in_title = "", [], False

    def handle_starttag(self, tag, attributes):
        self._in_title = tag == "title"
        if tag == "a":
            self.links += [value for name, value in attributes if name == "href" and value]

    def handle_endtag(self, tag):
        self._in_title = False

    def handle_data(self, data):
        if self._in_title:
            self.title += data


def fetch(url):
    """The title of a page and the urls that it links to; None where it is no page."""
    try:
        with urllib.request.urlopen(url) as answer:
            if answer.headers.get_content_type() != "text/html" or "Content-Type" not in answer.headers:
                return None
            text = answer.read().decode(answer.headers.get_content_charset() or "utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return None
    page = Page()
    page.feed(text)
    links = [urldefrag(urljoin(url, link)).url for link in page.links]
    return page.title.strip(), [link for link in links if link.startswith("http")]


def scrape(start_url, max_workers=8):
    titles, seen, level = {}, {start_url}, [start_url]
    with ThreadPoolExecutor(max_workers) as pool:
        while level:
            following = []
            for url, found in zip(level, pool.map(fetch, level), strict=True):
                if found is not None:
                    titles[url], links = found
                    following += links
            level = [url for url in dict.fromkeys(following) if url not in seen]
            seen.update(level)
    return titles
