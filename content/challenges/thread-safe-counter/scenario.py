from kit import in_threads, together


def one_after_the_other(solution, case):
    counter = solution.Counter()
    seen = [counter.value]
    for _ in range(case["times"]):
        counter.increment()
        seen.append(counter.value)
    return seen


def hammer(solution, case):
    counter = solution.Counter()
    in_threads(case["threads"], lambda: [counter.increment() for _ in range(case["times"])])
    return counter.value


def two_counters(solution, case):
    first, second = solution.Counter(), solution.Counter()
    together(
        lambda: [first.increment() for _ in range(case["first"])],
        lambda: [second.increment() for _ in range(case["second"])],
    )
    return [first.value, second.value, solution.Counter().value]


def read_meanwhile(solution, case):
    counter = solution.Counter()
    seen = []
    together(
        *[lambda: [counter.increment() for _ in range(case["times"])]] * case["threads"],
        lambda: [seen.append(counter.value) for _ in range(case["reads"])],
    )
    return {"seen": seen, "value": counter.value}
