# expect: FORBIDDEN
from sys import modules

modules["threading"].Thread.start = lambda self: self.run()
