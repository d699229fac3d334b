from kit import Test, explore, real


class CountsOneByOne(Test):
    """A new counter is at 0, and each increment adds 1."""

    scenario = "one_after_the_other"
    visible = True

    def cases(self, rng):
        yield {"times": 3}

    def check(self, case, result):
        self.equal(result.value, list(range(case["times"] + 1)), "The counter does not count 0, 1, 2, 3.")


class _Counted(Test):
    def counted(self, value, increments):
        lost = isinstance(value, int) and value < increments
        message = "Increments were lost." if lost else "The counter does not hold how often it was incremented."
        self.equal(value, increments, message)


class EveryIncrementCounts(_Counted):
    """Threads that increment together lose nothing."""

    scenario = "hammer"
    visible = True
    mode = explore(schedules=300)

    def cases(self, rng):
        yield {"threads": 2, "times": 1}
        yield {"threads": rng.randint(3, 4), "times": rng.randint(2, 4)}

    def check(self, case, result):
        self.counted(result.value, case["threads"] * case["times"])


class AHundredThreads(_Counted):
    """A hundred threads at once lose nothing."""

    scenario = "hammer"
    mode = real(repeat=2)

    def cases(self, rng):
        yield {"threads": 100, "times": rng.randint(10, 50)}

    def check(self, case, result):
        self.counted(result.value, case["threads"] * case["times"])


class Independent(Test):
    """Counters do not share anything."""

    scenario = "two_counters"
    mode = explore(schedules=100)

    def cases(self, rng):
        yield {"first": rng.randint(2, 3), "second": rng.randint(4, 5)}

    def check(self, case, result):
        want = [case["first"], case["second"], 0]
        self.equal(result.value, want, "Incrementing one counter changes another.")


class ReadMeanwhile(_Counted):
    """Reading while others increment gives numbers that the counter has really had."""

    scenario = "read_meanwhile"
    mode = explore(schedules=200)

    def cases(self, rng):
        yield {"threads": 2, "times": rng.randint(1, 2), "reads": 3}

    def check(self, case, result):
        total = case["threads"] * case["times"]
        seen = result.value["seen"]
        self.counted(result.value["value"], total)
        self.true(seen == sorted(seen), "A later reading gave a smaller number than an earlier one.")
        self.true(all(0 <= number <= total for number in seen), "A reading gave a number that was never reached.")
