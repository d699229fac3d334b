"""A task waits for another task of its own one-worker pool."""
from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(max_workers=1) as pool:

    def inner():
        return 21

    def outer():
        return 2 * pool.submit(inner).result()

    print(pool.submit(outer).result())
