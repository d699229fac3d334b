# expect: RUNTIME_ERROR
import os

while True:
    os.pipe()
