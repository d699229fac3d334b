# expect: FORBIDDEN
import timeit

for thing in timeit.gc.get_objects():
    print(thing)
