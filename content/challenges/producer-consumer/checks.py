from kit import Test, explore


class _Work(Test):
    scenario = "work"
    mode = explore(schedules=150)

    def check(self, case, result):
        items, handled = case["items"], result.value["handled"]
        key = repr
        self.equal(sorted(handled, key=key), sorted(items, key=key), "Not every item is handled exactly once.")
        if case["consumers"] == [1]:
            self.equal(handled, items, "One consumer does not handle the items in their order.")
        self.true(not result.alive, "run() returns before all of its threads have ended: join them.")
        if not case.get("bad"):
            self.equal(result.value["raised"], None, "run() raises though handle() did not.")
            self.equal(result.value["returned"], None, "run() has to return nothing.")
        consumers = case["consumers"][0] if case["consumers"] else 3
        self.true(result.value["handlers"] <= consumers, "More threads than `consumers` call handle().")


class OneConsumer(_Work):
    """One consumer handles the items in their order."""

    visible = True

    def cases(self, rng):
        yield {"items": ["apples", "pears", "plums"], "consumers": [1]}


class EachItemOnce(_Work):
    """Two consumers handle each item exactly once."""

    visible = True

    def cases(self, rng):
        yield {"items": [1, 2, 3], "consumers": [2]}


class ASlowProducer(_Work):
    """Consumers wait for a slow producer, and handle each item as soon as it is there."""

    mode = explore(schedules=20)

    def cases(self, rng):
        yield {"items": list(range(5)), "consumers": [2], "make": rng.randint(20, 90), "use": 10}

    def check(self, case, result):
        super().check(case, result)
        self.equal(result.value["makers"], 1, "It is not one producer thread that takes the items.")
        self.true(result.value["apart"], "Producer and consumers are not threads of their own.")
        want = len(case["items"]) * case["make"] + case["use"]
        self.true(result.elapsed < want + 0.001, "An item is not handled as soon as it is there.")
        self.true(result.steps < 2000, "A consumer that has nothing to do looks again and again instead of waiting.")


class AllAtWork(_Work):
    """As many items are handled at once as there are consumers; three, where nothing is said."""

    mode = explore(schedules=20)

    def cases(self, rng):
        yield {"items": list(range(6)), "consumers": [], "use": 10}
        yield {"items": list(range(5)), "consumers": [5], "use": 10}

    def check(self, case, result):
        super().check(case, result)
        consumers = case["consumers"][0] if case["consumers"] else 3
        self.true(result.value["most"] <= consumers, "More items are handled at once than there are consumers.")
        self.equal(result.value["most"], consumers, "Fewer items are handled at once than there are consumers.")
        self.true(result.value["apart"], "Items are handled in a thread that is no consumer.")


class NothingToDo(_Work):
    """No items, or fewer than consumers."""

    mode = explore(schedules=40)

    def cases(self, rng):
        yield {"items": [], "consumers": [2]}
        yield {"items": [rng.randint(1, 9)], "consumers": [3]}


class AnyItem(_Work):
    """Anything can be an item, None included."""

    mode = explore(schedules=40)

    def cases(self, rng):
        yield {"items": [None, 0, False, "", None, [], "end"], "consumers": [1]}
        yield {"items": [0, None, None, "last"], "consumers": [2]}


class Exceptions(_Work):
    """An exception of handle comes out of run, after the rest is done."""

    mode = explore(schedules=60)

    def cases(self, rng):
        yield {"items": [1, 2, 3], "consumers": [1], "bad": [1]}
        yield {"items": [1, 2, 3, 4], "consumers": [2], "bad": [rng.randint(1, 4)], "use": 1}
        yield {"items": [1, 2, 3], "consumers": [2], "bad": [1, 2, 3]}

    def check(self, case, result):
        super().check(case, result)
        self.true(result.value["raised"] in case["bad"], "run() does not raise the exception of handle().")


class AgainAfterAnException(Test):
    """What one call of run() met is forgotten in the next."""

    scenario = "work_twice"
    mode = explore(schedules=20)

    def cases(self, rng):
        yield {"items": [1, 2], "consumers": [rng.randint(1, 2)], "bad": [2]}

    def check(self, case, result):
        self.equal(result.value["raised"], [2, None], "A call of run() raises what an earlier one has raised already.")
        self.equal(result.value["handled"], case["items"], "Called again, run() does not handle every item once.")
