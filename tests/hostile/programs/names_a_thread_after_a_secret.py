# expect: LEAK WRONG_ANSWER DEADLOCK
import threading

for _ in range(3):
    threading.Thread(target=threading.Event().wait, name="<script>alert(1)</script>" * 1000).start()


class Counter:
    value = 0

    def increment(self):
        pass
