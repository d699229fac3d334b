import threading
import time

from kit import together


def _say(word, speakers=None):
    def say():
        print(word)
        if speakers is not None:
            speakers[word] = threading.current_thread().name

    return say


def arrive(solution, case):
    """The threads arrive in the order of the case, some of them late by some seconds."""
    steps = solution.Steps()
    speakers = {}

    def caller(name, late):
        def call():
            if late:
                time.sleep(late)
            getattr(steps, name)(_say(name, speakers))

        return call

    late = case.get("late", {})
    together(*[caller(name, late.get(name, 0)) for name in case["arrival"]])
    return [speakers.get(name) for name in case["arrival"]]


def two_objects(solution, case):
    """While the third thread of one object waits, another object goes all its way."""
    one, other = solution.Steps(), solution.Steps()
    waiting = threading.Thread(target=one.third, args=(_say("one third"),))
    waiting.start()
    other.first(_say("other first"))
    other.second(_say("other second"))
    other.third(_say("other third"))
    one.first(_say("one first"))
    one.second(_say("one second"))
    waiting.join()
