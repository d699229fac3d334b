# expect: TIME_LIMIT
class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1

    def __del__(self):
        while True:
            pass
