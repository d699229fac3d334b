from kit import Test, explore, real


class _Exact(Test):
    scenario = "call_main"

    def check(self, case, result):
        self.true(not result.alive, "main() returns before all of its threads have ended: join them.")
        self.equal(set(result.value["kinds"]), {"int"}, "main() has to return the total as an int.")
        want = [threads * times for threads, times in case["calls"]]
        self.equal(result.value["results"], want, "The total is not threads * times.")


class SmallNumbers(_Exact):
    """A few threads lose nothing, whatever the order in which they run."""

    visible = True
    mode = explore(schedules=300)

    def cases(self, rng):
        yield {"calls": [[2, 1]]}
        yield {"calls": [[3, 2]]}


class AHundredThreads(Test):
    """With no arguments: a hundred threads, a thousand additions each."""

    scenario = "call_main_plainly"
    visible = True
    mode = real(repeat=2)

    def check(self, case, result):
        self.equal(result.value["kinds"], ["int"], "main() has to return the total as an int.")
        self.equal(result.value["results"], [100_000], "The total is not exact.")


class InTheThreads(_Exact):
    """The work is done by as many threads as asked for."""

    def cases(self, rng):
        yield {"calls": [[rng.randint(5, 20), rng.randint(1, 9)]]}

    def check(self, case, result):
        super().check(case, result)
        asked = sum(threads for threads, _ in case["calls"])
        self.true(result.threads_started >= asked, "It does not start as many threads as it is asked to.")


class AHundredExplored(_Exact):
    """A hundred threads, a thousand additions each, on interleavings that no stress test meets."""

    mode = explore(schedules=3)

    def cases(self, rng):
        yield {"calls": [[100, 1000]]}


class ManyTimes(_Exact):
    """No addition is lost, whatever the numbers."""

    mode = real(repeat=5)

    def cases(self, rng):
        yield {"calls": [[rng.randint(20, 40), rng.randint(50, 200)]]}
        yield {"calls": [[rng.randint(2, 5), rng.randint(500, 1000)]]}


class StartsFromZero(_Exact):
    """Every call starts from zero, also with nothing to add."""

    mode = explore(schedules=20)

    def cases(self, rng):
        yield {"calls": [[2, rng.randint(2, 9)], [3, rng.randint(2, 9)], [4, 0]]}
