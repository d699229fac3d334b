import math

from kit import Reply, Test, serve, virtual_time


def _case(pages, limit=None, **more):
    """pages: [url, length or None, seconds]."""
    return {"urls": [url for url, _, _ in pages], "limit": [] if limit is None else [limit], "_pages": pages, **more}


def _random(rng, count, failing=0):
    pages = [[f"/{number}", rng.randint(1, 500), rng.randint(1, 9)] for number in range(count)]
    for page in rng.sample(pages, failing):
        page[1] = None
    return pages


class _Crawl(Test):
    scenario = "crawl"
    mode = virtual_time()

    def server(self, case):
        replies = {}
        for url, length, seconds in case["_pages"]:
            replies[url] = Reply(error="gone", seconds=seconds) if length is None else Reply("x" * length, seconds)
        return serve(replies)

    def check(self, case, result):
        self.equal(result.value, {url: length for url, length, _ in case["_pages"]}, "The lengths are not right.")
        asked = [each.request for each in result.served.requests]
        self.equal(sorted(asked), sorted(case["urls"]), "It does not fetch each url once.")


class Lengths(_Crawl):
    """Maps each url to the length of its page."""

    visible = True

    def cases(self, rng):
        yield _case([["/", 5, 1], ["/about", 12, 2], ["/contact", 7, 1]])


class Prints(_Crawl):
    """Prints a line for each page that it gets, as soon as it is there."""

    visible = True

    def cases(self, rng):
        yield _case([["/slow", 5, 3], ["/quick", 12, 1], ["/gone", None, 1], ["/middle", 7, 2], ["/empty", 0, 4]])

    def check(self, case, result):
        super().check(case, result)
        want = ["/quick 12", "/middle 7", "/slow 5", "/empty 0"]
        self.equal(result.lines, want, "It does not print `<url> <length>` for each.")


class Failures(_Crawl):
    """A fetch that fails gives None, and the others go on."""

    visible = True

    def cases(self, rng):
        yield _case([["/gone", None, 1], ["/there", 9, 2]])
        yield _case([["/gone", None, 1], ["/lost", None, 1], ["/there", 9, 2], ["/too", 3, 3]], 1, odd="/lost")

    def check(self, case, result):
        super().check(case, result)
        self.equal(len(result.lines), sum(length is not None for _, length, _ in case["_pages"]), "Lines are wrong.")


class _Limited(_Crawl):
    def check(self, case, result):
        super().check(case, result)
        limit = case["limit"][0] if case["limit"] else 10
        served = result.served
        self.true(served.most_in_flight <= limit, "More than `limit` fetches are in flight at once.")
        last = max(each.began for each in served.requests)
        for moment in range(math.ceil(last)):
            if last > moment + 0.5:  # there is work that has not begun
                self.equal(
                    served.in_flight_at(moment + 0.5), limit, "Fewer than `limit` are in flight while there is work."
                )
        self.equal(
            sorted(result.lines),
            sorted(f"{url} {length}" for url, length, _ in case["_pages"] if length is not None),
            "It does not print `<url> <length>` for each.",
        )


class AtMostTwo(_Limited):
    """With limit=2: two in flight as long as there is work, and never more."""

    visible = True

    def cases(self, rng):
        yield _case([["/a", 1, 1], ["/b", 2, 5], ["/c", 3, 1], ["/d", 4, 2], ["/e", 5, 1]], 2)


class AnyLimit(_Limited):
    """At most `limit` in flight, and as many as that while there is work."""

    def cases(self, rng):
        yield _case(_random(rng, 40, failing=5))
        yield _case(_random(rng, 25), rng.randint(3, 6))
        yield _case(_random(rng, 30, failing=15), rng.randint(2, 4))
        yield _case(_random(rng, 5), 1)
        yield _case(_random(rng, 5), 8)


class ByName(_Limited):
    """`fetch` and `limit` can be given by name."""

    scenario = "crawl_with_a_name"

    def cases(self, rng):
        yield _case(_random(rng, 9), 4)


class NothingToDo(_Crawl):
    """No urls give an empty dict."""

    def cases(self, rng):
        yield _case([])

    def check(self, case, result):
        self.equal(result.value, {}, "It does not return an empty dict.")


class NoTaskLeft(_Crawl):
    """No task is left at the moment it returns."""

    scenario = "crawl_and_count"

    def cases(self, rng):
        yield _case(_random(rng, 6, failing=1), 3)
        yield _case(_random(rng, 3), 5)

    def check(self, case, result):
        lengths = {url: length for url, length, _ in case["_pages"]}
        self.equal(result.value["lengths"], lengths, "The lengths are not right.")
        self.equal(result.value["left"], 0, "Tasks are left when it returns: cancelling one does not wait for its end.")


class Cancelled(_Crawl):
    """Cancelling it cancels what is in flight, and nothing else begins."""

    scenario = "cancel"

    def cases(self, rng):
        yield _case([[f"/{number}", 5, 10] for number in range(8)], 3, after=5)
        yield _case([[f"/{number}", 5, 10 + number] for number in range(6)], 2, after=15)
        yield _case([[f"/{number}", 5, 10] for number in range(4)], after=rng.randint(2, 8))

    def check(self, case, result):
        self.true(result.value["done"], "It goes on though it was cancelled.")
        self.true(result.value["cancelled"], "The cancellation does not reach whoever awaits it.")
        self.equal(
            result.value["left"], 0, "It ends while fetches are still going on: cancel them, and wait for their end."
        )
        for each in result.served.requests:
            self.true(each.began < case["after"] + 0.01, "Another fetch begins after the cancellation.")
            self.true(each.ended < case["after"] + 0.01, "A fetch goes on after the cancellation.")
