import queue, threading
q1, q2 = queue.Queue(maxsize=2), queue.PriorityQueue()
STOP = object()
def stage():
    while True:
        item = q1.get()
        try:
            if item is STOP:
                break
            q2.put((-item, f"item{item}"))
        finally:
            q1.task_done()
t = threading.Thread(target=stage)
t.start()
for i in range(6):
    q1.put(i)
q1.put(STOP)
q1.join()
t.join()
while not q2.empty():
    print(q2.get_nowait())
try:
    q2.get(timeout=0.01)
except queue.Empty as e:
    print(type(e), e.args, repr(e))
l = queue.LifoQueue(2)
l.put(1); l.put(2)
try: l.put(3, block=False)
except queue.Full: print("full", l.qsize(), l.full())
s = queue.SimpleQueue(); s.put(1); print(s.get(), s.empty(), s.qsize())
