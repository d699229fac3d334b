# expect: RUNTIME_ERROR TIME_LIMIT
import atexit
import sys
import time

atexit.register(time.sleep, 3600)
sys.exit(0)
