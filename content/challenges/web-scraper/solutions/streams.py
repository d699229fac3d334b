# verdict: ACCEPTED
"""asyncio with plain streams: HTTP/1.0 by hand, a task group, a semaphore."""

import asyncio
import re
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit


async def get(url):
    """Status, headers and body. Raises OSError."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        path = parts.path + ("?" + parts.query if parts.query else "")
        writer.write(f"GET {path or '/'} HTTP/1.0\r\nHost: {parts.netloc}\r\n\r\n".encode())
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    finally:
        writer.close()
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if len(body) < int(headers.get("content-length", 0)):
        raise ConnectionError("the answer broke off")
    return int(status.split()[1]), headers, body


async def crawl(start_url, max_workers):
    titles, seen = {}, {start_url}
    gate = asyncio.Semaphore(max_workers)

    async def visit(url):
        async with gate:
            try:
                status, headers, body = await get(url)
            except OSError:
                return
        kind, _, rest = headers.get("content-type", "").partition(";")
        if status != 200 or kind.strip() != "text/html":
            return
        charset = rest.partition("charset=")[2].strip() or "utf-8"
        text = body.decode(charset, "replace")
        title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
        titles[url] = unescape(title[1]).strip() if title else ""
        for href in re.findall(r'<a [^>]*href="([^"]*)"', text):
            link = urldefrag(urljoin(url, unescape(href))).url
            if urlsplit(link)[:2] == urlsplit(start_url)[:2] and link not in seen:
                seen.add(link)
                group.create_task(visit(link))

    async with asyncio.TaskGroup() as group:
        group.create_task(visit(start_url))
    return titles


def scrape(start_url, max_workers=8):
    return asyncio.run(crawl(start_url, max_workers))
