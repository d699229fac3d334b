# verdict: RACE
"""Looks what is new and marks it in two steps, without a lock: two threads that find the same link both take it."""

import http.client
import queue
import threading
import urllib.request
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit


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
    home = urlsplit(url)
    return page.title.strip(), [link for link in links if urlsplit(link)[:2] == home[:2]]


def scrape(start_url, max_workers=8):
    titles, seen = {}, {start_url}
    tasks = queue.Queue()
    tasks.put(start_url)

    def work():
        while (url := tasks.get()) is not None:
            try:
                found = fetch(url)
                if found is None:
                    continue
                titles[url] = found[0]
                new = set(found[1]) - seen
                seen.update(new)
                for link in new:
                    tasks.put(link)
            finally:
                tasks.task_done()

    workers = [threading.Thread(target=work) for _ in range(max_workers)]
    for worker in workers:
        worker.start()
    tasks.join()
    for _ in workers:
        tasks.put(None)
    for worker in workers:
        worker.join()
    return titles
