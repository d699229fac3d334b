from kit import Test, real

OWN_SECONDS = 0.2
"""Starting processes takes less; the ranges of InOtherProcesses take longer."""


def _primes(high):
    sieve = bytearray([1]) * high
    sieve[:2] = b"\0" * min(2, high)
    for n in range(2, int(high**0.5) + 1):
        if sieve[n]:
            sieve[n * n :: n] = bytes(len(range(n * n, high, n)))
    return sieve


class _Count(Test):
    scenario = "count"
    mode = real()

    def check(self, case, result):
        sieve = _primes(max([high for _, high in case["ranges"]], default=2))
        want = [sum(sieve[low:high]) for low, high in case["ranges"]]
        self.equal(result.value["counts"], want, "The numbers of primes are not right.")


def _case(ranges, processes=None):
    return {"ranges": ranges, "processes": [] if processes is None else [processes]}


class Counts(_Count):
    """Counts the primes of each range, in order."""

    visible = True

    def cases(self, rng):
        yield _case([[0, 10], [10, 20], [20, 10], [2, 3]])
        yield _case([[500_000, 501_000], [0, 1000]], 2)


class _Processes(_Count):
    def check(self, case, result):
        super().check(case, result)
        processes = case["processes"][0] if case["processes"] else 2
        self.true(result.processes_started > 0, "It starts no process.")
        self.true(result.processes_started >= processes, "It starts fewer processes than it is asked to.")
        self.true(result.processes_started <= processes + 1, "It starts more processes than it is asked to.")
        self.true(
            result.processes_together >= processes,
            "Its processes do not run at the same time: it waits for the one before it starts the other.",
        )


class ThatManyProcesses(_Processes):
    """Starts as many processes as asked for, all at the same time."""

    visible = True

    def cases(self, rng):
        yield _case([[number * 1000, (number + 1) * 1000] for number in range(8)])
        yield _case([[number * 1000, (number + 1) * 1000] for number in range(8)], 3)


class AnyNumber(_Processes):
    """The same with other ranges and other numbers of processes."""

    def cases(self, rng):
        for processes in (1, 2, 4):
            lows = [rng.randint(0, 900_000) for _ in range(9)]
            yield _case([[low, low + rng.randint(0, 2000)] for low in lows], processes)


class Order(_Count):
    """A long range before short ones does not change the order."""

    def cases(self, rng):
        low = rng.randint(500_000, 900_000)
        yield _case([[low, low + 20_000], [0, 10], [10, 30], [30, 31], [0, 3]], 2)


class InOtherProcesses(_Processes):
    """The counting is done by the processes, not by the one that starts them."""

    def cases(self, rng):
        lows = [rng.randint(850_000, 980_000) for _ in range(10)]
        yield _case([[low, low + 8_000] for low in lows], 2)

    def check(self, case, result):
        super().check(case, result)
        self.true(result.value["own"] < OWN_SECONDS, "The process that calls it does the work itself.")


class Nothing(_Count):
    """No ranges give no numbers, and empty ranges give 0."""

    def cases(self, rng):
        yield _case([])
        yield _case([[5, 5], [7, 2], [0, 0]], 2)
