import threading, time, atexit
atexit.register(print, "bye")
def forever():
    while True: time.sleep(0.05)
d = threading.Thread(target=forever, daemon=True, name="d"); d.start()
print(d.daemon, d.is_alive(), threading.active_count(), sorted(t.name for t in threading.enumerate()))
print(threading.main_thread() is threading.current_thread(), threading.current_thread().name, d.ident != threading.get_ident(), isinstance(d.native_id, int))
d.join(timeout=0.12); print(d.is_alive())
try: d.daemon = False
except RuntimeError as e: print(e)
def nondaemon(): time.sleep(0.1); print("non daemon ends after main")
threading.Thread(target=nondaemon).start()
print("main done")
