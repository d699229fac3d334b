# expect: FORBIDDEN
# One thread after the other, whatever the scenario wanted.
class Counter:
    def __init__(self):
        import scenario

        scenario.in_threads = lambda count, function: [function() for _ in range(count)]
        self.value = 0

    def increment(self):
        self.value += 1
