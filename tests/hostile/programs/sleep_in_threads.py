# expect: TIME_LIMIT
import threading
import time

threads = [threading.Thread(target=time.sleep, args=(3600,)) for _ in range(20)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
