# expect: RUNTIME_ERROR TIME_LIMIT
import os

number = 0
while True:
    os.mkdir(f"/tmp/{number}")
    number += 1
