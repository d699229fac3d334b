from kit import Page, Reply, Test, explore, real, serve, serve_http


def _page(title, links, text="", **more):
    """An HTML page; links that lead elsewhere, or nowhere, begin with !"""
    anchors = " ".join(f'<p><a class="link" href="{link.removeprefix("!")}">{text or "more"}</a></p>' for link in links)
    head = "" if title is None else f"<title>{title}</title>"
    own = tuple(link.partition("#")[0] for link in links if not link.startswith("!"))
    return Page(f"<!DOCTYPE html><html><head>{head}</head><body>{anchors}{text}</body></html>", links=own, **more)


def _tree(widths):
    """Levels of pages, each of which links to its share of the next level, and home."""
    levels = [["/"]]
    for depth, width in enumerate(widths):
        levels.append([f"/{depth}/{number}" for number in range(width)])
    pages = {}
    for level, below in zip(levels, [*levels[1:], []]):
        share = len(below) // len(level)
        for number, path in enumerate(level):
            pages[path] = [f"Page {path}", [*below[number * share : (number + 1) * share], "/"]]
    return pages


def _graph(rng, count):
    """Pages that link to each other at random; all can be reached."""
    paths = ["/", *(f"/page?number={number}" if number % 5 == 0 else f"/{number}" for number in range(1, count))]
    pages = {path: [f"Title {rng.randint(0, 9999)}", []] for path in paths}
    for number, path in enumerate(paths[1:], start=1):
        pages[paths[rng.randrange(number)]][1].append(path)
    for path in paths:
        pages[path][1] += rng.sample(paths, 3)
        rng.shuffle(pages[path][1])
    return pages


class _Scrape(Test):
    scenario = "scrape"
    mode = real()

    def pages(self, case):
        return {path: _page(title, links) for path, (title, links) in case["_pages"].items()}

    def server(self, case):
        return serve_http(self.pages(case))

    def titles(self, case):
        return {path: title for path, (title, _) in case["_pages"].items()}

    def check(self, case, result):
        self.equal(result.value, self.titles(case), "It does not map each page to its title.")
        asked = [each.request for each in result.served.requests]
        self.equal(sorted(asked), sorted(set(asked)), "It fetches a page more than once.")
        known = set(case["_pages"])
        self.true(set(asked) <= known | self.others, "It fetches what is no page of the site.")

    others = frozenset()


def _case(pages, max_workers=None):
    return {"max_workers": [] if max_workers is None else [max_workers], "_pages": pages}


class Titles(_Scrape):
    """Follows the links and maps each page to its title."""

    visible = True

    def cases(self, rng):
        yield _case({"/": ["Home", ["/about", "/news"]], "/about": ["About", ["/"]], "/news": ["News", ["/about"]]})


class Links(_Scrape):
    """Relative links, fragments and queries; pages without a title; links that lead away."""

    visible = True

    def cases(self, rng):
        yield _case({})

    def pages(self, case):
        away = ["!http://localhost:{{port}}/elsewhere", "!mailto:us@example.com", "!javascript:void(0)"]
        return {
            "/": Page(
                "<title>\n Home &amp; more\n</title>"
                '<a href="docs/">Docs</a> <a href="/list?page=2">2</a> <a href="#top">Top</a> <a name="top">here</a>'
                '<a href="/list?page=4&amp;order=down">4</a>'
                '<a href="http://127.0.0.1:{{port}}/absolute#part">Absolute</a>'
                '<a href="http://localhost:{{port}}/elsewhere">Elsewhere</a>',
                links=("/docs/", "/list?page=2", "/list?page=4&order=down", "/absolute"),
            ),
            "/docs/": Page('<title>Docs</title><a href="intro">Intro</a><a href="../">Up</a>', links=("/docs/intro",)),
            "/docs/intro": _page("Intro", ["/docs/intro#a", "/docs/intro#b", "/list?page=3", *away]),
            "/list?page=2": _page(None, ["/list?page=3"]),
            "/list?page=3": _page("", ["/list?page=2", "/#bottom"]),
            "/list?page=4&order=down": _page("Four", []),
            "/absolute": _page("Absolute", []),
            "/elsewhere": _page("Elsewhere", []),
        }

    def check(self, case, result):
        want = {"/": "Home & more", "/docs/": "Docs", "/docs/intro": "Intro", "/absolute": "Absolute"}
        want |= {"/list?page=2": "", "/list?page=3": "", "/list?page=4&order=down": "Four"}
        self.equal(result.value, want, "It does not map each page to its title.")
        asked = [each.request for each in result.served.requests]
        self.true("/elsewhere" not in asked, "It follows a link to another host.")
        self.equal(sorted(asked), sorted(want), "It does not fetch each page once.")


class Survives(_Scrape):
    """Missing pages, errors, broken connections and other types are left out, and the rest goes on."""

    others = frozenset({"/gone", "/error", "/broken", "/text", "/picture", "/nothing"})

    def cases(self, rng):
        pages = _graph(rng, 20)
        yield _case(pages)

    def pages(self, case):
        found = {
            path: _page(title, [*links, *sorted(self.others)], text="umlauts: äöü")
            for path, (title, links) in case["_pages"].items()
        }
        odd = "<title>no</title><a href='/not-to-be-followed'>no</a>"
        return found | {
            "/error": Page(odd, status=500),
            "/broken": Page(odd, broken=True),
            "/text": Page(odd, content_type="text/plain"),
            "/picture": Page(b"\x89PNG\r\n\x1a\n\x00\xff<title>no</title>", content_type="image/png"),
            "/nothing": Page(odd, content_type=None),
        }


class Charset(_Scrape):
    """A page may be in another encoding than UTF-8, which its type then says."""

    def cases(self, rng):
        yield _case({"/": ["Zürich", ["/2"]], "/2": ["Köln", []]})

    def pages(self, case):
        pages = super().pages(case)
        page = pages["/2"]
        pages["/2"] = Page(page.body.encode("latin-1"), content_type="text/html; charset=iso-8859-1")
        return pages


class Each(_Scrape):
    """Fetches each page once, however many links lead to it at the same time."""

    def cases(self, rng):
        shared = [f"/shared/{number}" for number in range(6)]
        pages = {"/": ["Home", [f"/{number}" for number in range(8)]]}
        pages |= {f"/{number}": [f"Page {number}", [*shared, "/"]] for number in range(8)}
        pages |= {path: ["Shared", [*shared, "/0"]] for path in shared}
        yield _case(pages)
        yield _case(_graph(rng, 60))

    def server(self, case):
        return serve_http(self.pages(case), hold=2, patience=0.5)


class AtMost(_Scrape):
    """At most `max_workers` requests are in flight at once."""

    def cases(self, rng):
        yield _case(_tree([6, 6]), 3)
        yield _case(_tree([16]))

    def server(self, case):
        limit = case["max_workers"][0] if case["max_workers"] else 8
        return serve_http(self.pages(case), hold=limit, linger=0.1, patience=0.5)

    def check(self, case, result):
        super().check(case, result)
        limit = case["max_workers"][0] if case["max_workers"] else 8
        self.true(result.served.most_in_flight <= limit, "More than `max_workers` requests are in flight at once.")


class FourTimes(_Scrape):
    """With eight workers at least four answers are waited for at once, so that it is four times faster."""

    def cases(self, rng):
        yield _case(_tree([8, 16, 16]))

    def server(self, case):
        return serve_http(self.pages(case), hold=4, patience=8)

    def check(self, case, result):
        super().check(case, result)
        self.true(
            not result.served.starved,
            "Fewer than four requests are in flight while there are more pages to fetch: it is not four times faster.",
        )


class EachOnEverySchedule(Test):
    """Fetches each page once, also when two threads find the same link at the same moment."""

    scenario = "scrape_with_our_urlopen"
    mode = explore(schedules=100)
    where_modelled = True

    def cases(self, rng):
        pages = {"/": ["Home", ["/a", "/b"]], "/a": ["A", ["/same"]], "/b": ["B", ["/same"]], "/same": ["Same", ["/"]]}
        yield _case(pages, 2)

    def server(self, case):
        return serve({path: Reply(_page(title, links).body) for path, (title, links) in case["_pages"].items()})

    def check(self, case, result):
        if result.value is None:
            return
        titles = {path: title for path, (title, _) in case["_pages"].items()}
        self.equal(result.value, titles, "It does not map each page to its title.")
        asked = [each.request for each in result.served.requests]
        self.equal(sorted(asked), sorted(titles), "It does not fetch each page once.")
