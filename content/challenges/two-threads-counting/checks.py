from kit import Test, explore

ENDED = "main() returned while one of its threads was still running: join them both."
COUNT = ["1", "2", "3", "4", "5"]


class BothCount(Test):
    """main() prints 1 to 5 twice."""

    scenario = "call_main"
    visible = True

    def cases(self, rng):
        yield {"calls": 1, "pause": 0.001}

    def check(self, case, result):
        self.equal(sorted(result.lines), sorted(COUNT * 2), "The numbers 1 to 5 have to come out twice, one a line.")


class TwoThreadsInOrder(Test):
    """Two threads print, and each counts in order."""

    scenario = "call_main"
    mode = explore(schedules=100)

    def cases(self, rng):
        yield {"calls": 1, "pause": 0}

    def check(self, case, result):
        self.equal(result.value["main"], "", "The main thread prints; only the two threads should.")
        self.true(not result.alive, ENDED)
        self.equal(len(result.value["threads"]), 2, "It is not two threads that print.")
        for text in result.value["threads"]:
            self.equal(text.split("\n"), [*COUNT, ""], "One thread does not print 1 to 5 in order, one a line.")


class BothHaveEnded(Test):
    """Both threads have ended when main() returns."""

    scenario = "call_main"
    mode = explore(schedules=100)

    def cases(self, rng):
        yield {"calls": 1, "pause": 0.001}

    def check(self, case, result):
        self.true(not result.alive, ENDED)


class CanBeCalledAgain(Test):
    """main() can be called again."""

    scenario = "call_main"

    def cases(self, rng):
        yield {"calls": 2, "pause": 0.001}

    def check(self, case, result):
        self.equal(sorted(result.lines), sorted(COUNT * 4), "Called a second time, it does not do the same again.")
