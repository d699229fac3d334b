"""The outer task does the inner work itself."""
from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(max_workers=1) as pool:

    def inner():
        return 21

    def outer():
        return 2 * inner()

    print(pool.submit(outer).result())
