# expect: RUNTIME_ERROR
class Boom(Exception):
    def __str__(self):
        raise self

    def __getattribute__(self, name):
        raise Boom


class Counter:
    def increment(self):
        raise Boom
