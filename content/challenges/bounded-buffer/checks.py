from kit import Test, explore


class FirstInFirstOut(Test):
    """What is put first comes out first."""

    scenario = "one_thread"
    visible = True
    mode = explore(schedules=1)

    def cases(self, rng):
        yield {"capacity": 3, "puts": [[1, 2, 3], [4, 5]]}

    def check(self, case, result):
        self.equal(result.value, case["puts"], "The items do not come out in the order in which they were put.")


class _HandOver(Test):
    scenario = "hand_over"
    mode = explore(schedules=150)

    def check(self, case, result):
        got = [item for items in result.value["got"] for item in items]
        want = [item for items in case["puts"] for item in items]
        self.equal(sorted(got, key=repr), sorted(want, key=repr), "Not every item that was put comes out exactly once.")
        for items in result.value["got"]:
            for put in case["puts"]:
                of_one = [item for item in items if item in put]
                self.true(of_one == sorted(of_one), "Items of one producer overtake each other.")
        self.true(result.value["most"] <= case["capacity"], "More items are in the buffer than it has room for.")


class OneProducerOneConsumer(_HandOver):
    """A producer and a consumer, and room for one item."""

    visible = True

    def cases(self, rng):
        yield {"capacity": 1, "puts": [[1, 2, 3]], "gets": [3]}


class SeveralConsumers(_HandOver):
    """Several consumers wait for one producer."""

    def cases(self, rng):
        yield {"capacity": 1, "puts": [[1, 2]], "gets": [1, 1], "consumers_first": True}
        yield {"capacity": rng.randint(2, 3), "puts": [[1, 2, 3, 4]], "gets": [2, 2], "consumers_first": True}


class SeveralProducers(_HandOver):
    """Several producers wait for room."""

    def cases(self, rng):
        yield {"capacity": 1, "puts": [[1], [2], [3]], "gets": [3]}
        yield {"capacity": 2, "puts": [[1, 2], [11, 12], [21]], "gets": [5]}


class SeveralOfBoth(_HandOver):
    """Several producers and several consumers."""

    def cases(self, rng):
        yield {"capacity": 1, "puts": [[1, 2], [11, 12]], "gets": [2, 2]}
        yield {"capacity": rng.randint(2, 3), "puts": [[1, 2], [11]], "gets": [1, 2]}


class AnyItem(Test):
    """Anything can be an item, None included."""

    scenario = "one_thread"
    mode = explore(schedules=1)

    def cases(self, rng):
        yield {"capacity": 5, "puts": [[None, 0, "", False, []], [None]]}

    def check(self, case, result):
        self.equal(result.value, case["puts"], "What comes out is not what was put.")


class WaitsAsLongAsItTakes(Test):
    """Who waits does so as long as it takes, and without looking again and again."""

    scenario = "wait_long"
    mode = explore(schedules=10)

    def cases(self, rng):
        late = rng.randint(30, 40) + rng.randint(1, 9) / 16
        yield {"capacity": 2, "items": [1, 2, 3], "producer_late": late, "consumer_late": 0}
        yield {"capacity": 2, "items": [1, 2, 3, 4], "producer_late": 0, "consumer_late": late}

    def check(self, case, result):
        self.equal(result.value, case["items"], "The items do not come out as they were put.")
        late = max(case["producer_late"], case["consumer_late"])
        self.true(result.elapsed < late + 0.001, "A thread goes on waiting though it could go on.")
        self.true(result.steps < 1000, "A thread that has to wait looks again and again instead.")


class Independent(Test):
    """Who uses one buffer does not wait for who uses another."""

    scenario = "two_buffers"
    mode = explore(schedules=100)

    def cases(self, rng):
        yield {"times": 1}
        yield {"times": 2}

    def check(self, case, result):
        for name in ("one", "other"):
            got = [number for owner, number in result.value if owner == name]
            self.equal(got, list(range(case["times"])), "Items of one buffer come out of another.")
        self.true(
            not result.waits_between("caller-1", "caller-2"), "Threads that use different buffers wait for each other."
        )
