"""What answers a learner's requests from the checker's side, in virtual time and over a real network."""

import asyncio

import pytest

from sandbox.guest.web import Gate
from tests.sandbox.test_run import code

SCENARIO = """
import asyncio

def fetch(solution, case, server):
    return asyncio.run(solution.f(server.fetch))

def call(solution, case, server):
    return solution.f(server.call)

def browse(solution, case, server):
    return solution.f(server.url)
"""
CHECKS = """
from kit import Page, Reply, Test, explore, real, serve, serve_http, virtual_time
class T(Test):
    \"\"\"T.\"\"\"
    scenario = "SCENARIO"
    visible = True
    mode = MODE

    def server(self, case):
        return SERVER

    def check(self, case, result):
        CHECK
"""


def checks(mode: str, scenario: str, server: str, check: str) -> str:
    return CHECKS.replace("MODE", mode).replace("SCENARIO", scenario).replace("SERVER", server).replace("CHECK", check)


PATCHING = ("sys.modules", "__closure__", "__globals__")
"""What holds against a program that changes our own modules must not rest on the rule against that."""
TWO = 'serve({"a": Reply(1, seconds=2), "b": Reply(2, seconds=3)}, hold=2, patience=10)'
TOGETHER = "import asyncio\nasync def f(fetch):\n    return await asyncio.gather(fetch('a'), fetch('b'))\n"
APART = "async def f(fetch):\n    return [await fetch('a'), await fetch('b')]\n"
SEEN = (
    "self.equal(result.value, [1, 2]); self.equal([each.request for each in result.served.requests], ['a', 'b']);"
    "self.equal({each.outcome for each in result.served.requests}, {'answered'});"
)


def test_virtual_fetches_take_the_time_of_the_slower_exactly(grade):
    check = (
        SEEN + "self.equal(result.elapsed, 3.0, f'took {result.elapsed}'); self.equal(result.served.most_in_flight, 2)"
    )
    report = grade(TOGETHER, SCENARIO, checks("virtual_time()", "fetch", TWO, check)).report
    assert report.verdict == "ACCEPTED", report
    report = grade(APART, SCENARIO, checks("virtual_time()", "fetch", TWO, check)).report
    assert (report.verdict, report.message) == ("WRONG_ANSWER", "took 5.0")


def test_threads_ask_in_explore_mode(grade):
    source = code("""
        from concurrent.futures import ThreadPoolExecutor
        def f(call):
            with ThreadPoolExecutor(2) as pool:
                return list(pool.map(call, "ab"))
    """)
    check = "self.equal(result.value, [1, 2]); self.true(3 <= result.elapsed < 3.01, 'slow');"
    check += "self.sometimes(result.served.requests[0].request == 'b', 'never b');"
    check += "self.equal(len(result.served.requests), 2)"
    report = grade(source, SCENARIO, checks("explore(200)", "call", TWO, check)).report
    assert report.verdict == "ACCEPTED", report


def test_an_error_is_raised_and_a_cancelled_request_is_told(grade):
    source = code("""
        import asyncio
        async def f(fetch):
            try:
                await fetch("gone")
            except ConnectionError as error:
                text = str(error)
            try:
                await asyncio.wait_for(fetch("slow"), 1)
            except TimeoutError:
                pass
            return text
    """)
    server = 'serve({"gone": Reply(error="no such page"), "slow": Reply(1, seconds=9)})'
    check = "self.equal(result.value, 'no such page'); self.equal(result.elapsed, 1.0);"
    check += "self.equal([each.outcome for each in result.served.requests], ['failed', 'cancelled'])"
    report = grade(source, SCENARIO, checks("virtual_time()", "fetch", server, check)).report
    assert report.verdict == "ACCEPTED", report


@pytest.mark.parametrize("source", [TOGETHER, "from threading import Thread\n" + TOGETHER])
def test_real_requests_are_held_until_enough_are_in_flight(grade, source: str) -> None:
    server = 'serve({"a": 1, "b": 2}, hold=2, patience=20)'
    check = (
        "self.equal(result.value, [1, 2]); self.true(not result.served.starved, 'starved');"
        "self.equal(result.served.most_in_flight, 2)"
    )
    report = grade(source, SCENARIO, checks("real()", "fetch", server, check)).report
    assert report.verdict == "ACCEPTED", report


def test_who_asks_one_by_one_starves(grade):
    server = 'serve({"a": 1, "b": 2}, hold=2, patience=0.2)'
    check = (
        "self.equal(result.value, [1, 2]); self.true(not result.served.starved, f'starved at {result.served.reached}')"
    )
    report = grade(APART, SCENARIO, checks("real()", "fetch", server, check)).report
    assert (report.verdict, report.message) == ("WRONG_ANSWER", "starved at 1")
    blocking = "def f(call):\n    return [call('a'), call('b')]\n"
    report = grade(blocking, SCENARIO, checks("real()", "call", server, check)).report
    assert (report.verdict, report.message) == ("WRONG_ANSWER", "starved at 1")


def test_who_is_held_goes_on_when_nobody_else_can_come() -> None:
    """On a busy host the next request can come while one that was let go on has not ended yet."""

    async def scene() -> bool:
        unanswered = {"a", "b"}
        gate = Gate(hold=2, patience=3600, linger=0, possible=lambda: len(unanswered))
        await asyncio.gather(gate.passing(), gate.passing())
        unanswered = {"b", "c"}
        last = asyncio.create_task(gate.passing())
        await asyncio.sleep(0)
        assert not last.done()
        unanswered = {"c"}
        gate.fewer_are_possible()
        await asyncio.wait_for(last, 30)
        return gate.starved

    assert not asyncio.run(scene())


SITE = (
    'serve_http({"/": Page("<title>Home</title>", links=("/a", "/b")), "/a": Page("A", content_type="text/plain"),'
    ' "/b": Page("B", broken=True), "/c": Page("C", status=500)}, hold=2, patience=20)'
)


def test_a_real_site_is_browsed(grade):
    source = code("""
        import http.client, threading, urllib.request, urllib.error
        def get(url):
            try:
                with urllib.request.urlopen(url) as answer:
                    return [answer.status, answer.headers.get_content_type(), answer.read().decode()]
            except urllib.error.HTTPError as error:
                return error.code
            except http.client.IncompleteRead:
                return "broken"
        def f(url):
            found = {"/": get(url + "/")}
            def add(path):
                found[path] = get(url + path)
            threads = [threading.Thread(target=add, args=(path,)) for path in ("/a", "/b")]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            return found
    """)
    check = (
        'self.equal(result.value, {"/": [200, "text/html", "<title>Home</title>"], "/a": [200, "text/plain", "A"],'
        ' "/b": "broken"}); self.true(not result.served.starved, "starved");'
        "self.equal(result.served.most_in_flight, 2);"
        'self.equal(sorted(each.request for each in result.served.requests), ["/", "/a", "/b"])'
    )
    report = grade(source, SCENARIO, checks("real()", "browse", SITE, check)).report
    assert report.verdict == "ACCEPTED", report


def test_a_program_that_sends_rubbish_to_the_server_harms_itself_alone(grade):
    source = code("""
        import os, socket
        def f(url):
            host, port = url.removeprefix("http://").split(":")
            for rubbish in (b"\\x00" * 100_000, b"GET / HTTP/1.1\\r\\n" + b"a: b\\r\\n" * 1000,
                            b"POST / HTTP/1.1\\r\\nContent-Length: 99999999999\\r\\n\\r\\n",
                            b"POST / HTTP/1.1\\r\\nContent-Length: x\\r\\n\\r\\n",
                            b"DELETE / HTTP/1.1\\r\\n\\r\\n", b"GET", b""):
                with socket.create_connection((host, int(port))) as line:
                    try:
                        line.sendall(rubbish)
                        line.shutdown(socket.SHUT_WR)
                        line.settimeout(20)
                        while line.recv(65536): pass
                    except ConnectionError:
                        pass
            held = [socket.create_connection((host, int(port))) for _ in range(100)]
            import urllib.request
            return urllib.request.urlopen(url + "/a").status
    """)
    site = 'serve_http({"/a": Page("A")}, start="/a")'
    check = "self.equal(result.value, 200); self.equal([each.request for each in result.served.requests], ['/a'])"
    report = grade(source, SCENARIO, checks("real()", "browse", site, check)).report
    assert report.verdict == "ACCEPTED", report


@pytest.mark.parametrize("claim", ["[]", "[['a', 0, 1, 'answered']]", "'x'", "[[0, 'x', 1, 'answered']] * 2"])
def test_a_forged_account_of_requests_is_the_programs_failure(grade, claim: str) -> None:
    source = TOGETHER + code(f"""
        import sys
        sys.modules["sandbox.guest.served"].VirtualServer.told = lambda self: {claim}
    """)
    report = grade(source, SCENARIO, checks("virtual_time()", "fetch", TWO, SEEN), allow=PATCHING).report
    assert report.verdict == "RUNTIME_ERROR", report


def test_forged_questions_are_the_programs_failure(grade):
    source = TOGETHER + code("""
        import sys
        served = sys.modules["sandbox.guest.served"]
        before = served.VirtualServer.__init__
        def init(self, ask):
            before(self, lambda request: ask.__closure__ and ask.__globals__["json"] and ask(request) and {})
            served.VirtualServer.__init__ = before  # and nobody sees that it was another
        served.VirtualServer.__init__ = init
    """)
    report = grade(source, SCENARIO, checks("virtual_time()", "fetch", TWO, SEEN), allow=PATCHING).report
    assert report.verdict == "RUNTIME_ERROR", report


def test_the_instructors_mistakes_are_the_challenges_fault(grade):
    fault = grade(TOGETHER, SCENARIO, checks("real()", "fetch", "serve(lambda request: 1 / 0)", "pass")).fault
    assert "ZeroDivisionError" in fault.message
    fault = grade(TOGETHER, SCENARIO, checks("virtual_time()", "fetch", "serve(lambda request: 1 / 0)", "pass")).fault
    assert "ZeroDivisionError" in fault.message
    fault = grade(TOGETHER, SCENARIO, checks("virtual_time()", "fetch", "serve_http({})", "pass")).fault
    assert "needs real mode" in fault.message


@pytest.mark.parametrize("mode", ["virtual_time()", "real()"])
def test_who_asks_nothing_is_told_so(grade, mode: str) -> None:
    check = "self.equal(len(result.served.requests), 2, 'It does not ask.')"
    report = grade("async def f(fetch):\n    pass\n", SCENARIO, checks(mode, "fetch", TWO, check)).report
    assert (report.verdict, report.message) == ("WRONG_ANSWER", "It does not ask.")
