from kit import Reply, Test, serve, virtual_time


class _Both(Test):
    scenario = "both"
    mode = virtual_time()

    def server(self, case):
        return serve({name: Reply(value, seconds) for name, value, seconds in case["_pages"]})

    def check(self, case, result):
        values = {name: value for name, value, _ in case["_pages"]}
        self.equal(result.value, [values[name] for name in case["names"]], "It does not return both results in order.")


def _case(first, second):
    return {"names": [first[0], second[0]], "_pages": [first, second]}


class InOrder(_Both):
    """Returns what was asked for first, then what was asked for second."""

    visible = True

    def cases(self, rng):
        yield _case(["left", "page left", 1], ["right", "page right", 2])
        yield _case(["left", "page left", 3], ["right", "page right", 1])


class AtTheSameTime(_Both):
    """Takes as long as the slower of the two."""

    visible = True

    def cases(self, rng):
        yield _case(["left", "page left", 1], ["right", "page right", 2])
        yield _case(["left", "page left", 3], ["right", "page right", 3])

    def check(self, case, result):
        super().check(case, result)
        slower = max(seconds for _, _, seconds in case["_pages"])
        self.equal(round(result.elapsed, 3), slower, "It does not take as long as the slower one alone.")


class BothInFlight(_Both):
    """Asks for both before either is there, and for each once."""

    def cases(self, rng):
        for _ in range(3):
            yield _case(
                ["a", rng.randint(0, 999), rng.randint(1, 60)], ["b", [rng.randint(0, 999)], rng.randint(1, 60)]
            )

    def check(self, case, result):
        super().check(case, result)
        asked = result.served.requests
        self.equal(sorted(each.request for each in asked), sorted(case["names"]), "It does not ask for each once.")
        self.true(
            max(each.began for each in asked) < min(each.ended for each in asked),
            "It asks for the one only when the other is there.",
        )
        slower = max(seconds for _, _, seconds in case["_pages"])
        self.equal(round(result.elapsed, 3), slower, "It does not take as long as the slower one alone.")


class WhateverTheyAre(_Both):
    """Results can be anything, and the two names the same."""

    def cases(self, rng):
        yield _case(["nothing", None, 2], ["zero", 0, 1])
        twice = ["twice", rng.randint(0, 999), 2]
        yield _case(twice, twice)

    def check(self, case, result):
        super().check(case, result)
        self.equal(len(result.served.requests), 2, "It does not ask for each once.")
