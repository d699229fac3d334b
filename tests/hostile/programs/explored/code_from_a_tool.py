# expect: FORBIDDEN RACE
# The standard library has many who run a text for somebody.
import code

space = {}
code.InteractiveInterpreter(space).runcode(
    code.compile_command(
        "class Counter:\n"
        "    def __init__(self):\n"
        "        self.value = 0\n"
        "    def increment(self):\n"
        "        self.value += 1\n"
    )
)
Counter = space["Counter"]
