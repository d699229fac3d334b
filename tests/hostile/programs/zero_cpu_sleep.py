# expect: TIME_LIMIT
import time

time.sleep(3600)
