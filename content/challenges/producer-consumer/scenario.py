import threading
import time


class Trouble(Exception):
    pass


def work_twice(solution, case):
    """The same items with and without trouble."""
    first = work(solution, case)
    second = work(solution, {**case, "bad": []})
    return {"raised": [first["raised"], second["raised"]], "handled": sorted(second["handled"])}


def work(solution, case):
    """Every item takes `make` seconds to come and `use` seconds to be handled, all of it virtual."""
    handled, handlers, makers = [], set(), set()
    busy = most = 0
    me = threading.current_thread()

    def items():
        for item in case["items"]:
            makers.add(threading.current_thread())
            if case.get("make"):
                time.sleep(case["make"])
            yield item

    def handle(item):
        nonlocal busy, most
        handlers.add(threading.current_thread())
        busy += 1
        most = max(most, busy)
        handled.append(item)
        if case.get("use"):
            time.sleep(case["use"])
        busy -= 1
        if item in case.get("bad", []):
            raise Trouble(item)

    raised = returned = None
    try:
        returned = solution.run(items() if case.get("make") else case["items"], handle, *case["consumers"])
    except Trouble as error:
        raised = error.args[0]
    return {
        "handled": handled,
        "most": most,
        "raised": raised,
        "returned": returned,
        "handlers": len(handlers),
        "apart": me not in handlers and not handlers & makers and me not in makers,
        "makers": len(makers),
    }
