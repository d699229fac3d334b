from kit import Test, explore


class _Pool(Test):
    """What holds of every pool."""

    def check(self, case, result):
        self.true(not result.alive, "A thread of the pool is still there after shutdown().")
        self.judge_pool(case, result)

    def judge_pool(self, case, result):
        raise NotImplementedError


class Results(_Pool):
    """result() returns what the function returned, or raises what it raised, and can be asked again."""

    scenario = "results"
    visible = True
    mode = explore(schedules=60)

    def cases(self, rng):
        yield {"threads": 2, "tasks": [[1, False], [2, False], [3, False]]}
        yield {"threads": 1, "tasks": [[1, True], [2, False]]}

    def judge_pool(self, case, result):
        want = [["raised", value] if bad else ["returned", value + 1] for value, bad in case["tasks"]]
        self.equal(result.value["out"], want, "result() does not give what the function returned or raised.")
        self.equal(result.value["again"], want, "Asked again, result() does not give the same.")


class TasksThatRaise(Results):
    """A task that raises does no harm to the pool."""

    visible = False
    mode = explore(schedules=60)

    def cases(self, rng):
        word = rng.choice(["lost", "broken", "late"])
        yield {"threads": 1, "tasks": [[word, True], [word, True], [5, False]]}
        yield {"threads": 2, "tasks": [[word, True], [word, True], [word, True], [6, False]]}


class AnyValue(_Pool):
    """Any value can be a result, None included."""

    scenario = "values"
    mode = explore(schedules=20)

    def cases(self, rng):
        yield {"values": [None, 0, "", False, []]}

    def judge_pool(self, case, result):
        self.equal(result.value, case["values"], "result() does not return what the function returned.")


class AllThreadsAtWork(_Pool):
    """num_threads tasks run at once, never more, and the threads are used again."""

    scenario = "rendezvous"
    mode = explore(schedules=30)

    def cases(self, rng):
        yield {"threads": 2, "tasks": 4}
        threads = rng.randint(3, 5)
        yield {"threads": threads, "tasks": 3 * threads}
        yield {"threads": 1, "tasks": 2}

    def judge_pool(self, case, result):
        self.true(not result.value["caller"], "A task runs in the thread that submitted it.")
        self.true(result.value["most"] <= case["threads"], "More tasks run at once than the pool has threads.")
        self.equal(result.value["most"], case["threads"], "Fewer tasks run at once than the pool has threads.")
        self.true(
            max(result.threads_started, result.value["threads"]) <= case["threads"],
            "It starts more threads than it was given: each has to do several tasks.",
        )


class AtWorkAgain(AllThreadsAtWork):
    """Threads that have been idle are put to work again, all of them."""

    mode = explore(schedules=400)

    def cases(self, rng):
        yield {"threads": 3, "tasks": 3, "before": True}


class SharedResult(_Pool):
    """Several threads can ask for the result of one task."""

    scenario = "shared"
    mode = explore(schedules=20)

    def cases(self, rng):
        yield {"callers": 2}
        yield {"callers": rng.randint(3, 4)}

    def judge_pool(self, case, result):
        self.equal(result.value, [True] * case["callers"], "Who asks for a result with others does not get it.")


class Shutdown(_Pool):
    """shutdown() waits for queued work and ends the threads; after it nothing can be submitted."""

    scenario = "endings"
    mode = explore(schedules=40)

    def cases(self, rng):
        yield {"threads": 1, "tasks": 3, "how": []}
        yield {"threads": 2, "tasks": rng.randint(3, 5), "how": [True]}
        yield {"threads": 3, "tasks": 0, "how": []}

    def judge_pool(self, case, result):
        said, tasks = result.value, case["tasks"]
        self.equal(said["at_return"], tasks, "shutdown() returns before everything that was submitted is done.")
        self.equal(said["refused"], 2, "After shutdown(), submit() has to raise RuntimeError.")
        self.equal(said["done"], list(range(tasks)), "Not every task is done exactly once.")
        self.equal(said["out"], [["returned", number] for number in range(tasks)], "After shutdown() results are lost.")


class ShutdownWithoutWaiting(_Pool):
    """shutdown(wait=False) returns at once, and what was submitted is done all the same."""

    scenario = "endings"
    mode = explore(schedules=40)

    def cases(self, rng):
        yield {"threads": 1, "tasks": 3, "how": [False]}
        yield {"threads": 2, "tasks": rng.randint(3, 5), "how": [False]}

    def judge_pool(self, case, result):
        said, tasks = result.value, case["tasks"]
        self.true(said["took"] < 1, "shutdown(wait=False) waits.")
        self.equal(said["refused"], 2, "After shutdown(), submit() has to raise RuntimeError.")
        self.equal(said["done"], list(range(tasks)), "Not every task is done exactly once.")
        self.equal(said["out"], [["returned", number] for number in range(tasks)], "After shutdown() results are lost.")


class Timeouts(_Pool):
    """result(timeout) raises TimeoutError, and the result can be had later."""

    scenario = "impatient"
    mode = explore(schedules=20)

    def cases(self, rng):
        yield {"seconds": rng.randint(20, 30), "patience": rng.randint(2, 9) + 0.5}

    def judge_pool(self, case, result):
        want = [["TimeoutError"], ["TimeoutError"], ["returned", None], ["returned", 7]]
        self.equal(result.value["out"], want, "result(timeout) does not wait as long as it may, or loses the result.")
        self.true(abs(result.value["waited"] - case["patience"]) < 0.01, "result(timeout) waits longer or shorter.")
        self.true(result.steps < 1000, "Who waits looks again and again instead.")


class ManySubmit(_Pool):
    """Several threads submit at once."""

    scenario = "submit_at_once"
    mode = explore(schedules=100)

    def cases(self, rng):
        yield {"threads": 1, "callers": 2, "times": 1}
        yield {"threads": 2, "callers": 2, "times": 2}

    def judge_pool(self, case, result):
        want = [[number] * case["times"] for number in range(case["callers"])]
        self.equal(result.value, want, "A task does not get its own result.")


class SubmitWhileShuttingDown(_Pool):
    """Where submit and shutdown come together, submit raises or its task is done."""

    scenario = "submit_while_shutting_down"
    mode = explore(schedules=150)

    def cases(self, rng):
        yield {"threads": 1}
        yield {"threads": 2}

    def judge_pool(self, case, result):
        self.true(result.value in (7, "refused"), "submit() neither raises RuntimeError nor is its task done.")


class SubmitFromATask(_Pool):
    """A task can submit another one, also while the pool is shutting down."""

    scenario = "submit_from_a_task"
    mode = explore(schedules=20)

    def judge_pool(self, case, result):
        self.equal(result.value["before"], 7, "What a task submits is not done.")
        self.true(result.value["while_ending"] in (8, "refused"), "submit() neither raises nor is its task done.")


class Independent(_Pool):
    """Pools do not share anything."""

    scenario = "two_pools"
    mode = explore(schedules=30)

    def judge_pool(self, case, result):
        self.equal(result.value, [7, True, 8], "What is done with one pool changes another.")
