from kit import Test, explore


def _apply(balances, transfers):
    """What transfers one by one come to."""
    balances, out = list(balances), []
    for source, target, amount in transfers:
        done = balances[source] >= amount
        if done:
            balances[source] -= amount
            balances[target] += amount
        out.append([done, *balances])
    return out


class OneByOne(Test):
    """Money moves where there is enough, and else nothing changes."""

    scenario = "one_by_one"
    visible = True
    mode = explore(schedules=1)

    def cases(self, rng):
        yield {"balances": [100, 20], "transfers": [[0, 1, 70], [0, 1, 70], [1, 0, 90], [1, 0, 1]]}

    def check(self, case, result):
        want = _apply(case["balances"], case["transfers"])
        self.equal(result.value, want, "A transfer does not return or change what it should.")


class ToItself(Test):
    """A transfer to itself changes nothing, and says whether there was enough."""

    scenario = "one_by_one"
    mode = explore(schedules=1)

    def cases(self, rng):
        has = rng.randint(10, 99)
        yield {"balances": [has], "transfers": [[0, 0, has], [0, 0, has + 1], [0, 0, 1]]}

    def check(self, case, result):
        want = _apply(case["balances"], case["transfers"])
        self.equal(result.value, want, "A transfer from an account to itself goes wrong.")


class _AtOnce(Test):
    scenario = "at_once"
    mode = explore(schedules=200)

    def check(self, case, result):
        balances = list(case["balances"])
        for transfers, done in zip(case["threads"], result.value["done"], strict=True):
            for (source, target, amount), moved in zip(transfers, done, strict=True):
                self.true(moved in (True, False), "transfer() has to return True or False.")
                balances[source] -= amount if moved else 0
                balances[target] += amount if moved else 0
        self.true(
            all(balance >= 0 for balance in [*result.value["balances"], *result.value["seen"]]),
            "A balance is below zero.",
        )
        self.equal(result.value["balances"], balances, "Money was made or lost.")


class _EnoughForAll(_AtOnce):
    def check(self, case, result):
        super().check(case, result)
        moved = [done for each in result.value["done"] for done in each]
        self.true(all(moved), "A transfer is refused though there is enough money.")


class BothWays(_EnoughForAll):
    """Two transfers in opposite directions at once."""

    visible = True

    def cases(self, rng):
        yield {"balances": [100, 100], "threads": [[[0, 1, 30]], [[1, 0, 20]]]}


class NotEnoughForBoth(_AtOnce):
    """Two transfers at once from an account that has enough for one."""

    def cases(self, rng):
        has = rng.randint(50, 99)
        yield {"balances": [has, 0, 0], "threads": [[[0, 1, has]], [[0, 2, has - 1]]]}
        yield {"balances": [has, 0], "threads": [[[0, 1, has - 10]], [[0, 1, has - 20]]]}

    def check(self, case, result):
        super().check(case, result)
        moved = [done for each in result.value["done"] for done in each]
        self.equal(sorted(moved), [False, True], "Exactly one of the two transfers should go through.")


class NeverBelowZero(_AtOnce):
    """Who looks meanwhile never sees a balance below zero."""

    def cases(self, rng):
        has = rng.randint(10, 20)
        yield {"balances": [has, has], "threads": [[[0, 1, has + 5]], [[1, 0, has + 7]]], "watch": True}


class InACircle(_EnoughForAll):
    """Three accounts and three threads in a circle."""

    def cases(self, rng):
        first, second, third = (rng.randint(1, 50) for _ in range(3))
        yield {"balances": [60, 60, 60], "threads": [[[0, 1, first]], [[1, 2, second]], [[2, 0, third]]]}


class WithItself(_EnoughForAll):
    """A transfer to itself while others go on."""

    def cases(self, rng):
        yield {"balances": [50, 50], "threads": [[[0, 0, rng.randint(1, 45)]], [[1, 0, 5], [0, 1, 5]]]}


class DifferentPairs(_EnoughForAll):
    """Transfers between different pairs never wait for each other."""

    mode = explore(schedules=100)

    def cases(self, rng):
        yield {"balances": [50, 50, 50, 50], "threads": [[[0, 1, 5]], [[2, 3, 5]]]}
        pairs = [0, 1, 2, 3]
        rng.shuffle(pairs)
        a, b, c, d = pairs
        yield {"balances": [50, 50, 50, 50], "threads": [[[a, b, 9]], [[c, d, 9]]]}

    def check(self, case, result):
        super().check(case, result)
        self.true(
            not result.waits_between("caller-1", "caller-2"), "Transfers between different pairs wait for each other."
        )
