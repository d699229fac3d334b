# expect: FORBIDDEN RACE
with open("helper.py", "w") as file:
    file.write(
        "class Counter:\n"
        "    def __init__(self):\n"
        "        self.value = 0\n"
        "    def increment(self):\n"
        "        self.value += 1\n"
    )
from helper import Counter
