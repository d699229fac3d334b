# verdict: ACCEPTED
"""Two locks that are born locked. Any thread may release a plain lock."""

import threading


class Steps:
    def __init__(self):
        self.gates = [threading.Lock(), threading.Lock()]
        for gate in self.gates:
            gate.acquire()

    def first(self, say):
        say()
        self.gates[0].release()

    def second(self, say):
        self.gates[0].acquire()
        say()
        self.gates[1].release()

    def third(self, say):
        self.gates[1].acquire()
        say()
