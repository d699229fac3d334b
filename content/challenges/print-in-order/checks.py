from itertools import permutations

from kit import Test, explore

WORDS = ["first", "second", "third"]
TURNED = "Not every method calls say() exactly once."
WRONG = "What is said does not come out as first, second, third."


class _InOrder(Test):
    scenario = "arrive"
    mode = explore(schedules=100)
    deterministic = True

    def outcome(self, case, result):
        return result.lines

    def check(self, case, result):
        self.equal(sorted(result.lines), WORDS, TURNED)
        # Every schedule has to say the same, so that one which is right stands for all.
        self.sometimes(result.lines == WORDS, WRONG)


class RightOrderOfArrival(_InOrder):
    """First, second, third, when the threads are started in this order."""

    visible = True

    def cases(self, rng):
        yield {"arrival": WORDS}


class AnyOrderOfArrival(_InOrder):
    """First, second, third, whatever the order of arrival."""

    def cases(self, rng):
        orders = [list(each) for each in permutations(WORDS)][1:]
        rng.shuffle(orders)
        for arrival in orders:
            yield {"arrival": arrival}


class SomebodyIsLate(_InOrder):
    """Whoever is early waits, however long it takes, and without looking again and again."""

    mode = explore(schedules=10)

    def cases(self, rng):
        seconds = rng.randint(30, 40) + rng.randint(1, 9) / 16
        yield {"arrival": ["third", "second", "first"], "late": {"first": seconds}}
        yield {"arrival": ["third", "first", "second"], "late": {"second": seconds}}

    def check(self, case, result):
        super().check(case, result)
        waited = max(case["late"].values())
        self.true(
            result.elapsed < waited + 0.001, "A thread goes on waiting after the one that it waits for has spoken."
        )
        self.true(result.steps < 1000, "A thread that has to wait looks again and again instead.")


class InTheirOwnThreads(_InOrder):
    """Each thread speaks for itself."""

    mode = explore(schedules=20)

    def cases(self, rng):
        yield {"arrival": ["second", "third", "first"]}

    def check(self, case, result):
        super().check(case, result)
        self.equal(
            result.value,
            ["caller-1", "caller-2", "caller-3"],
            "say() is not called in the thread that called the method.",
        )


class Independent(Test):
    """Objects do not share anything."""

    scenario = "two_objects"
    mode = explore(schedules=100)

    def check(self, case, result):
        for name in ("one", "other"):
            said = [line.removeprefix(f"{name} ") for line in result.lines if line.startswith(f"{name} ")]
            self.equal(said, WORDS, "What one object does changes the order of another.")
