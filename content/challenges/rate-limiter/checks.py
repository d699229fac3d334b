from kit import Test, virtual_time

TOLERANCE = 1e-9
STEPS = 40
"""So many may a call take; who polls takes thousands."""


def _case(rate, per, arrivals, cancelled=None):
    """Calls of one limiter. cancelled: number of the call to the time at which it is cancelled."""
    cancelled = cancelled or {}
    calls = [[0, at, cancelled.get(number)] for number, at in enumerate(arrivals)]
    return {"limiters": [[rate, per]], "calls": calls}


class _Limited(Test):
    scenario = "acquire"
    mode = virtual_time()

    def check(self, case, result):
        for which, (rate, per) in enumerate(case["limiters"]):
            times = [at for _, limiter, at in result.value["through"] if limiter == which]
            for first, after in zip(times, times[rate:]):
                self.true(after - first >= per - TOLERANCE, "There are more than `rate` acquisitions in one window.")
            self.equal(
                [number for number, limiter, _ in result.value["through"] if limiter == which],
                [
                    number
                    for number in result.value["asked"]
                    if case["calls"][number][0] == which and case["calls"][number][2] is None
                ],
                "Not everybody gets through in the order in which they came.",
            )
        self.true(result.steps < 300 + STEPS * len(case["calls"]), "It is busy while nobody may go on.")


class AtOnce(_Limited):
    """As long as there is room, nobody waits."""

    visible = True

    def cases(self, rng):
        yield _case(1, 10, [0])
        yield _case(2, 10, [0, 100, 200, 300])

    def check(self, case, result):
        super().check(case, result)
        arrivals = [at for _, at, _ in case["calls"]]
        self.equal(
            [round(at, 6) for _, _, at in result.value["through"]], arrivals, "A call waits though there is room."
        )


class Together(_Limited):
    """Of many that come together, no more than the rate get through, and nobody waits longer than needed."""

    visible = True

    def cases(self, rng):
        yield _case(1, 10, [0] * 4)
        yield _case(3, 10, [0] * 8)

    def check(self, case, result):
        super().check(case, result)
        (rate, per), begin = case["limiters"][0], case["calls"][0][1]
        for number, (_, _, at) in enumerate(result.value["through"], start=1):
            self.true(at - begin <= number / rate * per + TOLERANCE, "Somebody waits longer than needed.")


class TogetherAnyNumber(Together):
    """The same, with other numbers."""

    visible = False

    def cases(self, rng):
        yield _case(rng.randint(2, 6), rng.choice([0.25, 1, 60]), [0] * rng.randint(20, 30))
        yield _case(rng.randint(2, 6), 900, [5] * rng.randint(20, 30))


class AnyWindow(_Limited):
    """No window has more than the rate, wherever it begins."""

    def cases(self, rng):
        yield _case(2, 10, [0, 9, 9.5, 10, 10.5, 11, 19, 19.5])
        yield _case(5, 1, [0.9] * 5 + [1.05] * 5)
        for _ in range(4):
            rate, per = rng.randint(1, 5), rng.choice([1, 7, 60])
            yield _case(rate, per, sorted(round(rng.uniform(0, 4 * per), 3) for _ in range(25)))


class Cancelled(_Limited):
    """A waiter that is cancelled takes no slot, and those behind it move up."""

    def cases(self, rng):
        yield _case(1, 10, [0, 1, 2], {1: 5})
        yield _case(1, 10, [0, 1, 2], {2: 5})
        yield _case(1, 10, [0, 1, 2, 3, 4], {1: 5, 2: 6, 3: 7})
        yield _case(2, 10, [0, 0, 1, 1, 1, 1], {2: rng.randint(2, 9), 3: rng.randint(2, 9)})

    def check(self, case, result):
        super().check(case, result)
        (rate, per) = case["limiters"][0]
        for number, (_, _, at) in enumerate(result.value["through"], start=1):
            latest = max(number / rate * per, max(arrival for _, arrival, _ in case["calls"]))
            self.true(at <= latest + TOLERANCE, "A waiter that was cancelled still takes a slot.")


class CancelledAtTheLastMoment(_Limited):
    """Cancelling a waiter at the very moment at which it is its turn leaves nobody waiting for ever."""

    def cases(self, rng):
        yield _case(1, 10, [0, 1, 2, 3], {1: 10})
        yield _case(1, 10, [0, 1, 2, 3], {1: 10, 2: 10})
        yield _case(1, 10, [0, 1, 2, 3], {2: 20})

    def check(self, case, result):
        """A call that is cancelled at that moment may have got through before."""
        times = [at for _, _, at in result.value["through"]]
        for first, after in zip(times, times[1:]):
            self.true(after - first >= 10 - TOLERANCE, "There are more than `rate` acquisitions in one window.")
        numbers = [number for number, _, _ in result.value["through"]]
        self.equal(numbers, sorted(numbers), "Not everybody gets through in the order in which they came.")
        for number, (_, _, cancelled) in enumerate(case["calls"]):
            if cancelled is None:
                self.true(number in numbers, "Somebody does not get through.")
        self.true(times[-1] <= 30.001, "Somebody waits longer than needed.")


class Independent(_Limited):
    """Limiters share nothing."""

    def cases(self, rng):
        calls = [[which, 0, None] for _ in range(6) for which in (0, 1)]
        yield {"limiters": [[1, 10], [2, rng.randint(20, 40)]], "calls": calls}

    def check(self, case, result):
        super().check(case, result)
        for which, (rate, per) in enumerate(case["limiters"]):
            times = [at for _, limiter, at in result.value["through"] if limiter == which]
            for number, at in enumerate(times, start=1):
                self.true(at <= number / rate * per + TOLERANCE, "A limiter waits for another one.")
