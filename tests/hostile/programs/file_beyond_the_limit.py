# expect: RUNTIME_ERROR MEMORY_LIMIT
import os

file = os.open("/tmp/big", os.O_CREAT | os.O_WRONLY)
os.ftruncate(file, 2**40)
os.pwrite(file, b"x", 2**39)
