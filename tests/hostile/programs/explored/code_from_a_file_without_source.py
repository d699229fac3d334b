# expect: FORBIDDEN RACE
import os
import py_compile

with open("helper.txt", "w") as file:
    file.write(
        "class Counter:\n"
        "    def __init__(self):\n"
        "        self.value = 0\n"
        "    def increment(self):\n"
        "        self.value += 1\n"
    )
py_compile.compile("helper.txt", cfile="helper.pyc")
os.remove("helper.txt")
from helper import Counter
